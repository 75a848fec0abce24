// A redirect whose click is durable before the answer, among 100,000 links, against a node:http server that gives every request the
// same fixed 302. A throughput counts only when every click id the load was sent is found in the journal, and found once.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openClick } from '../src/links/click-id.ts'
import type { LoadOrder, LoadReport } from './load-process.ts'
import { type Bench, type Comparison, median, type Result, sideBySide, type Turn } from './side-by-side.ts'

/** `keeps` is whether the click ids that it gives are to be found in a journal. */
export type Server = { child: ChildProcess; port: number; keeps: boolean }
/** Where the load sits, and the files of the click ids that it was sent. */
export type Seat = { root: string; load: ChildProcess; acked: string[] }

export function start(file: string, words: string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), words, { stdio: 'inherit' })
}

export async function ask<T>(child: ChildProcess, question: object | string): Promise<T> {
  child.send(question)
  const [answer] = await once(child, 'message')
  return answer as T
}

export async function serve(mode: string, root: string): Promise<Server> {
  const child = start('./redirect-process.js', [mode, root])
  const [port] = await once(child, 'message')
  return { child, port: port as number, keeps: mode === 'journal' || mode === 'fsync' }
}

/** One turn of load on one server, with the processor time the server spent on each request. */
export async function turn(seat: Seat, server: Server, seconds: number, rate = 0): Promise<Turn> {
  const acked = server.keeps ? join(seat.root, `acked-${seat.acked.length}`) : '/dev/null'
  if (server.keeps) seat.acked.push(acked)
  const order: LoadOrder = { port: server.port, seconds, sockets: rate ? 200 : 64, rate, acked, slugs: 100_000, visitors: 20_000 }
  const before = await ask<number>(server.child, 'cpu')
  const { answered, errors, seconds: took, ...latency } = await ask<LoadReport>(seat.load, order)
  const cpu = (await ask<number>(server.child, 'cpu')) - before
  return { perSecond: answered / took, cpuMicros: cpu / answered, errors, ...latency }
}

/** Holds the ids that the load was sent against the lines in the journal. */
function exactness(seat: Seat): { acked: number; lost: number; twice: number; forged: number } {
  const kept = new Map<string, number>()
  for (const folder of readdirSync(seat.root, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue
    for (const name of readdirSync(join(seat.root, folder.name)).filter((name) => name.endsWith('.log'))) {
      for (const line of readFileSync(join(seat.root, folder.name, name), 'utf8').split('\n')) {
        const id = line.slice(2, 32)
        if (id) kept.set(id, (kept.get(id) ?? 0) + 1)
      }
    }
  }
  const counts = { acked: 0, lost: 0, twice: 0, forged: 0 }
  const key = Buffer.alloc(32, 7)
  for (const file of seat.acked) {
    for (const cid of readFileSync(file, 'utf8').split('\n')) {
      if (cid === '') continue
      counts.acked++
      if (openClick(cid, key) === null) counts.forged++
      const times = kept.get(cid.slice(0, 30)) ?? 0
      if (times === 0) counts.lost++
      if (times > 1) counts.twice++
    }
  }
  return counts
}

export const bench: Bench = async ({ short }) => {
  const seat: Seat = { root: mkdtempSync(join(tmpdir(), 'troupe-bench-')), load: start('./load-process.js'), acked: [] }
  // Many short turns: the two sides of a pair then meet the same neighbours on the machine.
  const [pairs, seconds] = short ? [15, 0.8] : [41, 2]
  const bare = await serve('bare', seat.root)
  const ours = await serve('journal', seat.root)
  const uncaptured = await serve('uncaptured', `${seat.root}/none`)
  const fsync = await serve('fsync', seat.root)
  try {
    const main = await sideBySide(
      pairs,
      () => turn(seat, bare, seconds),
      () => turn(seat, ours, seconds),
    )
    const open = await sideBySide(
      short ? 5 : 15,
      () => turn(seat, bare, seconds, 5_000),
      () => turn(seat, ours, seconds, 5_000),
    )
    const synced = await sideBySide(
      short ? 5 : 15,
      () => turn(seat, bare, seconds),
      () => turn(seat, fsync, seconds),
    )
    const exact = exactness(seat)
    const same = await sideBySide(
      short ? 5 : 15,
      () => turn(seat, uncaptured, seconds),
      () => turn(seat, ours, seconds),
    )
    return report({ main, open, synced, same }, exact)
  } finally {
    // A process that lives makes its journal's folder anew.
    await Promise.all([seat.load, bare.child, ours.child, uncaptured.child, fsync.child].map(leave))
    rmSync(seat.root, { recursive: true, force: true })
  }
}

async function leave(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.disconnect()
  await gone
}

type Compared = Record<'main' | 'open' | 'synced' | 'same', Comparison>

function report({ main, open, synced, same }: Compared, exact: ReturnType<typeof exactness>): Result {
  const openRatio = median(open.turns.map((pair) => pair.b.p99! / pair.a.p99!))
  const errors = [main, open, synced, same]
    .flatMap(({ turns }) => turns)
    .reduce((sum, { a, b }) => sum + a.errors! + b.errors!, 0)
  const gates = {
    'requests/s at least 0.85 of bare node:http (median of pairs)': main.ratio >= 0.85,
    'every acked click is in the journal, once': exact.acked > 0 && exact.lost === 0 && exact.twice === 0 && exact.forged === 0,
    'no request failed': errors === 0,
  }
  const figures = {
    'requests/s, ratio to bare (median of pairs)': main.ratio,
    'each pair': main.ratios,
    'bare requests/s': Math.round(main.a.perSecond),
    'journal requests/s': Math.round(main.b.perSecond),
    'CPU/request, bare over journal': main.cpuRatio,
    'bare CPU µs/request': main.a.cpuMicros,
    'journal CPU µs/request': main.b.cpuMicros,
    'ratio to the same handler without capture': same.ratio,
    'with group fdatasync, ratio to bare': synced.ratio,
    'open loop 5,000/s p99, journal over bare': openRatio,
    'open loop 5,000/s p99 ms, bare': open.a.p99,
    'open loop 5,000/s p99 ms, journal': open.b.p99,
    'open loop 5,000/s p99.9 ms, journal': open.b.p999,
    'clicks acked': exact.acked,
    'clicks lost': exact.lost,
    'clicks twice': exact.twice,
  }
  const rounds = {
    'bare, journal': main.turns,
    'open loop: bare, journal': open.turns,
    'bare, journal with fdatasync': synced.turns,
    'without capture, journal': same.turns,
  }
  const claim = 'a redirect keeps its click before it answers, at 85 % or more of the requests/s of bare node:http'
  return {
    name: 'redirect',
    claim,
    main: 'requests/s, ratio to bare (median of pairs)',
    exact: 'every acked click is in the journal, once',
    passed: Object.values(gates).every(Boolean),
    gates,
    figures,
    rounds,
  }
}

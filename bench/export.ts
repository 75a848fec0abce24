// The list of every order of 90 days, as a manager opens it over HTTP: how soon it begins, how much memory the process that writes it
// takes for it, and whether each order is in it with its commission. Memory is the most that was held while a list was written: that of
// 90 days beside three of 30, for as many rows move the collector of garbage to take as much room, and only a list that is held grows.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseMoney } from '../src/kernel/money.ts'
import type { Exporting } from './export-process.ts'
import { type Bench, median } from './side-by-side.ts'

const FIRST_BYTE_MS = 100
const MOST_MB = 20

const ROUNDS = 5

type Round = { rows: number; begins: number; before: number; growth: number; seconds: number; exact: boolean }

export const bench: Bench = async ({ short }) => {
  const rows = short ? 100_000 : 1_000_000
  const rounds: Round[] = []
  for (let n = 0; n < ROUNDS; n++) rounds.push(await round(rows))
  const middle = (of: (one: Round) => number): number => median(rounds.map(of))
  const gates = {
    [`memory grows by at most ${MOST_MB} MB (median)`]: middle(({ growth }) => growth) <= MOST_MB,
    [`begins within ${FIRST_BYTE_MS} ms (median)`]: middle(({ begins }) => begins) <= FIRST_BYTE_MS,
    'each order is in the list with its commission': rounds.every(({ exact }) => exact),
  }
  return {
    name: 'export',
    claim: 'a list of all orders begins at once and is never whole in memory',
    main: 'memory grown by, MB (median)',
    exact: 'each order is in the list with its commission',
    passed: Object.values(gates).every(Boolean),
    gates,
    figures: {
      orders: rows,
      'orders in the list': middle(({ rows }) => rows),
      'first byte, ms (median)': middle(({ begins }) => begins),
      'most memory for 30 days, MB (median)': middle(({ before }) => before),
      'memory grown by, MB (median)': middle(({ growth }) => growth),
      'orders a second': rows / middle(({ seconds }) => seconds),
      seconds: middle(({ seconds }) => seconds),
    },
    rounds: { each: rounds },
  }
}

/** A server of its own each time, for memory that was taken once is not given back. */
async function round(rows: number): Promise<Round> {
  const child = fork(fileURLToPath(new URL('./export-process.js', import.meta.url)), [String(rows)], { stdio: 'inherit' })
  const gone = once(child, 'exit')
  const agent = new Agent({ keepAlive: true })
  const memory = async (): Promise<number> => {
    child.send('memory')
    return ((await once(child, 'message')) as [number])[0] / 2 ** 20
  }
  try {
    const [{ port, path, commission }] = (await once(child, 'message')) as [Exporting]
    const cookie = await signIn(port, path)
    const list = (period: string) => read(agent, port, `/exports/orders-${period}`, cookie)
    const first: number[] = []
    for (let n = 0; n < 5; n++) first.push((await list('7d')).firstMs)
    await memory()
    for (let n = 0; n < 3; n++) first.push((await list('30d')).firstMs)
    const before = await memory()
    const whole = await list('90d')
    const growth = (await memory()) - before
    first.push(whole.firstMs)
    const exact = whole.ids.size === rows && whole.rows === rows && whole.sum === BigInt(commission)
    return { rows: whole.rows, begins: median(first), before, growth, seconds: whole.seconds, exact }
  } finally {
    agent.destroy()
    if (child.connected) child.disconnect()
    await gone
  }
}

/** The cookie of a session, by the form behind a login link. */
async function signIn(port: number, path: string): Promise<string> {
  const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }
  const asked = request({ port, host: '127.0.0.1', path, method: 'POST', headers })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  return (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ')
}

/** Reads a list as it comes, and counts. */
async function read(agent: Agent, port: number, path: string, cookie: string) {
  const began = performance.now()
  const [answer] = (await once(get({ agent, port, host: '127.0.0.1', path, headers: { cookie } }), 'response')) as [
    IncomingMessage,
  ]
  if (answer.statusCode !== 200) throw new Error(`${path} was answered with ${answer.statusCode}.`)
  const found = { rows: 0, sum: 0n, ids: new Set<string>(), firstMs: 0, seconds: 0 }
  let rest = ''
  let head = true
  for await (const bytes of answer) {
    found.firstMs ||= performance.now() - began
    const lines = (rest + String(bytes)).split('\r\n')
    rest = lines.pop()!
    for (const line of head ? lines.splice(1) : lines) {
      const cells = line.split(',')
      found.rows++
      found.ids.add(cells[1]!)
      found.sum += parseMoney(cells[9]!, 'EUR').minor
    }
    head = false
  }
  found.seconds = (performance.now() - began) / 1_000
  return found
}

// From `npm start` on a warm install to the first answer of /health, for an existing program on the embedded database; and the memory
// that the process of Troupe then holds, idle and after tracking links were followed by the hundred thousand.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { runningDatabase } from '../src/db/running.ts'
import { projectRoot } from '../src/root.ts'
import type { LoadOrder, LoadReport } from './load-process.ts'
import { ask, start } from './redirect.ts'
import { freePort } from './redis.ts'
import { type Bench, percentile } from './side-by-side.ts'

const GOAL_MB = 200
const IDLE_MS = 5_000
const SLUGS = 100
/** The first clicks make what any clicks need; growth is counted after so many. */
const WARM_TURNS = 2

export const bench: Bench = async ({ short }) => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-start-'))
  const load = start('./load-process.js')
  try {
    const first = await startOnce(folder)
    const again: number[] = []
    for (let i = 0; i < (short ? 3 : 9); i++) again.push(await startOnce(folder))
    const memory = await underLoad(folder, load, short ? [100_000, 4] : [1_200_000, 10])
    const median = percentile(again, 0.5)
    const gates = {
      'ready within 10 s': median < 10_000,
      // In a few turns the growth is what was not yet collected, up or down.
      ...(!short && { 'less than 1 MB more for each 100,000 clicks': memory.slope < 1 }),
    }
    return {
      name: 'start',
      claim: 'start to ready from a warm install, and the memory it takes to stay',
      main: 'later starts, median ms',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        'first start with the demo seeded, ms': first,
        'later starts, median ms': median,
        'each, ms': again,
        'goal for memory idle, MB': GOAL_MB,
        'memory idle, MB': memory.idle,
        'memory after clicks, MB': memory.after,
        'clicks followed': memory.clicks,
        'more for each 100,000 clicks, MB': memory.slope,
      },
      rounds: { 'first, then later ones, ms': [first, ...again], 'clicks, MB': memory.turns },
    }
  } finally {
    load.disconnect()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Running = { child: ChildProcess; port: number; took: number; stop: () => Promise<void> }

/** Starts and waits until /health says that all is well. */
async function begin(folder: string): Promise<Running> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, ['start.mjs'], {
    cwd: projectRoot,
    env: { ...environment(), DATA_DIR: folder, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (words) => {
      said = (said + words).slice(-2_000)
    })
  const gone = once(child, 'exit')
  let took = Number.NaN
  while (Number.isNaN(took) && child.exitCode === null && performance.now() - began < 120_000) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    if (answer?.ok) took = performance.now() - began
    else await pause(10)
  }
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
  }
  if (!Number.isNaN(took)) return { child, port, took, stop }
  await stop()
  throw new Error(`Troupe did not become ready. It said:\n${said}`)
}

/** Milliseconds until it is ready; stops it again. */
async function startOnce(folder: string): Promise<number> {
  const { took, stop } = await begin(folder)
  await stop()
  return took
}

/** Memory idle, and over so many clicks; the slope is that of the turns after the first ones. */
async function underLoad(folder: string, load: ChildProcess, [wanted, seconds]: [number, number]) {
  const { child, port, stop } = await begin(folder)
  try {
    await addLinks(runningDatabase(folder)!)
    await pause(IDLE_MS)
    const idle = memoryOf(child)
    const turns: { clicks: number; mb: number }[] = []
    for (let clicks = 0, n = 0; clicks < wanted || n < WARM_TURNS + 2; n++) {
      const order: LoadOrder = {
        ...{ port, seconds, sockets: 64, rate: 0 },
        ...{ acked: join(folder, 'acked'), slugs: SLUGS, visitors: 20_000 },
      }
      const { answered, errors } = await ask<LoadReport>(load, order)
      if (errors > 0) throw new Error(`${errors} links were not followed.`)
      clicks += answered
      await pause(1_000)
      turns.push({ clicks, mb: memoryOf(child) })
    }
    const [from, to] = [turns[WARM_TURNS - 1]!, turns.at(-1)!]
    const slope = (to.mb - from.mb) / ((to.clicks - from.clicks) / 100_000)
    return { idle, after: to.mb, clicks: to.clicks, slope, turns }
  } finally {
    await stop()
  }
}

/** Links of the demo that the load knows by name; the database tells the running process of them. */
async function addLinks(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(
    `INSERT INTO "Link" (id, "programId", "creatorId", slug, destination, "createdAt")
     SELECT 'lnk_bench' || n, c."programId", c.id, 'creator-' || n, 'https://www.shop.example/', now()
     FROM (SELECT id, "programId" FROM "Creator" LIMIT 1) c, generate_series(0, $1::int - 1) n ON CONFLICT DO NOTHING`,
    [SLUGS],
  )
  await client.end()
}

/** What a process holds, in MB. */
function memoryOf({ pid }: ChildProcess): number {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1_024
}

const environment = (): NodeJS.ProcessEnv => ({
  PATH: `${process.execPath.replace(/\/[^/]+$/, '')}:/usr/local/bin:/usr/bin:/bin`,
})

/** What has to hold for the database and for the bell while a toxic is between, and after it. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { type Job, job } from '../../src/job.ts'
import { createLog } from '../../src/log.ts'
import { openBell } from '../../src/queue.ts'
import { figure } from './figure.ts'
import { type Direction, openProxy, type Toxic } from './proxy.ts'

/** The longest that a unit of work may take by the configured timeouts, with what a busy machine adds. */
const LONGEST_MS = 40_000
const RECOVERY_MS = 10_000

type Outcome = { ok: boolean; ms: number }

/** How it ended, within the longest; what never ends fails here. */
export async function ended(what: string, work: Promise<unknown>, longestMs = LONGEST_MS): Promise<Outcome> {
  const began = performance.now()
  const outcome = work.then(
    () => true,
    () => false,
  )
  const ok = await Promise.race([outcome, pause(longestMs, 'hangs' as const)])
  expect(ok, `${what} within ${longestMs} ms`).not.toBe('hangs')
  return { ok: ok === true, ms: performance.now() - began }
}

/** Tries until it goes; gives after how long. */
export async function recovered(what: string, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { ok } = await ended(what, work())
    const ms = performance.now() - began
    if (ok) return ms
    expect(ms, `${what} works again`).toBeLessThan(RECOVERY_MS)
    await pause(100)
  }
}

const portOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) })

/** Notes something under one key, in one unit of work and by a plain connection; there must be one of it, whatever happened. */
export async function databaseCell(url: string, toxic: Toxic, direction: Direction): Promise<void> {
  const proxy = await openProxy(portOf(url))
  const [database, plain] = await Promise.all([openDatabase(proxy.through(url)), openDatabase(url)])
  const name = `toxic ${randomBytes(6).toString('hex')}`
  let commits = 0
  const note = () =>
    database
      .across((db) => db.$executeRaw`INSERT INTO "Tick" (name, at) VALUES (${name}, now()) ON CONFLICT (name) DO NOTHING`)
      .then((count) => {
        commits += count
      })
  try {
    await database.ping()
    proxy.poison(direction, toxic)
    const [work, ping] = await Promise.all([ended('a unit of work', note()), ended('a plain query', database.ping())])
    proxy.cure()
    const ms = await recovered('a unit of work', note)
    await recovered('a plain query', () => database.ping())
    const rows = await plain.across((db) => db.tick.count({ where: { name } }))
    expect(rows).toBe(1)
    expect(commits).toBeLessThanOrEqual(1)
    figure('F8', `postgres ${toxic.kind} ${direction}, ms until it ended and until it worked again`, spoken([work, ping], ms))
  } finally {
    proxy.cure()
    await ended('closing', Promise.all([database.close(), plain.close()]))
    await proxy.close()
  }
}

/** As in a failover: the old server says nothing more and closes nothing, a new one answers at the same address. */
export async function strandedCell(url: string): Promise<void> {
  const proxy = await openProxy(portOf(url))
  const database = await openDatabase(proxy.through(url))
  try {
    const all = () => Promise.allSettled(Array.from({ length: 12 }, () => database.across((db) => db.tick.count())))
    await Promise.all([all(), ...Array.from({ length: 4 }, () => database.ping())])
    proxy.strand()
    const began = performance.now()
    await Promise.all([ended('units of work', all()), ended('plain queries', Promise.all([database.ping(), database.ping()]))])
    await recovered('a unit of work', () => database.across((db) => db.tick.count()))
    await recovered('a plain query', () => database.ping())
    figure('F7', 'server that vanished without a word, s until all works again', ((performance.now() - began) / 1_000).toFixed(1))
  } finally {
    await proxy.close()
    await ended('closing', database.close())
  }
}

const spoken = (outcomes: Outcome[], ms: number): string =>
  `${outcomes.map((one) => `${one.ok ? 'done' : 'refused'} ${Math.round(one.ms)}`).join(', ')}; ${Math.round(ms)}`

const jobs = new Map<string, Job>([['bell', { ...job({ about: 'rings', run: async () => {} }), name: 'bell' }]])

/** Rings while the toxic is there and afterwards; the second is heard in time, the first at least not lost with an error nobody catches. */
export async function bellCell(url: string, toxic: Toxic, direction: Direction): Promise<void> {
  const proxy = await openProxy(portOf(url))
  const bell = await openBell(proxy.through(url), jobs, createLog('silent'))
  const heard: string[] = []
  try {
    await bell.work(async (_job, payload) => void heard.push(payload.n ?? ''))
    proxy.poison(direction, toxic)
    // As the house rings: it waits for nothing, and a ring that is lost is found by the next sweep.
    bell.ring('bell', { n: 'during' }).catch(() => {})
    await pause(1_500)
    proxy.cure()
    const began = performance.now()
    for (let n = 0; !heard.some((one) => one.startsWith('after')); n++) {
      expect(performance.now() - began, 'a ring is heard again').toBeLessThan(RECOVERY_MS + 5_000)
      if (n % 20 === 0) bell.ring('bell', { n: `after ${n}` }).catch(() => {})
      await pause(50)
    }
    figure('F8', `redis ${toxic.kind} ${direction}, ms until a ring was heard again`, Math.round(performance.now() - began))
  } finally {
    proxy.cure()
    await ended('closing', bell.close())
    await proxy.close()
  }
}

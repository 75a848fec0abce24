/** Whatever stops without a word, /health is red and managers are told, within a minute. The watchdog looks every ten seconds. */
import fs, { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clicks } from '../../src/http/clicks.ts'
import { health } from '../../src/http/health.ts'
import { type Disk, openJournal } from '../../src/links/journal.ts'
import { createShipper } from '../../src/links/shipper.ts'
import { watchHere, watchOnce } from '../../src/watch.ts'
import { MemoryDoor } from '../door.ts'
import { click } from '../rooms/journal-folder.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'

let w: World
let folder: string
beforeEach(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  w.app.log.level = 'silent'
  folder = mkdtempSync(join(tmpdir(), 'troupe-detect-'))
})
afterEach(async () => {
  await w.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Everything ticks but what is stopped; gives after how many seconds health is red and managers are told. */
async function noticed(job: string, ticking: string[], clicks?: Clicks): Promise<{ red: number; told: number }> {
  const began = w.now.getTime()
  const known = new Map<string, Date>()
  const look = watchHere(w.app, clicks)
  let [red, told] = [0, 0]
  for (let s = 10; s <= 120 && !(red && told); s += 10) {
    w.at(new Date(began + s * 1_000))
    for (const name of ticking)
      await w.app.database.across((db) => db.tick.upsert({ where: { name }, create: { name, at: w.now }, update: { at: w.now } }))
    await watchOnce(w.app, new Date(began), known, look)
    if (!(await health(w.app, clicks)).ok) red ||= s
    const said = w.door.in(`${w.programId}:managers`)
    if (said.some(({ card }) => card.title === 'Something stands still' && JSON.stringify(card.blocks).includes(job))) told ||= s
  }
  return { red, told }
}

const all = () => [...w.app.jobs.keys()]

function judged(what: string, { red, told }: { red: number; told: number }): void {
  for (const after of [red, told]) {
    expect(after).toBeGreaterThan(0)
    expect(after).toBeLessThanOrEqual(60)
  }
  figure('F38', `${what}: /health red after / managers told after, s`, `${red} / ${told}`)
}

test('the worker: is noticed within a minute', async () => {
  await w.app.runJob('due')
  await w.app.runJob('pulse')
  judged('the worker', await noticed('pulse', []))
})

test('the scheduler: is noticed within a minute, while jobs that are rung by people still run', async () => {
  await w.app.runJob('pulse')
  judged('the scheduler', await noticed('pulse', ['absorb', 'deliver', 'due']))
})

test('the gateway: is noticed within a minute', async () => {
  const gateway = new MemoryDoor('discord')
  gateway.health = () => ({ ok: false, words: 'connecting' })
  w.app.platforms.set('discord', gateway)
  judged('the gateway', await noticed('discord', all()))
})

test('the shipper: is noticed within a minute', async () => {
  const now = () => w.now
  const journal = openJournal({ root: join(folder, 'journal'), instance: 'web', now })
  // It hangs before it has read anything.
  const never = new Promise<never>(() => {})
  const sink = { offset: () => never, store: () => never, forget: () => never, refuses: () => false }
  const shipper = createShipper({ journal, sink, now })
  shipper.start()
  await journal.append(click())
  judged('the shipper', await noticed('clicks', all(), { journal, shipper } as Clicks))
  await journal.close()
})

test('nothing is said of a house that works, nor of a door that is closed for a moment', async () => {
  const door = new MemoryDoor('discord')
  let looks = 0
  door.health = () => ({ ok: looks++ % 4 !== 0, words: 'connecting' })
  w.app.platforms.set('discord', door)
  expect((await noticed('', all())).told).toBe(0)
})

test('a full disk makes health red while it lasts and no longer, though clicks were lost', async () => {
  await w.app.runJob('due')
  await w.app.runJob('pulse')
  const state = { full: true }
  const writeSync = ((fd: number, bytes: Buffer, from: number) => {
    if (state.full) throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' })
    return fs.writeSync(fd, bytes, from)
  }) as typeof fs.writeSync
  const disk = { ...fs, writeSync } satisfies Disk
  const journal = openJournal({ root: folder, instance: 'web', now: () => w.now, disk, waitingBytes: 5_000, retryMs: 20 })
  const shipper = { stats: () => ({ pendingBytes: 0, lagMs: 0, failures: 0 }) }
  const clicks = { journal, shipper } as Clicks
  for (let n = 0; n < 50; n++) await journal.append(click(n))
  expect(await health(w.app, clicks)).toMatchObject({ ok: false, parts: { journal: { degraded: true } } })
  state.full = false
  await expect.poll(async () => (await health(w.app, clicks)).ok, { timeout: 5_000 }).toBe(true)
  expect(journal.stats().dropped).toBeGreaterThan(0)
  await journal.close()
})

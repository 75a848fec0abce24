import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hours, minutes } from '../src/kernel/time.ts'
import { Crowded } from '../src/kernel/turn.ts'
import { watch, watchOnce } from '../src/watch.ts'
import { type World, world } from './world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
})
afterAll(() => w.close())

test('a job that missed its ticks is told to the managers once, and once more when it runs again', async () => {
  w.app.log.level = 'silent'
  const started = hours(w.now, -10)
  const tick = (name: string, at: Date) =>
    w.app.database.across((db) => db.tick.upsert({ where: { name }, create: { name, at }, update: { at } }))
  for (const { name, everySeconds = 0 } of w.app.jobs.values()) await tick(name, minutes(w.now, -everySeconds / 60))
  const known = new Map<string, Date>()
  const root = await w.admin('Root')
  await watchOnce(w.app, started, known)
  expect(await root.sees('managers')).not.toContain('stands still')
  await tick('due', minutes(w.now, -30))
  for (let n = 0; n < 3; n++) await watchOnce(w.app, started, known)
  const said = w.door.in(`${w.programId}:managers`)
  expect(said.filter(({ card }) => card.title === 'Something stands still')).toHaveLength(1)
  await tick('due', w.now)
  await watchOnce(w.app, started, known)
  expect(await root.sees('managers')).toContain('It runs again')
  expect(await root.sees('managers')).not.toContain('Something stands still')
})

test('what was told and can not be closed yet keeps the watchdog from nothing', async () => {
  let looks = 0
  const beside: typeof w.app.database.beside = async () => {
    looks++
    return []
  }
  const all = async () => Promise.reject(new Crowded(1))
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stop = watch({ ...w.app, told: { ...w.app.told, all }, database: { ...w.app.database, beside } })
  vi.advanceTimersByTime(10_000)
  stop()
  vi.useRealTimers()
  await vi.waitFor(() => expect(looks).toBe(1))
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  root = await w.admin('Root')
})
afterAll(() => w.close())

test('a schedule gets another rhythm and zone, and says its next five runs', async () => {
  const said = await root.run('schedule set', {
    schedule: 'leaderboard',
    every: 'month',
    at: '02:30',
    on: 'last',
    zone: 'America/New_York',
  })
  expect(said).toMatch(/Rhythm +every month on the last day at 02:30, America\/New_York time/)
  expect(said).toMatch(/Next +Mon, Nov 30, 2026, 7:30 AM UTC\nThen +Dec 31, 2026 · Jan 31, 2027 · Feb 28, 2027 · Mar 31, 2027/)
  expect(await root.run('schedule list')).toContain('America/New_York')
})

test('what would never ring, and a zone that does not exist', async () => {
  const set = (given: Record<string, string>) => root.run('schedule set', { schedule: 'digest', at: '09:00', ...given })
  expect(await set({ every: 'month', on: '32' })).toContain('No month has a day “32”, so this would never ring.')
  expect(await set({ every: 'month', on: 'Monday' })).toContain('so this would never ring')
  expect(await set({ every: 'week', on: 'Funday' })).toContain('No week has a “funday”')
  expect(await set({ every: 'day', on: 'Monday' })).toContain('Leave the day empty')
  expect(await set({ every: 'day', zone: 'Mars/Olympus' })).toContain('must be a time zone')
  expect(await set({ every: 'day', at: '25:00' })).toContain('must be a time')
  expect(await set({ every: 'week', on: 'fri' })).toMatch(/every Friday at 09:00/)
})

test('what was planned by the old clock comes by the new one, and not twice', async () => {
  const mia = await w.creator('Mia')
  const ring = async (at: string) => {
    w.at(at)
    for (const job of ['messages', 'deliver']) await w.app.runJob(job)
  }
  await root.run('schedule set', { schedule: 'digest', every: 'week', at: '09:00', on: 'Monday' })
  await ring('2026-11-29T13:00:00Z')
  expect(await root.run('schedule set', { schedule: 'digest', every: 'week', at: '18:00', on: 'Monday' })).toContain(
    'Mon, Nov 30, 2026, 5:00 PM UTC',
  )
  await ring('2026-11-30T12:30:00Z')
  expect(await mia.sees()).not.toContain('Your week')
  for (const at of ['2026-11-30T17:01:00Z', '2026-12-01T08:30:00Z']) await ring(at)
  expect((await mia.sees()).match(/Your week/g)).toHaveLength(1)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('an admin reads what rings when, in which zone, and may post or pause it', async () => {
  const root = await w.admin('Root')
  const said = await root.run('schedule list')
  expect(said).toContain('leaderboard: the board of the week that ended, in #leaderboard')
  expect(said).toMatch(
    /Rhythm +every Monday at 09:00, Europe\/Berlin time\nNext +Mon, Nov 23, 2026, 8:00 AM UTC\nLast +not yet\nThen +Nov 30, 2026 · Dec 7, 2026 · Dec 14, 2026 · Dec 21, 2026/,
  )
  expect(said).toContain('digest: the week of each creator, at this clock time where each of them is')
  expect(said).toContain('[Post now] [Pause] [Change]')
})

test('what nothing here can post is listed without buttons', async () => {
  const root = await w.admin('Root')
  await w.within((ctx) => ctx.db.schedule.updateMany({ where: { name: 'leaderboard' }, data: { name: 'weather' } }))
  const said = await root.run('schedule list')
  expect(said).toContain('weather: nothing here knows how to post this')
  expect(said.slice(said.indexOf('weather:'))).not.toContain('[Post now]')
})

test('it is for admins', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('schedule list')).toMatch(/is for admins/)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('an admin reads what rings when, in which zone, opens one, and may post or pause it', async () => {
  const root = await w.admin('Root')
  const said = await root.run('schedule list')
  expect(said).toContain('leaderboard: the board of the week that ended, in #leaderboard')
  for (const name of ['star', 'season', 'evaluation', 'newsletter', 'digest', 'brief', 'nudge', 'recap'])
    expect(said).toContain(`${name}: `)
  expect(said).toContain('By the clock of Europe/Berlin')
  expect(said).toMatch(/leaderboard +every Monday at 09:00 +Mon, Nov 23, 2026, 8:00 AM UTC +not yet/)
  expect(said).toMatch(/newsletter +every month on day 3 at 10:00 +paused/)
  expect(said).toContain('digest: the week of each creator, at this clock time where each of them is')
})

test('what nothing here can post is listed and cannot be opened', async () => {
  const root = await w.admin('Root')
  await w.within((ctx) => ctx.db.schedule.updateMany({ where: { name: 'leaderboard' }, data: { name: 'weather' } }))
  expect(await root.run('schedule list')).toContain('weather: nothing here knows how to post this')
  expect(await root.run('schedule show', { schedule: 'weather' })).toContain('must be one of')
})

test('it is for admins', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('schedule list')).toMatch(/is for admins/)
})

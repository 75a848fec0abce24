import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('one schedule with its next five runs and what can be done with it', async () => {
  const root = await w.admin('Root')
  expect(await root.run('schedule show', { schedule: 'leaderboard' })).toMatch(
    /Next +Mon, Nov 23, 2026, 8:00 AM UTC\nThen +Nov 30, 2026 · Dec 7, 2026 · Dec 14, 2026 · Dec 21, 2026\nLast +not yet[\s\S]*\[Run it now\] \[Pause\] \[Change\]/,
  )
  expect(await root.run('schedule show', { schedule: 'evaluation' })).toMatch(
    /Next +Tue, Dec 1, 2026, 8:00 AM UTC\nThen +Jan 1, 2027/,
  )
  expect((await root.press('Pause')).text).toContain('Paused')
  expect(await root.run('schedule show', { schedule: 'evaluation' })).toMatch(/Next +paused[\s\S]*\[Resume\]/)
  const ana = await w.manager('Ana')
  expect(await ana.run('schedule show', { schedule: 'evaluation' })).toMatch(/is for admins/)
})

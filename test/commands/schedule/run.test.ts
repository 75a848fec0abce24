import { afterAll, beforeAll, expect, test } from 'vitest'
import { brings, sell } from '../../boards.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
  root = await w.admin('Root')
})
afterAll(() => w.close())

const scheduleNow = () => w.within((ctx) => ctx.db.schedule.findFirstOrThrow({ where: { name: 'leaderboard' } }))

test('"Post now" posts last week at once; asked again it shows how this week stands, in one post', async () => {
  await w.within(async (ctx) => {
    const mia = await brings(ctx, 'Mia')
    await sell(ctx, mia, { at: '2026-11-12T10:00:00Z', base: 5_000n })
    await sell(ctx, mia, { at: '2026-11-17T10:00:00Z', base: 7_000n })
    await sell(ctx, mia, { at: '2026-11-18T10:00:00Z', base: 7_000n })
  })
  await root.run('schedule show', { schedule: 'leaderboard' })
  const answer = await root.press('Run it now')
  expect(answer.text).toMatch(
    /Posted\nThe board of last week is in #leaderboard\.\nThe next one comes by itself Mon, Nov 23, 2026, 8:00 AM UTC/,
  )
  expect(await root.sees('leaderboard')).toMatch(/Leaderboard of week 46[\s\S]*1 +Mia +1/)
  expect(await root.run('schedule run', { schedule: 'leaderboard' })).toContain('how this week stands so far')
  await root.run('schedule run', { schedule: 'leaderboard' })
  const seen = await root.sees('leaderboard')
  expect(seen.match(/^Leaderboard so far, week 47/gm)).toHaveLength(1)
  expect(seen).toMatch(/so far, week 47[\s\S]*1 +Mia +2/)
})

test('the turn that comes by itself stays where it was, and does not post the week twice', async () => {
  expect(await scheduleNow()).toMatchObject({ lastAt: w.now, nextAt: new Date('2026-11-23T08:00:00Z') })
  w.at('2026-11-23T07:00:00Z')
  expect(await root.run('schedule run', { schedule: 'leaderboard' })).toContain('The board of last week')
  w.at('2026-11-23T08:00:00Z')
  await w.app.runJob('schedule')
  const seen = await root.sees('leaderboard')
  expect(seen.match(/^Leaderboard of week 47/gm)).toHaveLength(1)
  expect(seen).toContain('This week is over.')
})

test('an unknown schedule and a manager are refused', async () => {
  expect(await root.run('schedule run', { schedule: 'weather' })).toMatch(/"Which schedule" must be one of leaderboard/)
  const ana = await w.manager('Ana')
  expect(await ana.run('schedule run', { schedule: 'leaderboard' })).toMatch(/is for admins/)
  await w.within((ctx) => ctx.db.schedule.deleteMany())
  expect(await root.run('schedule run', { schedule: 'leaderboard' })).toMatch(/no schedule called leaderboard/)
})

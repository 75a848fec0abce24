import { expect, test } from 'vitest'
import { weekRange } from '../../../src/kernel/time.ts'
import { postLeaderboard } from '../../../src/recognition/service.ts'
import { sell } from '../../boards.ts'
import { world } from '../../world.ts'

test('a season is ended once, by a manager, and not before it has begun', async () => {
  const w = await world()
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.run('season create', { kind: 'custom', from: '2026-12-01', until: '2026-12-05' })
  const { id } = await w.within((ctx) => ctx.db.season.findFirstOrThrow())
  expect(await ana.run('season end', { season: id })).toContain('has not begun')
  expect(await mia.run('season end', { season: id })).toMatch(/^Not allowed/)
  w.at('2026-12-03T12:00:00Z')
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-12-02T10:00:00Z', base: 500n }))
  const both = await Promise.all([1, 2].map(() => ana.run('season end', { season: id })))
  expect(both.filter((said) => said.startsWith('Over'))).toHaveLength(1)
  // What comes in the days that were cut off no longer counts.
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-12-04T10:00:00Z', base: 500n }))
  expect(await mia.run('season show', { season: id })).toMatch(/1 +You +1\b/)
  await w.close()
})

test('a week by another measure has a board of its own beside the weekly one, and ending it leaves the running week alone', async () => {
  const w = await world({ now: '2026-11-18T12:00:00Z' })
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.run('season create', { kind: 'week', metric: 'orders', title: 'Order sprint' })
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-18T10:00:00Z', base: 500n }))
  await ana.run('schedule run', { schedule: 'leaderboard' })
  w.at('2026-11-23T00:00:00Z')
  await w.app.runJob('schedule')
  await w.within((ctx) => postLeaderboard(ctx, weekRange(new Date('2026-11-18T12:00:00Z'), ctx.program.zone).from))
  const boards = await w.within((ctx) => ctx.db.outbox.findMany({ where: { audience: 'leaderboard', kind: 'post' } }))
  const titles = boards.map(({ payload }) => (payload as { card: { title: string } }).card.title)
  expect(titles).toContain('Leaderboard of Order sprint')
  expect(titles).toContain('Leaderboard of week 47')
  await w.close()
})

test('a week with prizes is frozen when it is over, though the weekly board rests or came too late for it', async () => {
  const w = await world({ now: '2026-11-18T12:00:00Z' })
  const [ana, root, mia] = [await w.manager('Ana'), await w.admin('Root'), await w.creator('Mia')]
  await ana.run('season create', { kind: 'week', title: 'Sprint', prizes: 'Gold' })
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-18T10:00:00Z', base: 500n }))
  await w.app.runJob('messages')
  await root.run('schedule pause', { schedule: 'leaderboard', state: 'paused' })
  const ring = async (at: string) => {
    w.at(at)
    await w.app.runJob('schedule')
  }
  await ring('2026-11-23T00:05:00Z')
  expect(await mia.sees('leaderboard')).toContain('Leaderboard of Sprint')
  await root.run('schedule pause', { schedule: 'leaderboard', state: 'running' })
  await ana.run('season create', { kind: 'week', title: 'Another' })
  // Nothing ran for three weeks; the weekly boards of the others are closed, and this one has its own.
  await ring('2026-12-14T12:00:00Z')
  expect(await mia.sees('leaderboard')).toContain('Leaderboard of Another')
  expect(await mia.sees('leaderboard')).toContain('when the board of this week was due')
  await w.close()
})

test('the button of a board leads to that board, however long ago it was posted', async () => {
  const w = await world({ now: '2026-11-18T12:00:00Z' })
  const mia = await w.creator('Mia')
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-18T10:00:00Z', base: 500n }))
  w.at('2026-11-23T12:00:00Z')
  await w.app.runJob('schedule')
  w.at('2026-12-14T12:00:00Z')
  expect((await mia.press('See my place')).text).toMatch(/^Leaderboard: week 47\n[\s\S]*Your place +1 of 1/)
  await w.close()
})

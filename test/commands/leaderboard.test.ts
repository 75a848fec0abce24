import { afterAll, beforeAll, expect, test } from 'vitest'
import { postLeaderboard } from '../../src/recognition/service.ts'
import { approved, brings, sell } from '../boards.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
let leo: Persona

beforeAll(async () => {
  w = await world({ now: '2026-11-25T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  leo = await w.creator('Leo')
  await w.within(async (ctx) => {
    await sell(ctx, mia.creatorId, { at: '2026-11-18T10:00:00Z', base: 40_000n })
    await sell(ctx, leo.creatorId, { at: '2026-11-18T11:00:00Z', base: 30_000n })
    await sell(ctx, leo.creatorId, { at: '2026-11-24T11:00:00Z', base: 65_432n })
    await sell(ctx, mia.creatorId, { at: '2026-11-24T10:00:00Z', base: 12_345n })
    await sell(ctx, mia.creatorId, { at: '2026-11-24T11:00:00Z', base: 100n })
    await approved(ctx, mia.creatorId, '2026-11-24T11:00:00Z')
  })
})
afterAll(() => w.close())

test('a creator reads places, counts and bars, and an amount for themselves alone', async () => {
  const said = await mia.run('leaderboard')
  expect(said).toMatch(/^Leaderboard, this week\n/)
  expect(said).toMatch(/1 +Leo +1 +██████████\n +2 +You +2 +██\n/)
  expect(said).toMatch(/Your place +2 of 2\nYour net revenue +€124\.45/)
  expect(said).not.toMatch(/654|Mia/)
  expect(said).toContain('[Show last week] [Show this month]')
})

test('other periods and measures', async () => {
  expect(await mia.run('leaderboard', { period: 'last_week' })).toMatch(/1 +You +1[\s\S]*Your net revenue +€400\.00/)
  expect(await mia.run('leaderboard', { period: 'month' })).toMatch(/Leaderboard, this month[\s\S]*1 +Leo +2[\s\S]*2 +You +3/)
  expect(await mia.run('leaderboard', { metric: 'orders' })).toMatch(/1 +You +2[\s\S]*2 +Leo +1/)
  expect(await mia.run('leaderboard', { metric: 'content' })).toMatch(/Approved[\s\S]*1 +You +1/)
  expect(await leo.run('leaderboard', { metric: 'growth' })).toMatch(/1 +You +\+118 %/)
  await mia.run('leaderboard')
  expect((await mia.press('Show last week')).text).toMatch(/Leaderboard, last week/)
})

test('a manager reads real names and amounts', async () => {
  await leo.run('settings', { alias: 'Lion' })
  expect(await mia.run('leaderboard')).toMatch(/1 +Lion +1/)
  const said = await ana.run('leaderboard')
  expect(said).toMatch(/1 +Leo +1 +█+ +€654\.32\n +2 +Mia +2 +█+ +€124\.45/)
  expect(said).not.toMatch(/Your place|not on this board/)
})

test('who is hidden is counted, not named, and is told so', async () => {
  await leo.run('settings', { shown: 'hidden' })
  expect(await mia.run('leaderboard')).toMatch(/1 +Hidden creator +1/)
  expect(await leo.run('leaderboard')).toMatch(/1 +You[\s\S]*counted but not named/)
  await leo.run('settings', { shown: 'name' })
})

test('who brought nothing yet learns what puts them on the board', async () => {
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('leaderboard')).toMatch(/You are not on this board yet\. One order[\s\S]*\[Get my link\]/)
  expect(await zoe.run('leaderboard', { metric: 'content' })).toMatch(/\[Hand in content\]/)
  expect(await zoe.run('leaderboard', { metric: 'growth' })).toMatch(/it takes sales before this time/)
})

test('in a long board the reader finds themselves among their neighbours', async () => {
  await w.within(async (ctx) => {
    for (let n = 0; n < 20; n++)
      await sell(ctx, await brings(ctx, `Many ${n}`), { at: '2026-11-23T10:00:00Z', base: BigInt(20_000 + n) })
  })
  const said = await mia.run('leaderboard')
  expect(said).toMatch(/Around you[\s\S]*20 +Many 1[\s\S]*21 +Many 0[\s\S]*22 +You/)
  expect(said).toMatch(/Your place +22 of 22/)
})

test('a posted week stays as it was posted', async () => {
  await w.within((ctx) => postLeaderboard(ctx, new Date('2026-11-18T12:00:00Z')))
  const before = await mia.run('leaderboard', { period: 'last_week' })
  expect(before).toContain('Final.')
  await w.within((ctx) => sell(ctx, leo.creatorId, { at: '2026-11-18T12:00:00Z', base: 10_000_000n }))
  expect(await mia.run('leaderboard', { period: 'last_week' })).toBe(before)
})

test('a posted week keeps the tiers that it was posted with', async () => {
  const among = { period: 'last_week', among: 'tier' }
  const before = await mia.run('leaderboard', among)
  expect(before).toMatch(/1 +You[\s\S]*2 +Leo/)
  await w.within((ctx) => ctx.db.creator.update({ where: { id: leo.creatorId }, data: { tier: 'Gold' } }))
  expect(await mia.run('leaderboard', among)).toBe(before)
  expect(await leo.run('leaderboard', among)).toMatch(/No tier yet[\s\S]*1 +Mia[\s\S]*2 +You/)
  expect(await leo.run('leaderboard', { among: 'tier' })).toMatch(/Gold[\s\S]*1 +You/)
})

test('an applicant is told how to join, and a wrong option what is right', async () => {
  const kim = await w.applicant('Kim')
  expect(await kim.run('leaderboard')).toMatch(/for creators[\s\S]*\/apply/)
  expect(await mia.run('leaderboard', { period: 'yesterday' })).toMatch(/"When" must be one of this_week, last_week, month/)
})

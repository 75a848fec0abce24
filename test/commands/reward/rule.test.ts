import { afterAll, beforeAll, expect, test } from 'vitest'
import { hours, minutes } from '../../../src/kernel/time.ts'
import { follow as followPlaces } from '../../../src/recognition/merge.ts'
import { follow as followRewards } from '../../../src/rewards/merge.ts'
import { preview, rowsEnding } from '../../../src/rewards/rules.ts'
import { approved, brings } from '../../boards.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world()
  root = await w.admin('Root')
})
afterAll(() => w.close())

const rows = async (creatorId: string, states: string[]) => {
  for (const state of states) {
    w.at(hours(w.now, 1))
    await w.within((ctx) => approved(ctx, creatorId, ctx.now, state))
  }
}
const yes = (n: number) => Array<string>(n).fill('approved')

test('a rule shows what it would cost before it is started', async () => {
  const mia = await w.within((ctx) => brings(ctx, 'Mia'))
  await rows(mia, yes(7))
  const said = await root.run('reward rule', { kind: 'row', number: '3', each: '10.00', budget: '15.00' })
  expect(said).toMatch(/not started yet\n3 approved in a row: €10\.00 each/)
  expect(said).toMatch(/2 reached it, which costs €10\.00/)
  expect(said).toContain('would not have been enough for all')
  await w.tick()
  expect(await w.within((ctx) => ctx.db.ruleReward.count())).toBe(0)
  expect(await root.run('reward rule', { kind: 'top', number: '3', each: '10.00', budget: '5.00' })).toContain(
    'less than one reward',
  )
  expect(await root.run('reward rule', { kind: 'top', number: '3', each: '-1', budget: '5.00' })).toMatch(/amount|above zero/)
})

test('started, it pays each row once, stops at its budget, and what is withdrawn is not paid anew', async () => {
  const leo = await w.within((ctx) => brings(ctx, 'Leo'))
  await root.run('reward rule', { kind: 'row', number: '2', each: '10.00', budget: '30.00' })
  await root.press('Start the rule')
  await rows(leo, ['approved', 'rejected', ...yes(5)])
  await w.tick()
  const paid = () => w.within((ctx) => ctx.db.ruleReward.count({ where: { creatorId: leo } }))
  expect(await paid()).toBe(2)
  // A piece that is withdrawn moves the rows; none is paid twice.
  await w.within(async (ctx) => {
    const last = await ctx.db.submission.findFirstOrThrow({
      where: { creatorId: leo, state: 'approved' },
      orderBy: { decidedAt: 'asc' },
    })
    await ctx.db.submission.update({ where: { id: last.id }, data: { state: 'withdrawn' } })
  })
  await w.tick()
  expect(await paid()).toBe(2)
  await rows(leo, yes(6))
  await w.tick()
  expect(await paid()).toBe(3)
  const rule = await w.within((ctx) => ctx.db.rewardRule.findFirstOrThrow({ where: { number: 2 } }))
  expect(rule).toMatchObject({ state: 'stopped', spentMinor: 3_000n })
  expect(await root.sees('managers')).toContain('A rule has no budget left')
  const booked = await w.within((ctx) => ctx.db.transfer.findMany({ where: { key: { startsWith: 'incentive:' } } }))
  expect(booked.map(({ minor }) => minor)).toEqual([1_000n, 1_000n, 1_000n])
})

test('what was reached while a rule was stopped is not paid when it starts again, and what comes then is', async () => {
  const zoe = await w.within((ctx) => brings(ctx, 'Zoe'))
  const paid = () => w.within((ctx) => ctx.db.ruleReward.count({ where: { creatorId: zoe } }))
  await root.run('reward rule', { kind: 'row', number: '2', each: '7.00', budget: '700.00' })
  await root.press('Start the rule')
  await rows(zoe, yes(3))
  await w.tick()
  expect(await paid()).toBe(1)
  w.at(hours(w.now, 1))
  await root.press('Stop the rule')
  await rows(zoe, yes(6))
  w.at(hours(w.now, 1))
  await root.press('Start the rule')
  await w.tick()
  expect(await paid()).toBe(1)
  await rows(zoe, yes(2))
  await w.tick()
  await w.tick()
  expect(await paid()).toBe(2)
  await rows(zoe, yes(2))
  await w.tick()
  expect(await paid()).toBe(3)
})

test('whoever was paid for a place is not paid for it again as the one they turned out to be', async () => {
  const [kim, kimToo] = await w.within(async (ctx) => [await brings(ctx, 'Kim'), await brings(ctx, 'Kim too')] as const)
  await root.run('reward rule', { kind: 'top', number: '1', each: '5.00', budget: '50.00', season: 'custom' })
  await root.press('Start the rule')
  w.at(hours(w.now, 1))
  await w.within(async (ctx) => {
    const id = ctx.id('season')
    const span = { from: hours(ctx.now, -48), to: minutes(ctx.now, -30), frozenAt: ctx.now, createdAt: ctx.now }
    await ctx.db.season.create({
      data: { id, programId: ctx.program.id, period: id, kind: 'custom', metric: 'revenue', ...span },
    })
    const place = { seasonId: id, programId: ctx.program.id, rank: 1, value: 100n, orders: 1, reachedAt: ctx.now }
    await ctx.db.standing.create({ data: { ...place, creatorId: kim } })
  })
  await w.tick()
  const paid = () => w.within((ctx) => ctx.db.ruleReward.count({ where: { minor: 500n } }))
  expect(await paid()).toBe(1)
  await w.within(async (ctx) => {
    await followRewards(ctx, { from: kim, to: kimToo })
    await followPlaces(ctx, { from: kim, to: kimToo })
  })
  await w.tick()
  expect(await paid()).toBe(1)
})

test('rows and previews, as numbers', () => {
  expect(rowsEnding([true, true, false, true, true, true, true], 2)).toEqual([1, 4, 6])
  expect(rowsEnding([], 2)).toEqual([])
  const rule = { kind: 'row', number: 2, minor: 10n, budgetMinor: 25n, spentMinor: 0n }
  expect(preview(rule, 3)).toEqual({ cost: 20n, paid: 2, left: 0 })
  expect(preview(rule, 1)).toEqual({ cost: 10n, paid: 1, left: 1 })
})

import { expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import { due as mature } from '../../../src/ledger/mature.ts'
import { postStar } from '../../../src/recognition/star.ts'
import { due as points } from '../../../src/rewards/points.ts'
import { raise } from '../../../src/trust/raise.ts'
import { approved } from '../../boards.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { world } from '../../world.ts'

test('a place that was won with sales which a case withholds pays once they are let go, and nobody is praised for them', async () => {
  const w = await world()
  const [root, ana] = [await w.admin('Root'), await w.manager('Ana')]
  const [mia, leo] = [await enlist(w, 'Mia'), await enlist(w, 'Leo')]
  await root.run('reward rule', { kind: 'top', number: '2', each: '100.00', budget: '500.00' })
  await root.press('Start the rule')
  await tell(w, order('1', { codes: [mia.code] }), order('2', { codes: [leo.code] }))
  await w.within(async (ctx) => {
    for (const { creatorId } of [mia, leo]) {
      const orders = await ctx.db.order.findMany({ where: { creatorId } })
      const orderIds = orders.map(({ id }) => id)
      await raise(ctx, [
        {
          creatorId,
          subject: orderIds.join(),
          strong: true,
          rule: 'own_purchase',
          says: 'The shopper is the creator.',
          orderIds,
        },
      ])
    }
    await approved(ctx, mia.creatorId, ctx.now)
  })
  w.at('2026-11-23T12:00:00Z')
  await w.app.runJob('schedule')
  await w.tick()
  const paid = () => w.within(async (ctx) => (await ctx.db.ruleReward.findMany()).map(({ creatorId }) => creatorId))
  expect(await mia.sees('leaderboard')).toContain('Leaderboard of week 47')
  expect(await paid()).toEqual([])
  expect(await w.within(postStar)).toBe(false)
  const decide = async (creatorId: string, verdict: string) => {
    const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId } }))
    await ana.run('case decide', { case: id, verdict, reason: 'We asked the shop.' })
  }
  await decide(leo.creatorId, 'uphold')
  await w.tick()
  expect(await paid()).toEqual([])
  await decide(mia.creatorId, 'release')
  await w.tick()
  await w.tick()
  expect(await paid()).toEqual([mia.creatorId])
  await w.close()
})

test('a place that no withheld sale counted for is paid: of content, after an earlier decision, or where the bank decided', async () => {
  const w = await world()
  const [root, ana] = [await w.admin('Root'), await w.manager('Ana')]
  const [mia, leo, zoe] = [await enlist(w, 'Mia'), await enlist(w, 'Leo'), await enlist(w, 'Zoe')]
  await root.run('reward rule', { kind: 'top', number: '3', each: '100.00', budget: '500.00' })
  await root.press('Start the rule')
  await root.run('reward rule', { kind: 'top', number: '3', each: '1.00', budget: '5.00', season: 'custom' })
  await root.press('Start the rule')
  await ana.run('season create', { kind: 'custom', metric: 'content', from: '2026-11-20', until: '2026-11-22' })
  const codes = [leo.code]
  await tell(
    w,
    order('1', { codes }),
    order('2', { codes }),
    order('3', { codes: [zoe.code] }),
    order('4', { codes: [mia.code] }),
  )
  const suspect = async (creatorId: string) => {
    const { id } = await w.within((ctx) =>
      ctx.db.order.findFirstOrThrow({ where: { creatorId }, orderBy: { externalId: 'asc' } }),
    )
    const own = { creatorId, subject: id, strong: true, rule: 'own_purchase' as const, says: 'The shopper is the creator.' }
    await w.within((ctx) => raise(ctx, [{ ...own, orderIds: [id] }]))
    return w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId } }))
  }
  // Of Leo one of two was taken before the week was over, of Mia one is looked at, and Zoe's shopper asks the bank.
  const { id } = await suspect(leo.creatorId)
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'We asked the shop.' })
  await suspect(mia.creatorId)
  await tell(w, { type: 'order.disputed', orderId: '3', disputeId: 'dp-3', at: '2026-11-20T11:40:00Z', outcome: 'open' })
  await w.within((ctx) => approved(ctx, mia.creatorId, ctx.now))
  w.at('2026-11-23T12:00:00Z')
  await w.app.runJob('schedule')
  await w.tick()
  await w.tick()
  const paid = await w.within((ctx) => ctx.db.ruleReward.findMany({ orderBy: { minor: 'asc' } }))
  expect(paid.map(({ creatorId, minor }) => [creatorId, minor]).sort()).toEqual(
    [
      [mia.creatorId, 100n],
      [leo.creatorId, 10_000n],
      [zoe.creatorId, 10_000n],
    ].sort(),
  )
  await w.close()
})

test('an order whose case is decided after months brings its points then, once', async () => {
  const w = await world()
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }))
  await w.within(async (ctx) => {
    const { id } = await ctx.db.order.findFirstOrThrow({ where: { creatorId: mia.creatorId } })
    const told = { rule: 'own_purchase' as const, says: 'The shopper is the creator.', orderIds: [id] }
    await raise(ctx, [{ creatorId: mia.creatorId, subject: id, strong: true, ...told }])
  })
  w.at(days(w.now, 120))
  expect(await w.within(points)).toBe(0)
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  await ana.run('case decide', { case: id, verdict: 'release', reason: 'We asked the shop.' })
  await w.within(mature)
  expect(await w.within(points)).toBe(1)
  w.at(days(w.now, 1))
  expect(await w.within(points)).toBe(0)
  await w.close()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { breaks } from '../../src/ledger/audit.ts'
import { move } from '../../src/ledger/service.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { plansOf } from '../plans.ts'
import { type World, world } from '../world.ts'
import { enlist, order, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('money of someone who is somebody else now is found, by their id and not by looking at each account for each of them', async () => {
  const [old, now] = [await enlist(w, 'Old'), await enlist(w, 'Now')]
  const give = (creatorId: string, minor: bigint) =>
    w.within((ctx) => {
      const [to, money] = [`creator:${creatorId}:payable`, { minor, currency: 'EUR' }]
      return move(ctx, { from: 'program:bonus', to, money, key: `bonus:${creatorId}`, because: {} })
    })
  await give(old.creatorId, 5n)
  await give(now.creatorId, 7n)
  await w.within((ctx) =>
    ctx.db.creator.update({ where: { id: old.creatorId }, data: { state: 'left', mergedInto: now.creatorId } }),
  )
  expect(await w.within(breaks)).toEqual([
    { law: 'creators who are someone else now and still have money', count: 1, ids: [old.creatorId] },
  ])
  const plans = await w.within((ctx) => plansOf(ctx, breaks))
  expect(plans.length).toBeGreaterThan(2)
  for (const plan of plans) expect(plan).not.toMatch(/Join Filter: .*~~/)
})

test('an order whose touches name no winner is found, with one count of all touches', async () => {
  const eve = await enlist(w, 'Eve')
  await tell(w, order('1', { codes: [eve.code] }), order('2', { codes: [eve.code] }))
  expect(await w.within(ordersAudit)).toEqual([])
  const [plan] = await w.within((ctx) => plansOf(ctx, ordersAudit))
  expect(plan).not.toContain('SubPlan')
  const first = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: '1' } }))
  await w.within((ctx) => ctx.db.touch.updateMany({ where: { orderId: first.id }, data: { won: false } }))
  expect(await w.within(ordersAudit)).toEqual(['1 orders without exactly one winning touch'])
  await w.within((ctx) => ctx.db.touch.deleteMany({ where: { orderId: first.id } }))
  expect(await w.within(ordersAudit)).toEqual(['1 orders without exactly one winning touch'])
})

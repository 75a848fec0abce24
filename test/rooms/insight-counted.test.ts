/** What counts as a customer, a click, a cost and an earning, told by orders as shops send them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { funnelFacts, handedOver } from '../../src/insight/counted.ts'
import { dailyOf } from '../../src/insight/days.ts'
import { ordersFile } from '../../src/insight/orders-file.ts'
import { countsOf } from '../../src/insight/own.ts'
import { tallyOf } from '../../src/insight/tally.ts'
import { bonus } from '../../src/ledger/service.ts'
import { policySchema } from '../../src/programs/rules.ts'
import type { Persona } from '../chat.ts'
import { licensed } from '../rights.ts'
import { type World, world } from '../world.ts'
import { daily } from './insight-daily-world.ts'
import { cancelled, enlist, type Member, order, refund, tell } from './shop.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const window = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') }
const tally = (of: Member) => w.within((ctx) => tallyOf(ctx, { ...window, by: 'creator', of: of.creatorId }))
const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })

test('a customer is new with their first order that was bought; one that was not paid or is cancelled was none', async () => {
  const mia = await enlist(w, 'Mia')
  const from = (email: string) => ({ codes: [mia.code], shopper: { email } })
  await tell(w, order('a1', { ...from('a'), at: '2026-11-10T10:00:00Z', paid: false }))
  await tell(
    w,
    order('a2', { ...from('a'), at: '2026-11-10T10:10:00Z' }),
    order('a3', { ...from('a'), at: '2026-11-10T10:20:00Z' }),
  )
  expect((await tally(mia)).sales).toMatchObject({ orders: 2, newCustomers: 1 })
  await tell(
    w,
    order('b1', { ...from('b'), at: '2026-11-11T10:00:00Z' }),
    order('b2', { ...from('b'), at: '2026-11-11T11:00:00Z' }),
  )
  expect((await tally(mia)).sales.newCustomers).toBe(2)
  await tell(w, cancelled('b1'))
  expect((await tally(mia)).sales.newCustomers).toBe(2)
  await tell(w, cancelled('b2'))
  expect((await tally(mia)).sales.newCustomers).toBe(1)
})

test('a cid that is none of ours is no click', async () => {
  const noah = await enlist(w, 'Noah')
  await tell(w, order('c1', { codes: [noah.code], at: '2026-11-10T11:00:00Z', cid: 'summer-sale' }))
  const { sales } = await tally(noah)
  expect([sales.approved, sales.byClick]).toEqual([1, 0])
  expect(await ana.run('report funnel', { of: noah.creatorId })).toMatch(/By code alone, without a click: 1 order/)
})

test('the discount of an order that was given away is a cost like any other', async () => {
  const zoe = await enlist(w, 'Zoe')
  const free = { base: eur(0), components: { total: eur(0), discounts: eur(10_000) } }
  await tell(w, order('d1', { codes: [zoe.code], at: '2026-11-10T11:00:00Z', ...free }))
  await tell(w, order('d2', { codes: [zoe.code], at: '2026-11-10T12:00:00Z', components: { discounts: eur(500) } }))
  expect((await tally(zoe)).sales.discountMinor).toBe(10_500n)
})

test('what a case took is not left of a sale, in charts and lists', async () => {
  const sue = await enlist(w, 'Sue')
  const email = await w.within(async (ctx) => ctx.hash('sue@example.com'))
  await tell(w, order('s1', { codes: [sue.code], shopper: { email } }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: sue.creatorId } }))
  const seen = async () => {
    let text = ''
    const program = { id: w.programId, zone: 'Europe/Berlin' }
    for await (const piece of ordersFile(w.app.database.pool, program, window)) text += piece
    const daily = await w.within((ctx) => dailyOf(ctx, window, 'Europe/Berlin', sue.creatorId))
    const line = text.split('\n').find((one) => one.includes('#s1'))!
    return [/,8\.00,(\d\.\d\d),/.exec(line)?.[1], daily.reduce((sum, day) => sum + day.earnedMinor, 0n)]
  }
  expect(await seen()).toEqual(['8.00', 800n])
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'An own purchase.' })
  expect(await seen()).toEqual(['0.00', 0n])
})

test('a creator’s days add up to what their card says they earned: commission, fees and bonuses', async () => {
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({}) } }))
  const ben = await enlist(w, 'Ben')
  await tell(w, order('e1', { codes: [ben.code], at: '2026-11-19T11:00:00Z' }))
  await w.within((ctx) =>
    bonus(ctx, { creatorId: ben.creatorId, money: { minor: 15_000n, currency: 'EUR' }, key: 'thanks', because: {} }),
  )
  const days = await w.within((ctx) => dailyOf(ctx, window, 'Europe/Berlin', ben.creatorId))
  const counts = await w.within((ctx) => countsOf(ctx, window, ben.creatorId))
  expect(days.filter(({ earnedMinor }) => earnedMinor !== 0n).map(({ day, earnedMinor }) => [day, earnedMinor])).toEqual([
    ['2026-11-19', 800n],
    ['2026-11-20', 15_000n],
  ])
  expect(counts.earnedMinor).toBe(15_800n)
})

test('what a piece was paid for its numbers is a cost of its mission', async () => {
  const kim = await enlist(w, 'Kim')
  await w.within(async (ctx) => {
    const id = ctx.id('submission')
    const piece = { kind: 'post', state: 'approved', feeMinor: 2_500n, missionId: 'mis_views', caption: 'x' }
    const at = { submittedAt: ctx.now, decidedAt: ctx.now, createdAt: ctx.now }
    await ctx.db.submission.create({ data: { id, programId: w.programId, creatorId: kim.creatorId, ...piece, ...at } })
    const money = { minor: 2_000n, currency: 'EUR' }
    await bonus(ctx, { creatorId: kim.creatorId, money, key: `performance:${id}:2000`, because: {} })
  })
  const { cost } = await w.within((ctx) => tallyOf(ctx, { ...window, by: 'mission', of: 'mis_views' }))
  expect(cost.feesMinor).toBe(4_500n)
})

test('what a licence of a piece cost is a cost of its mission', async () => {
  const noa = await w.creator('Noa')
  const { submission } = await licensed(w, ana, noa, { channels: 'website', term: '90 days', fee: '80' })
  await w.within((ctx) => ctx.db.submission.update({ where: { id: submission }, data: { missionId: 'mis_rights' } }))
  const { cost } = await w.within((ctx) => tallyOf(ctx, { ...window, by: 'mission', of: 'mis_rights' }))
  expect(cost.feesMinor).toBe(8_000n)
})

test('an order that a dispute moves is earned by whoever has it now, in their card, their days and the figures, and a refund of it as well', async () => {
  const [leo, ivy] = [await enlist(w, 'Leo'), await enlist(w, 'Ivy')]
  const earned = async (of: Member) => {
    const [card, chart] = await w.within(async (ctx) => [
      await countsOf(ctx, window, of.creatorId),
      await dailyOf(ctx, window, 'Europe/Berlin', of.creatorId),
    ])
    const days = chart.reduce((sum, { earnedMinor }) => sum + earnedMinor, 0n)
    return [card.earnedMinor, days, (await tally(of)).cost.commissionMinor]
  }
  await tell(w, order('m1', { codes: [leo.code], at: '2026-11-19T11:00:00Z' }))
  await ivy.run('dispute', { order: 'm1', reason: 'They came by my link.' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { named: '#m1' } }))
  await ana.run('case decide', { case: id, verdict: 'move', reason: 'The click came first.' })
  expect([await earned(leo), await earned(ivy)]).toEqual([
    [0n, 0n, 0n],
    [800n, 800n, 800n],
  ])
  await tell(w, refund('m1', 'm1-1', 4_000))
  expect([await earned(leo), await earned(ivy)]).toEqual([
    [0n, 0n, 0n],
    [400n, 400n, 400n],
  ])
  w.at('2026-11-23T12:00:00Z')
  await daily(() => w).rollAll(w.programId)
  expect([await earned(leo), await earned(ivy)]).toEqual([
    [0n, 0n, 0n],
    [400n, 400n, 400n],
  ])
})

test('whether an order is over its hold and what a dispute moved are looked up by key, however many transfers there are', async () => {
  const plans = await w.within(async ({ db, program }) => {
    // So few rows would be read from end to end, whatever index there is.
    await db.$executeRaw`SET LOCAL enable_seqscan = off`
    await db.$executeRaw`SET LOCAL enable_bitmapscan = off`
    const moved = await db.$queryRaw<object[]>`EXPLAIN ${handedOver(program.id)}`
    const ripe = await db.$queryRaw<object[]>`
      EXPLAIN SELECT ${funnelFacts} FROM "Line" l JOIN "Order" o ON o.id = l."orderId" WHERE l."programId" = ${program.id}`
    return [moved, ripe].map((rows) => rows.flatMap(Object.values).join('\n'))
  })
  expect(plans[0]).toMatch(/Transfer_programId_key_key[^>]*Index Cond: .*key = .*recredit:/)
  expect(plans[1]).toMatch(/Transfer_programId_key_key[^>]*Index Cond: .*key = .*mature:/)
})

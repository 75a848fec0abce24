/** The facts of one order, in every order in which they may be heard, more than once, and through several workers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { audit as ledgerAudit } from '../../src/ledger/audit.ts'
import { bookedOn, reversedOf } from '../../src/ledger/service.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { record } from '../../src/orders/service.ts'
import { type World, world } from '../world.ts'
import { cancelled, enlist, type Member, order, owned, paid, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(async () => {
  expect(await w.within(ledgerAudit)).toEqual([])
  expect(await w.within(ordersAudit)).toEqual([])
  await w.close()
})

const shuffle = function* <T>(all: readonly T[]): Generator<T[]> {
  if (all.length <= 1) return yield [...all]
  for (const [i, one] of all.entries()) for (const rest of shuffle(all.toSpliced(i, 1))) yield [one, ...rest]
}

describe('facts in any order, more than once, through several workers', () => {
  /** What is left in the books and rows of orders, without ids and times of hearing; one picture for each that differs. */
  const pictures = (name: string, count: number, source = 'generic') =>
    w.within(async (ctx) => {
      const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`)
      const orders = await ctx.db.order.findMany({ where: { externalId: { in: ids }, source } })
      expect(orders).toHaveLength(count)
      const where = { orderId: { in: orders.map((order) => order.id) } }
      const lines = await ctx.db.line.findMany({ where })
      const lineIds = lines.map((line) => line.id)
      const booked = await bookedOn(ctx, lineIds)
      const reversed = await reversedOf(ctx, [...new Set(lines.map((line) => line.creatorId))], lineIds)
      const touches = await ctx.db.touch.findMany({ where, select: { orderId: true } })
      const told = { orderExternalId: { in: ids } }
      const refunds = await ctx.db.refund.findMany({ where: told, orderBy: { externalId: 'asc' } })
      const open = await ctx.db.openFact.findMany({ where: told, select: { orderExternalId: true } })
      const seen = new Set<string>()
      for (const order of orders) {
        const line = lines.find(({ orderId }) => orderId === order.id)!
        const mine = refunds.filter(({ orderExternalId }) => orderExternalId === order.externalId)
        const picture = {
          dates: [order.paidAt, order.cancelledAt, order.lostAt, order.note],
          rule: order.rule,
          touches: touches.filter(({ orderId }) => orderId === order.id).length,
          open: open.filter(({ orderExternalId }) => orderExternalId === order.externalId).length,
          refunds: mine.map(({ base, taken, appliedAt }) => [String(base), String(taken), appliedAt !== null]),
          money: [line.minor, booked.get(line.id) ?? 0n, reversed.get(line.id) ?? 0n].map(Number),
          left: [line.leftBase, line.leftMinor].map(String),
        }
        seen.add(JSON.stringify(picture))
      }
      return [...seen].map((one) => JSON.parse(one) as unknown)
    })
  /** Whoever wants to hear nothing is written nothing, which is quicker. */
  const quiet = async (name: string) => {
    const one = await enlist(w, name)
    await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: one.personId }, data: { alerts: 'none' } }))
    return one
  }
  const tellAll = async (name: string, all: OrderFact[][]) => {
    const renamed = all.map((facts, n) => JSON.parse(JSON.stringify(facts).replaceAll('NAME', `${name}-${n}`)) as OrderFact[])
    // One unit of work for each; that several workers may tell them at once is shown below.
    const tellOne = (facts: OrderFact[]) =>
      w.within(async (ctx) => {
        for (const fact of facts) await record(ctx, 'generic', fact)
      })
    for (let n = 0; n < renamed.length; n += 6) await Promise.all(renamed.slice(n, n + 6).map(tellOne))
  }
  const five = (id: string, of: Member): OrderFact[] => [
    order(id, { codes: [of.code], paid: false }),
    paid(id),
    refund(id, `${id}-1`, 2_500),
    refund(id, `${id}-2`, 1_111),
    cancelled(id),
  ]

  test('all 120 orders of sale, payment and refunds told in three ways end the same, to the cent', {
    timeout: 60_000,
  }, async () => {
    const ada = await quiet('Ada')
    const more = (id: string, minute: number, rest: object) => ({
      ...refund('NAME', id, 0),
      at: `2026-11-20T11:${minute}:00.000Z`,
      ...rest,
    })
    const facts = [
      order('NAME', { codes: [ada.code], paid: false }),
      paid('NAME'),
      refund('NAME', 'NAME-1', 2_500),
      more('NAME-2', 21, { base: { minor: '952', currency: 'EUR' }, whole: { minor: '9520', currency: 'EUR' } }),
      more('NAME-3', 22, { base: { minor: '5000', currency: 'EUR' }, cumulative: true }),
    ] as OrderFact[]
    const permutations = [...shuffle(facts)]
    expect(permutations).toHaveLength(120)
    await tellAll('perm', permutations)
    const found = await pictures('perm', 120)
    expect(found).toHaveLength(1)
    // 25.00, a tenth of 80.00, and 17.00 to make 50.00 so far.
    expect(found[0]).toMatchObject({
      rule: 'code',
      touches: 1,
      open: 0,
      refunds: [
        ['2500', '2500', true],
        ['952', '800', true],
        ['5000', '1700', true],
      ],
      money: [800, 800, 500],
      left: ['3000', '300'],
    })
    expect(await owned(w, ada)).toEqual([120 * 300, 0])
  })

  test('all 24 orders of sale, refund and a bank’s dispute that is lost leave nothing; a lead and its rejection neither', async () => {
    const lea = await quiet('Lea')
    const dispute = (outcome: 'open' | 'lost', at: string): OrderFact => ({
      type: 'order.disputed',
      orderId: 'NAME',
      disputeId: 'NAME-d',
      at,
      outcome,
    })
    const facts: OrderFact[] = [
      order('NAME', { codes: [lea.code] }),
      refund('NAME', 'NAME-1', 2_500),
      dispute('open', '2026-11-20T11:40:00Z'),
      dispute('lost', '2026-11-20T11:50:00Z'),
    ]
    await tellAll('bank', [...shuffle(facts)])
    const found = await pictures('bank', 24)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ money: [800, 800, 800], left: ['0', '0'] })
    const lead = {
      type: 'lead.qualified',
      orderId: 'NAME',
      number: 'NAME',
      at: '2026-11-20T11:00:00Z',
      test: false,
      codes: [lea.code],
      shopper: {},
    }
    const rejected = { type: 'lead.rejected', orderId: 'NAME', at: '2026-11-20T11:30:00Z', reason: 'spam' }
    await tellAll('lead', [...shuffle([lead, rejected, rejected] as OrderFact[])])
    expect(await pictures('lead', 6)).toHaveLength(1)
    expect(await owned(w, lea)).toEqual([0, 0])
  })

  test('five deliveries of everything at once, in eight orders: one effect', async () => {
    const max = await enlist(w, 'Max')
    for (let round = 0; round < 8; round++) {
      const id = `many-${round}`
      const facts = five(id, max).slice(0, 4)
      const deliveries = Array.from({ length: 5 }, (_, i) => facts.toSpliced(0, i % 4).concat(facts.slice(0, i % 4))).flat()
      await Promise.all(deliveries.map((fact) => tell(w, fact)))
      expect(await owned(w, max)).toEqual([(round + 1) * 439, 0])
    }
    expect(await w.within((ctx) => ctx.db.line.count({ where: { creatorId: max.creatorId } }))).toBe(8)
    expect(await w.within((ctx) => ctx.db.openFact.count())).toBe(0)
  })
})

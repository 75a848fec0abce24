/** A refund that failed after it was told: the commission, the share of whoever invited, and what the sale counts for come again. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { audit } from '../../src/ledger/audit.ts'
import { partsOf, standing } from '../../src/ledger/rules.ts'
import { balances } from '../../src/ledger/service.ts'
import { audit as orderAudit } from '../../src/orders/queries.ts'
import { longWaiting } from '../../src/orders/waiting.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, payByTier, refund, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
  await payByTier(w, '15000')
})
afterAll(async () => {
  expect(await w.within(audit)).toEqual([])
  expect(await w.within(orderAudit)).toEqual([])
  await w.close()
})

const purses = async ({ creatorId }: Member) => {
  const { pending, payable } = await w.within((ctx) => balances(ctx, creatorId))
  return [pending, payable].map(({ minor }) => Number(minor))
}
const sold = (of: Member, id: string, at: string): OrderFact =>
  order(id, { codes: [of.code], at, base: { minor: '10000', currency: 'EUR' }, components: {} })
const failed = (orderId: string, refundId: string): OrderFact => ({ ...refund(orderId, refundId, 0), failed: true }) as OrderFact

test('once the sale is payable, its creator and whoever invited them have again what the refund took', async () => {
  const [inviter, of] = [await enlist(w, 'Inviter'), await enlist(w, 'Friend')]
  const brought = { invitedBy: inviter.personId, decidedAt: new Date('2026-10-01T00:00:00Z') }
  await w.within((ctx) => ctx.db.creator.update({ where: { id: of.creatorId }, data: brought }))
  await tell(w, sold(of, 'ripe', '2026-11-10T10:00:00.000Z'))
  await w.app.runJob('due')
  await tell(w, refund('ripe', 'ripe-1', 4_000))
  expect([await purses(of), await purses(inviter)]).toEqual([
    [0, 600],
    [0, 60],
  ])
  await tell(w, failed('ripe', 'ripe-1'), failed('ripe', 'ripe-1'))
  expect([await purses(of), await purses(inviter)]).toEqual([
    [0, 1_000],
    [0, 100],
  ])
  expect(await of.run('why', { order: '#ripe' })).toContain('failed in the shop')
  expect(await of.run('earnings')).toContain('10.00')
  await tell(w, refund('ripe', 'ripe-2', 10_000))
  expect([await purses(of), await purses(inviter)]).toEqual([
    [0, 0],
    [0, 0],
  ])
  w.at('2026-12-02T12:00:00Z')
  expect(await of.run('statement', { month: '2026-11' })).toContain('in 4 rows')
  w.at('2026-11-20T12:00:00Z')
})

test('what is held comes again to where it was, and a tier that it reaches pays backwards', async () => {
  const of = await enlist(w, 'Tina')
  await tell(w, sold(of, 't1', '2026-11-18T10:00:00.000Z'), refund('t1', 't1-1', 10_000))
  await tell(w, sold(of, 't2', '2026-11-19T10:00:00.000Z'))
  expect(await purses(of)).toEqual([1_000, 0])
  await tell(w, failed('t1', 't1-1'))
  expect(await purses(of)).toEqual([3_000, 0])
})

test('what a tier paid backwards meanwhile, for what was left of the sale, it pays for all of it', async () => {
  const of = await enlist(w, 'Hana')
  await tell(w, sold(of, 'h1', '2026-11-18T10:00:00.000Z'), refund('h1', 'h1-1', 5_000))
  await tell(w, sold(of, 'h2', '2026-11-19T10:00:00.000Z'))
  expect(await purses(of)).toEqual([750 + 1_500, 0])
  await tell(w, failed('h1', 'h1-1'))
  expect(await purses(of)).toEqual([3_000, 0])
  await tell(w, refund('h1', 'h1-2', 5_000))
  expect(await purses(of)).toEqual([750 + 1_500, 0])
})

test('of a cancelled order, and of one that the bank decided against, nothing comes again', async () => {
  const of = await enlist(w, 'Cleo')
  const at = '2026-11-20T11:30:00.000Z'
  await tell(w, sold(of, 'c1', '2026-11-20T10:00:00.000Z'), refund('c1', 'c1-1', 4_000))
  await tell(w, { type: 'order.cancelled', orderId: 'c1', at }, failed('c1', 'c1-1'))
  await tell(w, sold(of, 'c2', '2026-11-20T10:00:00.000Z'), refund('c2', 'c2-1', 4_000))
  await tell(w, { type: 'order.disputed', orderId: 'c2', disputeId: 'dp_c2', at, outcome: 'lost' }, failed('c2', 'c2-1'))
  expect(await purses(of)).toEqual([0, 0])
})

test('in whatever order refunds are told and fail, what stays is that of those which did not fail', async () => {
  const of = await enlist(w, 'Olga')
  let n = 0
  const history = fc.record({
    base: fc.integer({ min: 1, max: 20_000 }),
    refunds: fc.array(fc.record({ part: fc.integer({ min: 1, max: 9_000 }), fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    }),
    order: fc.infiniteStream(fc.nat()),
  })
  await fc.assert(
    fc.asyncProperty(history, async ({ base, refunds, order: turns }) => {
      const id = `o${n++}`
      // Months of their own, so that no tier is reached by several.
      const at = new Date(Date.UTC(2020, n, 10)).toISOString()
      const sale = order(id, { codes: [of.code], at, base: { minor: String(base), currency: 'EUR' }, components: {} })
      const facts = refunds.flatMap(({ part, fails }, i): OrderFact[] => {
        const told = refund(id, `${id}-${i}`, part)
        return fails ? [told, { ...told, failed: true } as OrderFact] : [told]
      })
      const told = [sale, ...facts].map((fact) => ({ fact, by: turns.next().value! })).toSorted((a, b) => a.by - b.by)
      for (const { fact } of told) await tell(w, fact)
      const line = await w.within((ctx) => ctx.db.line.findFirstOrThrow({ where: { at: new Date(at), creatorId: of.creatorId } }))
      const back = refunds.reduce((all, { part, fails }) => all + (fails ? 0 : part), 0)
      const left = Math.max(0, base - back)
      const stands = standing({ minor: 2n ** 60n, currency: 'EUR' }, partsOf(line), {
        part: BigInt(left),
        of: BigInt(base),
      })
      expect([Number(line.leftBase ?? base), line.leftMinor ?? line.minor]).toEqual([left, stands.minor])
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('one that failed before its order came is nothing that waits for it', async () => {
  await tell(w, failed('never', 'never-1'))
  w.at('2026-11-22T12:00:00Z')
  expect(await w.within(longWaiting)).toEqual([])
})

test('a refund that failed while a case had taken the sale comes again with the appeal', async () => {
  const [of, ana, root] = [await enlist(w, 'Petra'), await w.manager('Ana'), await w.admin('Root')]
  const shopper = { email: await w.within(async (ctx) => ctx.hash('petra@example.com')) }
  await tell(w, { ...sold(of, 'p1', '2026-11-22T10:00:00.000Z'), shopper } as OrderFact, refund('p1', 'p1-1', 4_000))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId } }))
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'It is your own order.' })
  await tell(w, failed('p1', 'p1-1'))
  expect(await purses(of)).toEqual([0, 0])
  await of.run('appeal', { case: id, words: 'My mother bought it.' })
  await root.run('case decide', { case: id, verdict: 'release', reason: 'Your mother did.' })
  expect(await purses(of)).toEqual([1_000, 0])
  await tell(w, refund('p1', 'p1-2', 10_000))
  expect(await purses(of)).toEqual([0, 0])
})

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { foundProgram } from '../../src/app.ts'
import type { Context } from '../../src/context.ts'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { audit } from '../../src/ledger/audit.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { record } from '../../src/orders/service.ts'
import { type World, world } from '../world.ts'
import { cancelled, order, paid, refund } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const codes = ['ADA10', 'BEA10', 'CAT10', 'OLD10', 'NOBODY']
const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })

const follow = fc.record({
  kind: fc.constantFrom('refund', 'refund', 'sum', 'whole', 'cancel', 'paid', 'again'),
  minor: fc.nat(9_000),
  later: fc.nat(12),
})
const sale = fc.record({
  code: fc.nat(4),
  base: fc.nat(20_000),
  shopper: fc.nat(60),
  odd: fc.nat(20),
  sku: fc.nat(2),
  after: fc.array(follow, { maxLength: 4 }),
})
type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never

/** What a shop tells of these sales, most of it plain: what follows comes a while later, and now and then before its order. */
function factsOf(sales: Sale[], own: string): OrderFact[] {
  const told = sales.flatMap((one, i): { when: number; fact: OrderFact }[] => {
    const placed = placedOf(one, own, i)
    const rest = one.after.map(({ kind, minor, later }, n) => {
      const at = new Date(Date.UTC(2026, 10, 12, 0, i, n + later)).toISOString()
      const sum = { cumulative: true }
      const whole = { whole: eur(10_000) }
      const back = refund(String(i), `r${i}-${kind === 'sum' ? 'sum' : n}`, minor)
      const facts: Record<string, object> = {
        refund: back,
        sum: { ...back, ...sum },
        whole: { ...back, ...whole },
        cancel: cancelled(String(i)),
        paid: paid(String(i)),
      }
      const fact = kind === 'again' ? placed : ({ ...facts[kind], at } as OrderFact)
      return { when: i + (one.odd === 6 ? -0.5 : later), fact }
    })
    return [{ when: i, fact: placed }, ...rest]
  })
  return told.sort((a, b) => a.when - b.when).map(({ fact }) => fact)
}

function placedOf({ base, shopper, odd, sku, code }: Sale, own: string, i: number): OrderFact {
  const half = Math.floor(base / 2)
  return order(String(i), {
    at: new Date(Date.UTC(2026, 10, 1 + (i % 9), 0, i)).toISOString(),
    base: odd === 1 ? { minor: String(base), currency: 'USD' } : eur(base),
    components: {},
    codes: code === 4 ? [] : [codes[code]!, codes[(code + sku) % 5]!],
    shopper:
      odd === 2
        ? { email: own }
        : shopper < 6
          ? { email: `regular-${shopper % 2}` }
          : shopper < 40
            ? { id: `s-${i}`, email: `e-${i}` }
            : {},
    test: odd === 3,
    paid: odd !== 4,
    ...(odd === 5 ? { cid: 'nonsense' } : {}),
    items:
      sku === 0
        ? []
        : [
            { sku: `GLOW-${sku}`, quantity: 2, net: eur(half) },
            { sku: 'X', quantity: 1, net: eur(base - half) },
          ],
  })
}

async function found(): Promise<string> {
  const programId = await foundProgram(w.app, { name: 'Twin', currency: 'EUR', zone: 'Europe/Berlin' })
  await w.app.within(programId, async (ctx) => {
    for (const [i, code] of codes.slice(0, 4).entries()) {
      const [creatorId, personId] = [ctx.id('creator'), ctx.id('person')]
      const own = { programId, createdAt: new Date('2026-01-01T00:00:00Z') }
      await ctx.db.person.create({ data: { id: personId, name: code, createdAt: ctx.now } })
      await ctx.db.membership.create({ data: { ...own, id: ctx.id('membership'), personId, name: code, role: 'creator' } })
      const words = { name: code, handle: `@${i}`, niche: 'beauty', country: 'DE', email: `${code.toLowerCase()}@example.com` }
      const state = i === 2 ? 'banned' : 'approved'
      await ctx.db.creator.create({
        data: {
          ...own,
          ...words,
          id: creatorId,
          personId,
          state,
          tags: ['gold'],
          rateBps: i === 1 ? 333 : null,
          appliedAt: ctx.now,
        },
      })
      const ended = i === 3 ? { state: 'ended', endedAt: new Date('2026-11-05T00:00:00Z') } : {}
      await ctx.db.code.create({ data: { ...own, id: ctx.id('code'), creatorId, code, percent: 10, ...ended } })
    }
    const rule = {
      programId,
      skus: ['GLOW-1'],
      rateBps: 2_000,
      from: new Date('2026-11-04T00:00:00Z'),
      createdBy: 'x',
      createdAt: ctx.now,
    }
    await ctx.db.rateRule.create({ data: { id: ctx.id('rate'), name: 'Glow', ...rule } })
  })
  return programId
}

/** All rows of a program with ids replaced by what they stand for. */
async function picture(ctx: Context): Promise<unknown> {
  const where = { programId: ctx.program.id }
  const [orders, lines, refunds] = [
    await ctx.db.order.findMany({ where }),
    await ctx.db.line.findMany({ where }),
    await ctx.db.refund.findMany({ where }),
  ]
  const creators = await ctx.db.creator.findMany({ where })
  const names = new Map([
    ...orders.map((row) => [row.id, `order ${row.externalId}`] as const),
    ...lines.map((row) => [row.id, `line of ${orders.find(({ id }) => id === row.orderId)?.externalId}`] as const),
    ...refunds.map((row) => [row.id, `refund ${row.externalId}`] as const),
    ...creators.map((row) => [row.id, row.name] as const),
  ])
  const said = (rows: object[]) =>
    rows
      .map((row) => JSON.stringify({ ...row, id: '', programId: '' }, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)))
      .map((row) =>
        row
          .replace(/(?:crt|ord|oln|rfd)_[0-9A-Z]{26}/g, (id) => names.get(id) ?? id)
          .replace(/cas_[0-9A-Z]{26}|[0-9a-f]{64}/g, ''),
      )
      .sort()
  const [touches, transfers, holds] = [
    await ctx.db.touch.findMany({ where }),
    await ctx.db.transfer.findMany({ where }),
    await ctx.db.hold.findMany({ where }),
  ]
  const cases = await ctx.db.case.count({ where })
  return {
    orders: said(orders),
    lines: said(lines),
    refunds: said(refunds),
    touches: said(touches),
    transfers: said(transfers),
    holds: said(holds),
    cases,
  }
}

test('the same facts one by one and all at once leave the same books', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sale, { minLength: 18, maxLength: 18 }), async (all) => {
      const [one, many] = [await found(), await found()]
      const facts = (programId: string) => w.app.within(programId, async (ctx) => factsOf(all, ctx.hash('ada10@example.com')))
      const [first, second] = [await facts(one), await facts(many)]
      const singly = await w.app.within(one, async (ctx) => {
        const kinds = []
        for (const fact of first) kinds.push((await record(ctx, 'generic', fact, { quiet: true })).map(({ kind }) => kind))
        return kinds
      })
      const at = Math.floor(second.length / 2)
      const together = await w.app.within(many, async (ctx) => [
        ...(await recordMany(ctx, 'generic', second.slice(0, at))),
        ...(await recordMany(ctx, 'generic', second.slice(at))),
      ])
      expect(together.map((outcomes) => outcomes.map(({ kind }) => kind))).toEqual(singly)
      expect(await w.app.within(many, picture)).toEqual(await w.app.within(one, picture))
      expect(await w.app.within(many, audit)).toEqual([])
      expect(await w.app.within(many, ordersAudit)).toEqual(await w.app.within(one, ordersAudit))
    }),
    { numRuns: 2, endOnFailure: true },
  )
})

test('a first sale that is not written yet is the first also for a sale that is taken in by itself', async () => {
  const programId = await found()
  const sold = (id: string, email: string) => order(id, { codes: ['ADA10'], shopper: { email } })
  // The only creator of the list has sold by its first order, and the others, of one shopper, are taken in one by one.
  const facts = [sold('1', 'one'), sold('2', 'same'), sold('3', 'same')]
  const outcomes = (await w.app.within(programId, (ctx) => recordMany(ctx, 'generic', facts))).flat()
  expect(outcomes.map((one) => one.kind === 'credited' && one.first)).toEqual([true, false, false])
})

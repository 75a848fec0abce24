// History taken in by the thousand against one transaction a fact, on two programs of one database: the same facts, a tenth told
// twice and a tenth given back. A ratio counts only when both programs end with the same lines, transfers and balances. Then `why` of
// single orders among all of them.
import type { App } from '../src/app.ts'
import { foundProgram } from '../src/app.ts'
import type { OrderFact } from '../src/kernel/fact.ts'
import { audit } from '../src/ledger/audit.ts'
import { recordMany } from '../src/orders/bulk.ts'
import { whyOrder } from '../src/orders/queries.ts'
import { record } from '../src/orders/service.ts'
import { openHouse } from './house-process.ts'
import { type Bench, percentile, sideBySide, type Turn } from './side-by-side.ts'

const CREATORS = 50
const AT_ONCE = 2_000

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  try {
    const [singly, together] = [await withCreators(house.app), await withCreators(house.app)]
    const [few, many] = short ? [400, 4_000] : [2_000, 20_000]
    const told: [number, number] = [0, 0]
    const turn = async (way: 0 | 1): Promise<Turn> => {
      const facts = factsOf(told[way], way === 0 ? few : many)
      told[way] += way === 0 ? few : many
      const began = performance.now()
      if (way === 0)
        for (const fact of facts) await house.app.within(singly, (ctx) => record(ctx, 'generic', fact, { quiet: true }))
      else
        for (let at = 0; at < facts.length; at += AT_ONCE)
          await house.app.within(together, (ctx) => recordMany(ctx, 'generic', facts.slice(at, at + AT_ONCE)))
      return { perSecond: (facts.length / (performance.now() - began)) * 1_000 }
    }
    const result = await sideBySide(
      short ? 3 : 7,
      () => turn(0),
      () => turn(1),
    )
    // Each has told another number of orders; what is missing is told the other way before both are compared.
    const missing = factsOf(told[0], told[1] - told[0])
    for (let at = 0; at < missing.length; at += AT_ONCE)
      await house.app.within(singly, (ctx) => recordMany(ctx, 'generic', missing.slice(at, at + AT_ONCE)))
    const [one, other] = [await books(house.app, singly), await books(house.app, together)]
    const why = await whyTimes(house.app, together, told[1], short ? 500 : 2_000)
    const gates = {
      'ten times as many facts a second as one transaction each (median of pairs)': result.ratio >= 10,
      'the same lines, transfers and balances both ways': one === other,
      'no law of the books is broken': (await house.app.within(together, audit)).length === 0,
      'why of an order within 100 ms, 99 of 100 times': why.p99 < 100,
    }
    return {
      name: 'bulk',
      claim: 'history by the thousand, exactly as one transaction a fact would have booked it, and why of any order',
      main: 'times as fast (median of pairs)',
      exact: 'the same lines, transfers and balances both ways',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        'times as fast (median of pairs)': result.ratio,
        'each pair': result.ratios,
        'facts per second together': Math.round(result.b.perSecond),
        'facts per second one by one': Math.round(result.a.perSecond),
        'orders in the books': told[1],
        'why p50 ms': why.p50,
        'why p99 ms': why.p99,
      },
      rounds: { 'one by one, together': result.turns },
    }
  } finally {
    await house.close()
  }
}

/** So many orders from this number on, with what is told of them twice and what is given back. */
function factsOf(from: number, count: number): OrderFact[] {
  const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })
  return Array.from({ length: count }, (_, i) => from + i).flatMap((n): OrderFact[] => {
    const [orderId, minor] = [String(n), 1_000 + ((n * 7_919) % 20_000)]
    const at = new Date(Date.UTC(2026, 9, 1) + n * 1_000).toISOString()
    const placed: OrderFact = {
      type: 'order.placed',
      orderId,
      number: `#${n}`,
      at,
      paid: true,
      test: false,
      base: eur(minor),
      components: { total: eur(minor) },
      codes: [`BENCH${n % CREATORS}`],
      shopper: { email: `shopper-${n}` },
      items: [],
    }
    const back: OrderFact = { type: 'order.refunded', refundId: `r${n}`, orderId, at, base: eur(Math.floor(minor / 3)) }
    return [placed, ...(n % 10 === 3 ? [placed] : []), ...(n % 10 === 7 ? [back] : [])]
  })
}

/** A program with fifty creators, who have the codes BENCH0 to BENCH49. */
export async function withCreators(app: App): Promise<string> {
  const programId = await foundProgram(app, { name: 'Bulk', currency: 'EUR', zone: 'Europe/Berlin' })
  await app.within(programId, async (ctx) => {
    for (let i = 0; i < CREATORS; i++) {
      const [creatorId, personId, createdAt] = [ctx.id('creator'), ctx.id('person'), new Date('2026-01-01T00:00:00Z')]
      const own = { programId, createdAt }
      await ctx.db.person.create({ data: { id: personId, name: `Nr ${i}`, createdAt } })
      await ctx.db.membership.create({ data: { ...own, id: ctx.id('membership'), personId, name: `Nr ${i}`, role: 'creator' } })
      const words = { name: `Nr ${i}`, handle: `@nr${i}`, niche: 'beauty', country: 'DE', email: `nr${i}@example.com` }
      await ctx.db.creator.create({
        data: { ...own, ...words, id: creatorId, personId, state: 'approved', appliedAt: createdAt },
      })
      await ctx.db.code.create({ data: { ...own, id: ctx.id('code'), creatorId, code: `BENCH${i}`, percent: 10 } })
    }
  })
  return programId
}

/** The books without ids: what was booked of each order, and what each creator has. */
const books = (app: App, programId: string): Promise<string> =>
  app.within(programId, async (ctx) => {
    const rows = await ctx.db.$queryRaw<{ hash: string }[]>`
      SELECT md5(string_agg(said, ';' ORDER BY said)) AS hash FROM (
        SELECT o."externalId" || ' ' || o.rule || ' ' || l.minor || ' ' || coalesce(l."leftMinor"::text, '') || ' ' || l.base AS said
          FROM "Line" l JOIN "Order" o ON o.id = l."orderId" WHERE l."programId" = ${programId}
        UNION ALL SELECT split_part(t.key, ':', 1) || ' ' || t.minor || ' ' || (t.because->>'number') || ' ' || (t.because->>'left') FROM "Transfer" t WHERE t."programId" = ${programId}
        UNION ALL SELECT c.name || ' ' || split_part(b.account, ':', 3) || ' ' || b.minor FROM "Balance" b
          JOIN "Creator" c ON c.id = split_part(b.account, ':', 2) WHERE b."programId" = ${programId}
        UNION ALL SELECT t.what || ' ' || t.reason || ' ' || t.won FROM "Touch" t WHERE t."programId" = ${programId}) all_said`
    return rows[0]!.hash
  })

async function whyTimes(app: App, programId: string, orders: number, times: number): Promise<{ p50: number; p99: number }> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const number = String((i * 7_919) % orders)
    const began = performance.now()
    await app.within(programId, (ctx) => whyOrder(ctx, number))
    taken.push(performance.now() - began)
  }
  return { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) }
}

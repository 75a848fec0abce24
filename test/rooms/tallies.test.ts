import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { cut, standingsNow } from '../../src/recognition/places.ts'
import { placesOf, standings } from '../../src/recognition/queries.ts'
import { metrics, periodAt, rank } from '../../src/recognition/rules.ts'
import { freezeAndPost } from '../../src/recognition/service.ts'
import { refresh } from '../../src/recognition/tallies.ts'
import { approved, brings, sell } from '../boards.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-25T12:00:00Z' })
})
afterAll(() => w.close())

type Change = { do: 'refund' | 'cancel' | 'forfeit' | 'move'; which: number; who: number; share: number }
type Step =
  | { do: 'sell'; who: number; day: number; base: number }
  | Change
  | { do: 'approve'; who: number; day: number }
  | { do: 'numbers'; which: number; likes: number }
  | { do: 'leave' | 'come'; who: number }
  | { do: 'refresh' }

const who = fc.integer({ min: 0, max: 13 })
const day = fc.integer({ min: 1, max: 24 })
const any = fc.nat({ max: 50 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('sell' as const), who, day, base: fc.integer({ min: 0, max: 5 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('refund' as const, 'cancel' as const, 'forfeit' as const, 'move' as const),
      which: any,
      who,
      share: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('approve' as const), who, day }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('numbers' as const), which: any, likes: any }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'come' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const) }) },
)

type Lived = { ids: string[]; orders: string[]; pieces: string[]; n: number }

const at = (n: number, hour = 10) => new Date(`2026-11-${String(n).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`)

async function live(ctx: Context, one: Step, lived: Lived): Promise<void> {
  const programId = ctx.program.id
  lived.n++
  if (one.do === 'refresh') await refresh(ctx)
  else if (one.do === 'sell')
    lived.orders.push(await sell(ctx, lived.ids[one.who]!, { at: at(one.day), base: BigInt(one.base * 100) }))
  else if (one.do === 'approve') lived.pieces.push(await approved(ctx, lived.ids[one.who]!, at(one.day, 11)))
  else if (one.do === 'leave' || one.do === 'come')
    await ctx.db.creator.update({ where: { id: lived.ids[one.who]! }, data: { state: one.do === 'leave' ? 'left' : 'approved' } })
  else if (one.do === 'numbers') {
    const submissionId = lived.pieces[one.which % Math.max(1, lived.pieces.length)]
    if (!submissionId) return
    const numbers = { likes: BigInt(one.likes), comments: 1n, views: 2_000n, confirmedBy: 'x' }
    await ctx.db.postMetric.upsert({
      where: { submissionId_day: { submissionId, day: '2026-11-24' } },
      create: { id: ctx.id('metric'), programId, submissionId, day: '2026-11-24', source: 'hand', at: ctx.now, ...numbers },
      update: numbers,
    })
  } else if ('which' in one) {
    const id = lived.orders[one.which % Math.max(1, lived.orders.length)]
    if (id) await change(ctx, one, id, lived)
  }
}

async function change(ctx: Context, one: Change, id: string, lived: Lived) {
  const programId = ctx.program.id
  const order = await ctx.db.order.findUniqueOrThrow({ where: { id } })
  const line = await ctx.db.line.findUniqueOrThrow({ where: { orderId: id } })
  if (one.do === 'cancel') await ctx.db.order.update({ where: { id }, data: { cancelledAt: at(24, 12) } })
  else if (one.do === 'move') await ctx.db.line.update({ where: { id: line.id }, data: { creatorId: lived.ids[one.who]! } })
  else if (one.do === 'forfeit')
    await ctx.db.caseLine.createMany({
      data: { caseId: `cas_${lived.n}`, lineId: line.id, programId, orderId: id, outcome: 'forfeited' },
      skipDuplicates: true,
    })
  else {
    const { source, externalId: orderExternalId } = order
    const base = (order.base * BigInt(one.share)) / 5n
    const refund = { source, orderExternalId, externalId: `r${id}${lived.n}`, base, currency: 'EUR', at: at(24, 13) }
    await ctx.db.refund.create({ data: { ...refund, id: ctx.id('refund'), programId, createdAt: ctx.now } })
  }
}

/** Five in every run; the long run asks for 300. */
const histories = Number(process.env.TEST_HISTORIES ?? 5)

test(
  'after any history a board is what a recount says, for everybody, whether or not the sweep has come',
  async () => {
    let seen = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), fc.boolean(), async (steps, swept) => {
        const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
        await w.app.within(programId, async (ctx) => {
          const lived: Lived = { ids: [], orders: [], pieces: [], n: 0 }
          for (let i = 0; i < 14; i++) lived.ids.push(await brings(ctx, `C${i}`))
          for (const [i, id] of lived.ids.entries())
            lived.orders.push(await sell(ctx, id, { at: at(24), base: BigInt(i % 5) * 100n + 50n }))
          await refresh(ctx)
          for (const one of steps) await live(ctx, one, lived)
          if (swept) await refresh(ctx)
          for (const when of ['this_week', 'month'] as const) {
            const { season, from, to } = periodAt(when, ctx.now, ctx.program.zone)
            for (const metric of metrics) {
              const places = await standings(ctx, { from, to, metric })
              expect(rank(places)).toEqual(places)
              for (const me of [lived.ids[0], lived.ids[7], undefined]) {
                const now = await standingsNow(ctx, { period: season, from, to }, metric, me)
                expect({ when, metric, ...now }).toMatchObject({ when, metric, ...cut(places, me) })
              }
              // Every place below the ten has its neighbours.
              for (const { creatorId } of places.slice(10))
                expect((await standingsNow(ctx, { period: season, from, to }, metric, creatorId)).near).toEqual(
                  cut(places, creatorId).near,
                )
              seen += places.length
            }
          }
          expect(await wrongBands(ctx)).toBe(0)
        })
      }),
      { numRuns: histories },
    )
    expect(seen).toBeGreaterThan(100)
  },
  120_000 + histories * 4_000,
)

/** Bands that do not hold as many as have such a value. */
async function wrongBands(ctx: Context): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM (SELECT period, metric, troupe_band(value) AS band, count(*) AS ranked FROM "Tally" GROUP BY 1, 2, 3) counted
    FULL JOIN "TallyBand" kept USING (period, metric, band) WHERE counted.ranked IS DISTINCT FROM kept.ranked`
  return row!.n
}

test('a higher value is never in a lower band, and a band ends where the next begins', async () => {
  const values = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })
  const sizes = fc.tuple(values, fc.integer({ min: 0, max: 62 })).map(([value, by]) => value >> BigInt(by) || 1n)
  await fc.assert(
    fc.asyncProperty(fc.array(sizes, { minLength: 50, maxLength: 50 }), async (some) => {
      const wrong = await w.within(
        (ctx) => ctx.db.$queryRaw<{ value: bigint }[]>`
          SELECT value FROM (SELECT value::bigint, troupe_band(value::bigint) AS band, lag(troupe_band(value::bigint)) OVER (ORDER BY value::bigint) AS before
            FROM unnest(${some.map(String)}::text[]) AS t(value)) b
          WHERE band < before OR troupe_band_top(band) < value OR troupe_band(troupe_band_top(band)) <> band
            OR (troupe_band_top(band) < 9223372036854775807 AND troupe_band(troupe_band_top(band) + 1) <= band)`,
      )
      expect(wrong).toEqual([])
    }),
    { numRuns: 10, examples: [[[1n, 2n, 255n, 256n, 257n, 2n ** 62n, 2n ** 63n - 1n]]] },
  )
})

test('of those in one band each has the place of a recount', async () => {
  const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
  await w.app.within(programId, async (ctx) => {
    // A band is 2,048 wide here: all in one but for the best two and the last, and some with the same value.
    const bases = [
      1_100_000n,
      1_050_000n,
      ...Array.from({ length: 30 }, (_, i) => 1_000_000n + BigInt((i * 7) % 12) * 50n),
      900_000n,
    ]
    const ids: string[] = []
    for (const [i, base] of bases.entries()) {
      const id = await brings(ctx, `C${i}`)
      await sell(ctx, id, { at: at(24), base })
      ids.push(id)
    }
    await refresh(ctx)
    const { season, from, to } = periodAt('this_week', ctx.now, ctx.program.zone)
    const places = await standings(ctx, { from, to, metric: 'revenue' })
    const bands = await ctx.db.tallyBand.findMany({ where: { programId, period: season, metric: 'revenue' } })
    expect(bands.map(({ ranked }) => ranked).sort()).toEqual([1, 1, 1, 30])
    for (const me of ids) {
      expect(await standingsNow(ctx, { period: season, from, to }, 'revenue', me)).toMatchObject(cut(places, me))
      // And while somebody else's row is old.
      const other = ids[(ids.indexOf(me) + 5) % ids.length]!
      const { seq } = await ctx.db.stale.create({ data: { programId, creatorId: other } })
      expect(await standingsNow(ctx, { period: season, from, to }, 'revenue', me)).toMatchObject(cut(places, me))
      await ctx.db.stale.delete({ where: { seq } })
    }
  })
})

test(
  'a season freezes what a recount says, and no history after it moves a place',
  async () => {
    const history = fc.array(step, { minLength: 5, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(history, history, fc.constantFrom(...metrics), async (before, after, metric) => {
        const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
        await w.app.within(programId, async (ctx) => {
          const lived: Lived = { ids: [], orders: [], pieces: [], n: 0 }
          for (let i = 0; i < 14; i++) lived.ids.push(await brings(ctx, `C${i}`))
          for (const one of before) await live(ctx, one, lived)
          const span = { from: at(1), to: at(25) }
          const id = ctx.id('season')
          await ctx.db.season.create({
            data: { id, programId, period: 'own', metric, ...span, kind: 'custom', createdAt: ctx.now },
          })
          const counted = await standings(ctx, { ...span, metric })
          expect(await freezeAndPost(ctx, id)).toBe(true)
          const frozen = await placesOf(ctx, id)
          const words = (places: typeof counted) => places.map(({ creatorId, rank: place, value }) => [creatorId, place, value])
          expect(words(frozen)).toEqual(words(counted))
          for (const one of after) await live(ctx, one, lived)
          await refresh(ctx)
          expect(await freezeAndPost(ctx, id)).toBe(false)
          expect(await placesOf(ctx, id)).toEqual(frozen)
        })
      }),
      { numRuns: histories },
    )
  },
  120_000 + histories * 4_000,
)

test('a place in a frozen season can be changed by nobody, and given to another account alone', async () => {
  const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
  const within = <T>(work: (ctx: Context) => Promise<T>) => w.app.within(programId, work)
  await within(async (ctx) => {
    const creatorId = await brings(ctx, 'Mia')
    const span = { from: at(1), to: at(2), period: 'x', metric: 'orders', createdAt: ctx.now, frozenAt: ctx.now }
    await ctx.db.season.create({ data: { id: 'sea_x', programId, ...span } })
    const place = { seasonId: 'sea_x', creatorId, programId, rank: 1, value: 5n, orders: 5, reachedAt: at(1) }
    await ctx.db.standing.create({ data: place })
  })
  const where = { seasonId: 'sea_x' }
  await expect(within((ctx) => ctx.db.standing.updateMany({ where, data: { value: 6n } }))).rejects.toThrow()
  await expect(within((ctx) => ctx.db.standing.deleteMany({ where }))).rejects.toThrow()
  expect(await within((ctx) => ctx.db.standing.updateMany({ where, data: { creatorId: 'crt_other' } }))).toEqual({ count: 1 })
})

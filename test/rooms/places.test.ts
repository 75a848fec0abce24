import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Context } from '../../src/context.ts'
import { cut, standingsNow } from '../../src/recognition/places.ts'
import { standings } from '../../src/recognition/queries.ts'
import { periodAt } from '../../src/recognition/rules.ts'
import { refresh } from '../../src/recognition/tallies.ts'
import { brings, sell } from '../boards.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-25T12:00:00Z' })
})
afterAll(() => w.close())

const at = (hour: number) => new Date(`2026-11-24T${String(hour).padStart(2, '0')}:00:00Z`)

/** Values of the same band and of others, with ties of the value alone and of the time as well. */
const sale = fc.record({ base: fc.integer({ min: 1_000, max: 1_012 }), hour: fc.integer({ min: 1, max: 3 }) })
/** What somebody does whose row is old from then on; the first of all has none until then. */
const change = fc.record({ which: fc.nat({ max: 40 }), base: fc.integer({ min: 1, max: 12 }), cancels: fc.boolean() })
const sales = fc.array(sale, { minLength: 24, maxLength: 40 })
const changes = fc.array(change, { minLength: 1, maxLength: 12 })

const alike = (n: number) => Array.from({ length: n }, () => ({ base: 1_005, hour: 2 }))
const spread = Array.from({ length: 36 }, (_, i) => ({ base: 1_012 - Math.floor(i / 3), hour: 1 + (i % 2) }))
const some = [1, 4, 11, 14, 20, 30].map((which) => ({ which, base: 1, cancels: which % 2 === 0 }))
const examples = [...[0, 1, 9, 10, 11, 36].map(alike), spread].map((sold): [typeof sold, typeof some] => [sold, some])
const boards = Number(process.env.TEST_HISTORIES ?? 5) + examples.length

test(
  'everybody sees what a recount says, in one statement where no row is old, and in few where some are',
  async () => {
    await fc.assert(
      fc.asyncProperty(sales, changes, async (sold, later) => {
        const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
        await w.app.within(programId, async (ctx) => {
          const ids = [await brings(ctx, 'Nobody yet')]
          const orders: string[] = []
          for (const { base, hour } of sold) {
            ids.push(await brings(ctx, `C${ids.length}`))
            orders.push(await sell(ctx, ids.at(-1)!, { at: at(hour), base: BigInt(base) }))
          }
          while ((await refresh(ctx)).length > 0);
          for (const { me, statements } of await readBy(ctx, ids)) expect({ me, statements }).toEqual({ me, statements: 1 })
          const old = new Set<string>()
          for (const { which, base, cancels } of later) {
            const n = which % ids.length
            old.add(ids[n]!)
            if (cancels && n > 0) await ctx.db.order.update({ where: { id: orders[n - 1]! }, data: { cancelledAt: at(12) } })
            else await sell(ctx, ids[n]!, { at: at(4), base: BigInt(base) })
          }
          const taken = await readBy(ctx, ids)
          expect(taken.filter(({ me, statements }) => statements > (old.has(me ?? '') ? 3 : 2))).toEqual([])
        })
      }),
      { numRuns: boards, examples, endOnFailure: true },
    )
  },
  60_000 + boards * 4_000,
)

test('where more are old than can be counted on the way, everybody sees what a recount says', async () => {
  const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
  await w.app.within(programId, async (ctx) => {
    const ids: string[] = []
    for (let n = 0; n < 14; n++) ids.push(await brings(ctx, `C${n}`))
    for (const [n, id] of ids.entries()) await sell(ctx, id, { at: at(2), base: BigInt(1_000 + (n % 7)) })
    await refresh(ctx)
    // Their ids come before those of anybody, so that of more than fifty the one who sold is not among those that are read.
    for (let n = 0; n < 50; n++) await ctx.db.stale.create({ data: { programId, creatorId: `crt_00${n}` } })
    await readBy(ctx, ids)
    for (const n of [50, 51]) {
      await ctx.db.stale.create({ data: { programId, creatorId: `crt_00${n}` } })
      await sell(ctx, ids[n - 40]!, { at: at(4), base: 3n })
      await readBy(ctx, ids)
    }
  })
})

type Reading = { me: string | undefined; statements: number }

/** Each of these, somebody unknown and nobody at all read the board of the week, and see what a recount says. */
async function readBy(ctx: Context, ids: readonly string[]): Promise<Reading[]> {
  const { season: period, from, to } = periodAt('this_week', ctx.now, ctx.program.zone)
  const places = await standings(ctx, { from, to, metric: 'revenue' })
  const asked = vi.spyOn(pg.Client.prototype, 'query')
  try {
    const readings: Reading[] = []
    for (const me of [...ids, 'crt_unknown', undefined]) {
      asked.mockClear()
      const now = await standingsNow(ctx, { period, from, to }, 'revenue', me)
      readings.push({ me, statements: asked.mock.calls.length })
      expect({ me, ...now }).toEqual({ me, ...cut(places, me) })
    }
    return readings
  } finally {
    asked.mockRestore()
  }
}

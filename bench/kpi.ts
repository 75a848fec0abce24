// The figures of a program over 300,000 clicks and 100,000 orders of half a year, as /kpi and the dashboard ask for them: thirty days
// beside the thirty before. Against the same sums without the indexes that they are read by, in turns.

import { wallClock } from '../src/app.ts'
import { tallies } from '../src/insight/tally.ts'
import { days } from '../src/kernel/time.ts'
import { openHouse } from './house-process.ts'
import { type Bench, percentile, sideBySide, type Turn } from './side-by-side.ts'

export const CREATORS = 2_000
export const CLICKS = 300_000
export const ORDERS = 100_000
const indexes = ['"Line_programId_at_idx" ON "Line"("programId", "at")', '"Click_programId_at_idx" ON "Click"("programId", "at")']

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  const { app, programId } = house
  const { owner } = app.database
  try {
    const now = wallClock()
    for (const statement of planted(programId, now.toISOString())) await owner.query(statement)
    const took: number[] = []
    const turn = async (): Promise<Turn> => {
      const rounds = short ? 5 : 20
      const began = performance.now()
      for (let i = 0; i < rounds; i++) {
        const start = performance.now()
        await app.within(programId, async (ctx) => {
          await tallies(ctx, { from: days(now, -30), to: now })
          await tallies(ctx, { from: days(now, -60), to: days(now, -30) })
        })
        took.push(performance.now() - start)
      }
      return { perSecond: rounds / ((performance.now() - began) / 1_000) }
    }
    const bare = async (): Promise<Turn> => {
      for (const index of indexes) await owner.query(`DROP INDEX ${index.split(' ')[0]}`)
      const before = took.length
      const result = await turn()
      took.length = before
      for (const index of indexes) await owner.query(`CREATE INDEX ${index}`)
      return result
    }
    const result = await sideBySide(short ? 2 : 5, bare, turn)
    const start = performance.now()
    await app.within(programId, (ctx) => tallies(ctx, { from: days(now, -30), to: now, by: 'creator' }))
    const byCreator = performance.now() - start
    const p95 = percentile(took, 0.95)
    const gates = {
      'both periods of the program in less than two seconds (95 of 100)': p95 < 2_000,
      'not slower than without the indexes (median of pairs)': result.ratio >= 0.95,
    }
    return {
      name: 'kpi',
      claim: 'the figures of a program stay quick with the rows of half a year',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        clicks: CLICKS,
        orders: ORDERS,
        creators: CREATORS,
        'both periods, ms (95 of 100)': p95,
        'both periods, ms (median)': percentile(took, 0.5),
        'apart by creator, ms (once)': byCreator,
        'times as fast as without the indexes (median of pairs)': result.ratio,
      },
      rounds: { 'without the indexes, with them': result.turns },
    }
  } finally {
    await house.close()
  }
}

/** Everything in a few statements; each order has its line, most have a click. */
export const planted = (program: string, now: string): string[] => [
  `INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "decidedAt", "createdAt")
   SELECT 'crt_' || i, '${program}', 'per_' || i, 'approved', 'C' || i, '@c' || i, (ARRAY['beauty', 'food', 'tech'])[1 + i % 3], 'DE', 'c@example.com',
     t, t, t FROM generate_series(1, ${CREATORS}) i, LATERAL (SELECT '${now}'::timestamptz - (i % 200) * interval '1 day' AS t) d`,
  `INSERT INTO "Link" (id, "programId", "creatorId", slug, destination, "createdAt")
   SELECT 'lnk_' || i, '${program}', 'crt_' || i, 'c' || i, 'https://x.example/', '${now}' FROM generate_series(1, ${CREATORS}) i`,
  `INSERT INTO "Click" (id, "programId", "linkId", at, visitor)
   SELECT 'clk_' || i, '${program}', 'lnk_' || (1 + i % ${CREATORS}), '${now}'::timestamptz - i * interval '52 seconds', 'v' || i
   FROM generate_series(1, ${CLICKS}) i`,
  `INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, cid, "shopperEmail", "creatorId", rule, "createdAt")
   SELECT 'ord_' || i, '${program}', 'generic', 'o' || i, '#' || i, t, 'EUR', 5000 + i % 5000, '{}', '[]', CASE WHEN i % 3 > 0 THEN 'x' END,
     'e' || (i % 40000), 'crt_' || (1 + i % ${CREATORS}), 'code', t
   FROM generate_series(1, ${ORDERS}) i, LATERAL (SELECT '${now}'::timestamptz - i * interval '156 seconds' AS t) d`,
  `INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
   SELECT 'oln_' || substr(id, 5), "programId", id, "creatorId", base, 1000, base / 10, 'EUR', at, '{}' FROM "Order"`,
  `INSERT INTO "Transfer" (id, "programId", "from", "to", minor, currency, key, because, at)
   SELECT 'trf_' || substr(id, 5), "programId", 'program:commission', 'creator:' || "creatorId" || ':pending', minor, 'EUR', 'commission:' || id, '{}', at FROM "Line"`,
  'ANALYZE',
]

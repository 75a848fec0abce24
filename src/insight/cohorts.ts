/** Creators by the month in which they came, how many of them went on; and shoppers on their way from a click to a sale that is paid for. */
import type { Context } from '../context.ts'
import { addMonths, monthOf, monthRange, type Range } from '../kernel/time.ts'
import { namesOf } from './names.ts'
import type { Way } from './rules-kpi.ts'
import { splits } from './splits.ts'
import { type Asked, kept, only, tallies } from './tally.ts'

/** `active[0]` is the month of admission, `active[1]` the month after it, up to the month that runs. */
export type Cohort = { month: string; size: number; active: number[] }

/** The last so many months of admission, oldest first; those in which nobody came are there with nobody. */
export async function cohortsOf(ctx: Context, count = 12): Promise<Cohort[]> {
  const { zone } = ctx.program
  const months = Array.from({ length: count }, (_, i) => monthOf(addMonths(ctx.now, i + 1 - count, zone), zone))
  const { from } = monthRange(months[0]!, zone)
  const rows = await ctx.db.$queryRaw<{ cohort: string; month: string; n: bigint }[]>`
    WITH member AS (
      SELECT id, to_char("decidedAt" AT TIME ZONE ${zone}, 'YYYY-MM') AS cohort, "decidedAt" FROM "Creator"
      WHERE "programId" = ${ctx.program.id} AND "mergedInto" IS NULL AND state IN ('approved', 'paused', 'left')
        AND "decidedAt" >= ${from} AND "decidedAt" <= ${ctx.now}),
    did AS (
      SELECT m.id, m.cohort, l.at FROM member m JOIN "Line" l ON l."programId" = ${ctx.program.id} AND l."creatorId" = m.id
        AND l.at >= m."decidedAt" AND l.at <= ${ctx.now}
      UNION ALL
      SELECT m.id, m.cohort, s."submittedAt" FROM member m JOIN "Submission" s ON s."programId" = ${ctx.program.id} AND s."creatorId" = m.id
        AND s."submittedAt" >= m."decidedAt" AND s."submittedAt" <= ${ctx.now})
    SELECT cohort, '' AS month, count(*) AS n FROM member GROUP BY 1
    UNION ALL
    SELECT cohort, to_char(at AT TIME ZONE ${zone}, 'YYYY-MM') AS month, count(DISTINCT id) AS n FROM did GROUP BY 1, 2`
  const found = new Map(rows.map(({ cohort, month, n }) => [`${cohort} ${month}`, Number(n)]))
  return months.map((month, i) => ({
    month,
    size: found.get(`${month} `) ?? 0,
    active: months.slice(i).map((later) => found.get(`${month} ${later}`) ?? 0),
  }))
}

/** `clicks` is null where they are not counted by what was asked. Orders by code alone stand apart, for they have no click. */
export type Funnel = {
  clicks: number | null
  orders: number
  approved: number
  ripe: number
  codeOrders: number
  codeApproved: number
}

/** What became of the clicks and orders of a window until now: credited, approved, and with its hold over. */
export async function funnelOf(ctx: Context, { by, of, from, to }: Asked): Promise<Funnel> {
  const { clicks, sales } = splits[by ?? 'all']
  const programId = ctx.program.id
  const [clicked] = clicks
    ? await ctx.db.$queryRaw<{ n: bigint }[]>`
        SELECT count(*) AS n FROM "Click" c JOIN "Link" k ON k.id = c."linkId" ${clicks.join}
        WHERE c."programId" = ${programId} AND c.at >= ${from} AND c.at < ${to} AND NOT c.bot AND c."uniqueInHour" ${only(clicks.key, of)}`
    : []
  const [sold] = await ctx.db.$queryRaw<Record<'orders' | 'approved' | 'ripe' | 'all' | 'kept', bigint>[]>`
    SELECT count(*) FILTER (WHERE o.cid IS NOT NULL) AS orders, count(*) FILTER (WHERE o.cid IS NOT NULL AND ${kept}) AS approved,
      count(*) FILTER (WHERE o.cid IS NOT NULL AND ${kept} AND EXISTS (
        SELECT FROM "Transfer" r WHERE r."programId" = l."programId" AND r.key = 'mature:' || l.id)) AS ripe,
      count(*) AS all, count(*) FILTER (WHERE ${kept}) AS kept
    FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order' ${sales.join}
    WHERE l."programId" = ${programId} AND l.at >= ${from} AND l.at < ${to} ${only(sales.key, of)}`
  const [orders, approved] = [Number(sold?.orders ?? 0n), Number(sold?.approved ?? 0n)]
  return {
    clicks: clicked ? Number(clicked.n) : null,
    orders,
    approved,
    ripe: Number(sold?.ripe ?? 0n),
    codeOrders: Number(sold?.all ?? 0n) - orders,
    codeApproved: Number(sold?.kept ?? 0n) - approved,
  }
}

const COMPARED = 15

/** The funnels of the things of a way, those with most orders first; at most fifteen. */
export async function funnelsOf(
  ctx: Context,
  asked: Range & { by: Way },
): Promise<{ name: string; key: string; funnel: Funnel }[]> {
  const found = [...(await tallies(ctx, asked))].sort(([, a], [, b]) => Number(b.sales.orders - a.sales.orders))
  const keys = found.slice(0, COMPARED).map(([key]) => key)
  const names = await namesOf(ctx, asked.by, keys)
  const rows: { name: string; key: string; funnel: Funnel }[] = []
  for (const key of keys) rows.push({ key, name: names.get(key) ?? key, funnel: await funnelOf(ctx, { ...asked, of: key }) })
  return rows
}

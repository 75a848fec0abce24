/** Creators by the month in which they came, how many of them went on; and shoppers on their way from a click to a sale that is paid for. */
import type { Context } from '../context.ts'
import { addMonths, localDay, monthOf, monthRange, type Range } from '../kernel/time.ts'
import { coversFrom, coversOf, type Keyed, keptIn, nameOf, noneKept } from './daily.ts'
import { namesOf } from './names.ts'
import { noSales, type Way } from './rules-kpi.ts'
import { splits } from './splits.ts'
import type { Asked } from './tally.ts'
import { clicksBy, reachedBy, salesBy } from './tally-sales.ts'

/** `active[0]` is the month of admission, `active[1]` the month after it, up to the month that runs. */
export type Cohort = { month: string; size: number; active: number[] }

const MONTHS = 12

/** The last twelve months of admission, oldest first; those in which nobody came are there with nobody. */
export async function cohortsOf(ctx: Context): Promise<Cohort[]> {
  const { zone } = ctx.program
  const months = Array.from({ length: MONTHS }, (_, i) => monthOf(addMonths(ctx.now, i + 1 - MONTHS, zone), zone))
  const { from } = monthRange(months[0]!, zone)
  const spans = months.map((month) => monthRange(month, zone))
  const names = spans.map((span) => nameOf(localDay(span.from, zone), 'month'))
  const { sales } = await coversOf(ctx, { from, to: spans.at(-1)!.from }, ['month'])
  // Whose month is kept sold something in it; else a look into it, along the index: what they did there is more, and grows. The month in
  // which they came is looked into as well, for it is theirs only from then on.
  const rows = await ctx.db.$queryRaw<{ cohort: string; month: string; n: bigint }[]>`
    WITH member AS (
      SELECT id, to_char("decidedAt" AT TIME ZONE ${zone}, 'YYYY-MM') AS cohort, "decidedAt" FROM "Creator"
      WHERE "programId" = ${ctx.program.id} AND "mergedInto" IS NULL AND state IN ('approved', 'paused', 'left')
        AND "decidedAt" >= ${from} AND "decidedAt" <= ${ctx.now}),
    span AS (SELECT * FROM unnest(${months}::text[], ${spans.map((one) => one.from)}::timestamptz[], ${spans.map((one) => one.to)}::timestamptz[], ${names}::text[])
      AS span(month, "from", "to", name)),
    sold AS (SELECT day, key FROM "Daily" d WHERE d."programId" = ${ctx.program.id} AND d.part = 'sales' AND d.way = 'creator' AND d.day = ANY(${sales.days}))
    SELECT cohort, '' AS month, count(*) AS n FROM member GROUP BY 1
    UNION ALL
    SELECT m.cohort, span.month, count(*) AS n FROM member m JOIN span ON span."to" > m."decidedAt"
      LEFT JOIN sold ON sold.key = m.id AND sold.day = span.name AND span."from" >= m."decidedAt"
    WHERE sold.key IS NOT NULL OR EXISTS (SELECT FROM "Line" l WHERE l."programId" = ${ctx.program.id} AND l."creatorId" = m.id
        AND l.at >= greatest(span."from", m."decidedAt") AND l.at < span."to" AND l.at <= ${ctx.now})
      OR EXISTS (SELECT FROM "Submission" s WHERE s."programId" = ${ctx.program.id} AND s."creatorId" = m.id
        AND s."submittedAt" >= greatest(span."from", m."decidedAt") AND s."submittedAt" < span."to" AND s."submittedAt" <= ${ctx.now})
    GROUP BY 1, 2`
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
export async function funnelOf(ctx: Context, asked: Asked): Promise<Funnel> {
  const found = await funnelsBy(ctx, asked)
  return found.get(asked.of ?? 'all') ?? { ...noFunnel, clicks: splits[asked.by ?? 'all'].clicks ? 0 : null }
}

const noFunnel = { orders: 0, approved: 0, ripe: 0, codeOrders: 0, codeApproved: 0 }

async function funnelsBy(ctx: Context, asked: Asked): Promise<Keyed<Funnel>> {
  const split = splits[asked.by ?? 'all']
  const covers = coversFrom(ctx, split.rolled ? await keptIn(ctx, asked) : noneKept, asked)
  const clicks = await clicksBy(ctx, split, asked, covers.clicks)
  const sold = await salesBy(ctx, split, { ...asked, brief: true }, covers.sales)
  const reached = await reachedBy(ctx, split, asked, covers.funnel)
  return new Map(
    [...new Set([...sold.keys(), ...(clicks?.keys() ?? [])])].map((key) => {
      const { orders: all, approved: kept, byClick: approved } = sold.get(key)?.sales ?? noSales
      const { orders, ripe } = reached.get(key) ?? noFunnel
      const byCode = { codeOrders: all - orders, codeApproved: kept - approved }
      return [key, { clicks: clicks ? (clicks.get(key) ?? 0) : null, orders, approved, ripe, ...byCode }]
    }),
  )
}

const COMPARED = 15

/** The funnels of the things of a way, those with most orders first; at most fifteen. */
export async function funnelsOf(
  ctx: Context,
  asked: Range & { by: Way },
): Promise<{ name: string; key: string; funnel: Funnel }[]> {
  const all = ({ orders, codeOrders }: Funnel) => orders + codeOrders
  const found = [...(await funnelsBy(ctx, asked))]
    .sort(([one, a], [other, b]) => all(b) - all(a) || (one < other ? -1 : 1))
    .slice(0, COMPARED)
  const names = await namesOf(
    ctx,
    asked.by,
    found.map(([key]) => key),
  )
  return found.map(([key, funnel]) => ({ key, name: names.get(key) ?? key, funnel }))
}

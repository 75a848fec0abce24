import type { Context } from '../context.ts'
import type { Range } from '../kernel/time.ts'
import { notForfeited } from '../ledger/taken.ts'
import { among, counted, engagements, streaks } from './measures.ts'
import { growth, type Metric, onBoards, type Past, type Place, pastOf, rank, type Tally } from './rules.ts'

type Brought = { creatorId: string; revenue: bigint; orders: number; since: Date; reachedAt: Date }

/** Everyone who brought something in [from, to), best first. What is refunded after `to` no longer counts. */
export async function standings(ctx: Context, { from, to, metric }: Range & { metric: Metric }): Promise<Place[]> {
  return rank((await tallies(ctx, { from, to }, [metric])).get(metric) ?? [])
}

/** What creators brought in [from, to), by each metric that is wanted; of these creators alone where their ids are given. */
export async function tallies(
  ctx: Context,
  range: Range,
  wanted: readonly Metric[],
  ids: readonly string[] | null = null,
): Promise<Map<Metric, Tally[]>> {
  const found = new Map<Metric, Tally[]>()
  const of: Partial<Record<Metric, () => Promise<Tally[]>>> = {
    content: () => approvals(ctx, range, ids),
    engagement: () => engagements(ctx, range, ids),
    streak: () => streaks(ctx, range, ids),
  }
  const selling = wanted.filter((metric) => of[metric] === undefined)
  const brought = selling.length > 0 ? await sales(ctx, range, ids) : []
  const past = wanted.includes('growth') ? await pasts(ctx, range, ids) : undefined
  const values: Partial<Record<Metric, (row: Brought) => bigint>> = {
    revenue: (row) => row.revenue,
    orders: (row) => BigInt(row.orders),
    growth: (row) => growth(row.revenue, past?.get(row.creatorId), range) ?? 0n,
  }
  for (const metric of wanted) {
    const value = values[metric]
    const rows = value
      ? brought.map((row) => ({
          creatorId: row.creatorId,
          value: value(row),
          orders: row.orders,
          reachedAt: row.reachedAt,
        }))
      : await of[metric]!()
    found.set(
      metric,
      rows.filter((row) => row.value > 0n),
    )
  }
  return found
}

async function pasts(ctx: Context, range: Range, ids: readonly string[] | null): Promise<Map<string, Past>> {
  const before = await sales(ctx, pastOf(range), ids)
  return new Map(before.map((row) => [row.creatorId, { value: row.revenue, since: row.since }]))
}

/**
 * Per creator: the net base of credited orders of the span, less what was given back of them before its end (a cancelled order
 * gives all back), how many orders are left, and when the first and the last of them came. Materialized, or the refunds of
 * each order would be looked up twice.
 */
export async function sales(ctx: Context, { from, to }: Range, ids: readonly string[] | null = null): Promise<Brought[]> {
  const programId = ctx.program.id
  return ctx.db.$queryRaw<Brought[]>`
    WITH credited AS MATERIALIZED (
      SELECT l."creatorId", l."at", CASE WHEN LEAST(o."cancelledAt", o."lostAt") < ${to} THEN 0 ELSE GREATEST(0, l."base" - COALESCE(
        (SELECT SUM(COALESCE(r."taken", CASE WHEN r."currency" = l."currency" AND r."whole" IS NULL THEN r."base" END)) FROM "Refund" r WHERE r."programId" = ${programId} AND r."source" = o."source"
           AND r."orderExternalId" = o."externalId" AND r."at" < ${to}), 0)) END AS net
      FROM "Creator" c
      JOIN "Line" l ON l."programId" = ${programId} AND l."creatorId" = c."id" AND l."at" >= ${from} AND l."at" < ${to}
        AND ${notForfeited}
      JOIN "Order" o ON o."id" = l."orderId"
      WHERE c."programId" = ${programId} AND c."state" = ANY(${onBoards}) AND ${among(ids)}
    )
    SELECT "creatorId", SUM(net)::bigint AS revenue, COUNT(*)::int AS orders, MIN("at") AS since, MAX("at") AS "reachedAt"
    FROM credited WHERE net > 0 GROUP BY "creatorId"`
}

/** How many sales of the span a case withholds, by creator: of those that `sales` counts, or they would be taken from others. */
export async function heldSales(ctx: Context, { from, to }: Range): Promise<Map<string, number>> {
  const rows = await ctx.db.$queryRaw<{ creatorId: string; count: number }[]>`
    SELECT l."creatorId", COUNT(*)::int AS count FROM "Hold" h JOIN "Line" l ON l."id" = h."line" JOIN "Order" o ON o."id" = l."orderId"
    WHERE h."programId" = ${ctx.program.id} AND h."caseId" IS NOT NULL AND l."at" >= ${from} AND l."at" < ${to}
      AND COALESCE(l."leftBase", l."base") > 0 AND o."cancelledAt" IS NULL AND o."lostAt" IS NULL GROUP BY 1`
  return new Map(rows.map(({ creatorId, count }) => [creatorId, count]))
}

/** Per creator: submissions approved in the span, and when the last of them was. */
async function approvals(ctx: Context, range: Range, ids: readonly string[] | null): Promise<Tally[]> {
  const programId = ctx.program.id
  const { from, to } = range
  return ctx.db.$queryRaw<Tally[]>`
    SELECT s."creatorId", COUNT(*) AS value, 0 AS orders, MAX(s."decidedAt") AS "reachedAt"
    FROM "Submission" s JOIN "Creator" c ON c."id" = s."creatorId" AND c."state" = ANY(${onBoards})
    WHERE s."programId" = ${programId} AND c."programId" = ${programId} AND s."state" IN ('approved', 'live', 'measured')
      AND s."decidedAt" >= ${from} AND s."decidedAt" < ${to} AND ${counted(range, ctx.now)} AND ${among(ids)}
    GROUP BY s."creatorId"`
}

/** Per creator: submissions approved in the span of which they were told, for until then an approval may be undone. */
export async function toldApprovals(ctx: Context, { from, to }: Range): Promise<{ creatorId: string; count: number }[]> {
  const approved = { programId: ctx.program.id, state: { in: ['approved', 'live', 'measured'] }, toldAt: { not: null } }
  const where = { ...approved, decidedAt: { gte: from, lt: to } }
  const rows = await ctx.db.submission.groupBy({ by: ['creatorId'], where, _count: true })
  return rows.map(({ creatorId, _count }) => ({ creatorId, count: _count }))
}

/** A place in a frozen season, with the tier that its creator had then. */
export type FrozenPlace = Place & { division: string | null }

/** The places of a frozen season, or undefined while it is not frozen. */
export async function frozen(ctx: Context, season: string, metric: Metric): Promise<FrozenPlace[] | undefined> {
  const row = await ctx.db.season.findUnique({
    where: { programId_period_metric: { programId: ctx.program.id, period: season, metric } },
  })
  return row?.frozenAt ? placesOf(ctx, row.id) : undefined
}

export async function placesOf(ctx: Context, seasonId: string): Promise<FrozenPlace[]> {
  return ctx.db.standing.findMany({
    where: { programId: ctx.program.id, seasonId },
    orderBy: [{ rank: 'asc' }, { reachedAt: 'asc' }, { creatorId: 'asc' }],
  })
}

/** Ranks of the last season of this kind and metric that was frozen before `from`. */
export async function ranksBefore(
  ctx: Context,
  metric: Metric,
  from: Date,
  kind: string,
): Promise<Map<string, number> | undefined> {
  const season = await ctx.db.season.findFirst({
    where: { programId: ctx.program.id, kind, metric, to: { lte: from }, frozenAt: { not: null } },
    orderBy: { to: 'desc' },
  })
  if (!season) return undefined
  return new Map((await placesOf(ctx, season.id)).map((place) => [place.creatorId, place.rank]))
}

/** What boards need to name these creators. */
export async function creatorsOf(ctx: Context, places: readonly { creatorId: string }[]) {
  const ids = [...new Set(places.map((place) => place.creatorId))]
  const rows = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    select: {
      id: true,
      personId: true,
      name: true,
      shown: true,
      alias: true,
      state: true,
      tier: true,
      earnedTier: true,
      earnedUntil: true,
    },
  })
  return new Map(rows.map((row) => [row.id, row]))
}

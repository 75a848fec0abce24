// A board as it stands now, read from the tallies: the first ten, one's own place, and the ten on both sides of it.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { standings, tallies } from './queries.ts'
import { around, byPlace, type Metric, type Place, rank, type Tally } from './rules.ts'
import { type Span, staleOf } from './tallies.ts'

export type Standings = { top: Place[]; near: Place[]; mine: Place | undefined; total: number; best: bigint }

const TOP = 10
const NEAR = 10
/** So many are counted on the way; where more are old, the whole period is counted. */
const MOST_STALE = 50

/** How a period stands now, by a metric, as a recount would say it. */
export async function standingsNow(ctx: Context, span: Span, metric: Metric, me: string | undefined): Promise<Standings> {
  const programId = ctx.program.id
  const tallied = await ctx.db.tallied.findUnique({
    where: { programId_period_metric: { programId, period: span.period, metric } },
  })
  const stale = await staleOf(ctx, MOST_STALE + 1)
  if (!tallied || stale.length > MOST_STALE) return cut(await standings(ctx, { ...span, metric }), me)
  const fresh = stale.length === 0 ? [] : ((await tallies(ctx, span, [metric], stale)).get(metric) ?? [])
  const where = { programId, period: span.period, metric }
  const gone = stale.length === 0 ? 0 : await ctx.db.tally.count({ where: { ...where, creatorId: { in: stale } } })
  const board: Board = {
    ctx,
    fresh,
    rows: Prisma.sql`"Tally" WHERE "programId" = ${programId} AND period = ${span.period} AND metric = ${metric}
      AND "creatorId" <> ALL(${stale})`,
  }
  const first = await board.ctx.db.$queryRaw<
    Tally[]
  >`${columns} FROM ${board.rows} ORDER BY below, "reachedAt", "creatorId" LIMIT ${TOP}`
  const top = rank([...first, ...fresh]).slice(0, TOP)
  const total = tallied.ranked - gone + fresh.length
  const own = { top, total, best: top[0]?.value ?? 0n }
  const inTop = top.find((place) => place.creatorId === me)
  if (me === undefined || inTop) return { ...own, near: [], mine: inTop }
  const mine = stale.includes(me)
    ? fresh.find((tally) => tally.creatorId === me)
    : await ctx.db.tally.findUnique({ where: { programId_period_metric_creatorId: { ...where, creatorId: me } } })
  if (!mine) return { ...own, near: [], mine: undefined }
  const near = await neighbours(board, mine)
  return { ...own, near, mine: near.find((place) => place.creatorId === me) }
}

/** The same from a whole list of places. */
export function cut(places: readonly Place[], me: string | undefined): Standings {
  return { ...around(places, me, TOP, NEAR), total: places.length, best: places[0]?.value ?? 0n }
}

type Board = { ctx: Context; fresh: readonly Tally[]; rows: Prisma.Sql }

const columns = Prisma.sql`SELECT "creatorId", value, orders, "reachedAt"`

const tuple = ({ value, reachedAt, creatorId }: Tally): Prisma.Sql => Prisma.sql`(${-value}::bigint, ${reachedAt}, ${creatorId})`

async function neighbours({ ctx, fresh, rows }: Board, mine: Tally): Promise<Place[]> {
  const at = Prisma.sql`(below, "reachedAt", "creatorId")`
  const above = await ctx.db.$queryRaw<Tally[]>`
    ${columns} FROM ${rows} AND ${at} < ${tuple(mine)} ORDER BY below DESC, "reachedAt" DESC, "creatorId" DESC LIMIT ${NEAR}`
  const under = await ctx.db.$queryRaw<Tally[]>`
    ${columns} FROM ${rows} AND ${at} > ${tuple(mine)} ORDER BY below, "reachedAt", "creatorId" LIMIT ${NEAR}`
  const others = fresh.filter((tally) => tally.creatorId !== mine.creatorId)
  const all = [...above, mine, ...under, ...others].sort(byPlace)
  const own = all.indexOf(mine)
  const shown = all.slice(Math.max(0, own - NEAR), own + NEAR + 1)
  const first = shown[0]!
  const [before] = await ctx.db.$queryRaw<{ places: number; higher: number }[]>`
    SELECT (SELECT count(*)::int FROM ${rows} AND ${at} < ${tuple(first)}) AS places,
      (SELECT count(*)::int FROM ${rows} AND below < ${-first.value}) AS higher`
  const places = (before?.places ?? 0) + fresh.filter((tally) => byPlace(tally, first) < 0).length
  const higher = (before?.higher ?? 0) + fresh.filter((tally) => tally.value > first.value).length
  let rankNow = higher + 1
  return shown
    .map((tally, i) => {
      if (i > 0 && shown[i - 1]!.value !== tally.value) rankNow = places + i + 1
      const { creatorId, value, orders, reachedAt } = tally
      return { creatorId, value, orders, reachedAt, rank: rankNow }
    })
    .filter((_, i) => places + i >= TOP)
}

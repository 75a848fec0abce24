// A board as it stands now, read from the tallies: the first ten, one's own place, and the ten on both sides of it.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { standings, tallies } from './queries.ts'
import { around, byPlace, type Metric, type Place, rank, type Tally } from './rules.ts'
import { type Span, staleRows } from './tallies.ts'

export type Standings = { top: Place[]; near: Place[]; mine: Place | undefined; total: number; best: bigint }

const TOP = 10
const NEAR = 10
/** So many are counted on the way; where more are old, the whole period is counted. */
const MOST_STALE = 50

/** How a period stands now, by a metric, as a recount would say it. */
export async function standingsNow(ctx: Context, span: Span, metric: Metric, me: string | undefined): Promise<Standings> {
  const { ranked, stale } = await keptOf(ctx, span, metric)
  if (ranked === null || stale.length > MOST_STALE) return cut(await standings(ctx, { ...span, metric }), me)
  const fresh = stale.length === 0 ? [] : ((await tallies(ctx, span, [metric], stale)).get(metric) ?? [])
  const board: Board = { ctx, fresh, stale, of: { programId: ctx.program.id, period: span.period, metric } }
  const rows = await rowsOf(board, me)
  const part = (name: Row['part']) => rows.filter((row) => row.part === name).map(({ part: _, ...tally }) => tally)
  const top = rank([...part('top'), ...fresh]).slice(0, TOP)
  const gone = stale.length === 0 ? 0 : await ctx.db.tally.count({ where: { ...board.of, creatorId: { in: [...stale] } } })
  const own = { top, total: ranked - gone + fresh.length, best: top[0]?.value ?? 0n }
  const inTop = top.find((place) => place.creatorId === me)
  const mine = fresh.find((tally) => tally.creatorId === me) ?? part('mine')[0]
  if (inTop || !mine) return { ...own, near: [], mine: inTop }
  const near = await neighbours(board, mine, [...part('above'), ...part('under')])
  return { ...own, near, mine: near.find((place) => place.creatorId === me) }
}

/** The same from a whole list of places. */
export function cut(places: readonly Place[], me: string | undefined): Standings {
  return { ...around(places, me, TOP, NEAR), total: places.length, best: places[0]?.value ?? 0n }
}

type Board = {
  ctx: Context
  /** Those whose rows are old, and what they have by now. */
  stale: readonly string[]
  fresh: readonly Tally[]
  of: { programId: string; period: string; metric: Metric }
}

/** Whether the period is tallied, how many are ranked in it, and who has old rows: at most one more than may be counted on the way. */
async function keptOf(
  { db, program }: Context,
  { period }: Span,
  metric: Metric,
): Promise<{ ranked: number | null; stale: string[] }> {
  const [row] = await db.$queryRaw<{ ranked: number | null; stale: string[] }[]>`
    SELECT (SELECT ranked FROM "Tallied" WHERE ${boardOf({ programId: program.id, period, metric })}),
      ARRAY(${staleRows(program.id, MOST_STALE + 1)}) AS stale`
  return row!
}

type Row = Tally & { part: 'top' | 'mine' | 'above' | 'under' }

const columns = Prisma.sql`"creatorId", value, orders, "reachedAt"`
const tuple = Prisma.sql`(below, "reachedAt", "creatorId")`
const bestFirst = Prisma.sql`below, "reachedAt", "creatorId"`
const worstFirst = Prisma.sql`below DESC, "reachedAt" DESC, "creatorId" DESC`

/** The rows of a board, in each of its tables. */
const boardOf = ({ programId, period, metric }: Board['of']): Prisma.Sql =>
  Prisma.sql`"programId" = ${programId} AND period = ${period} AND metric = ${metric}`

/** The first ten that are kept; and this creator, and the ten on both sides, read along the index. */
function rowsOf({ ctx, fresh, stale, of }: Board, me: string | undefined): Promise<Row[]> {
  const kept = Prisma.sql`"Tally" WHERE ${boardOf(of)} AND "creatorId" <> ALL(${stale})`
  const top = Prisma.sql`(SELECT 'top' AS part, ${columns} FROM ${kept} ORDER BY ${bestFirst} LIMIT ${TOP})`
  if (me === undefined) return ctx.db.$queryRaw<Row[]>`${top}`
  const own = fresh.find(({ creatorId }) => creatorId === me)
  const mine = own
    ? Prisma.sql`SELECT ${own.creatorId} AS "creatorId", ${own.value}::bigint AS value, ${-own.value}::bigint AS below, ${own.orders}::int AS orders,
        ${own.reachedAt}::timestamptz AS "reachedAt"`
    : Prisma.sql`SELECT ${columns}, below FROM ${kept} AND "creatorId" = ${me}`
  const beside = (part: string, side: Prisma.Sql, order: Prisma.Sql) => Prisma.sql`
    SELECT ${part} AS part, near.* FROM mine, LATERAL (SELECT ${columns} FROM ${kept}
      AND ${tuple} ${side} (mine.below, mine."reachedAt", mine."creatorId") ORDER BY ${order} LIMIT ${NEAR}) near`
  return ctx.db.$queryRaw<Row[]>`
    WITH mine AS MATERIALIZED (${mine})
    ${top} UNION ALL SELECT 'mine', ${columns} FROM mine
    UNION ALL ${beside('above', Prisma.sql`<`, worstFirst)} UNION ALL ${beside('under', Prisma.sql`>`, bestFirst)}`
}

async function neighbours(board: Board, mine: Tally, beside: readonly Tally[]): Promise<Place[]> {
  const { fresh } = board
  const others = fresh.filter((tally) => tally.creatorId !== mine.creatorId)
  const all = [mine, ...beside, ...others].sort(byPlace)
  const own = all.indexOf(mine)
  const shown = all.slice(Math.max(0, own - NEAR), own + NEAR + 1)
  const first = shown[0]!
  const kept = await countBefore(board, first)
  const places = kept.places + fresh.filter((tally) => byPlace(tally, first) < 0).length
  const higher = kept.higher + fresh.filter((tally) => tally.value > first.value).length
  let rankNow = higher + 1
  return shown
    .map((tally, i) => {
      if (i > 0 && shown[i - 1]!.value !== tally.value) rankNow = places + i + 1
      const { creatorId, value, orders, reachedAt } = tally
      return { creatorId, value, orders, reachedAt, rank: rankNow }
    })
    .filter((_, i) => places + i >= TOP)
}

/** How many that are kept stand before this one, and how many have more: all of the higher bands, and of its own those that come first. */
async function countBefore({ ctx, stale, of }: Board, { value, reachedAt, creatorId }: Tally) {
  const band = Prisma.sql`troupe_band(${value})`
  const old =
    stale.length === 0
      ? Prisma.sql`0`
      : Prisma.sql`(SELECT count(*) FROM "Tally" WHERE ${boardOf(of)} AND "creatorId" = ANY(${stale}) AND troupe_band(value) > ${band})`
  const [row] = await ctx.db.$queryRaw<{ above: number; places: number; higher: number }[]>`
    SELECT (SELECT coalesce(sum(ranked), 0) - ${old} FROM "TallyBand" WHERE ${boardOf(of)} AND band > ${band})::int AS above,
      count(*)::int AS places, count(*) FILTER (WHERE below < ${-value}::bigint)::int AS higher
    FROM "Tally" WHERE ${boardOf(of)} AND "creatorId" <> ALL(${stale}) AND below >= -troupe_band_top(${band})
      AND ${tuple} < (${-value}::bigint, ${reachedAt}, ${creatorId})`
  return { places: row!.above + row!.places, higher: row!.above + row!.higher }
}

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

/** How a period stands now, by a metric, as a recount would say it. One statement tells it where nobody's row is old. */
export async function standingsNow(ctx: Context, span: Span, metric: Metric, me: string | undefined): Promise<Standings> {
  const of = { programId: ctx.program.id, period: span.period, metric }
  const { ranked, stale, ...kept } = await keptOf(ctx, of, me)
  if (ranked === null || stale.length > MOST_STALE) return cut(await standings(ctx, { ...span, metric }), me)
  if (stale.length === 0) return laidOut({ ...kept, fresh: [], total: ranked }, me)
  const fresh = (await tallies(ctx, span, [metric], stale)).get(metric) ?? []
  const board: Board = { of, stale, fresh }
  const rows = await ctx.db.$queryRaw<Row[]>`${rowsOf(board, me)}`
  const gone = await ctx.db.tally.count({ where: { ...of, creatorId: { in: [...stale] } } })
  const before = (first: Tally) => countBefore(ctx, board, first)
  return laidOut({ rows, before, fresh, total: ranked - gone + fresh.length }, me)
}

/** The same from a whole list of places. */
export function cut(places: readonly Place[], me: string | undefined): Standings {
  return { ...around(places, me, TOP, NEAR), total: places.length, best: places[0]?.value ?? 0n }
}

type Board = {
  of: { programId: string; period: string; metric: Metric }
  /** Those whose rows are old, and what they have by now. */
  stale: readonly string[]
  fresh: readonly Tally[]
}

type Row = Tally & { part: 'top' | 'mine' | 'above' | 'under' }
/** How many that are kept stand before a place, and how many of them have more. */
type Before = { places: number; higher: number }
type Read = { rows: readonly Row[]; before: (first: Tally) => Promise<Before>; fresh: readonly Tally[]; total: number }

async function laidOut({ rows, before, fresh, total }: Read, me: string | undefined): Promise<Standings> {
  const part = (name: Row['part']) => rows.filter((row) => row.part === name).map(tallyOf)
  const top = rank([...part('top'), ...fresh]).slice(0, TOP)
  const own = { top, total, best: top[0]?.value ?? 0n }
  const inTop = top.find((place) => place.creatorId === me)
  const mine = fresh.find((tally) => tally.creatorId === me) ?? part('mine')[0]
  if (inTop || !mine) return { ...own, near: [], mine: inTop }
  const others = fresh.filter((tally) => tally.creatorId !== mine.creatorId)
  const all = [mine, ...part('above'), ...part('under'), ...others].sort(byPlace)
  const at = all.indexOf(mine)
  const shown = all.slice(Math.max(0, at - NEAR), at + NEAR + 1)
  const near = placed(shown, fresh, await before(shown[0]!))
  return { ...own, near, mine: near.find((place) => place.creatorId === me) }
}

const tallyOf = ({ creatorId, value, orders, reachedAt }: Tally): Tally => ({ creatorId, value, orders, reachedAt })

/** Those shown beside a place, with their ranks, but for the first ten. */
function placed(shown: readonly Tally[], fresh: readonly Tally[], kept: Before): Place[] {
  const first = shown[0]!
  const places = kept.places + fresh.filter((tally) => byPlace(tally, first) < 0).length
  const higher = kept.higher + fresh.filter((tally) => tally.value > first.value).length
  let rankNow = higher + 1
  return shown
    .map((tally, i) => {
      if (i > 0 && shown[i - 1]!.value !== tally.value) rankNow = places + i + 1
      return { ...tallyOf(tally), rank: rankNow }
    })
    .filter((_, i) => places + i >= TOP)
}

const columns = Prisma.sql`"creatorId", value, orders, "reachedAt", below`
const tuple = Prisma.sql`(below, "reachedAt", "creatorId")`
const bestFirst = Prisma.sql`below, "reachedAt", "creatorId"`
const worstFirst = Prisma.sql`below DESC, "reachedAt" DESC, "creatorId" DESC`

/** The rows of a board, in each of its tables. */
const boardOf = ({ programId, period, metric }: Board['of']): Prisma.Sql =>
  Prisma.sql`"programId" = ${programId} AND period = ${period} AND metric = ${metric}`

/** Those of a board whose rows are not old. */
const keptRows = ({ of, stale }: Board): Prisma.Sql =>
  stale.length === 0
    ? Prisma.sql`"Tally" WHERE ${boardOf(of)}`
    : Prisma.sql`"Tally" WHERE ${boardOf(of)} AND "creatorId" <> ALL(${stale})`

type Nullable<T> = { [K in keyof T]: T[K] | null }
type Line = Nullable<Row & Before> & { ranked: number | null; stale: string[] }

/**
 * Whether the period is tallied, how many are ranked in it, and who has old rows: at most one more than may be counted on the way.
 * Where nobody has, the rows as well, and what stands before the first of those beside one's own place.
 */
async function keptOf({ db, program }: Context, of: Board['of'], me: string | undefined) {
  const board: Board = { of, stale: [], fresh: [] }
  const first = Prisma.sql`SELECT * FROM shown WHERE part IN ('above', 'mine') ORDER BY ${bestFirst} LIMIT 1`
  const lines = await db.$queryRaw<Line[]>`
    WITH kept AS MATERIALIZED (
        SELECT (SELECT ranked FROM "Tallied" WHERE ${boardOf(of)}), ARRAY(${staleRows(program.id, MOST_STALE + 1)}) AS stale),
      shown AS MATERIALIZED (SELECT * FROM (${rowsOf(board, me)}) s WHERE (SELECT stale = '{}' FROM kept)),
      before AS (${me === undefined ? Prisma.sql`SELECT 0 AS places, 0 AS higher` : beforeOf(board, first)})
    SELECT ranked, stale, part, "creatorId", value, orders, "reachedAt", places, higher
    FROM kept LEFT JOIN shown ON true LEFT JOIN before ON true`
  const { ranked, stale, places, higher } = lines[0]!
  const rows = lines.filter((line): line is Line & Row => line.part !== null)
  return { ranked, stale, rows, before: async (): Promise<Before> => ({ places: places!, higher: higher! }) }
}

/** The first ten that are kept; and this creator, and the ten on both sides, read along the index. */
function rowsOf(board: Board, me: string | undefined): Prisma.Sql {
  const kept = keptRows(board)
  const top = Prisma.sql`(SELECT 'top' AS part, ${columns} FROM ${kept} ORDER BY ${bestFirst} LIMIT ${TOP})`
  if (me === undefined) return top
  const own = board.fresh.find(({ creatorId }) => creatorId === me)
  const mine = own ? counted(own) : Prisma.sql`SELECT ${columns} FROM ${kept} AND "creatorId" = ${me}`
  const beside = (part: string, side: Prisma.Sql, order: Prisma.Sql) => Prisma.sql`
    SELECT ${part}, near.* FROM mine, LATERAL (SELECT ${columns} FROM ${kept}
      AND ${tuple} ${side} (mine.below, mine."reachedAt", mine."creatorId") ORDER BY ${order} LIMIT ${NEAR}) near`
  return Prisma.sql`
    WITH mine AS MATERIALIZED (${mine})
    ${top} UNION ALL SELECT 'mine', ${columns} FROM mine
    UNION ALL ${beside('above', Prisma.sql`<`, worstFirst)} UNION ALL ${beside('under', Prisma.sql`>`, bestFirst)}`
}

/** A tally that is no row, as one. */
const counted = ({ creatorId, value, orders, reachedAt }: Tally): Prisma.Sql => Prisma.sql`
  SELECT ${creatorId} AS "creatorId", ${value}::bigint AS value, ${orders}::int AS orders, ${reachedAt}::timestamptz AS "reachedAt",
    ${-value}::bigint AS below`

/** How many that are kept stand before this one, and how many have more: all of the higher bands, and of its own those that come first. */
function beforeOf(board: Board, one: Prisma.Sql): Prisma.Sql {
  const { of, stale } = board
  const old =
    stale.length === 0
      ? Prisma.sql`0`
      : Prisma.sql`(SELECT count(*) FROM "Tally" WHERE ${boardOf(of)} AND "creatorId" = ANY(${stale}) AND troupe_band(value) > one.band)`
  return Prisma.sql`
    SELECT (above.n + same.places)::int AS places, (above.n + same.higher)::int AS higher
    FROM (SELECT *, troupe_band(value) AS band FROM (${one}) o OFFSET 0) one,
      LATERAL (SELECT coalesce(sum(ranked), 0) - ${old} AS n FROM "TallyBand" WHERE ${boardOf(of)} AND band > one.band) above,
      LATERAL (SELECT count(*) AS places, count(*) FILTER (WHERE below < one.below) AS higher FROM ${keptRows(board)}
        AND below >= -troupe_band_top(one.band) AND ${tuple} < (one.below, one."reachedAt", one."creatorId")) same`
}

async function countBefore({ db }: Context, board: Board, first: Tally): Promise<Before> {
  const [before] = await db.$queryRaw<Before[]>`${beforeOf(board, counted(first))}`
  return before!
}

// A board as it stands now, read from the tallies: the first ten, one's own place, and the ten on both sides of it.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { PREPARED } from '../kernel/prepared.ts'
import { standings, tallies } from './queries.ts'
import { around, byPlace, type Metric, type Place, rank, type Tally } from './rules.ts'
import { type Span, staleRows } from './tallies.ts'

export type Standings = { top: Place[]; near: Place[]; mine: Place | undefined; total: number; best: bigint }

const TOP = 10
const NEAR = 10
/** So many are counted on the way; where more are old, the whole period is counted. */
const MOST_STALE = 50

/** How a period stands now, by a metric, as a recount would say it. Where nobody's row is old, one statement tells it. */
export async function standingsNow(ctx: Context, span: Span, metric: Metric, me: string | undefined): Promise<Standings> {
  const board: Board = { programId: ctx.program.id, period: span.period, metric }
  const kept = await keptOf(ctx, board, me)
  const { ranked, stale, part } = kept
  if (ranked === null || stale.length > MOST_STALE) return cut(await standings(ctx, { ...span, metric }), me)
  const fresh = stale.length === 0 ? [] : ((await tallies(ctx, span, [metric], stale)).get(metric) ?? [])
  const top = rank([...part('top'), ...fresh]).slice(0, TOP)
  const own = { top, total: ranked - part('gone').length + fresh.length, best: top[0]?.value ?? 0n }
  const inTop = top.find((place) => place.creatorId === me)
  const counted = fresh.find(({ creatorId }) => creatorId === me)
  const mine = counted ?? part('mine')[0]
  if (inTop || !mine) return { ...own, near: [], mine: inTop }
  // Where one's own row is old, nothing beside it was read, for one may stand elsewhere by now.
  const near = neighbours(mine, counted ? await keptOf(ctx, board, me, { mine, stale }) : kept, fresh)
  return { ...own, near, mine: near.find((place) => place.creatorId === me) }
}

/** The same from a whole list of places. */
export function cut(places: readonly Place[], me: string | undefined): Standings {
  return { ...around(places, me, TOP, NEAR), total: places.length, best: places[0]?.value ?? 0n }
}

type Board = { programId: string; period: string; metric: Metric }
/** `gone` are the rows that are old, wherever they stand; the other parts hold none of them. */
type Part = 'top' | 'gone' | 'mine' | 'above' | 'under'
type Row = Tally & { part: Part }
/** How many stand before a place, and how many have more. */
type Before = { places: number; higher: number }

/** Those on both sides of a place below the ten, of what is kept and what was counted on the way. */
function neighbours(mine: Tally, { part, before }: Kept, fresh: readonly Tally[]): Place[] {
  const others = fresh.filter(({ creatorId }) => creatorId !== mine.creatorId)
  const upTo = [...part('above'), mine].sort(byPlace)
  const all = [...upTo, ...part('under'), ...others].sort(byPlace)
  const at = all.indexOf(mine)
  const shown = all.slice(Math.max(0, at - NEAR), at + NEAR + 1)
  const [edge, first] = [upTo[0]!, shown[0]!]
  const gone = beforeIn(part('gone'), edge)
  const [kept, more] = [before.places - gone.places, before.higher - gone.higher]
  const read = beforeIn([...upTo, ...others], first)
  const places = kept + read.places
  // All before the edge have at least its value, so more than a first that has less. Where the first stands before it, there are none.
  let rankNow = (edge.value > first.value ? kept : more) + read.higher + 1
  return shown
    .map((tally, i) => {
      if (i > 0 && shown[i - 1]!.value !== tally.value) rankNow = places + i + 1
      return { ...tallyOf(tally), rank: rankNow }
    })
    .filter((_, i) => places + i >= TOP)
}

const beforeIn = (tallies: readonly Tally[], one: Tally): Before => ({
  places: tallies.filter((tally) => byPlace(tally, one) < 0).length,
  higher: tallies.filter(({ value }) => value > one.value).length,
})

const tallyOf = ({ creatorId, value, orders, reachedAt }: Tally): Tally => ({ creatorId, value, orders, reachedAt })

const columns = Prisma.sql`"creatorId", value, orders, "reachedAt", below`
const tuple = Prisma.sql`(below, "reachedAt", "creatorId")`
const bestFirst = Prisma.sql`below, "reachedAt", "creatorId"`
const worstFirst = Prisma.sql`below DESC, "reachedAt" DESC, "creatorId" DESC`

/** The rows of a board, in each of its tables. */
const boardOf = ({ programId, period, metric }: Board): Prisma.Sql =>
  Prisma.sql`"programId" = ${programId} AND period = ${period} AND metric = ${metric}`

type Kept = {
  /** How many rows there are, old ones as well; null where the period is not tallied. */
  ranked: number | null
  /** Who has old rows: at most one more than may be counted on the way. */
  stale: string[]
  part: (name: Part) => Tally[]
  /** Of all rows before the best of `above` and `mine`; of old ones as well, for the bands hold them. */
  before: Before
}
type Nullable<T> = { [K in keyof T]: T[K] | null }
type Line = Nullable<Row & Before> & { ranked: number | null; stale: string[] | null }

/** What is kept of a board and needed of it, in one statement, for each is a round trip; `now` is what was counted on the way already. */
async function keptOf(
  { db }: Context,
  board: Board,
  me: string | undefined,
  now?: { mine: Tally; stale: string[] },
): Promise<Kept> {
  const stale = now ? Prisma.sql`${now.stale}::text[]` : Prisma.sql`ARRAY(${staleRows(board.programId, MOST_STALE + 1)})`
  const lines = await db.$queryRaw<Line[]>`${Prisma.raw(PREPARED)}
    WITH old AS MATERIALIZED (SELECT ${stale} AS stale), ${me === undefined ? topOf(board) : besideOf(board, me, now?.mine)}
    SELECT NULL AS part, NULL AS "creatorId", NULL AS value, NULL AS orders, NULL AS "reachedAt",
      (SELECT ranked FROM "Tallied" WHERE ${boardOf(board)}), stale, places, higher FROM old LEFT JOIN before ON true
    UNION ALL SELECT part, "creatorId", value, orders, "reachedAt", NULL, NULL, NULL, NULL FROM shown`
  const rows = lines.filter((line): line is Line & Row => line.part !== null)
  const { ranked, stale: ids, places, higher } = lines.find(({ part }) => part === null)!
  return {
    ranked,
    stale: ids!,
    part: (name) => rows.filter(({ part }) => part === name).map(tallyOf),
    before: { places: places ?? 0, higher: higher ?? 0 },
  }
}

/** The rows of a board that are not old. */
const keptRows = (board: Board): Prisma.Sql =>
  Prisma.sql`"Tally" WHERE ${boardOf(board)} AND "creatorId" <> ALL((SELECT stale FROM old)::text[])`

/** The first ten that are kept, and the rows that are old. */
const topRows = (board: Board): Prisma.Sql => Prisma.sql`
  (SELECT 'top' AS part, ${columns} FROM ${keptRows(board)} ORDER BY ${bestFirst} LIMIT ${TOP})
  UNION ALL SELECT 'gone', ${columns} FROM "Tally" WHERE ${boardOf(board)} AND "creatorId" = ANY((SELECT stale FROM old)::text[])`

const topOf = (board: Board): Prisma.Sql => Prisma.sql`shown AS (${topRows(board)}), before AS (SELECT 0 AS places, 0 AS higher)`

/**
 * With this creator, and the ten on both sides, read along the index. Before the best of these are all of the higher bands, and of its own
 * band those that come first.
 */
function besideOf(board: Board, me: string, now: Tally | undefined): Prisma.Sql {
  const kept = keptRows(board)
  const mine = now ? asRow(now) : Prisma.sql`SELECT ${columns} FROM ${kept} AND "creatorId" = ${me}`
  const beside = (part: Part, side: Prisma.Sql, order: Prisma.Sql) => Prisma.sql`
    SELECT ${part}, near.* FROM mine, LATERAL (SELECT ${columns} FROM ${kept}
      AND ${tuple} ${side} (mine.below, mine."reachedAt", mine."creatorId") ORDER BY ${order} LIMIT ${NEAR}) near`
  return Prisma.sql`mine AS MATERIALIZED (${mine}),
    shown AS MATERIALIZED (
      ${topRows(board)} UNION ALL SELECT 'mine', ${columns} FROM mine
      UNION ALL ${beside('above', Prisma.sql`<`, worstFirst)} UNION ALL ${beside('under', Prisma.sql`>`, bestFirst)}),
    edge AS (SELECT *, troupe_band(value) AS band FROM shown WHERE part IN ('above', 'mine') ORDER BY ${bestFirst} LIMIT 1),
    before AS (
      SELECT (above.n + same.places)::int AS places, (above.n + same.higher)::int AS higher FROM edge,
        LATERAL (SELECT coalesce(sum(ranked), 0) AS n FROM "TallyBand" WHERE ${boardOf(board)} AND band > edge.band) above,
        LATERAL (SELECT count(*) AS places, count(*) FILTER (WHERE below < edge.below) AS higher FROM "Tally" WHERE ${boardOf(board)}
          AND below >= -troupe_band_top(edge.band) AND ${tuple} < (edge.below, edge."reachedAt", edge."creatorId")) same)`
}

/** A tally that is not kept, as a row. */
const asRow = ({ creatorId, value, orders, reachedAt }: Tally): Prisma.Sql => Prisma.sql`
  SELECT ${creatorId} AS "creatorId", ${value}::bigint AS value, ${orders}::int AS orders, ${reachedAt}::timestamptz AS "reachedAt",
    ${-value}::bigint AS below`

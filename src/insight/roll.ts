// Days that are over are counted once, and weeks and months are added up from them. A day is first noted as being counted, then a fence is raised behind that note, and it is
// counted when every transaction from before the fence has ended: who writes into the day from then on sees the note, and leaves one
// (migration 0035) by which the day is live again until it is counted anew. Nobody waits for anybody.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { addDays, days, hours, localDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import {
  bookedColumns,
  bookedFor,
  bookedSums,
  came,
  cameByOwn,
  costAccounts,
  counts,
  first,
  funnelColumns,
  funnelFacts,
  funnelSums,
  handedOver,
  soldColumns,
  soldFacts,
  soldSums,
  spentIn,
} from './counted.ts'
import { isOf, lawful, lawOf, type Part, parts, type Span } from './daily.ts'
import { addUp, allWays, daysOpen, longerNames, open, spanOf, wholeFrom } from './roll-longer.ts'
import { pieceKey, wonLink } from './splits.ts'

/** Clicks are some seconds on their way, and a shop may tell of an order later; a day that is counted too soon is counted twice. */
const GRACE_HOURS = 1
const NOTED = 120
/** A unit of work counts as many days as it takes about so long. */
const [SHORT_MS, LONG_MS, MOST] = [150, 600, 32]

const { sql, join, raw } = Prisma

type Within = <T>(work: (ctx: Context) => Promise<T>) => Promise<T>

/**
 * Counts days that are over and not kept, newest first, for about so many ms. Gives how many were counted and how many are left, those
 * among them for which a transaction has to end first.
 */
export async function rollDays(within: Within, ms: number): Promise<{ counted: number; left: number }> {
  const end = performance.now() + ms
  let [counted, size] = [0, 1]
  for (let going = true; going; ) {
    if ((await within(note)) === 0) return { counted, left: 0 }
    await within(raiseFence)
    going = false
    for (;;) {
      const began = performance.now()
      const { counted: done, tried } = await within((ctx) => countSome(ctx, size))
      if (tried === 0) break
      const took = performance.now() - began
      size = took < SHORT_MS ? Math.min(MOST, size * 2) : took > LONG_MS ? Math.ceil(size / 2) : size
      counted += done
      going ||= done > 0
      if (performance.now() > end) return { counted, left: await within(note) }
    }
  }
  return { counted, left: await within(note) }
}

/** Two at once would both write the rows of a day. */
const alone = (ctx: Context) => ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`days ${ctx.program.id}`}, 0))`

type Noted = Span & { part: Part; day: string; until: Date; law: string }

/** Notes the next days as being counted; gives how many are to be counted in all. */
async function note(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  await alone(ctx)
  const known = await ctx.db.$queryRaw<{ part: Part; day: string; open: boolean; longer: boolean }[]>`
    SELECT part, day, ${open} AS open, NOT ${isOf('day')} AS longer FROM "DayDone" d WHERE "programId" = ${programId} AND ${lawful(ctx)}`
  const has = new Set(known.map(({ part, day }) => `${part} ${day}`))
  const missing = (await daysOver(ctx)).filter(({ part, day }) => !has.has(`${part} ${day}`))
  const left = known.filter((one) => one.open)
  // Weeks and months wait for their days, and must not keep these from being noted.
  const room = Math.max(0, NOTED - left.filter((one) => !one.longer).length)
  const next = missing.slice(0, room).map((one) => noted(ctx, one))
  if (next.length > 0)
    await ctx.db.$executeRaw`
      INSERT INTO "DayDone" ("programId", part, day, "from", "to", until, law, state)
      SELECT ${programId}, part, day, "from", "to", until, law, 'counting' FROM jsonb_to_recordset(${JSON.stringify(next)}::jsonb)
        AS t(part text, day text, "from" timestamptz, "to" timestamptz, until timestamptz, law text)
      ON CONFLICT ("programId", part, day) DO UPDATE SET "from" = excluded."from", "to" = excluded."to", until = excluded.until,
        law = excluded.law, state = 'counting', fence = NULL`
  return left.length + missing.length
}

type Day = { part: Part; day: string }

/** Every local day of which there may be something, newest first; what customers spent comes last, and then what is added up. */
async function daysOver(ctx: Context): Promise<Day[]> {
  const { id: programId, zone } = ctx.program
  const [since] = await ctx.db.$queryRaw<Record<Part, Date | null>[]>`
    SELECT (SELECT min(at) FROM "Click" WHERE "programId" = ${programId}) AS clicks,
      line.since AS sales, line.since AS funnel, line.since AS ltv,
      (SELECT min(least((SELECT min(at) FROM "Transfer" WHERE "programId" = ${programId} AND "from" = account),
        (SELECT min(at) FROM "Transfer" WHERE "programId" = ${programId} AND "to" = account))) FROM unnest(${costAccounts}::text[]) AS account) AS booked
    FROM (SELECT min(at) AS since FROM "Line" WHERE "programId" = ${programId}) AS line`
  const ranges = parts.flatMap((part) => {
    const from = since?.[part]
    const last = addDays(localDay(hours(overBy(ctx, part), -GRACE_HOURS), zone), -1)
    return from ? [{ part, from: wholeFrom(localDay(from, zone)), last }] : []
  })
  const first = ranges.map(({ from }) => from).sort()[0]
  const found: Day[] = []
  const later: Day[] = []
  if (first === undefined) return found
  const longer = ranges.flatMap(({ part, from, last }) => longerNames(from, last).map((day) => ({ part, day })))
  for (
    let day = ranges
      .map(({ last }) => last)
      .sort()
      .at(-1)!;
    day >= first;
    day = addDays(day, -1)
  )
    for (const { part, from, last } of ranges)
      if (day >= from && day <= last) (part === 'ltv' ? later : found).push({ part, day })
  return [...found, ...later, ...longer]
}

/** A day is over for a part when it ended before this. */
const overBy = (ctx: Context, part: Part): Date =>
  part === 'ltv' ? days(ctx.now, -policyOf(ctx.program).figures.horizonDays) : ctx.now

function noted(ctx: Context, { part, day }: Day): Noted {
  const { from, to } = spanOf(day, ctx.program.zone)
  const until = part === 'ltv' ? days(to, policyOf(ctx.program).figures.horizonDays) : to
  return { part, day, from, to, until, law: lawOf(ctx, part) }
}

/**
 * Our own number stands behind all transactions that began when the notes could not be seen; they end before it is the oldest. A fence
 * out of another database, as after a restore, is raised anew.
 */
async function raiseFence(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`
    UPDATE "DayDone" SET fence = pg_current_xact_id()::text::bigint WHERE "programId" = ${ctx.program.id} AND state = 'counting'
      AND (fence IS NULL OR fence > pg_snapshot_xmax(pg_current_snapshot())::text::bigint)`
}

/** Counts some days of one part, or adds up some weeks and months of it; gives how many, and how many it looked at. */
async function countSome(ctx: Context, most: number): Promise<{ counted: number; tried: number }> {
  const programId = ctx.program.id
  await alone(ctx)
  const ready = await ctx.db.$queryRaw<{ part: Part; day: string; longer: boolean }[]>`
    SELECT part, day, NOT ${isOf('day')} AS longer FROM "DayDone" d WHERE "programId" = ${programId} AND ${lawful(ctx)} AND ${open}
      AND (state = 'done' OR fence <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
      AND (${isOf('day')} OR NOT ${daysOpen(ctx)}) ORDER BY longer, part = 'ltv', day DESC`
  if (ready[0] === undefined) return { counted: 0, tried: 0 }
  const { part, longer } = ready[0]
  const some = ready.filter((one) => one.part === part && one.longer === longer).slice(0, most)
  const names = some.map(({ day }) => day)
  const own = sql`"programId" = ${programId} AND part = ${part} AND day = ANY(${names})`
  // What these notes stand for is seen by whatever is counted after them; a note that comes later stays.
  await ctx.db.$executeRaw`DELETE FROM "DayUndone" WHERE ${own}`
  if (longer) return { counted: await addUp(ctx, part, names), tried: some.length }
  await ctx.db.$executeRaw`DELETE FROM "Daily" WHERE ${own} AND ${allWays}`
  await ctx.db.$executeRaw(counted[part](ctx, sql`days AS MATERIALIZED (SELECT day, "from", "to" FROM "DayDone" WHERE ${own})`))
  await ctx.db.$executeRaw`UPDATE "DayDone" SET state = 'done' WHERE ${own} AND state = 'counting'`
  return { counted: some.length, tried: some.length }
}

/** By each way, and whether an order came by a click as that way counts it: splits.ts has the same. */
const apart = sql`
  SELECT 'all' AS way, 'all' AS key, r.came AS clicked, r.* FROM r UNION ALL SELECT 'creator', r."creatorId", r."cameByOwn", r.* FROM r
  UNION ALL SELECT 'offer', r."offerId", r.came, r.* FROM r WHERE r."offerId" IS NOT NULL
  UNION ALL SELECT 'piece', ${pieceKey}, l.came AND t.id IS NOT NULL, l.* FROM r l ${wonLink}`
const clicked = sql`${came} AS came, ${cameByOwn} AS "cameByOwn"`

const into = (ctx: Context, part: Part, columns: readonly string[]) => sql`
  INSERT INTO "Daily" ("programId", part, ${join(columns.map((column) => raw(`"${column}"`)))}, day, way, key) SELECT ${ctx.program.id}, ${part}`

const lines = (ctx: Context) => sql`
  FROM days d JOIN "Line" l ON l."programId" = ${ctx.program.id} AND l.at >= d."from" AND l.at < d."to"
  JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'`

/** One side at a time, for each side has its index. */
const transfers = ({ program }: Context, side: Prisma.Sql) => sql`
  SELECT t."from", t."to", t.minor FROM "Transfer" t
  WHERE t."programId" = ${program.id} AND ${side} AND t.at >= d."from" AND t.at < d."to" AND t.currency = ${program.currency}`

/** The rows of these days, all ways at once. */
const counted: Record<Part, (ctx: Context, ofDays: Prisma.Sql) => Prisma.Sql> = {
  clicks: (ctx, ofDays) => sql`
    WITH ${ofDays}, r AS MATERIALIZED (
      SELECT d.day, k."creatorId", ${pieceKey} AS piece FROM days d
        JOIN "Click" c ON c."programId" = ${ctx.program.id} AND c.at >= d."from" AND c.at < d."to" AND ${counts} JOIN "Link" k ON k.id = c."linkId")
    ${into(ctx, 'clicks', ['clicks'])}, count(*), day, way, key FROM (SELECT 'all' AS way, 'all' AS key, day FROM r
      UNION ALL SELECT 'creator', "creatorId", day FROM r UNION ALL SELECT 'piece', piece, day FROM r) a GROUP BY day, way, key`,
  sales: (ctx, ofDays) => sql`
    WITH ${ofDays}, r AS MATERIALIZED (SELECT d.day, l."programId", l."orderId", l."creatorId", o."offerId", ${clicked}, ${soldFacts} ${lines(ctx)})
    ${into(ctx, 'sales', soldColumns)}, ${soldSums}, day, way, key FROM (${apart}) r GROUP BY day, way, key`,
  funnel: (ctx, ofDays) => sql`
    WITH ${ofDays}, r AS MATERIALIZED (SELECT d.day, l."programId", l."orderId", l."creatorId", o."offerId", ${clicked}, ${funnelFacts} ${lines(ctx)})
    ${into(ctx, 'funnel', funnelColumns)}, ${funnelSums}, day, way, key FROM (${apart}) r GROUP BY day, way, key`,
  booked: (ctx, ofDays) => sql`
    WITH ${ofDays}, h AS MATERIALIZED (${handedOver(ctx.program.id)}), t AS MATERIALIZED (
      SELECT d.day, t."from", t."to", t.minor, ${bookedFor} AS creator FROM days d CROSS JOIN LATERAL (
        ${transfers(ctx, sql`t."from" = ANY(${costAccounts})`)} UNION ALL
        ${transfers(ctx, sql`t."to" = ANY(${costAccounts}) AND t."from" <> ALL(${costAccounts})`)} UNION ALL
        SELECT h."from", h."to", h.minor FROM h WHERE h.at >= d."from" AND h.at < d."to" AND h.currency = ${ctx.program.currency}) t)
    ${into(ctx, 'booked', bookedColumns)}, ${bookedSums}, day, way, key FROM (
      SELECT 'all' AS way, 'all' AS key, t.* FROM t UNION ALL SELECT 'creator', t.creator, t.* FROM t) t GROUP BY day, way, key`,
  ltv: (ctx, ofDays) => sql`
    WITH ${ofDays}, r AS MATERIALIZED (
      SELECT d.day, l."programId", l."orderId", l."creatorId", o."offerId", false AS came, false AS "cameByOwn", ${spentIn(policyOf(ctx.program).figures.horizonDays)} AS spent
      ${lines(ctx)} WHERE ${first})
    ${into(ctx, 'ltv', ['customers', 'spent'])}, count(*), sum(r.spent)::bigint, day, way, key FROM (${apart}) r GROUP BY day, way, key`,
}

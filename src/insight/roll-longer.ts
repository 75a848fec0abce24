// Weeks and months are kept like days (roll.ts), under the name of their first day; their rows are the sums of those of their days. What
// undoes a day undoes them as well, for triggers go by the time that a row of DayDone stands for.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { addDays, instantOf, localDay, monthOf, monthRange, startOfDay, weekRange } from '../kernel/time.ts'
import { bookedColumns, funnelColumns, soldColumns } from './counted.ts'
import { covered, isOf, type Length, lawful, nameOf, type Part, type Span, undone } from './daily.ts'

const { sql, join, raw } = Prisma

/** Of d: whether it is to be counted. */
export const open = sql`(d.state = 'counting' OR ${undone})`
/**
 * Of d, which is longer: whether one of its days is, or is kept by another law. The names bound what the index is asked for: without them
 * each would look at all the days there are.
 */
export const daysOpen = (ctx: Context): Prisma.Sql => sql`EXISTS (SELECT FROM (
  SELECT * FROM "DayDone" e WHERE e."programId" = d."programId" AND e.part = d.part AND e."from" >= d."from" AND e."to" <= d."to"
    AND e.day >= split_part(d.day, ' ', 1) AND e.day < to_char(split_part(d.day, ' ', 1)::date + ${LONGEST_DAYS}::int, 'YYYY-MM-DD')) d
  WHERE ${isOf('day')} AND (${open} OR NOT ${lawful(ctx)}))`

const longer = ['week', 'month'] as const
/** More than any of them has. */
const LONGEST_DAYS = 32

/** The week or month around a local day: its first day, and the one after its last. */
function around(day: string, length: Length): { first: string; next: string } {
  const noon = instantOf(day, '12:00', 'UTC')
  if (length === 'day') return { first: day, next: addDays(day, 1) }
  const { from, to } = length === 'week' ? weekRange(noon, 'UTC') : monthRange(monthOf(noon, 'UTC'), 'UTC')
  return { first: localDay(from, 'UTC'), next: localDay(to, 'UTC') }
}

/** When the week or the month around a day begins, whichever is earlier, so that both are kept whole. */
export const wholeFrom = (day: string): string => longer.map((length) => around(day, length).first).sort()[0]!

/** The weeks and months that lie between two local days, both included; the newest of each first. */
export function longerNames(from: string, last: string): string[] {
  const names: string[] = []
  const after = addDays(last, 1)
  let { first, next } = around(last, 'week')
  for (; first >= from; [first, next] = [addDays(first, -7), first]) if (next <= after) names.push(nameOf(first, 'week'))
  ;({ first, next } = around(last, 'month'))
  for (; first >= from; [first, next] = [monthBefore(first), first]) if (next <= after) names.push(nameOf(first, 'month'))
  return names
}

/** monthBefore('2026-01-01') is '2025-12-01'. Of years of history each is asked for at every look, and a calendar takes its time. */
function monthBefore(first: string): string {
  const [year, month] = first.split('-').map(Number) as [number, number]
  return month === 1 ? `${year - 1}-12-01` : `${year}-${String(month - 1).padStart(2, '0')}-01`
}

/**
 * When a day, week or month begins and ends. Where a zone left a day out, that day is the one after, and none is counted twice for it
 * (daily.ts).
 */
export function spanOf(name: string, zone: string): Span {
  const begin = (day: string) => startOfDay(instantOf(day, '12:00', zone), zone)
  const [first = name, length = 'day'] = name.split(' ')
  const { next } = around(first, length as Length)
  const [from, to] = [begin(first), begin(next)]
  return { from, to: to > from ? to : begin(addDays(next, 1)) }
}

/** What is counted of each part; the rest of its rows is nothing. */
const summed: Record<Part, readonly string[]> = {
  clicks: ['clicks'],
  sales: soldColumns,
  funnel: funnelColumns,
  booked: bookedColumns,
  ltv: ['customers', 'spent'],
}
/** Each way is named, so that the index is of use. */
export const allWays = sql`way IN ('all', 'creator', 'offer', 'piece')`

/**
 * Adds up these weeks and months of a part, whose notes are gone already, and gives how many. One of which a day is not kept (any more)
 * waits for a fence anew, and with it for its turn, so that it keeps no other from theirs.
 */
export async function addUp(ctx: Context, part: Part, names: readonly string[]): Promise<number> {
  const programId = ctx.program.id
  const own = sql`"programId" = ${programId} AND part = ${part} AND day = ANY(${[...names]})`
  const firsts = names.map((name) => name.split(' ')[0]!).sort()
  const rows = await ctx.db.$queryRaw<(Span & { day: string; own: boolean })[]>`
    SELECT day, "from", "to", false AS own FROM "DayDone" d WHERE "programId" = ${programId} AND part = ${part} AND ${isOf('day')}
      AND day >= ${firsts[0]} AND day < ${addDays(firsts.at(-1)!, LONGEST_DAYS)} AND state = 'done' AND ${lawful(ctx)} AND NOT ${undone}
    UNION ALL SELECT day, "from", "to", true FROM "DayDone" WHERE ${own} ORDER BY "from"`
  const kept = rows.filter((row) => !row.own)
  const whole = rows.flatMap(({ day: name, from, to, own: wanted }) => {
    if (!wanted) return []
    const { days, live } = covered(
      { from, to },
      kept.filter((day) => day.from >= from && day.to <= to),
    )
    return live.length === 0 ? days.map((day) => ({ name, day })) : []
  })
  const done = [...new Set(whole.map(({ name }) => name))]
  // Rows of the others are left: whoever looked a moment ago may be reading them.
  await ctx.db
    .$executeRaw`DELETE FROM "Daily" WHERE "programId" = ${programId} AND part = ${part} AND ${allWays} AND day = ANY(${done})`
  const columns = join(summed[part].map((column) => raw(`"${column}"`)))
  const sums = join(summed[part].map((column) => raw(`sum(d."${column}")`)))
  // Day by day along the key: rows that came a moment ago are in no statistics, and the planner would read all days for each.
  await ctx.db.$executeRaw`
    INSERT INTO "Daily" ("programId", part, way, day, key, ${columns}) SELECT ${programId}, ${part}, d.way, s.name, d.key, ${sums}
    FROM unnest(${whole.map(({ name }) => name)}::text[], ${whole.map(({ day }) => day)}::text[]) AS s(name, day)
    CROSS JOIN LATERAL (
      SELECT * FROM "Daily" d WHERE d."programId" = ${programId} AND d.part = ${part} AND d.${allWays} AND d.day = s.day OFFSET 0) d
    GROUP BY d.way, s.name, d.key`
  await ctx.db.$executeRaw`
    UPDATE "DayDone" SET state = CASE WHEN day = ANY(${done}) THEN 'done' ELSE 'counting' END,
      fence = CASE WHEN day = ANY(${done}) THEN fence END WHERE ${own}`
  return done.length
}

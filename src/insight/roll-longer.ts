// Weeks and months are kept like days (roll.ts), under the name of their first day; their rows are the sums of those of their days. What
// undoes a day undoes them as well, for triggers go by the time that a row of DayDone stands for.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { addDays, instantOf, localDay, monthOf, monthRange, startOfDay, weekRange } from '../kernel/time.ts'
import { bookedColumns, soldColumns } from './counted.ts'
import { covered, isOf, type Length, lawful, nameOf, type Part, type Span, undone } from './daily.ts'

const { sql, join, raw } = Prisma

/** Of d: whether it is to be counted. */
export const open = sql`(d.state = 'counting' OR ${undone})`
/** Of d, which is longer: whether one of its days is. */
export const daysOpen = sql`EXISTS (SELECT FROM (SELECT * FROM "DayDone" e WHERE e."programId" = d."programId" AND e.part = d.part
  AND e."from" >= d."from" AND e."to" <= d."to" AND e.day <> d.day) d WHERE ${isOf('day')} AND ${open})`

const longer = ['week', 'month'] as const

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
  for (const length of longer)
    for (let one = around(last, length); one.first >= from; one = around(addDays(one.first, -1), length))
      if (one.next <= addDays(last, 1)) names.push(nameOf(one.first, length))
  return names
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

const summed = [...new Set(['clicks', ...soldColumns, ...bookedColumns, 'customers', 'spent'])]
const names = join(summed.map((column) => raw(`"${column}"`)))
const sums = join(summed.map((column) => raw(`sum(d."${column}")`)))

/**
 * Adds up these weeks and months of a part, whose notes and rows are gone already, and gives how many. One of which a day is not kept
 * (any more) waits.
 */
export async function addUp(ctx: Context, part: Part, own: Prisma.Sql): Promise<number> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<(Span & { day: string; own: boolean })[]>`
    SELECT day, "from", "to", false AS own FROM "DayDone" d WHERE "programId" = ${programId} AND part = ${part} AND ${isOf('day')}
      AND state = 'done' AND ${lawful(ctx)} AND NOT ${undone}
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
  await ctx.db.$executeRaw`
    INSERT INTO "Daily" ("programId", part, way, day, key, ${names}) SELECT ${programId}, ${part}, d.way, s.name, d.key, ${sums}
    FROM unnest(${whole.map(({ name }) => name)}::text[], ${whole.map(({ day }) => day)}::text[]) AS s(name, day)
    JOIN "Daily" d ON d."programId" = ${programId} AND d.part = ${part} AND d.way IN ('all', 'creator', 'offer', 'piece') AND d.day = s.day
    GROUP BY d.way, s.name, d.key`
  await ctx.db.$executeRaw`UPDATE "DayDone" SET state = CASE WHEN day = ANY(${done}) THEN 'done' ELSE 'counting' END WHERE ${own}`
  return done.length
}

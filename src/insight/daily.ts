// Days that are over and counted (roll.ts) are read from their rows, those of whole weeks and months from the rows of these, and what is
// left of a window is counted live; the sum is what a count of all of it would give.
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { PREPARED } from '../kernel/prepared.ts'
import { days, localDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { known, type Split } from './splits.ts'

const { sql, join } = Prisma

export type Span = { from: Date; to: Date }
export type Keyed<T> = Map<string, T>

export const parts = ['clicks', 'sales', 'funnel', 'booked', 'ltv'] as const
export type Part = (typeof parts)[number]

/** Raised whenever counted.ts or splits.ts means something else than before: kept days are then counted again. */
const VERSION = 5
const hosts = createHash('sha256').update(known).digest('hex').slice(0, 8)

/** All that a count hangs on beside the rows. What was counted by another law is not read. */
export function lawOf({ program }: Context, part: Part): string {
  const more: Record<Part, string> = {
    clicks: hosts,
    sales: hosts,
    funnel: hosts,
    booked: program.currency,
    ltv: `${hosts} ${policyOf(program).figures.horizonDays}`,
  }
  return `${VERSION} ${program.zone} ${more[part]}`
}

/** A week and a month are kept as a day is, under the name of their first day with this word behind it. */
export type Length = 'day' | 'week' | 'month'
const wordOf = (length: Length): string => (length === 'day' ? '' : length)
export const nameOf = (first: string, length: Length): string => `${first} ${wordOf(length)}`.trim()
const lengthOf = (name: string): Length => (name.split(' ')[1] ?? 'day') as Length
/** Of d: whether it is one of these. */
export const isOf = (...lengths: readonly Length[]): Prisma.Sql => sql`split_part(d.day, ' ', 2) = ANY(${lengths.map(wordOf)})`

/** The names of the days, weeks and months of a window that are kept, and the rest of it. */
export type Cover = { days: string[]; live: Span[] }

export type Covers = Record<Part, Cover>

/** The days, weeks and months of a window that are kept: for what happened in it, and for customers of as long before as they are followed. */
export type Kept = Record<Part, (Span & { day: string })[]>

/** Of a part, the window that its days are of. */
function windowOf(ctx: Context, part: Part, { from, to }: Span): Span {
  const { horizonDays } = policyOf(ctx.program).figures
  return part === 'ltv' ? { from: days(from, -horizonDays), to: days(to, -horizonDays) } : { from, to }
}

/** One look for whoever asks for several windows that lie in this one. */
export async function keptIn(ctx: Context, range: Span, lengths: readonly Length[] = all): Promise<Kept> {
  const { id, zone } = ctx.program
  const done = (some: readonly Part[]) => {
    const { from, to } = windowOf(ctx, some[0]!, range)
    return sql`
      SELECT part, day, "from", "to" FROM "DayDone" d WHERE "programId" = ${id} AND part = ANY(${[...some]}) AND day >= ${localDay(from, zone)}
        AND day <= ${localDay(to, zone)} AND state = 'done' AND "from" >= ${from} AND "to" <= ${to} AND ${isOf(...lengths)}
        AND ${lawful(ctx)} AND NOT ${undone}`
  }
  const soon = parts.filter((part) => part !== 'ltv')
  // One text, as in sumsBy: there are hundreds of rows.
  const [found] = await ctx.db.$queryRaw<{ all: string | null }[]>`
    SELECT json_agg(json_build_array(part, day, ${msOf('from')}, ${msOf('to')}))::text AS all FROM (${done(soon)} UNION ALL ${done(['ltv'])}) k`
  const kept = eachPart((): Kept[Part] => [])
  for (const [part, day, from, to] of JSON.parse(found?.all ?? '[]') as [Part, string, number, number][])
    kept[part].push({ day, from: new Date(from), to: new Date(to) })
  return kept
}

const msOf = (column: string): Prisma.Sql => sql`(extract(epoch FROM ${Prisma.raw(`"${column}"`)}) * 1000)::bigint`

export const noneKept: Kept = eachPart(() => [])

/** How a window is covered by these lengths of what is kept. */
export const coversFrom = (ctx: Context, kept: Kept, range: Span, lengths: readonly Length[] = all): Covers =>
  eachPart((part) => {
    const { from, to } = windowOf(ctx, part, range)
    const within = kept[part].filter((one) => one.from >= from && one.to <= to && lengths.includes(lengthOf(one.day)))
    return covered({ from, to }, within)
  })

export const coversOf = async (ctx: Context, range: Span, lengths?: readonly Length[]): Promise<Covers> =>
  coversFrom(ctx, await keptIn(ctx, range, lengths), range)

function eachPart<T>(of: (part: Part) => T): Record<Part, T> {
  return Object.fromEntries(parts.map((part) => [part, of(part)])) as Record<Part, T>
}

/** Of d: whether it was counted by the law of today, and whether something changed since. */
export const lawful = (ctx: Context): Prisma.Sql => {
  const laws = parts.map((part) => lawOf(ctx, part))
  return sql`(d.part, d.law) IN (SELECT * FROM unnest(${[...parts]}::text[], ${laws}::text[]))`
}
export const undone = sql`EXISTS (SELECT FROM "DayUndone" u WHERE u."programId" = d."programId" AND u.part = d.part AND u.day = d.day)`

const all: readonly Length[] = ['day', 'week', 'month']

/**
 * The longest first, for a month is one row where its days are thirty. Of two that overlap one is taken: a day of a month, or days between
 * which the rules for a zone changed.
 */
export function covered({ from, to }: Span, done: readonly (Span & { day: string })[]): Cover {
  const length = (one: Span) => one.to.getTime() - one.from.getTime()
  const taken: (Span & { day: string })[] = []
  for (const one of [...done].sort((a, b) => length(b) - length(a) || a.from.getTime() - b.from.getTime()))
    if (taken.every((other) => other.to <= one.from || one.to <= other.from)) taken.push(one)
  taken.sort((a, b) => a.from.getTime() - b.from.getTime())
  const live: Span[] = []
  let at = from
  for (const one of taken) {
    if (one.from > at) live.push({ from: at, to: one.from })
    at = one.to
  }
  if (at < to) live.push({ from: at, to })
  return { days: taken.map(({ day }) => day), live }
}

/** Whether an instant lies in one of these. */
export const during = (at: Prisma.Sql, spans: readonly Span[]): Prisma.Sql =>
  sql`(${join(
    spans.map(({ from, to }) => sql`(${at} >= ${from} AND ${at} < ${to})`),
    ' OR ',
  )})`

export const only = (key: Prisma.Sql, of: string | undefined): Prisma.Sql =>
  of === undefined ? Prisma.empty : sql`AND ${key} = ${of}`

export type Ask<C extends string> = {
  part: Part
  cover: Cover
  /** How kept days are taken apart; null where none are. */
  rolled: Split['rolled']
  columns: readonly C[]
  of?: string | undefined
  /** Counts what is not kept, as rows of a key and these columns; the spans are never none. */
  live: (spans: readonly Span[]) => Prisma.Sql
}

/**
 * Of the whole program, as every /kpi, digest and report asks, planning would take as long as adding up. Other ways have too many texts
 * to be kept on each connection.
 */
export const asked = (way: string | undefined): Prisma.Sql => Prisma.raw(way === 'all' ? PREPARED : '')

/** The sums of a window by key. A column each, in one text: thousands of rows of their own would take longer to read than to add up. */
export async function sumsBy<C extends string>(ctx: Context, ask: Ask<C>): Promise<Keyed<Record<C, bigint>>> {
  const { part, cover, rolled, columns, of, live } = ask
  const quoted = (text: (column: C) => string) => join(columns.map((column) => Prisma.raw(text(column))))
  const sums = quoted((column) => `sum("${column}")::text AS "${column}"`)
  const each = [
    ...(cover.live.length > 0 ? [sql`SELECT key, ${quoted((column) => `"${column}"`)} FROM (${live(cover.live)}) live`] : []),
    ...(rolled && cover.days.length > 0
      ? [
          sql`SELECT ${rolled.key} AS key, ${quoted((column) => `d."${column}"`)} FROM "Daily" d ${rolled.join}
            WHERE d."programId" = ${ctx.program.id} AND d.part = ${part} AND d.way = ${rolled.way} AND d.day = ANY(${cover.days}) ${only(rolled.key, of)}`,
        ]
      : []),
  ]
  if (each.length === 0) return new Map()
  const [found] = await ctx.db.$queryRaw<({ keys: string | null } & Record<C, string>)[]>`${asked(rolled?.way)}
    SELECT json_agg(key)::text AS keys, ${quoted((column) => `string_agg("${column}", ' ') AS "${column}"`)} FROM (
      SELECT key, ${sums} FROM (${join(each, ' UNION ALL ')}) each WHERE key IS NOT NULL GROUP BY 1) k`
  if (!found?.keys) return new Map()
  const rows = (JSON.parse(found.keys) as string[]).map((key) => [key, {} as Record<C, bigint>] as const)
  for (const column of columns)
    for (const [i, sum] of found[column].split(' ').entries()) rows[i]![1][column] = BigInt(sum) as Record<C, bigint>[C]
  return new Map(rows)
}

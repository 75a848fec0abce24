// Days that are over and counted (roll.ts) are read from their rows, and what is left of a window is counted live; the sum is what a
// count of all of it would give.
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { days, localDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { known, type Split } from './splits.ts'

const { sql, join } = Prisma

export type Span = { from: Date; to: Date }
export type Keyed<T> = Map<string, T>

export const parts = ['clicks', 'sales', 'booked', 'ltv'] as const
export type Part = (typeof parts)[number]

/** Raised whenever counted.ts or splits.ts means something else than before: kept days are then counted again. */
const VERSION = 1
const hosts = createHash('sha256').update(known).digest('hex').slice(0, 8)

/** All that a count hangs on beside the rows. What was counted by another law is not read. */
export function lawOf({ program }: Context, part: Part): string {
  const more: Record<Part, string> = {
    clicks: hosts,
    sales: hosts,
    booked: program.currency,
    ltv: `${hosts} ${policyOf(program).figures.horizonDays}`,
  }
  return `${VERSION} ${program.zone} ${more[part]}`
}

/** The kept days of a window, and the rest of it. */
export type Cover = { days: string[]; live: Span[] }

export type Covers = Record<Part, Cover>

/** Of the window for what happened in it, and for customers of as long before as they are followed; nothing is kept where `kept` is false. */
export async function coversOf(ctx: Context, range: Span, kept = true): Promise<Covers> {
  const { id, zone } = ctx.program
  const { horizonDays } = policyOf(ctx.program).figures
  const early = { from: days(range.from, -horizonDays), to: days(range.to, -horizonDays) }
  const done = (some: readonly Part[], { from, to }: Span) => sql`
    SELECT part, day, "from", "to" FROM "DayDone" d WHERE "programId" = ${id} AND part = ANY(${[...some]}) AND day >= ${localDay(from, zone)}
      AND day <= ${localDay(to, zone)} AND state = 'done' AND "from" >= ${from} AND "to" <= ${to} AND ${lawful(ctx)} AND NOT ${undone}`
  const soon = parts.filter((part) => part !== 'ltv')
  const rows = kept
    ? await ctx.db.$queryRaw<(Span & { part: Part; day: string })[]>`
        ${done(soon, range)} UNION ALL ${done(['ltv'], early)} ORDER BY "from"`
    : []
  const of = (part: Part) =>
    covered(
      part === 'ltv' ? early : range,
      rows.filter((row) => row.part === part),
    )
  return { clicks: of('clicks'), sales: of('sales'), booked: of('booked'), ltv: of('ltv') }
}

/** Of d: whether it was counted by the law of today, and whether something changed since. */
export const lawful = (ctx: Context): Prisma.Sql => {
  const laws = parts.map((part) => lawOf(ctx, part))
  return sql`(d.part, d.law) IN (SELECT * FROM unnest(${[...parts]}::text[], ${laws}::text[]))`
}
export const undone = sql`EXISTS (SELECT FROM "DayUndone" u WHERE u."programId" = d."programId" AND u.part = d.part AND u.day = d.day)`

/** Days that overlap, as rules for a zone may change between two of them, are not both taken. */
export function covered({ from, to }: Span, done: readonly (Span & { day: string })[]): Cover {
  const cover: Cover = { days: [], live: [] }
  let at = from
  for (const one of done) {
    if (one.from < at) continue
    if (one.from > at) cover.live.push({ from: at, to: one.from })
    cover.days.push(one.day)
    at = one.to
  }
  if (at < to) cover.live.push({ from: at, to })
  return cover
}

/** Whether an instant lies in one of these. */
export const during = (at: Prisma.Sql, spans: readonly Span[]): Prisma.Sql =>
  sql`(${join(
    spans.map(({ from, to }) => sql`(${at} >= ${from} AND ${at} < ${to})`),
    ' OR ',
  )})`

export const only = (key: Prisma.Sql, of: string | undefined): Prisma.Sql =>
  of === undefined ? Prisma.empty : sql`AND ${key} = ${of}`

type Row<C extends string> = { key: string | null } & Record<C, bigint>
export type Ask<C extends string> = {
  part: Part
  cover: Cover
  /** How kept days are taken apart; null where none are. */
  rolled: Split['rolled']
  columns: readonly C[]
  of?: string | undefined
  /** Counts what is not kept; the spans are never none. */
  live: (spans: readonly Span[]) => Promise<Row<C>[]>
}

/** The sums of a window by key. */
export async function sumsBy<C extends string>(ctx: Context, ask: Ask<C>): Promise<Keyed<Record<C, bigint>>> {
  const { part, cover, rolled, columns, of, live } = ask
  const rows = cover.live.length > 0 ? await live(cover.live) : []
  if (rolled && cover.days.length > 0) rows.push(...(await keptBy(ctx, { part, rolled, columns, of }, cover.days)))
  const found: Keyed<Record<C, bigint>> = new Map()
  for (const { key, ...row } of rows) {
    if (key === null) continue
    const sums = found.get(key)
    const more = row as unknown as Record<C, bigint>
    if (sums) for (const column of columns) sums[column] += more[column]
    else found.set(key, more)
  }
  return found
}

function keptBy<C extends string>(
  ctx: Context,
  { part, rolled, columns, of }: Pick<Ask<C>, 'part' | 'columns' | 'of'> & { rolled: NonNullable<Split['rolled']> },
  kept: readonly string[],
): Promise<Row<C>[]> {
  const sums = columns.map((column) => Prisma.raw(`sum(d."${column}")::bigint AS "${column}"`))
  return ctx.db.$queryRaw<Row<C>[]>`
    SELECT ${rolled.key} AS key, ${join(sums)} FROM "Daily" d ${rolled.join}
    WHERE d."programId" = ${ctx.program.id} AND d.part = ${part} AND d.way = ${rolled.way} AND d.day = ANY(${kept}) ${only(rolled.key, of)}
    GROUP BY 1`
}

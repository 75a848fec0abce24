/** A window day by day, for charts. */
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { addDays, localDay } from '../kernel/time.ts'
import { beside, counts, soldBrief, soldSums } from './counted.ts'
import { coversFrom, during, type Kept, keptIn, noneKept, type Span, sumsBy } from './daily.ts'
import { type Books, booksOf } from './own.ts'
import type { Split } from './splits.ts'

export type Daily = { day: string; clicks: number; orders: number; revenueMinor: bigint; earnedMinor: bigint }

const { sql, empty } = Prisma

/**
 * Each local day of the window in the zone given, days without anything included. Revenue and commission are what refunds left of the
 * day's sales; fees and bonuses of a creator stand on the day on which they were booked.
 */
export async function dailyOf(
  ctx: Context,
  { kept, ...range }: Span & { kept?: Kept },
  zone: string,
  creatorId: string | null = null,
  books?: Books,
): Promise<Daily[]> {
  const dayOf = (at: Prisma.Sql) => sql`to_char(${at} AT TIME ZONE ${zone}, 'YYYY-MM-DD')`
  const own = (id: Prisma.Sql) => (creatorId === null ? empty : sql`AND ${id} = ${creatorId}`)
  const whose: NonNullable<Split['rolled']> = {
    way: creatorId === null ? 'all' : 'creator',
    join: creatorId === null ? empty : sql`JOIN "Creator" p ON p.id = d.key AND p.id = ${creatorId}`,
    key: sql`d.day`,
  }
  // Days are kept as the program's zone cuts them.
  const rolled = zone === ctx.program.zone ? whose : null
  const covers = coversFrom(ctx, rolled ? (kept ?? (await keptIn(ctx, range))) : noneKept, range, ['day'])
  const clicks = await sumsBy(ctx, {
    part: 'clicks',
    cover: covers.clicks,
    rolled,
    columns: ['clicks'],
    live: (spans) => sql`
      SELECT ${dayOf(sql`c.at`)} AS key, count(*) AS clicks FROM "Click" c JOIN "Link" k ON k.id = c."linkId"
      WHERE c."programId" = ${ctx.program.id} AND ${during(sql`c.at`, spans)} AND ${counts} ${own(sql`k."creatorId"`)} GROUP BY 1`,
  })
  const sales = await sumsBy(ctx, {
    part: 'sales',
    cover: covers.sales,
    rolled,
    columns: ['orders', 'net', 'commission', 'mirror'],
    live: (spans) => sql`
      SELECT key, ${soldSums} FROM (
        SELECT ${dayOf(sql`l.at`)} AS key, false AS clicked, ${soldBrief} FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
        WHERE l."programId" = ${ctx.program.id} AND ${during(sql`l.at`, spans)} ${own(sql`l."creatorId"`)}) r GROUP BY 1`,
  })
  const fees =
    creatorId === null ? new Map<string, bigint>() : await feesOf(ctx, range, dayOf, books ?? (await booksOf(ctx, creatorId)))
  const series: Daily[] = []
  const last = localDay(range.to, zone)
  for (let day = localDay(range.from, zone); day <= last; day = addDays(day, 1)) {
    const sold = sales.get(day)
    series.push({
      day,
      clicks: Number(clicks.get(day)?.clicks ?? 0n),
      orders: Number(sold?.orders ?? 0n),
      revenueMinor: sold?.net ?? 0n,
      earnedMinor: (sold?.commission ?? 0n) + (sold?.mirror ?? 0n) + (fees.get(day) ?? 0n),
    })
  }
  return series
}

/** What a creator was given beside commission and has heard of, by day. Their own accounts have an index, so that nothing of it is kept. */
async function feesOf(ctx: Context, { from, to }: Span, dayOf: (at: Prisma.Sql) => Prisma.Sql, { purses, untold }: Books) {
  const rows = await ctx.db.$queryRaw<{ day: string; minor: bigint }[]>`
    SELECT ${dayOf(sql`t.at`)} AS day, sum(CASE WHEN t."from" = ANY(${beside}) THEN t.minor ELSE -t.minor END)::bigint AS minor
    FROM "Transfer" t WHERE t."programId" = ${ctx.program.id} AND t.at >= ${from} AND t.at < ${to} AND t.currency = ${ctx.program.currency}
      AND t.key <> ALL(${untold}::text[])
      AND ((t."to" = ANY(${purses}) AND t."from" = ANY(${beside})) OR (t."from" = ANY(${purses}) AND t."to" = ANY(${beside}))) GROUP BY 1`
  return new Map(rows.map(({ day, minor }) => [day, minor]))
}

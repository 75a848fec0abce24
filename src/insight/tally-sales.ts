// Clicks, sales, what was booked and what customers spent: the sums that are kept by day.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { policyOf } from '../programs/rules.ts'
import {
  bookedColumns,
  bookedFor,
  bookedSums,
  counts,
  first,
  funnelColumns,
  funnelFacts,
  funnelSums,
  handedOver,
  isCost,
  soldBrief,
  soldColumns,
  soldFacts,
  soldSums,
  spentIn,
} from './counted.ts'
import { type Cover, during, type Keyed, only, type Span, sumsBy } from './daily.ts'
import type { Cost, Customers, Sales } from './rules-kpi.ts'
import type { Split } from './splits.ts'
import type { Asked } from './tally.ts'

const { sql, empty } = Prisma

/** Undefined where clicks are not counted by this way. */
export async function clicksBy(
  ctx: Context,
  { clicks, rolled }: Split,
  { of }: Asked,
  cover: Cover,
): Promise<Keyed<number> | undefined> {
  if (!clicks) return undefined
  const { join, key } = clicks
  const found = await sumsBy(ctx, {
    part: 'clicks',
    cover,
    rolled,
    columns: ['clicks'],
    of,
    live: (spans) => sql`
      SELECT ${key} AS key, count(*) AS clicks FROM "Click" c JOIN "Link" k ON k.id = c."linkId" ${join}
      WHERE c."programId" = ${ctx.program.id} AND ${during(sql`c.at`, spans)} AND ${counts} ${only(key, of)} GROUP BY 1`,
  })
  return new Map([...found].map(([name, row]) => [name, Number(row.clicks)]))
}

/** Counts lines of orders that are not kept: what is known of each (over l and o), and the sums of that (over rows r of it). */
const linesOf =
  (
    ctx: Context,
    { sales: { join, key }, clicked }: Split,
    { facts, sums, of }: { facts: Prisma.Sql; sums: Prisma.Sql; of: string | undefined },
  ) =>
  (spans: readonly Span[]) =>
    sql`
      SELECT key, ${sums} FROM (
        SELECT ${key} AS key, ${clicked} AS clicked, ${facts} FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order' ${join}
        WHERE l."programId" = ${ctx.program.id} AND ${during(sql`l.at`, spans)} ${only(key, of)}) r GROUP BY 1`

export type Sold = { sales: Sales; commissionMinor: bigint; mirrorMinor: bigint }

export async function salesBy(ctx: Context, split: Split, { of, brief }: Asked, cover: Cover): Promise<Keyed<Sold>> {
  const { rolled } = split
  const live = linesOf(ctx, split, { facts: brief ? soldBrief : soldFacts, sums: soldSums, of })
  const found = await sumsBy(ctx, { part: 'sales', cover, rolled, columns: soldColumns, of, live })
  return new Map([...found].map(([name, row]) => [name, soldIn(row, brief)]))
}

function soldIn(row: Record<(typeof soldColumns)[number], bigint>, brief: boolean | undefined): Sold {
  const sales: Sales = {
    orders: Number(row.orders),
    approved: Number(row.approved),
    byClick: Number(row.byClick),
    grossMinor: row.gross,
    netMinor: row.net,
    newCustomers: brief ? 0 : Number(row.newCustomers),
    discountMinor: row.discount,
  }
  return { sales, commissionMinor: row.commission, mirrorMinor: row.mirror }
}

/** Of the orders that came by a click: how many there are, and how many are over their hold. */
export async function reachedBy(
  ctx: Context,
  split: Split,
  { of }: Asked,
  cover: Cover,
): Promise<Keyed<{ orders: number; ripe: number }>> {
  const { rolled } = split
  const live = linesOf(ctx, split, { facts: funnelFacts, sums: funnelSums, of })
  const found = await sumsBy(ctx, { part: 'funnel', cover, rolled, columns: funnelColumns, of, live })
  return new Map([...found].map(([name, row]) => [name, { orders: Number(row.clicked), ripe: Number(row.ripe) }]))
}

/** As the ledger booked it in the window, for whoever it was booked; a reversal counts when it happened. */
export async function bookedBy(ctx: Context, { by, of }: Asked, cover: Cover): Promise<Keyed<Partial<Cost>>> {
  const whose = (id: Prisma.Sql) =>
    sql`JOIN "Creator" q ON q.id = ${id} JOIN "Creator" p ON p.id = coalesce(q."mergedInto", q.id)`
  const key = by === 'creator' ? sql`p.id` : by === 'niche' ? sql`p.niche` : sql`'all'`
  const found = await sumsBy(ctx, {
    part: 'booked',
    cover,
    rolled: by === undefined ? { way: 'all', join: empty, key: sql`d.key` } : { way: 'creator', join: whose(sql`d.key`), key },
    columns: bookedColumns,
    of,
    // Each span for itself: the accounts have an index with the time, and the time alone has none.
    live: (spans) => sql`
      SELECT ${key} AS key, ${bookedSums} FROM (${Prisma.join(
        spans.map(
          (span) => sql`SELECT t."from", t."to", t.minor FROM "Transfer" t WHERE t."programId" = ${ctx.program.id}
            AND ${during(sql`t.at`, [span])} AND t.currency = ${ctx.program.currency} AND ${isCost}`,
        ),
        ' UNION ALL ',
      )} UNION ALL SELECT h."from", h."to", h.minor FROM (${handedOver(ctx.program.id)}) h
        WHERE ${during(sql`h.at`, spans)} AND h.currency = ${ctx.program.currency}) t ${by === undefined ? empty : whose(bookedFor)} WHERE true ${only(key, of)} GROUP BY 1`,
  })
  return new Map([...found].map(([name, row]) => [name, { commissionMinor: row.commission, feesMinor: row.fees }]))
}

/** Customers whose first order was so long ago that the last of their days fell into the window, and all that they bought by then. */
export async function ltvBy(
  ctx: Context,
  { sales: { join, key }, rolled }: Split,
  { of }: Asked,
  cover: Cover,
): Promise<Keyed<Customers>> {
  const { horizonDays } = policyOf(ctx.program).figures
  const found = await sumsBy(ctx, {
    part: 'ltv',
    cover,
    rolled,
    columns: ['customers', 'spent'],
    of,
    live: (spans) => sql`
      SELECT key, count(*) AS customers, sum(spent)::bigint AS spent FROM (
        SELECT ${key} AS key, ${spentIn(horizonDays)} AS spent FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order' ${join}
        WHERE l."programId" = ${ctx.program.id} AND ${during(sql`l.at`, spans)} AND ${first} ${only(key, of)}) f
      WHERE key IS NOT NULL GROUP BY 1`,
  })
  return new Map([...found].map(([name, row]) => [name, { customers: Number(row.customers), spentMinor: row.spent }]))
}

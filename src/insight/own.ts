/** A creator's own numbers in a window. */
import type { Context } from '../context.ts'
import { pursesOf } from '../ledger/owners.ts'
import { untoldFees } from '../ledger/queries.ts'
import { bookedSums, cameByOwn, counts, handedOver, isCost, soldBrief, soldSums } from './counted.ts'
import type { Span } from './daily.ts'
import type { Counts } from './rules.ts'

/** Where a creator's money is booked, and the keys of what nothing is told to them of: fees of approvals that they have not heard of. */
export type Books = { purses: string[]; untold: string[] }

export async function booksOf(ctx: Context, creatorId: string): Promise<Books> {
  return { purses: await pursesOf(ctx, [creatorId]), untold: (await untoldFees(ctx, creatorId)).keys }
}

/** What a creator did in a window; whoever asks for more of them hands on what is known of their books. */
export async function countsOf(ctx: Context, range: Span, creatorId: string, books?: Books): Promise<Counts> {
  const clicks = await clicksIn(ctx, range, creatorId)
  const sales = await salesIn(ctx, range, creatorId)
  const earned = await earnedIn(ctx, range, books ?? (await booksOf(ctx, creatorId)))
  return { clicks, ...sales, earnedMinor: earned + (await mirroredIn(ctx, range, creatorId)) }
}

async function clicksIn(ctx: Context, { from, to }: Span, creatorId: string): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM "Click" c JOIN "Link" l ON l.id = c."linkId"
    WHERE c."programId" = ${ctx.program.id} AND c.at >= ${from} AND c.at < ${to} AND ${counts} AND l."creatorId" = ${creatorId}`
  return Number(row?.n ?? 0n)
}

async function salesIn(ctx: Context, { from, to }: Span, creatorId: string): Promise<{ orders: number; byClick: number }> {
  const [row] = await ctx.db.$queryRaw<{ orders: bigint; byClick: bigint }[]>`
    SELECT ${soldSums} FROM (SELECT ${cameByOwn} AS clicked, ${soldBrief} FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
      WHERE l."programId" = ${ctx.program.id} AND l.at >= ${from} AND l.at < ${to} AND l."creatorId" = ${creatorId}) r`
  return { orders: Number(row?.orders ?? 0n), byClick: Number(row?.byClick ?? 0n) }
}

/** Commission and fees, bonuses and referrals among them, as the ledger booked them in the window; a reversal counts when it happened. */
async function earnedIn(ctx: Context, { from, to }: Span, { purses, untold }: Books): Promise<bigint> {
  const [row] = await ctx.db.$queryRaw<{ commission: bigint; fees: bigint }[]>`
    SELECT ${bookedSums}
    FROM (SELECT t."from", t."to", t.minor, t.currency, t.at FROM "Transfer" t
      WHERE t."programId" = ${ctx.program.id} AND ${isCost} AND t.key <> ALL(${untold}::text[])
      UNION ALL ${handedOver(ctx.program.id)}) t
    WHERE t.at >= ${from} AND t.at < ${to} AND t.currency = ${ctx.program.currency}
      AND (t."from" = ANY(${purses}) OR t."to" = ANY(${purses}))`
  return (row?.commission ?? 0n) + (row?.fees ?? 0n)
}

/** What networks pay a creator themselves: earnings of theirs, and no cost of the program. */
async function mirroredIn(ctx: Context, { from, to }: Span, creatorId: string): Promise<bigint> {
  const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(coalesce("leftMinor", minor)), 0)::bigint AS minor FROM "Line"
    WHERE "programId" = ${ctx.program.id} AND "creatorId" = ${creatorId} AND mirror AND at >= ${from} AND at < ${to}`
  return row?.minor ?? 0n
}

import type { Context } from '../context.ts'

/** Gives the orders of a creator to the one they turned out to be; what they booked follows in the ledger. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: from }
  await ctx.db.order.updateMany({ where, data: { creatorId: to } })
  await ctx.db.line.updateMany({ where, data: { creatorId: to } })
  // A code of the one may have won over a click of the other, which is their own click now: days that are kept are counted again.
  await ctx.db.$queryRaw`
    SELECT troupe_undo_days('{sales}', array_agg(l."programId"), array_agg(l.at))::text FROM "Touch" t
    JOIN "Line" l ON l."programId" = t."programId" AND l."orderId" = t."orderId" AND l."creatorId" = ${to}
    WHERE t."programId" = ${ctx.program.id} AND t."creatorId" = ${from} AND t.kind = 'click'`
  await ctx.db.touch.updateMany({ where, data: { creatorId: to } })
  await ctx.db.networkKey.updateMany({ where, data: { creatorId: to } })
}

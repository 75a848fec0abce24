import type { Context } from '../context.ts'

/** Gives the orders of a creator to the one they turned out to be; what they booked follows in the ledger. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: from }
  await ctx.db.order.updateMany({ where, data: { creatorId: to } })
  await ctx.db.line.updateMany({ where, data: { creatorId: to } })
  await ctx.db.touch.updateMany({ where, data: { creatorId: to } })
  await ctx.db.networkKey.updateMany({ where, data: { creatorId: to } })
}

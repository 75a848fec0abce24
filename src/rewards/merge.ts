import type { Context } from '../context.ts'

/** Gives points, wishes and rewards of a creator to the one they turned out to be; their sums become one. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: from }
  await ctx.db.pointEntry.updateMany({ where, data: { creatorId: to } })
  await ctx.db.redemption.updateMany({ where, data: { creatorId: to } })
  await ctx.db.ruleReward.updateMany({ where, data: { creatorId: to } })
}

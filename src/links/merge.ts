import type { Context } from '../context.ts'

/** Gives the links and codes of a creator to the one they turned out to be. All of them go on working. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: from }
  await ctx.db.link.updateMany({ where, data: { creatorId: to } })
  await ctx.db.code.updateMany({ where, data: { creatorId: to } })
}

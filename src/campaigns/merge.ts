import type { Context } from '../context.ts'

/** Gives the seats of a creator to the one they turned out to be; where both have one, the one that stays keeps its own. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const own = { programId: ctx.program.id, creatorId: to }
  const kept = (await ctx.db.seat.findMany({ where: own, select: { missionId: true } })).map(({ missionId }) => missionId)
  await ctx.db.seat.deleteMany({ where: { programId: ctx.program.id, creatorId: from, missionId: { in: kept } } })
  await ctx.db.seat.updateMany({ where: { programId: ctx.program.id, creatorId: from }, data: { creatorId: to } })
}

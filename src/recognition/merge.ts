import type { Context } from '../context.ts'
import { followKudos } from './kudos.ts'

/**
 * Gives badges, places and shout-outs of a creator to the one they turned out to be. Of two equal badges the earlier day stays. Where both had a
 * place in a season, the board stays as it was shown.
 */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  const where = { programId, creatorId: from }
  await ctx.db.$executeRaw`
    UPDATE "Badge" mine SET at = least(mine.at, other.at) FROM "Badge" other
    WHERE mine."programId" = ${programId} AND mine."creatorId" = ${to}
      AND other."programId" = ${programId} AND other."creatorId" = ${from} AND other.kind = mine.kind`
  const kept = await ctx.db.badge.findMany({ where: { programId, creatorId: to }, select: { kind: true } })
  await ctx.db.badge.deleteMany({ where: { ...where, kind: { in: kept.map(({ kind }) => kind) } } })
  await ctx.db.badge.updateMany({ where, data: { creatorId: to } })
  await followKudos(ctx, { from, to })
  await ctx.db.shout.updateMany({ where, data: { creatorId: to } })
  await ctx.db.shout.updateMany({ where: { programId, askedBy: from }, data: { askedBy: to } })
  await ctx.db.star.updateMany({ where, data: { creatorId: to } })
  const placed = await ctx.db.standing.findMany({ where: { programId, creatorId: to }, select: { seasonId: true } })
  await ctx.db.standing.updateMany({
    where: { ...where, seasonId: { notIn: placed.map(({ seasonId }) => seasonId) } },
    data: { creatorId: to },
  })
}

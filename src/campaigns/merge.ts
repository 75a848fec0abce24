import type { Context } from '../context.ts'
import type { Seat } from '../db/generated/client.ts'
import { locked, post } from './board.ts'
import { further } from './rules-seats.ts'
import { seatWaiting } from './seats.ts'

/**
 * Gives the seats of a creator to the one they turned out to be. Where both have one, the one that got further stays, and the other is
 * free for whoever is first in line.
 */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  const own = await ctx.db.seat.findMany({ where: { programId, creatorId: to } })
  const theirs = await ctx.db.seat.findMany({ where: { programId, creatorId: from }, orderBy: { missionId: 'asc' } })
  for (const seat of theirs) {
    const same = own.find(({ missionId }) => missionId === seat.missionId)
    if (same) await keepOne(ctx, seat, same)
  }
  await ctx.db.seat.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
}

async function keepOne(ctx: Context, one: Seat, other: Seat): Promise<void> {
  const mission = await locked(ctx, one.missionId)
  await ctx.db.seat.delete({ where: { id: further(one, other) === one ? other.id : one.id } })
  await seatWaiting(ctx, mission)
  await post(ctx, mission)
}

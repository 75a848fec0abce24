/** What becomes payable until an instant if nothing else happens: what `due` will book as holds end, read and not booked. */
import type { Context } from '../context.ts'
import { policyOf } from '../programs/rules.ts'
import { friendsOf, reached, shareFor } from './rewards.ts'
import { bookedOn, reversedOf } from './service.ts'

/** A creator's own lines, the milestones that these reach, and shares of what those earn whom they brought. In minor units. */
export async function ripening(ctx: Context, creatorId: string, before: Date): Promise<bigint> {
  const friends = await friendsOf(ctx, creatorId)
  const ripe = await ripeOf(ctx, [creatorId, ...friends.keys()], before)
  const milestones = await reached(ctx, policyOf(ctx.program).milestones, creatorId, before)
  const bonuses = milestones.reduce((all, { bonusMinor }) => all + BigInt(bonusMinor), 0n)
  return ripe.reduce((all, one) => {
    const friend = friends.get(one.creatorId)
    return all + (friend ? shareFor(ctx, friend, one).minor : one.minor)
  }, bonuses)
}

type Ripe = { creatorId: string; at: Date; minor: bigint }

/** Pending money of some creators whose hold ends before an instant and that no case holds, line by line as it will ripen. */
async function ripeOf(ctx: Context, creatorIds: string[], before: Date): Promise<Ripe[]> {
  const programId = ctx.program.id
  const holds = await ctx.db.$queryRaw<{ line: string; creatorId: string; at: Date }[]>`
    SELECT h.line, h."creatorId", l.at FROM "Hold" h JOIN "Line" l ON l.id = h.line
    WHERE h."programId" = ${programId} AND h."creatorId" = ANY(${creatorIds}) AND h."availableAt" < ${before} AND h."caseId" IS NULL`
  const lines = holds.map(({ line }) => line)
  if (lines.length === 0) return []
  const booked = await bookedOn(ctx, lines)
  const reversed = await reversedOf(ctx, [...new Set(holds.map(({ creatorId }) => creatorId))], lines)
  return holds.flatMap(({ line, ...one }) => {
    const minor = (booked.get(line) ?? 0n) - (reversed.get(line) ?? 0n)
    return minor > 0n ? [{ ...one, minor }] : []
  })
}

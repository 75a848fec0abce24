import type { Context } from '../context.ts'

/** What was set aside for wishes of these creators that nobody decided is for others again. */
export async function restock(ctx: Context, creatorIds: string[]): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$executeRaw`
    UPDATE "Reward" r SET stock = r.stock + asked.n FROM (
      SELECT "rewardId", count(*)::int AS n FROM "Redemption"
      WHERE "programId" = ${programId} AND "creatorId" = ANY(${creatorIds}) AND state = 'asked' GROUP BY 1) asked
    WHERE r.id = asked."rewardId" AND r."programId" = ${programId}`
}

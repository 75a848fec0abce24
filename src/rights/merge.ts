import type { Context } from '../context.ts'

/** Gives the licences of a creator to the one they turned out to be; what was signed stays signed by whoever signed it. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT id FROM "Grant" WHERE "programId" = ${programId} AND "creatorId" = ${from} ORDER BY id FOR UPDATE`
  await ctx.db.grant.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
}

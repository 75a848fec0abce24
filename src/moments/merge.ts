import type { Context } from '../context.ts'

type Pair = { from: string; to: string }

/** Gives seats in moments and requests for messages of a creator to the one they turned out to be; of two seats the earlier day stays. */
export async function follow(ctx: Context, { from, to }: Pair): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$executeRaw`
    UPDATE "MomentSeat" mine SET "joinedAt" = least(mine."joinedAt", other."joinedAt") FROM "MomentSeat" other
    WHERE mine."programId" = ${programId} AND mine."creatorId" = ${to} AND other."programId" = ${programId}
      AND other."creatorId" = ${from} AND other."momentId" = mine."momentId"`
  await ctx.db.$executeRaw`
    DELETE FROM "MomentSeat" s USING "MomentSeat" kept WHERE s."programId" = ${programId} AND s."creatorId" = ${from}
      AND kept."programId" = ${programId} AND kept."creatorId" = ${to} AND kept."momentId" = s."momentId"`
  await ctx.db.momentSeat.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
  await ctx.db.capture.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
}

/** The questions of a person are those of whoever they turned out to be. */
export async function followPerson(ctx: Context, { from, to }: Pair): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.question.updateMany({ where: { programId, personId: from }, data: { personId: to } })
  await ctx.db.question.updateMany({ where: { programId, answeredBy: from }, data: { answeredBy: to } })
  await ctx.db.capture.updateMany({ where: { programId, capturedBy: from }, data: { capturedBy: to } })
  await ctx.db.moment.updateMany({ where: { programId, createdBy: from }, data: { createdBy: to } })
}

import type { Context } from '../context.ts'

/** Gives the content of a creator to the one they turned out to be. Its rows are locked, as they are by whoever decides on one. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT id FROM "Submission" WHERE "programId" = ${programId} AND "creatorId" = ${from} ORDER BY id FOR UPDATE`
  await ctx.db.submission.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
}

/** What a person sends through their page, or sent and has not handed in, is of whoever they turned out to be. */
export async function followPerson(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  await ctx.db.upload.updateMany({ where: { programId: ctx.program.id, personId: from }, data: { personId: to } })
}

import type { Context } from '../context.ts'

/**
 * Gives the cases, signals and samples of a creator to the one they turned out to be. Where both are under suspicion, each case stays
 * one of its own.
 */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: from }
  await ctx.db.$executeRaw`
    UPDATE "Case" c SET "subject" = CASE WHEN EXISTS (
        SELECT 1 FROM "Case" o WHERE o."programId" = ${ctx.program.id} AND o."subject" = 'fraud:' || ${to}::text)
      THEN 'fraud:' || c."id" ELSE 'fraud:' || ${to}::text END
    WHERE c."programId" = ${ctx.program.id} AND c."subject" = 'fraud:' || ${from}::text`
  // What one of them disputed, both have. Where both did, each case stays one of its own.
  const [old, now] = [`dispute:${from}:`, `dispute:${to}:`]
  await ctx.db.$executeRaw`
    UPDATE "Case" c SET "subject" = ${now}::text || substr(c."subject", ${old.length + 1})
    WHERE c."programId" = ${ctx.program.id} AND starts_with(c."subject", ${old}) AND NOT EXISTS (
      SELECT 1 FROM "Case" o WHERE o."programId" = ${ctx.program.id} AND o."subject" = ${now}::text || substr(c."subject", ${old.length + 1}))`
  await ctx.db.case.updateMany({ where, data: { creatorId: to } })
  await ctx.db.signal.updateMany({ where, data: { creatorId: to } })
  await ctx.db.sampleLine.updateMany({ where, data: { creatorId: to } })
}

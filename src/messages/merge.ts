import type { Context } from '../context.ts'

/** What was said or planned for a person counts for the one they turned out to be, so that nothing comes a second time. */
export async function followPerson(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$executeRaw`
    UPDATE "Message" m SET "personId" = ${to} WHERE m."programId" = ${programId} AND m."personId" = ${from}
      AND NOT EXISTS (SELECT FROM "Message" t WHERE t."programId" = ${programId} AND t."personId" = ${to} AND t.kind = m.kind AND t.period = m.period)`
  await ctx.db.$executeRaw`
    UPDATE "PushDay" d SET "personId" = ${to} WHERE d."programId" = ${programId} AND d."personId" = ${from}
      AND NOT EXISTS (SELECT FROM "PushDay" t WHERE t."programId" = ${programId} AND t."personId" = ${to} AND t.day = d.day)`
  const left = { programId, personId: from }
  await ctx.db.message.deleteMany({ where: left })
  await ctx.db.pushDay.deleteMany({ where: left })
}

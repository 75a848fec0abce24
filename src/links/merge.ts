import type { Context } from '../context.ts'

/** Gives the links and codes of a creator to the one they turned out to be. All of them go on working. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: from }
  await ctx.db.link.updateMany({ where, data: { creatorId: to } })
  await ctx.db.code.updateMany({ where, data: { creatorId: to } })
  // Both may have the same offer by name.
  await ctx.db.$executeRaw`
    DELETE FROM "OfferFor" f USING "OfferFor" o WHERE f."programId" = ${ctx.program.id} AND f.who = 'creator' AND f.target = ${from}
      AND o."offerId" = f."offerId" AND o.who = 'creator' AND o.target = ${to} AND o.links = f.links AND o.codes = f.codes`
  await ctx.db.offerFor.updateMany({ where: { programId: ctx.program.id, who: 'creator', target: from }, data: { target: to } })
}

import type { Context } from '../context.ts'

/**
 * Gives the payments of a creator to the one they turned out to be. Of two sets of payment details the one who stays keeps theirs; the
 * other is taken away, for nobody is to be paid at an account that its owner gave up. Payments under way go where they were going.
 */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.payment.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
  const kept = await ctx.db.payee.count({ where: { programId, creatorId: to } })
  if (kept > 0) await ctx.db.payee.deleteMany({ where: { programId, creatorId: from } })
  const { count } = await ctx.db.payee.updateMany({ where: { programId, creatorId: from }, data: { creatorId: to } })
  const accounts = await ctx.db.stripeAccount.findMany({ where: { programId, creatorId: { in: [from, to] } } })
  // The account goes with the details that stay; where neither gave details, whoever stays keeps theirs.
  const stays = accounts.find(({ creatorId }) => creatorId === (count > 0 ? from : to)) ?? accounts[0]
  const gone = accounts.filter((one) => one !== stays).map(({ id }) => id)
  await ctx.db.stripeAccount.deleteMany({ where: { programId, id: { in: gone } } })
  if (stays) await ctx.db.stripeAccount.update({ where: { id: stays.id }, data: { creatorId: to } })
}

import type { Context } from '../context.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'
import { restock } from './stock.ts'

/** Points and what they were given for. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const points = await ctx.db.pointEntry.findMany({ where: own })
  const wishes = await ctx.db.redemption.findMany({ where: own })
  const given = await ctx.db.ruleReward.findMany({ where: own })
  return [
    {
      name: 'Points and rewards',
      about: 'to thank you for what you do',
      until: 'as long as the program',
      fate: 'pseudonymised',
      why: 'What was given for points has a value and belongs to the books.',
      rows: [...points, ...wishes.map((wish) => ({ ...wish, gift: wish.gift && ctx.unseal(wish.gift) })), ...given],
      texts: wishes.map(({ note }) => note),
    },
  ]
}

export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const closed = { state: 'declined', decidedAt: ctx.now }
  await restock(ctx, creatorIds)
  await ctx.db.redemption.updateMany({ where: { ...own, state: 'asked' }, data: closed })
  await ctx.db.redemption.updateMany({ where: own, data: { note: null, gift: null, endsAt: null } })
  return {}
}

import type { Context } from '../context.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'

/** What was said to somebody unasked, and what is planned. */
export async function personal(ctx: Context, { personIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, personId: { in: personIds } }
  return [
    {
      name: 'Digests and nudges',
      about: 'so that nothing comes twice',
      until: 'while you are here',
      fate: 'deleted',
      rows: [...(await ctx.db.message.findMany({ where: own })), ...(await ctx.db.pushDay.findMany({ where: own }))],
    },
  ]
}

/** What was planned is not sent any more. */
export async function forget(ctx: Context, { personIds }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, personId: { in: personIds } }
  await ctx.db.message.deleteMany({ where: own })
  await ctx.db.pushDay.deleteMany({ where: own })
  return {}
}

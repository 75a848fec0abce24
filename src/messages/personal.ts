import type { Context } from '../context.ts'
import { FORMER, type Forgotten, type Section, type Subject } from '../kernel/personal.ts'
import { praise } from './rules-newsletter.ts'

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

/** What was planned is not sent any more, and newsletters praise nobody by this name. */
export async function forget(ctx: Context, { personIds, words }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, personId: { in: personIds } }
  await ctx.db.message.deleteMany({ where: own })
  await ctx.db.pushDay.deleteMany({ where: own })
  for (const name of words)
    await ctx.db.$executeRaw`
      UPDATE "Broadcast" SET words = replace(words, ${praise(name)}, ${praise(FORMER)})
      WHERE "programId" = ${ctx.program.id} AND period LIKE 'letter:%' AND strpos(words, ${praise(name)}) > 0`
  return {}
}

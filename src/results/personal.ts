import type { Context } from '../context.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'

const own = (ctx: Context, { creatorIds }: Subject) =>
  ctx.db.submission.findMany({ where: { programId: ctx.program.id, creatorId: { in: creatorIds } }, select: { id: true } })

/** What somebody's posts reached, as they or a platform said. */
export async function personal(ctx: Context, subject: Subject): Promise<Section[]> {
  const ids = (await own(ctx, subject)).map(({ id }) => id)
  const rows = await ctx.db.postMetric.findMany({ where: { programId: ctx.program.id, submissionId: { in: ids } } })
  return [
    {
      name: 'Results of posts',
      about: 'to see what works',
      until: 'as long as the program',
      fate: 'pseudonymised',
      why: 'Figures of a post without its words or its author.',
      rows,
    },
  ]
}

/** How many followed somebody is nearly a name. */
export async function forget(ctx: Context, subject: Subject): Promise<Forgotten> {
  const ids = (await own(ctx, subject)).map(({ id }) => id)
  await ctx.db.postMetric.updateMany({
    where: { programId: ctx.program.id, submissionId: { in: ids } },
    data: { followers: null },
  })
  return {}
}

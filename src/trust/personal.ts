import type { Context } from '../context.ts'
import { type Forgotten, REMOVED, type Section, type Subject } from '../kernel/personal.ts'

/** Suspicions and complaints: what was found, what was said, and how it was decided. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const cases = await ctx.db.case.findMany({ where: own })
  const said = await ctx.db.caseEvent.findMany({
    where: { programId: ctx.program.id, caseId: { in: cases.map(({ id }) => id) } },
  })
  const signals = await ctx.db.signal.findMany({ where: own })
  const samples = await ctx.db.sampleLine.findMany({ where: own })
  return [
    {
      name: 'Cases',
      about: 'to settle complaints and keep fraud out; what was said goes, what was decided about money stays',
      until: 'as long as the orders they are about',
      fate: 'pseudonymised',
      why: 'They are the reason for what was paid and what was not.',
      rows: [...cases, ...said, ...signals, ...samples],
      texts: [
        // What is no person's word, such as that of a shopper's bank, is said in cases of others too.
        ...cases.flatMap(({ kind, words, named, appealWords, appealReason, reason }) => [
          words,
          named,
          appealWords,
          appealReason,
          kind === 'chargeback' ? null : reason,
        ]),
        ...said.map(({ personId, words }) => (personId === null ? null : words)),
      ],
    },
  ]
}

export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  const ids = (await ctx.db.case.findMany({ where: own, select: { id: true } })).map(({ id }) => id)
  await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${programId}, true)`
  await ctx.db.$executeRaw`
    UPDATE "CaseEvent" SET words = ${REMOVED} WHERE "programId" = ${programId} AND "caseId" = ANY(${ids}) AND words <> ${REMOVED}`
  await ctx.db.case.updateMany({ where: own, data: { words: null, named: null, appealWords: null, appealReason: null } })
  await ctx.db.case.updateMany({ where: { ...own, reason: { not: null } }, data: { reason: REMOVED } })
  await ctx.db.signal.updateMany({ where: own, data: { says: REMOVED } })
  await ctx.db.sampleLine.updateMany({ where: own, data: { note: null } })
  return {}
}

import { dropFiles } from '../content/drop.ts'
import type { Context } from '../context.ts'
import { type Forgotten, REMOVED, type Section, type Subject } from '../kernel/personal.ts'

/** Moments that somebody joined, messages of theirs that the team asked for, and what they asked themselves. */
export async function personal(ctx: Context, { creatorIds, personIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const seats = await ctx.db.momentSeat.findMany({ where: own })
  const captures = await ctx.db.capture.findMany({ where: own })
  const questions = await ctx.db.question.findMany({ where: { programId: own.programId, personId: { in: personIds } } })
  return [
    {
      name: 'Moments',
      about: 'to know who joined',
      until: 'as long as the moment',
      fate: 'pseudonymised',
      why: 'What a moment brought is counted by its seats.',
      rows: seats,
    },
    {
      name: 'Messages asked for',
      about: 'to use a message only with your yes',
      until: 'while you are here',
      fate: 'deleted',
      rows: captures.map(({ messageHash: _, ...row }) => row),
      texts: captures.flatMap(({ caption, url }) => [caption, url]),
      fileIds: captures.map(({ fileId }) => fileId),
    },
    {
      name: 'Questions',
      about: 'to answer you; the answer stays for others',
      until: 'while you are here',
      fate: 'deleted',
      rows: questions,
      texts: questions.map(({ words }) => words),
    },
  ]
}

export async function forget(ctx: Context, { creatorIds, personIds }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  const files = (await ctx.db.capture.findMany({ where: own, select: { fileId: true } })).flatMap(({ fileId }) => fileId ?? [])
  const nothing = { creatorId: null, url: null, caption: null, fileId: null, intent: null }
  await ctx.db.capture.updateMany({
    where: { ...own, state: 'asked' },
    data: { ...nothing, capturedBy: null, state: 'gone', answeredAt: ctx.now },
  })
  await ctx.db.capture.updateMany({ where: own, data: nothing })
  const asked = { programId, personId: { in: personIds } }
  const open = await ctx.db.question.findMany({ where: { ...asked, state: { not: 'answered' } }, select: { id: true } })
  const ids = open.map(({ id }) => id)
  await ctx.db.question.updateMany({ where: { programId, sameAs: { in: ids } }, data: { sameAs: null } })
  await ctx.db.question.deleteMany({ where: { programId, id: { in: ids } } })
  await ctx.db.question.updateMany({ where: asked, data: { personId: null, words: REMOVED } })
  return { files: await dropFiles(ctx, files) }
}

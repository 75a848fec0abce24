/** Moments: what creators write in the chat, saved as content with one press. */
import type { FileRef } from '../command.ts'
import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import type { View } from './cards.ts'
import { savedCard } from './cards-moments.ts'
import { contentOf, keepRevision, lockCreator, refuseTwice, showReview } from './intake.ts'
import { viewOf } from './queries.ts'
import { checkSave } from './rules.ts'

export type Moment = { creatorId: string; url: string; caption?: string | undefined; file?: FileRef | undefined }

/**
 * Saves a message as content of whoever wrote it, without a mission, for the managers to look at. Creators save their own; what a
 * manager saves is told to its creator, who may take it back.
 */
export async function saveMoment(ctx: Context, moment: Moment): Promise<View> {
  checkSave(moment.creatorId, ctx.actor)
  const creator = await creatorOf(ctx, moment.creatorId)
  await lockCreator(ctx, creator.id)
  const content = await contentOf(ctx, { ...moment, caption: moment.caption ?? '' })
  await refuseTwice(ctx, creator.id, content)
  const submission = await ctx.db.submission.create({
    data: {
      id: ctx.id('submission'),
      programId: ctx.program.id,
      creatorId: creator.id,
      kind: 'moment',
      state: 'submitted',
      ...content,
      submittedAt: ctx.now,
      createdAt: ctx.now,
    },
  })
  await keepRevision(ctx, submission, null)
  const view = await viewOf(ctx, submission)
  await showReview(ctx, view)
  if (creator.personId !== ctx.actor.personId)
    await ctx.show({ person: creator.personId }, `saved:${submission.id}`, savedCard(view, ctx.actor), { unasked: true })
  return view
}

/** A creator corrects the caption of what waits for review, without waiting to be asked. */
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { supersededCard } from './cards-review.ts'
import { keepRevision, lockCreator, partsOf, reviewKey, showReview } from './intake.ts'
import { submissionOf, viewOf } from './queries.ts'
import { untold } from './rules.ts'
import { ownWaiting } from './service.ts'
import { judgeSubmission, latestVerdict } from './verdicts.ts'

/** Whether the caption of this is the actor's to correct before anybody decides. */
export async function isCorrectable(ctx: Context, submissionId: string): Promise<boolean> {
  const { creatorId, state } = await submissionOf(ctx, submissionId)
  return creatorId === ctx.actor.creatorId && state === 'submitted'
}

/**
 * A revision with another caption and the same links and files. It keeps its place in the queue; a first yes of two was for other words
 * and counts no more. Refusal invalid for the same words, conflict once it is decided.
 */
export async function correctCaption(ctx: Context, submissionId: string, caption: string): Promise<Submission> {
  const before = await ownWaiting(ctx, submissionId)
  await lockCreator(ctx, before.creatorId)
  if (caption === before.caption)
    throw new Refusal('invalid', 'This is the caption that you handed in.', 'Change something, or leave it as it is.', 'caption')
  const parts = await partsOf(ctx, before)
  const submission = await ctx.db.submission.update({
    where: { id: before.id },
    data: { caption, revision: before.revision + 1, firstBy: null },
  })
  await keepRevision(ctx, submission, parts, null)
  await judgeSubmission(ctx, submission, 'draft')
  const view = await viewOf(ctx, submission)
  await ctx.show({ channel: 'review' }, reviewKey(before), supersededCard(view, submission.revision))
  await showReview(ctx, view)
  return submission
}

/** What its creator would paste: the caption as the linter corrects it, else as it was handed in. */
export async function captionToPaste(ctx: Context, submissionId: string): Promise<string | undefined> {
  if (!(await isCorrectable(ctx, submissionId))) return undefined
  const verdict = await latestVerdict(ctx, submissionId)
  return verdict && verdict.verdict !== 'pass' ? verdict.corrected : (await submissionOf(ctx, submissionId)).caption
}

/** The caption and links that changes were asked for, to go on from; undefined for something new. */
export async function wordsAgain(ctx: Context, submissionId: string | undefined): Promise<Record<string, string> | undefined> {
  if (submissionId === undefined) return undefined
  const submission = await submissionOf(ctx, submissionId)
  const { creatorId, state, caption } = submission
  if (creatorId !== ctx.actor.creatorId || state !== 'changes_requested' || untold(submission)) return undefined
  const links = (await partsOf(ctx, submission)).flatMap(({ url }) => url ?? []).join(' ')
  return { caption, ...(links === '' || links.length > MOST_WORDS ? {} : { url: links }) }
}

/** What a field for links holds. */
const MOST_WORDS = 1_500

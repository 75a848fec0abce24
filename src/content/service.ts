import { checkOpen } from '../campaigns/rules.ts'
import { missionOf, spend } from '../campaigns/service.ts'
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { payFee } from '../ledger/service.ts'
import { policyOf } from '../programs/rules.ts'
import { approvedCard, rejectedCard, subject, supersededCard, type View } from './cards.ts'
import { contentOf, type HandIn, keepRevision, lock, lockCreator, refuseTwice, reviewKey, says, showReview } from './intake.ts'
import { viewOf, views } from './queries.ts'
import { type Act, checkReason, next, type Reason } from './rules.ts'
import { endThread, showRequest } from './thread.ts'

/** `done` is false when someone was faster; the view then shows what they decided. */
export type Decision = { done: boolean; view: View }

/** Hands in new content and shows it to the managers. Refuses content without link and file, twice the same, or for a closed mission. */
export async function submit(ctx: Context<'creator'>, handIn: HandIn): Promise<Submission> {
  await lockCreator(ctx, ctx.actor.creatorId)
  const mission = handIn.missionId ? await missionOf(ctx, handIn.missionId) : null
  if (mission) checkOpen(mission, ctx.now)
  const content = await contentOf(ctx, handIn)
  if (!content.url && !content.fileId) {
    throw new Refusal('invalid', 'There is no link and no file.', 'Give url (the address of your post) or file.', 'url')
  }
  await refuseTwice(ctx, ctx.actor.creatorId, content)
  const submission = await ctx.db.submission.create({
    data: {
      id: ctx.id('submission'),
      programId: ctx.program.id,
      creatorId: ctx.actor.creatorId,
      missionId: mission?.id ?? null,
      state: 'submitted',
      ...content,
      feeMinor: mission?.feeMinor ?? 0n,
      submittedAt: ctx.now,
      createdAt: ctx.now,
    },
  })
  await keepRevision(ctx, submission, null)
  await showReview(ctx, await viewOf(ctx, submission))
  return submission
}

/** A new revision of content for which changes were asked; what is not given stays as it was. */
export async function submitAgain(ctx: Context<'creator'>, submissionId: string, handIn: HandIn): Promise<Submission> {
  const before = await lock(ctx, submissionId)
  const state = next('hand in again', before, ctx.actor)
  if (!state)
    throw new Refusal(
      'conflict',
      `This submission is ${says(before.state)}.`,
      'Only content with changes asked for is handed in again.',
      'submission',
    )
  if (handIn.missionId && handIn.missionId !== before.missionId) {
    throw new Refusal(
      'invalid',
      'A submission stays with its mission.',
      'Leave the mission out, or hand it in as something new.',
      'mission',
    )
  }
  await lockCreator(ctx, before.creatorId)
  const given = await contentOf(ctx, handIn)
  const replaced = given.url || given.fileId ? given : { ...given, url: before.url, fileId: before.fileId }
  await refuseTwice(ctx, before.creatorId, replaced, before.id)
  const submission = await ctx.db.submission.update({
    where: { id: before.id },
    data: {
      ...replaced,
      state,
      revision: before.revision + 1,
      submittedAt: ctx.now,
      decidedAt: null,
      decidedBy: null,
      reason: null,
      note: null,
    },
  })
  await keepRevision(ctx, submission, before.note)
  const view = await viewOf(ctx, submission)
  await ctx.show({ channel: 'review' }, reviewKey(before), supersededCard(view, submission.revision))
  await showRequest(ctx, view, before)
  await showReview(ctx, view)
  return submission
}

/** Its creator takes it back before it is decided. */
export async function withdraw(ctx: Context<'creator'>, submissionId: string): Promise<View> {
  const before = await lock(ctx, submissionId)
  const state = next('withdraw', before, ctx.actor)
  if (!state)
    throw new Refusal('conflict', `This submission is ${says(before.state)}.`, 'What is decided can no longer be withdrawn.')
  const submission = await ctx.db.submission.update({ where: { id: before.id }, data: { state } })
  const view = await viewOf(ctx, submission)
  await showReview(ctx, view)
  if (before.state === 'changes_requested') await showRequest(ctx, view, before)
  await endThread(ctx, view)
  return view
}

/**
 * Approves, spends the mission's budget and books the fee, all or nothing; the creator is told in their private place.
 * Refusal over_limit when the budget is used up.
 */
export async function approve(ctx: Context, submissionId: string): Promise<Decision> {
  const decision = await decide(ctx, submissionId, 'approve', {})
  const { submission, creator, currency, mission } = decision.view
  if (!decision.done) return decision
  if (creator.state !== 'approved' && creator.state !== 'paused') {
    throw new Refusal(
      'conflict',
      `${creator.name} is no longer in the program and earns nothing.`,
      'Turn it down and say so in the note.',
    )
  }
  const fee = { minor: submission.feeMinor, currency }
  if (fee.minor > 0n) {
    if (submission.missionId) await spend(ctx, submission.missionId, fee)
    const because = {
      rule: 'content fee',
      submission: submission.id,
      mission: mission?.title ?? null,
      approvedBy: ctx.actor.personId,
    }
    await payFee(ctx, { submissionId: submission.id, creatorId: submission.creatorId, fee, because })
  }
  const { payday } = policyOf(ctx.program)
  await ctx.show({ person: creator.personId }, `decision:${submission.id}`, approvedCard(decision.view, payday))
  return decision
}

/** Asks for changes in the thread of the submission; the creator reads the note there and may hand in again. */
export async function requestChanges(ctx: Context, submissionId: string, note: string): Promise<Decision> {
  const decision = await decide(ctx, submissionId, 'ask for changes', { note })
  if (decision.done) await showRequest(ctx, decision.view, decision.view.submission)
  return decision
}

/** Turns it down for a reason; `other` needs a note. */
export async function reject(ctx: Context, submissionId: string, reason: Reason, note?: string): Promise<Decision> {
  checkReason(reason, note)
  const decision = await decide(ctx, submissionId, 'reject', { reason, note: note ?? null })
  const { submission, creator } = decision.view
  if (decision.done) await ctx.show({ person: creator.personId }, `decision:${submission.id}`, rejectedCard(decision.view))
  return decision
}

/** What waits for review, oldest first, and how much there is in all. */
export async function queue(ctx: Context, limit = 10): Promise<{ waiting: View[]; total: number }> {
  const where = { programId: ctx.program.id, state: 'submitted' }
  const rows = await ctx.db.submission.findMany({ where, orderBy: [{ submittedAt: 'asc' }, { id: 'asc' }], take: limit })
  const total = rows.length < limit ? rows.length : await ctx.db.submission.count({ where })
  return { waiting: await views(ctx, rows), total }
}

/** Waiting submissions whose creator or mission holds what was typed, for autocomplete. */
export async function suggestWaiting(ctx: Context, typed: string): Promise<Suggestion[]> {
  const { waiting } = await queue(ctx, 100)
  const named = waiting.map((view) => ({ label: `${view.creator.name}: ${subject(view)}`, value: view.submission.id }))
  return named.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

/** One's own submissions with changes asked for, for autocomplete. */
export async function suggestUnfinished(ctx: Context, typed: string): Promise<Suggestion[]> {
  if (ctx.actor.creatorId === undefined) return []
  const where = { programId: ctx.program.id, creatorId: ctx.actor.creatorId, state: 'changes_requested' }
  const rows = await views(ctx, await ctx.db.submission.findMany({ where, orderBy: { submittedAt: 'desc' }, take: 25 }))
  const named = rows.map((view) => ({ label: subject(view), value: view.submission.id }))
  return named.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase()))
}

/** Three presses at once queue up at the row lock: the first decides, the others find it decided. */
async function decide(
  ctx: Context,
  submissionId: string,
  act: Act,
  said: { reason?: Reason; note?: string | null },
): Promise<Decision> {
  const before = await lock(ctx, submissionId)
  const state = next(act, before, ctx.actor)
  if (!state) return { done: false, view: await viewOf(ctx, before) }
  const submission = await ctx.db.submission.update({
    where: { id: before.id },
    data: { state, decidedAt: ctx.now, decidedBy: ctx.actor.personId, ...said },
  })
  const view = await viewOf(ctx, submission)
  await showReview(ctx, view)
  if (submission.state !== 'changes_requested') await endThread(ctx, view)
  return { done: true, view }
}

import { checkOpen } from '../campaigns/rules.ts'
import { missionOf, spend } from '../campaigns/service.ts'
import type { FileRef, Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { File, Submission } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { payFee } from '../ledger/service.ts'
import { policyOf } from '../programs/rules.ts'
import { approvedCard, changesCard, rejectedCard, reviewCard, subject, supersededCard, type View } from './cards.ts'
import { LIST } from './media.ts'
import { submissionOf, viewOf, views } from './queries.ts'
import { type Act, addressKey, checkAddress, checkReason, next, type Reason, type SubmissionState } from './rules.ts'

/** What a creator hands over; a link or a file has to be there the first time. */
export type HandIn = { missionId?: string | undefined; url?: string | undefined; file?: FileRef | undefined; caption: string }

/** `done` is false when someone was faster; the view then shows what they decided. */
export type Decision = { done: boolean; view: View }

type Content = { url: string | null; fileId: string | null; caption: string }

/** Hands in new content and shows it to the managers. Refuses content without link and file, twice the same, or for a closed mission. */
export async function submit(ctx: Context<'creator'>, handIn: HandIn): Promise<Submission> {
  await lockCreator(ctx)
  const mission = handIn.missionId ? await missionOf(ctx, handIn.missionId) : null
  if (mission) checkOpen(mission, ctx.now)
  const content = await contentOf(ctx, handIn)
  if (!content.url && !content.fileId) {
    throw new Refusal('invalid', 'There is no link and no file.', 'Give url (the address of your post) or file.', 'url')
  }
  await refuseTwice(ctx, content)
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
  await lockCreator(ctx)
  const given = await contentOf(ctx, handIn)
  const replaced = given.url || given.fileId ? given : { ...given, url: before.url, fileId: before.fileId }
  await refuseTwice(ctx, replaced, before.id)
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
  await ctx.show({ person: view.creator.personId }, changesKey(before), changesCard(view))
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
  if (before.state === 'changes_requested')
    await ctx.show({ person: view.creator.personId }, changesKey(before), changesCard(view))
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

/** Asks for changes; the creator reads the note in their private place and may hand in again. */
export async function requestChanges(ctx: Context, submissionId: string, note: string): Promise<Decision> {
  const decision = await decide(ctx, submissionId, 'ask for changes', { note })
  const { submission, creator } = decision.view
  if (decision.done) await ctx.show({ person: creator.personId }, changesKey(submission), changesCard(decision.view))
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
  return { done: true, view }
}

async function lock(ctx: Context, submissionId: string): Promise<Submission> {
  await ctx.db.$queryRaw`SELECT id FROM "Submission" WHERE id = ${submissionId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return submissionOf(ctx, submissionId)
}

/** One hand-in at a time per creator, so that the same content can't slip in twice; only active creators hand in. */
async function lockCreator(ctx: Context<'creator'>): Promise<void> {
  const [creator] = await ctx.db.$queryRaw<{ state: string }[]>`
    SELECT state FROM "Creator" WHERE id = ${ctx.actor.creatorId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  if (creator?.state !== 'approved') {
    throw new Refusal('not_allowed', 'Only active creators hand in content.', 'Ask a manager of the program what your state is.')
  }
}

async function contentOf(ctx: Context, handIn: HandIn): Promise<Content> {
  const url = handIn.url ? checkAddress(handIn.url) : null
  const file = handIn.file ? await fileOf(ctx, handIn.file) : null
  return { url, fileId: file?.id ?? null, caption: handIn.caption }
}

/** The stored file a reference names: doors store what is uploaded before they call. */
async function fileOf(ctx: Context, ref: FileRef): Promise<File> {
  const file = isId('file', ref.ref) ? await ctx.db.file.findFirst({ where: { id: ref.ref, programId: ctx.program.id } }) : null
  if (!file) throw new Refusal('invalid', 'The file did not arrive.', 'Choose it again.', 'file')
  if (file.mime === LIST) throw new Refusal('invalid', 'A list is no content.', 'Hand in a picture, a video or a PDF.', 'file')
  return file
}

/** Withdrawn content may come again; everything else is looked at once. */
async function refuseTwice(ctx: Context<'creator'>, content: Content, except?: string): Promise<void> {
  const earlier = await ctx.db.submission.findMany({
    where: {
      programId: ctx.program.id,
      creatorId: ctx.actor.creatorId,
      state: { not: 'withdrawn' },
      ...(except ? { id: { not: except } } : {}),
    },
    orderBy: { submittedAt: 'asc' },
    select: { id: true, url: true, fileId: true, state: true },
  })
  const key = content.url && addressKey(content.url)
  const same = earlier.find((s) => (key && s.url && addressKey(s.url) === key) || (content.fileId && s.fileId === content.fileId))
  if (!same) return
  const name = subject(await viewOf(ctx, await submissionOf(ctx, same.id)))
  const field = key && same.url && addressKey(same.url) === key ? 'url' : 'file'
  const what = field === 'url' ? 'This link' : 'This file'
  const fix = same.state === 'changes_requested' ? 'Hand that one in again from /content.' : 'See it in /content.'
  throw new Refusal(
    'conflict',
    `${what} was already handed in for “${name}” (${same.id}), which is ${says(same.state)}.`,
    fix,
    field,
  )
}

const says = (state: string): string =>
  ({ submitted: 'waiting for review', changes_requested: 'waiting for your changes', rejected: 'turned down' })[
    state as SubmissionState as string
  ] ?? state

async function keepRevision(ctx: Context, submission: Submission, answered: string | null): Promise<void> {
  const { url, fileId, caption } = submission
  const row = { id: ctx.id('revision'), programId: ctx.program.id, submissionId: submission.id, number: submission.revision }
  await ctx.db.revision.create({ data: { ...row, url, fileId, caption, note: answered, at: ctx.now } })
}

/** A revision has to be acted on, so it is a new post; the first keeps the plain key. */
const reviewKey = (s: Submission): string => (s.revision === 1 ? `review:${s.id}` : `review:${s.id}:${s.revision}`)
const changesKey = (s: Submission): string => `changes:${s.id}:${s.revision}`

const showReview = (ctx: Context, view: View): Promise<void> =>
  ctx.show({ channel: 'review' }, reviewKey(view.submission), reviewCard(view))

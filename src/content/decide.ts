/** What managers decide on content: one transaction for everything a decision does, and one to take it all back. */
import { seatDone, seatOpenAgain } from '../campaigns/seats.ts'
import { spend, unspend } from '../campaigns/service.ts'
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { minutes } from '../kernel/time.ts'
import { payFee, takeBackFee } from '../ledger/service.ts'
import { personNow } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { grantOnApproval, ungrant } from '../rights/service.ts'
import { hasGone, seenIn, type View } from './cards.ts'
import { endWork } from './gone.ts'
import { lock, says, showReview } from './intake.ts'
import { viewOf } from './queries.ts'
import { type Act, checkReason, next, type Reason } from './rules.ts'
import { undecided } from './service.ts'
import { tell } from './tell.ts'
import { wasAsked } from './thread.ts'
import { checkVerdict } from './verdicts.ts'

/**
 * done; late = someone was faster, and the view shows what they decided; first = a second yes is needed; again = this person's yes
 * counts already; taken = someone else looks at it just now, and nothing was done.
 */
export type Outcome = 'done' | 'late' | 'first' | 'again' | 'taken'
export type Decision = { outcome: Outcome; view: View }
export type Anyway = { anyway?: boolean | undefined }
/** What the card showed that was pressed on. */
export type Seen = { seen?: string | undefined }

const TAKEN_MINUTES = 30

/**
 * Approves: the fee, the mission's budget and seat, the rights and the verdict on its disclosure, all or nothing. Its creator is told
 * when it can no longer be undone. Refusal over_limit when the budget is used up, conflict when the disclosure fails and when it is
 * no longer what was `seen`.
 */
export async function approve(ctx: Context, submissionId: string, { anyway, seen }: Anyway & Seen = {}): Promise<Decision> {
  const before = await lock(ctx, submissionId)
  const state = next('approve', before, ctx.actor)
  const view = await viewOf(ctx, before)
  if (!state) return { outcome: 'late', view }
  if (seen !== undefined && seen !== seenIn(view)) throw changedSince(submissionId)
  if (!anyway && byAnother(ctx, view)) return { outcome: 'taken', view }
  const { creator } = view
  if (creator.state !== 'approved' && creator.state !== 'paused') {
    throw new Refusal(
      'conflict',
      `${creator.name} is no longer in the program and earns nothing.`,
      'Turn it down and say so in the note.',
    )
  }
  await checkVerdict(ctx, before)
  if (view.reviewers > 1 && (await saidYes(ctx, before))) return { outcome: 'again', view }
  if (view.reviewers > 1 && before.firstBy === null) {
    const data = { firstBy: ctx.actor.personId, takenBy: null, takenUntil: null }
    const shown = await viewOf(ctx, await ctx.db.submission.update({ where: { id: before.id }, data }))
    await showReview(ctx, shown)
    return { outcome: 'first', view: shown }
  }
  await effects(ctx, view)
  return { outcome: 'done', view: await settle(ctx, before, 'approve', {}) }
}

const changedSince = (submission: string): Refusal =>
  new Refusal('conflict', 'Its creator has changed it since you saw it.', 'Look at it again, then decide.', 'submission', {
    label: 'Look at it',
    run: 'review take',
    given: { submission },
  })

/** What one yes does beside the state. Its creator hears of none of it yet. */
async function effects(ctx: Context, { submission, mission, currency }: View): Promise<void> {
  const { id: submissionId, creatorId, missionId, firstBy } = submission
  const fee = { minor: submission.feeMinor, currency }
  if (fee.minor > 0n) {
    if (missionId) await spend(ctx, missionId, fee)
    const because = {
      rule: 'content fee',
      submission: submissionId,
      mission: mission?.title ?? null,
      approvedBy: ctx.actor.personId,
      ...(firstBy ? { firstBy } : {}),
    }
    await payFee(ctx, { submissionId, creatorId, fee, because, attempt: submission.undone })
  }
  const { preset } = (submission.rightsAccepted ?? {}) as { preset?: string }
  if (preset) await grantOnApproval(ctx, { submissionId, creatorId, preset, missionId })
  if (missionId) await seatDone(ctx, missionId, creatorId)
}

/** Asks for changes; the creator reads the note in the thread of the submission and may hand in again. */
export async function requestChanges(ctx: Context, submissionId: string, note: string): Promise<Decision> {
  return decide(ctx, submissionId, 'ask for changes', { note })
}

/** Turns it down for a reason; `other` needs a note. */
export async function reject(ctx: Context, submissionId: string, reason: Reason, note?: string): Promise<Decision> {
  checkReason(reason, note)
  return decide(ctx, submissionId, 'reject', { reason, note: note ?? null })
}

type Said = { reason?: Reason; note?: string | null }

/** Three presses at once queue up at the row lock: the first decides, the others find it decided. */
async function decide(ctx: Context, submissionId: string, act: Act, said: Said): Promise<Decision> {
  const before = await lock(ctx, submissionId)
  if (!next(act, before, ctx.actor)) return { outcome: 'late', view: await viewOf(ctx, before) }
  const taken = await viewOf(ctx, before)
  const view = await settle(ctx, before, act, said)
  return { outcome: 'done', view: byAnother(ctx, taken) ? { ...view, takenBy: taken.takenBy } : view }
}

async function settle(ctx: Context, before: Submission, act: Act, said: Said): Promise<View> {
  const state = next(act, before, ctx.actor)!
  const data = {
    state,
    decidedAt: ctx.now,
    decidedBy: ctx.actor.personId,
    toldAt: null,
    takenBy: null,
    takenUntil: null,
    ...(before.state === 'changes_requested' ? { askedNote: before.note, askedBy: before.decidedBy } : {}),
    ...said,
  }
  const submission = await ctx.db.submission.update({ where: { id: before.id }, data })
  const decided = policyOf(ctx.program).undoMinutes === 0 ? await tell(ctx, submission) : submission
  const view = await viewOf(ctx, decided)
  await showReview(ctx, view)
  return view
}

const saidYes = async (ctx: Context, { firstBy }: Submission): Promise<boolean> =>
  firstBy !== null && (await personNow(ctx, firstBy)) === ctx.actor.personId

const byAnother = (ctx: Context, { takenBy }: View): boolean => takenBy !== null && takenBy.personId !== ctx.actor.personId

/**
 * Takes a decision back before its creator was told, with everything it did; a first yes of two is taken back by whoever gave it.
 * Refusal too_late once they know.
 */
export async function undo(ctx: Context, submissionId: string): Promise<View> {
  const before = await lock(ctx, submissionId)
  const state = next('undo', before, ctx.actor)
  if (!state && before.state === 'submitted' && (await saidYes(ctx, before))) {
    const view = await viewOf(ctx, await ctx.db.submission.update({ where: { id: before.id }, data: { firstBy: null } }))
    await showReview(ctx, view)
    return view
  }
  if (!state) {
    throw before.decidedAt
      ? new Refusal('too_late', `This is ${says(before.state)}, and its creator has been told.`, 'Write to them instead.')
      : new Refusal('conflict', `This submission is ${says(before.state)}; there is nothing to undo.`)
  }
  if (before.state === 'approved') await reverse(ctx, before)
  // What its creator knows they were asked to change is theirs again: it was turned down because they had not come back to it.
  const theirs = before.state === 'rejected' && (await wasAsked(ctx, before))
  const { askedNote: note, askedBy } = before
  const asked = {
    state: 'changes_requested',
    decidedAt: ctx.now,
    decidedBy: askedBy ?? ctx.actor.personId,
    toldAt: ctx.now,
    note,
  }
  const data = { ...undecided, ...(theirs ? asked : { state }), undone: before.undone + 1 }
  const view = await viewOf(ctx, await ctx.db.submission.update({ where: { id: before.id }, data }))
  if (hasGone(view.creator)) {
    // Nobody could approve it again.
    await endWork(ctx, { id: before.creatorId, personId: view.creator.personId })
    return viewOf(ctx, await lock(ctx, before.id))
  }
  await showReview(ctx, view)
  return view
}

/** Everything that an approval did, the other way round. */
async function reverse(ctx: Context, { id, creatorId, missionId, feeMinor, undone }: Submission): Promise<void> {
  const fee = { minor: feeMinor, currency: ctx.program.currency }
  if (feeMinor > 0n) {
    if (missionId) await unspend(ctx, missionId, fee)
    await takeBackFee(ctx, { submissionId: id, creatorId, fee, because: { undoneBy: ctx.actor.personId }, attempt: undone })
  }
  await ungrant(ctx, id)
  if (!missionId) return
  const approved = {
    programId: ctx.program.id,
    missionId,
    creatorId,
    id: { not: id },
    state: { in: ['approved', 'live', 'measured'] },
  }
  if ((await ctx.db.submission.count({ where: approved })) === 0) await seatOpenAgain(ctx, missionId, creatorId)
}

/** Says to the others that this manager looks at it, for half an hour. `taken` when another one does, unless they want it anyway. */
export async function take(ctx: Context, submissionId: string, { anyway }: Anyway): Promise<Decision> {
  const before = await lock(ctx, submissionId)
  const state = next('approve', before, ctx.actor)
  const view = await viewOf(ctx, before)
  if (!state) return { outcome: 'late', view }
  if (!anyway && byAnother(ctx, view)) return { outcome: 'taken', view }
  const data = { takenBy: ctx.actor.personId, takenUntil: minutes(ctx.now, TAKEN_MINUTES) }
  const taken = await viewOf(ctx, await ctx.db.submission.update({ where: { id: before.id }, data }))
  await showReview(ctx, taken)
  return { outcome: 'done', view: taken }
}

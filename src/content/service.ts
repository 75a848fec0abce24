/** What creators do with their content: hand it in, add to it, hand it in again, say where it is posted, take it back. */
import { missionOf } from '../campaigns/board.ts'
import { checkOpen, stateAt } from '../campaigns/rules.ts'
import { audienceOf } from '../campaigns/rules-audience.ts'
import { seatBack, seatForHandIn } from '../campaigns/seats.ts'
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Mission, Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { withdrawOpen } from '../rights/asking.ts'
import { running } from '../rights/personal.ts'
import { acceptPreset } from '../rights/service.ts'
import { subject, type View } from './cards.ts'
import { supersededCard } from './cards-review.ts'
import {
  contentFrom,
  contentOf,
  type HandIn,
  hasMoreIn,
  inTurnOf,
  keepPieces,
  keepRevision,
  lock,
  lockCreator,
  partsOf,
  refuseTwice,
  reviewKey,
  says,
  showReview,
} from './intake.ts'
import { submissionOf, viewOf, views } from './queries.ts'
import { addressKey, knownState, next, untold } from './rules.ts'
import { checkParts, kindFor, renewed } from './rules-kinds.ts'
import { checkPost } from './rules-posts.ts'
import { endThread, showRequest } from './thread.ts'
import { judgeSubmission } from './verdicts.ts'

const placesOf = (mission: Mission | null) => mission && { title: mission.title, platforms: audienceOf(mission).platforms }

/**
 * Hands in new content and shows it to the managers. Refuses what its kind or its mission does not take, the same twice, and
 * content for a mission that is over, or full for whoever has no seat in it; by handing in, the creator agrees to the rights that the mission names.
 */
export async function submit(ctx: Context<'creator'>, handIn: HandIn): Promise<Submission> {
  const { creatorId } = ctx.actor
  await lockCreator(ctx, creatorId)
  const mission = handIn.missionId ? await missionOf(ctx, handIn.missionId) : null
  // Where the budget is used up the seat decides.
  if (mission && stateAt(mission, ctx.now) !== 'full') checkOpen(mission, ctx.now)
  const kind = kindFor(mission?.kinds ?? [], handIn.kind, mission?.title ?? '')
  const { first, parts } = await contentOf(ctx, handIn, placesOf(mission))
  checkParts(kind, parts)
  await refuseTwice(ctx, creatorId, parts)
  if (mission) await seatForHandIn(ctx, mission, creatorId)
  const accepted = mission ? await acceptPreset(ctx, mission.rights) : null
  const submission = await ctx.db.submission.create({
    data: {
      id: ctx.id('submission'),
      programId: ctx.program.id,
      creatorId,
      missionId: mission?.id ?? null,
      kind,
      state: 'submitted',
      ...first,
      caption: handIn.caption,
      spoken: handIn.spoken ?? null,
      shown: handIn.shown ?? null,
      momentId: handIn.momentId ?? null,
      intent: handIn.intent ?? null,
      ...(accepted ? { rightsAccepted: accepted } : {}),
      feeMinor: mission?.feeMinor ?? 0n,
      submittedAt: ctx.now,
      createdAt: ctx.now,
    },
  })
  await keepRevision(ctx, submission, parts, null)
  await judgeSubmission(ctx, submission, 'draft')
  await showReview(ctx, await viewOf(ctx, submission))
  return submission
}

/** A new revision of content for which changes were asked; what is not given stays as it was: the links beside a new file, files beside a new link. */
export async function submitAgain(ctx: Context<'creator'>, submissionId: string, handIn: HandIn): Promise<Submission> {
  const before = await lock(ctx, submissionId)
  const state = next('hand in again', before, ctx.actor)
  if (!state) throw past(before, 'Only content with changes asked for is handed in again.')
  if (handIn.missionId && handIn.missionId !== before.missionId) {
    throw new Refusal(
      'invalid',
      'A submission stays with its mission.',
      'Leave the mission out, or hand it in as something new.',
      'mission',
    )
  }
  await lockCreator(ctx, before.creatorId)
  const mission = before.missionId ? await missionOf(ctx, before.missionId) : null
  const kind = kindFor(mission?.kinds ?? [], handIn.kind ?? before.kind, mission?.title ?? '')
  const given = await contentOf(ctx, handIn, placesOf(mission))
  const { first, parts } = contentFrom(renewed(await partsOf(ctx, before), given.parts))
  checkParts(kind, parts)
  await refuseTwice(ctx, before.creatorId, parts, before.id)
  const submission = await ctx.db.submission.update({
    where: { id: before.id },
    data: {
      ...first,
      kind,
      caption: handIn.caption,
      spoken: handIn.spoken ?? before.spoken,
      shown: handIn.shown ?? before.shown,
      intent: handIn.intent ?? before.intent,
      state,
      revision: before.revision + 1,
      submittedAt: ctx.now,
      ...undecided,
    },
  })
  await keepRevision(ctx, submission, parts, before.note)
  await judgeSubmission(ctx, submission, 'draft')
  const view = await viewOf(ctx, submission)
  await ctx.show({ channel: 'review' }, reviewKey(before), supersededCard(view, submission.revision))
  await showRequest(ctx, view, before)
  await showReview(ctx, view)
  return submission
}

/** What a decision wrote, taken away again. */
export const undecided = {
  decidedAt: null,
  decidedBy: null,
  toldAt: null,
  reason: null,
  note: null,
  askedNote: null,
  askedBy: null,
  firstBy: null,
  takenBy: null,
  takenUntil: null,
}

/** Adds links and a file to content that waits; nothing of it is replaced. A first yes of two was for less and counts no more. */
export async function addTo(
  ctx: Context<'creator'>,
  submissionId: string,
  more: Pick<HandIn, 'url' | 'file'>,
): Promise<Submission> {
  const submission = await ownWaiting(ctx, submissionId)
  await lockCreator(ctx, submission.creatorId)
  const mission = submission.missionId ? await missionOf(ctx, submission.missionId) : null
  const { parts } = await contentOf(ctx, more, placesOf(mission))
  if (parts.length === 0) throw new Refusal('invalid', 'There is no link and no file.', 'Give a link or choose a file.', 'url')
  const before = await partsOf(ctx, submission)
  checkParts(submission.kind, [...before, ...parts])
  await refuseTwice(ctx, submission.creatorId, parts)
  await keepPieces(ctx, submission, parts, before.length)
  const { first } = contentFrom([...before, ...parts])
  const changed = await ctx.db.submission.update({ where: { id: submission.id }, data: { ...first, firstBy: null } })
  // A film asks for more than the words beside it.
  await judgeSubmission(ctx, changed, 'draft')
  await showReview(ctx, await viewOf(ctx, changed))
  return changed
}

/** Where a video says that it is advertising: spoken, to be read in the picture, or neither. */
export async function tellDisclosure(
  ctx: Context<'creator'>,
  submissionId: string,
  said: { spoken: boolean; shown: boolean },
): Promise<Submission> {
  const { id } = await ownWaiting(ctx, submissionId)
  const submission = await ctx.db.submission.update({ where: { id }, data: said })
  await judgeSubmission(ctx, submission, 'draft')
  await showReview(ctx, await viewOf(ctx, submission))
  return submission
}

/** Its creator's own, still undecided, under its lock. */
export async function ownWaiting(ctx: Context, submissionId: string): Promise<Submission> {
  const submission = await lock(ctx, submissionId)
  // Whoever may take it back may change it, as long as nobody has decided.
  next('withdraw', submission, ctx.actor)
  if (submission.state !== 'submitted') throw past(submission, 'Only what waits for review can be changed.')
  return submission
}

/** What was approved stands here now. The address is of a post, where the mission wants it; it may be corrected later. */
export async function goLive(ctx: Context<'creator'>, submissionId: string, address: string | undefined): Promise<View> {
  const before = await lock(ctx, submissionId)
  const state = next('go live', before, ctx.actor)
  if (!state) throw past(before, 'Post it once it is approved.')
  const mission = before.missionId ? await missionOf(ctx, before.missionId) : null
  const given = address ?? before.url
  if (!given) throw new Refusal('invalid', 'The address of your post is missing.', 'Copy it from the app or the browser.', 'url')
  const liveUrl = checkPost(given, placesOf(mission))
  await refuseSecond(ctx, before, liveUrl)
  const submission = await ctx.db.submission.update({
    where: { id: before.id },
    data: { state, liveUrl, liveAt: before.liveAt ?? ctx.now },
  })
  // What it says there is read by the job, outside of this transaction.
  ctx.ring('live')
  const view = await viewOf(ctx, submission)
  await showReview(ctx, view)
  return view
}

/** The views of one post are paid and counted for one piece: one that is live there, or that was handed in with it and may still count. */
async function refuseSecond(ctx: Context, { id, creatorId }: Submission, liveUrl: string): Promise<void> {
  await inTurnOf(ctx, creatorId)
  const others = await ctx.db.$queryRaw<{ id: string; url: string }[]>`
    SELECT s.id, found.url FROM "Submission" s CROSS JOIN LATERAL (
      SELECT s."liveUrl" AS url UNION SELECT p.url FROM "Piece" p
      WHERE p."submissionId" = s.id AND p.revision = s.revision AND s.state NOT IN ('withdrawn', 'rejected')) found
    WHERE s."programId" = ${ctx.program.id} AND s."creatorId" = ${creatorId} AND s.id <> ${id} AND found.url IS NOT NULL
    ORDER BY s."submittedAt", s.id`
  const found = others.find(({ url }) => addressKey(url) === addressKey(liveUrl))
  if (!found) return
  const same = await submissionOf(ctx, found.id)
  throw new Refusal(
    'conflict',
    `This post already stands for “${subject(await viewOf(ctx, same))}”.`,
    'Give the address of the post that was made for this one.',
    'url',
  )
}

/** Its creator takes it back before it is decided. Refusal conflict for what they licensed meanwhile: the brand goes on using it. */
export async function withdraw(ctx: Context<'creator'>, submissionId: string): Promise<View> {
  const before = await lock(ctx, submissionId)
  const state = next('withdraw', before, ctx.actor)
  if (!state) throw past(before, 'What is decided can no longer be withdrawn.')
  const licence = (await running(ctx, [before.creatorId])).find((grant) => grant.submissionId === before.id)
  if (licence)
    throw new Refusal(
      'conflict',
      'You signed a licence for this content, and it still holds.',
      'Take the right back with /rights revoke first, or say what is wrong with /rights dispute.',
      'submission',
      { label: 'Show licence', run: 'rights show', given: { grant: licence.id } },
    )
  return takeBack(ctx, before)
}

/** Takes back what nobody has decided, or what changes were asked for; its row is locked by the caller. */
export async function takeBack(ctx: Context, before: Submission): Promise<View> {
  const data = { state: 'withdrawn', toldAt: ctx.now }
  const submission = await ctx.db.submission.update({ where: { id: before.id }, data })
  if (before.missionId && !(await hasMoreIn(ctx, before.missionId, before.creatorId)))
    await seatBack(ctx, before.missionId, before.creatorId)
  await withdrawOpen(ctx, before.id)
  const view = await viewOf(ctx, submission)
  if (before.state === 'changes_requested' && !untold(before)) await showRequest(ctx, view, before)
  await endThread(ctx, view)
  await showReview(ctx, view)
  return view
}

/** One's own submissions with changes asked for, for autocomplete. */
export const suggestUnfinished = (ctx: Context, typed: string): Promise<Suggestion[]> =>
  suggestOwn(ctx, ['changes_requested'], typed)

/** One's own that were approved or are live, for autocomplete. */
export const suggestApproved = (ctx: Context, typed: string): Promise<Suggestion[]> =>
  suggestOwn(ctx, ['approved', 'live'], typed)

/** One's own whose caption may be corrected or pasted, for autocomplete. */
export const suggestCaptions = (ctx: Context, typed: string): Promise<Suggestion[]> =>
  suggestOwn(ctx, ['submitted', 'approved', 'live'], typed)

async function suggestOwn(ctx: Context, states: string[], typed: string): Promise<Suggestion[]> {
  if (ctx.actor.creatorId === undefined) return []
  // What waits has nothing to be told yet; what is decided is not given away.
  const heard = [{ state: 'submitted' }, { toldAt: { not: null } }]
  const where = { programId: ctx.program.id, creatorId: ctx.actor.creatorId, state: { in: states }, OR: heard }
  const rows = await views(ctx, await ctx.db.submission.findMany({ where, orderBy: { submittedAt: 'desc' }, take: 100 }))
  const named = rows.map((view) => ({ label: subject(view), value: view.submission.id }))
  return named.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

/** Why its creator comes too late or too early; a decision they have not heard of is not given away. */
const past = (submission: Submission, fix: string): Refusal =>
  untold(submission)
    ? new Refusal('conflict', 'A manager is just looking at this.', 'You hear from them within minutes.')
    : new Refusal('conflict', `This submission is ${says(knownState(submission))}.`, fix)

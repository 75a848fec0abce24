/** Asking for rights and answering: request, counter-offer, signature, no. Each under the licence's lock, so that it happens once. */
import type { Context } from '../context.ts'
import type { Grant } from '../db/generated/client.ts'
import { withdraw } from '../db/withdrawn.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, days, instantOf, localDay, startOfDay } from '../kernel/time.ts'
import { ownerOf } from '../ledger/owners.ts'
import { feeAccount, purse, rightsKey } from '../ledger/rules.ts'
import { move } from '../ledger/service.ts'
import { closedOfferCard, offerCard, signedCard, type View } from './cards.ts'
import { assetsOf, record } from './events.ts'
import { contentOf, lockContent, lockGrant, mayBeAsked, sideOf, viewOf } from './queries.ts'
import { after, answers, daysLeft, isOpen, isSigned, reminderSteps, type Scope, type Side } from './rules.ts'
import { scopeOf } from './rules-words.ts'
import { currentTerms } from './terms.ts'

const audienceOf = (view: View, side: Side): { person: string } | { channel: string } =>
  side === 'creator' ? { person: view.creator.personId } : { channel: 'managers' }

const offerKey = (grant: Grant): string => `rights:${grant.id}:${grant.round}`

/** Puts the offer that is on the table before whoever answers it. */
const showOffer = (ctx: Context, view: View): Promise<void> =>
  ctx.show(audienceOf(view, answers(view.grant.offeredBy)), offerKey(view.grant), offerCard(view), {
    // What answers a creator's own offer was waited for.
    unasked: view.grant.offeredBy === 'brand' && view.grant.round === 1,
  })

/** The same post once the offer is answered: it says so and has no button. Of one that waited for the morning nobody hears. */
async function closeOffer(ctx: Context, view: View, how: string): Promise<void> {
  const [audience, key] = [audienceOf(view, answers(view.grant.offeredBy)), offerKey(view.grant)]
  const by = ctx.actor.personId
  if ('person' in audience && !(await withdraw(ctx.db, ctx.program.id, { personId: audience.person, key, by }, ctx.now))) return
  await ctx.show(audience, key, closedOfferCard(view, how))
}

/**
 * A manager asks the creator of approved content for rights; only a renewal may be offered by the creator. Refuses content that is not
 * approved, one's own, and a second open request.
 */
export async function request(ctx: Context, submissionId: string, scope: Scope, renews?: Grant): Promise<View> {
  await lockContent(ctx, submissionId)
  const submission = await contentOf(ctx, submissionId)
  const side = renews ? sideOf(ctx, renews) : 'brand'
  if (side === 'brand' && ctx.actor.creatorId === submission.creatorId)
    throw new Refusal('not_allowed', 'This is your own content.', 'Another manager has to ask you for it.')
  if (!mayBeAsked(submission))
    throw new Refusal('conflict', 'Rights are asked for once content is approved.', 'Approve it first.', 'submission')
  if (submission.decidedAt !== null && submission.toldAt === null)
    throw new Refusal(
      'conflict',
      'Its creator has not heard of the approval yet.',
      'Ask in a few minutes, or press Tell now on it first.',
      'submission',
    )
  const where = { programId: ctx.program.id, submissionId, state: { in: ['requested', 'countered'] } }
  const open = await ctx.db.grant.findFirst({ where })
  if (open)
    throw new Refusal(
      'conflict',
      'There is an offer on the table for this content already.',
      'Look at it with /rights show, or take it back with /rights decline.',
    )
  const grant = await ctx.db.grant.create({
    data: {
      id: ctx.id('grant'),
      programId: ctx.program.id,
      submissionId,
      creatorId: submission.creatorId,
      state: 'requested',
      ...scope,
      currency: ctx.program.currency,
      termsId: (await currentTerms(ctx)).id,
      offeredBy: side,
      requestedBy: ctx.actor.personId,
      renewsId: renews?.id ?? null,
      createdAt: ctx.now,
    },
  })
  const view = await viewOf(ctx, grant)
  endOf(ctx, scope, await startOf(ctx, grant))
  await recordOffer(ctx, view, 'requested', side)
  await showOffer(ctx, view)
  return view
}

const recordOffer = (ctx: Context, view: View, kind: string, side: Side, note?: string): Promise<string | null> =>
  record(ctx, {
    submissionId: view.grant.submissionId,
    grantId: view.grant.id,
    kind,
    side,
    note: note ?? null,
    text: view.text,
    termsHash: view.terms.hash,
  })

/** Locks a licence and gives the side of the actor. Refuses when nobody waits for that side, or when the offer pressed on is an old one. */
async function onTable(ctx: Context, grantId: string, round: string | undefined): Promise<{ grant: Grant; side: Side }> {
  const grant = await lockGrant(ctx, grantId)
  const side = sideOf(ctx, grant)
  if (!isOpen(grant.state))
    throw new Refusal('conflict', 'This offer was answered already.', 'Look at it with /rights show.', 'grant')
  if (round !== undefined && round !== String(grant.round))
    throw new Refusal('conflict', 'A newer offer is on the table.', 'Read it with /rights show, then answer that one.', 'grant')
  return { grant, side }
}

const wait = (): Refusal =>
  new Refusal(
    'conflict',
    'Your side made this offer; the other side answers it.',
    'Wait for the answer, or take it back.',
    'grant',
  )

/** Answers an offer with another one; what is not given stays as it was. */
export async function counter(
  ctx: Context,
  grantId: string,
  changes: { [K in keyof Scope]?: Scope[K] | undefined },
  note: string | undefined,
): Promise<View> {
  const { grant, side } = await onTable(ctx, grantId, undefined)
  if (answers(grant.offeredBy) !== side) throw wait()
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  const scope: Scope = { ...scopeOf(grant), ...given }
  const same = (Object.keys(scope) as (keyof Scope)[]).every((key) => String(scope[key]) === String(scopeOf(grant)[key]))
  if (same) throw new Refusal('invalid', 'This is the offer you were made.', 'Change something, or sign it as it is.', 'fee')
  endOf(ctx, scope, await startOf(ctx, grant))
  await closeOffer(ctx, await viewOf(ctx, grant), 'Answered with another offer.')
  const next = await ctx.db.grant.update({
    where: { id: grant.id },
    data: { ...scope, state: after(grant.state, 'counter')!, round: grant.round + 1, offeredBy: side },
  })
  const view = await viewOf(ctx, next)
  await recordOffer(ctx, view, 'countered', side, note)
  await showOffer(ctx, view)
  return view
}

/** Says no to an offer, or takes one's own back. */
export async function decline(ctx: Context, grantId: string, note: string | undefined): Promise<View> {
  const { grant, side } = await onTable(ctx, grantId, undefined)
  const declined = await ctx.db.grant.update({ where: { id: grant.id }, data: { state: after(grant.state, 'decline')! } })
  const view = await viewOf(ctx, declined)
  await record(ctx, { submissionId: grant.submissionId, grantId, kind: 'declined', side, note: note ?? null })
  const back = side === grant.offeredBy
  await closeOffer(ctx, view, back ? 'It was taken back.' : 'Declined.')
  if (!back) await ctx.show(audienceOf(view, answers(side)), `rights-no:${grant.id}`, closedOfferCard(view, declinedWords(note)))
  return view
}

const declinedWords = (note: string | undefined): string => (note === undefined ? 'Declined.' : `Declined: ${note}`)

/** The offers on the table for content are over, because it is not used: undone, turned down or withdrawn. Whoever was to answer reads so. */
export async function withdrawOpen(ctx: Context, submissionId: string): Promise<void> {
  await lockContent(ctx, submissionId)
  const where = { programId: ctx.program.id, submissionId, state: { in: ['requested', 'countered'] } }
  for (const { id } of await ctx.db.grant.findMany({ where, orderBy: { id: 'asc' }, select: { id: true } })) {
    const grant = await lockGrant(ctx, id)
    if (!isOpen(grant.state)) continue
    const declined = await ctx.db.grant.update({ where: { id }, data: { state: after(grant.state, 'decline')! } })
    await record(ctx, { submissionId, grantId: id, kind: 'undone', side: 'brand' })
    await closeOffer(ctx, await viewOf(ctx, declined), 'It was taken back.')
  }
}

/**
 * Signs the offer that is on the table, in exactly the words that were shown. The fee is booked in the same moment, and the licence that
 * this one follows is marked as renewed. Refuses the side that made the offer, and an offer that a newer one has replaced.
 */
export async function sign(ctx: Context, grantId: string, round: string): Promise<View> {
  const { grant, side } = await onTable(ctx, grantId, round)
  if (answers(grant.offeredBy) !== side) throw wait()
  const { text } = await viewOf(ctx, grant)
  const startsAt = await startOf(ctx, grant)
  const signed = await ctx.db.grant.update({
    where: { id: grant.id },
    data: { state: after(grant.state, 'sign')!, ...termOf(ctx, scopeOf(grant), startsAt) },
  })
  const view = await viewOf(ctx, signed)
  await record(ctx, {
    submissionId: grant.submissionId,
    grantId,
    kind: 'signed',
    side,
    text,
    termsHash: view.terms.hash,
    assets: await assetsOf(ctx, grant.submissionId),
  })
  await payRights(ctx, signed)
  await followUp(ctx, signed)
  await closeOffer(ctx, view, `Signed by ${ctx.actor.name}.`)
  await ctx.show(audienceOf(view, answers(side)), `rights-signed:${grant.id}`, signedCard(view, side))
  return view
}

/** What a signature sets: from when to when, and which reminders lie behind already. */
export function termOf(ctx: Context, scope: Scope, startsAt: Date) {
  const endsAt = endOf(ctx, scope, startsAt)
  const left = daysLeft(endsAt, ctx.now)
  return { signedAt: ctx.now, startsAt, endsAt, reminded: reminderSteps.findLast((step) => left <= step) ?? null }
}

/** A renewal begins where the licence before it ends, so that nobody pays twice for the same day. */
async function startOf(ctx: Context, { renewsId }: Grant): Promise<Date> {
  if (renewsId === null) return ctx.now
  const before = await ctx.db.grant.findFirst({ where: { programId: ctx.program.id, id: renewsId } })
  return before?.endsAt && isSigned(before.state) && before.endsAt > ctx.now ? before.endsAt : ctx.now
}

function endOf(ctx: Context, scope: Scope, startsAt: Date): Date {
  if (scope.days !== null) return days(startsAt, scope.days)
  const { zone } = ctx.program
  const end = startOfDay(instantOf(addDays(scope.until!, 1), '12:00', zone), zone)
  if (end <= startsAt)
    throw new Refusal(
      'too_late',
      `The term would be over: ${scope.until} is not after ${localDay(startsAt, zone)}.`,
      'Make an offer with a later day.',
      'term',
    )
  return end
}

async function payRights(ctx: Context, grant: Grant): Promise<void> {
  if (grant.feeMinor === 0n) return
  await move(ctx, {
    from: feeAccount,
    to: purse(await ownerOf(ctx, grant.creatorId), 'payable'),
    money: { minor: grant.feeMinor, currency: grant.currency },
    key: rightsKey(grant.id),
    because: { rule: 'usage rights', grant: grant.id, submission: grant.submissionId, signedBy: ctx.actor.personId },
  })
}

async function followUp(ctx: Context, { renewsId, submissionId }: Grant): Promise<void> {
  if (renewsId === null) return
  const before = await lockGrant(ctx, renewsId)
  const state = after(before.state, 'renew')
  if (!state) return
  await ctx.db.grant.update({ where: { id: renewsId }, data: { state } })
  await record(ctx, { submissionId, grantId: renewsId, kind: 'renewed', side: 'system' })
}

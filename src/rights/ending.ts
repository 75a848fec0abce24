/** What follows a signature: renewal, taking the right back, a dispute and its end. */
import type { Context } from '../context.ts'
import type { Grant } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { request } from './asking.ts'
import { disputeCard, settledCard, type View } from './cards.ts'
import { record } from './events.ts'
import { contentOf, lockGrant, sideOf, viewOf } from './queries.ts'
import { after, isSigned, type Side } from './rules.ts'
import { scopeOf } from './rules-words.ts'
import { showTakedown } from './takedown.ts'

const DAY = 86_400_000

const past = (state: string): Refusal =>
  new Refusal('conflict', `This licence is ${state}.`, 'Look at it with /rights show.', 'grant')

/** Offers the same scope for the same fee and as long again; the other side presses once. Refuses what is not signed or renewed already. */
export async function renew(ctx: Context, grantId: string): Promise<View> {
  const before = await lockGrant(ctx, grantId)
  if (!after(before.state, 'renew')) throw past(before.state)
  const scope = scopeOf(before)
  // A term that ended with a day is as long again.
  const length = Math.max(1, Math.round((before.endsAt!.getTime() - before.startsAt!.getTime()) / DAY))
  return request(ctx, before.submissionId, { ...scope, days: length, until: null }, before)
}

/** Either side ends a licence before its term. A creator takes back what was free; what was paid for is disputed instead. */
export async function revoke(ctx: Context, grantId: string, reason: string): Promise<View> {
  const grant = await lockGrant(ctx, grantId)
  const side = sideOf(ctx, grant)
  if (!after(grant.state, 'revoke') || (side === 'creator' && grant.state === 'disputed')) throw past(grant.state)
  if (side === 'creator' && (await wasPaid(ctx, grant)))
    throw new Refusal(
      'not_allowed',
      'This right was paid for, so it is not taken back with one press.',
      'Say what is wrong with /rights dispute; nothing new is placed until that is settled.',
      'grant',
    )
  const view = await end(ctx, grant, side, reason)
  if (grant.state === 'disputed')
    await ctx.show(
      { channel: 'managers' },
      `rights-dispute:${await disputeOf(ctx, grantId)}`,
      settledCard(view, 'revoked', reason),
    )
  return view
}

async function wasPaid(ctx: Context, grant: Grant): Promise<boolean> {
  return grant.feeMinor > 0n || (grant.preset !== null && (await contentOf(ctx, grant.submissionId)).feeMinor > 0n)
}

async function end(ctx: Context, grant: Grant, side: Side, reason: string): Promise<View> {
  const { takedownDays } = policyOf(ctx.program)
  const revoked = await ctx.db.grant.update({
    where: { id: grant.id },
    data: { state: 'revoked', revokedAt: ctx.now, takedownAt: days(ctx.now, takedownDays), reminded: null },
  })
  const { submissionId } = grant
  await record(ctx, { submissionId, grantId: grant.id, kind: 'revoked', side, note: reason })
  const view = await viewOf(ctx, revoked)
  await showTakedown(ctx, revoked)
  if (side === 'brand')
    await ctx.show({ person: view.creator.personId }, `rights-over:${grant.id}`, settledCard(view, 'revoked', reason))
  return view
}

/** A creator says what is wrong with how a right was granted or used. Until a manager has settled it nothing new is placed. */
export async function dispute(ctx: Context, grantId: string, reason: string): Promise<View> {
  const grant = await lockGrant(ctx, grantId)
  const side = sideOf(ctx, grant)
  const state = after(grant.state, 'dispute')
  if (!state) throw past(grant.state)
  if (side !== 'creator')
    throw new Refusal('not_allowed', 'Only its creator disputes a licence.', 'You may give it back with /rights revoke.', 'grant')
  const view = await viewOf(ctx, await ctx.db.grant.update({ where: { id: grantId }, data: { state } }))
  await record(ctx, { submissionId: grant.submissionId, grantId, kind: 'disputed', side, note: reason })
  await ctx.show({ channel: 'managers' }, `rights-dispute:${await disputeOf(ctx, grantId)}`, disputeCard(view, reason))
  return view
}

/** The dispute that is open, or was last: a licence may be disputed once more, and that is news and not an edit of what was settled. */
async function disputeOf(ctx: Context, grantId: string): Promise<string> {
  const nth = await ctx.db.rightsEvent.count({ where: { programId: ctx.program.id, grantId, kind: 'disputed' } })
  return nth > 1 ? `${grantId}:${nth}` : grantId
}

/** What a licence that stands is again: one that another follows was renewed, and is not renewed twice. */
async function stateBefore(ctx: Context, grantId: string): Promise<string> {
  const followers = await ctx.db.grant.findMany({
    where: { programId: ctx.program.id, renewsId: grantId },
    select: { state: true },
  })
  const stands = after('disputed', 'settle')!
  return followers.some(({ state }) => isSigned(state) || state === 'disputed') ? after(stands, 'renew')! : stands
}

/** A manager settles a dispute: the licence stands, or it ends. Both read the reason. */
export async function settle(ctx: Context, grantId: string, verdict: 'stands' | 'ends', reason: string): Promise<View> {
  const grant = await lockGrant(ctx, grantId)
  if (grant.state !== 'disputed') throw past(grant.state)
  const side = sideOf(ctx, grant)
  if (side !== 'brand') throw new Refusal('not_allowed', 'This is your own licence.', 'Another manager settles it.', 'grant')
  await record(ctx, { submissionId: grant.submissionId, grantId, kind: 'settled', side, note: `${verdict}: ${reason}` })
  const settled =
    verdict === 'ends'
      ? await end(ctx, grant, side, reason)
      : await viewOf(ctx, await ctx.db.grant.update({ where: { id: grantId }, data: { state: await stateBefore(ctx, grantId) } }))
  const dispute = await disputeOf(ctx, grantId)
  const told = settledCard(settled, verdict, reason)
  await ctx.show({ channel: 'managers' }, `rights-dispute:${dispute}`, told)
  if (verdict === 'stands') await ctx.show({ person: settled.creator.personId }, `rights-settled:${dispute}`, told)
  return settled
}

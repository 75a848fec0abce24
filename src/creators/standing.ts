// What happens to a creator after they were admitted. Their links lead shoppers on whatever happens; the law of credit reads the state.
import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { dropPushes } from '../db/withdrawn.ts'
import { type Card, card, toned } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'
import { membershipOf, setRole } from '../people/service.ts'
import { byItself } from '../people/settings.ts'
import { backCard, bannedApplicantCard, standingOf } from './cards.ts'
import { stoodUntil } from './rules-standing.ts'
import { applicationKey, creatorOfPerson, locked, showStatus } from './service.ts'

/** Pauses a creator: new orders earn nothing until they go on. False when they are no approved creator. */
export async function pause(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await locked(ctx, creatorId)
  if (creator.state !== 'approved') throw cannot(creator, 'be paused')
  // Channels close; their private place stays, and so does what they may ask for there.
  await ctx.grant(creator.personId, 'creator', false)
  return stand(ctx, creator, 'paused')
}

/** Lets a paused creator go on. */
export async function resume(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await locked(ctx, creatorId)
  if (creator.state !== 'paused') throw cannot(creator, 'go on')
  await ctx.grant(creator.personId, 'creator', true)
  return stand(ctx, creator, 'approved')
}

/** Ends it for good: no role, no earnings, no new application. What was earned stays theirs. */
export async function ban(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await locked(ctx, creatorId)
  if (creator.personId === ctx.actor.personId)
    throw new Refusal('not_allowed', 'You cannot ban yourself.', 'Leave with /leave, or ask another manager.')
  if (creator.state === 'banned' || creator.mergedInto !== null) throw cannot(creator, 'be banned')
  await endRole(ctx, creator)
  if (creator.state === 'applied' && creator.termsAt)
    await ctx.show({ channel: 'applications' }, applicationKey(creator), bannedApplicantCard(creator, ctx.actor, ctx.now))
  return stand(ctx, creator, 'banned')
}

/** The actor leaves the program; what they earned is paid at the next payday after its hold. */
export async function leave(ctx: Context): Promise<Creator> {
  const own = await creatorOfPerson(ctx, ctx.actor.personId)
  if (!own) throw new Refusal('not_found', 'You are no creator here.', 'Join with /apply.')
  const creator = await locked(ctx, own.id)
  if (creator.state !== 'approved' && creator.state !== 'paused') throw cannot(creator, 'leave')
  await endRole(ctx, creator)
  return stand(ctx, creator, 'left')
}

/** Somebody who asked to be forgotten leaves first. Null for whoever is not in the program any more. */
export async function depart(ctx: Context, creatorId: string): Promise<Creator | null> {
  const creator = await locked(ctx, creatorId)
  if (creator.state !== 'approved' && creator.state !== 'paused') return null
  await endRole(ctx, creator)
  return stand(ctx, creator, 'left')
}

async function stand(ctx: Context, before: Creator, state: string): Promise<Creator> {
  const creator = await ctx.db.creator.update({ where: { id: before.id }, data: { state, stood: stoodUntil(before, ctx.now) } })
  await showStatus(ctx, creator)
  // The status card changes silently; this is news to the person.
  if (creator.personId !== ctx.actor.personId)
    await ctx.show({ person: creator.personId }, `standing:${creator.id}:${ctx.now.toISOString()}`, newsCard(creator))
  return creator
}

function newsCard(creator: Creator): Card {
  const words = standingOf(creator)
  return words ? toned('warn', card(words.title, words.says)) : backCard()
}

/** A manager who creates besides stays a manager. */
async function endRole(ctx: Context, creator: Creator): Promise<void> {
  const membership = await membershipOf(ctx, creator.personId)
  if (membership.role === 'creator') await setRole(ctx, creator.personId, 'anyone')
  await ctx.grant(creator.personId, 'creator', false)
  // What waits for their morning was for creators; managers keep their brief.
  const kinds = byItself.filter((kind) => kind !== 'brief')
  await dropPushes(ctx.db, ctx.program.id, { personId: creator.personId, kinds }, ctx.now)
}

const cannot = (creator: Creator, what: string): Refusal =>
  new Refusal('conflict', `${creator.name} is ${creator.state} and cannot ${what}.`)

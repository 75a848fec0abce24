import { missionOf } from '../campaigns/board.ts'
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Creator, Gift } from '../db/generated/client.ts'
import { withdraw } from '../db/withdrawn.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { atLeast } from '../people/service.ts'
import { disclosureOf } from '../programs/rules-territories.ts'
import { answeredCard, askedCard, offeredCard, toldCard, toSendCard } from './cards.ts'
import { ADDRESS_DAYS, type Address, CALLED_OFF, checkAddress, NEVER_SENT, next, OPEN_DAYS, readAddress } from './rules.ts'

export type GiftView = {
  gift: Gift
  creator: Pick<Creator, 'personId' | 'name'>
  mission: string | null
  currency: string
  disclosure: string
}

const MOST_OPEN = 5

/** A creator asks for a product; managers decide in #managers. */
export async function ask(
  ctx: Context<'creator'>,
  wish: { product: string; why: string; missionId?: string | undefined; address: Address },
): Promise<GiftView> {
  const address = checkAddress(wish.address, ctx.actor.locale)
  await ctx.db
    .$queryRaw`SELECT id FROM "Creator" WHERE id = ${ctx.actor.creatorId} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`
  const open = { programId: ctx.program.id, creatorId: ctx.actor.creatorId, state: { in: ['asked', 'agreed'] } }
  if ((await ctx.db.gift.count({ where: open })) >= MOST_OPEN)
    throw new Refusal('over_limit', `You have asked for ${MOST_OPEN} already.`, 'Wait until these are on their way.')
  const gift = await ctx.db.gift.create({
    data: {
      ...(await fresh(ctx, ctx.actor.creatorId, wish.missionId)),
      product: wish.product,
      why: wish.why,
      state: 'asked',
      address: ctx.seal(JSON.stringify(address)),
    },
  })
  const view = await viewOf(ctx, gift)
  await ctx.show({ channel: 'managers' }, `gift:${gift.id}`, askedCard(view))
  return view
}

const fresh = async (ctx: Context, creatorId: string, missionId: string | undefined) => ({
  id: ctx.id('gift'),
  programId: ctx.program.id,
  creatorId,
  missionId: missionId === undefined ? null : (await missionOf(ctx, missionId)).id,
  createdAt: ctx.now,
})

type Offered = { creatorId: string; product: string; valueMinor?: bigint | undefined; missionId?: string | undefined }

/** The brand offers a product to a creator, who says privately where it may go. Amounts are minor units of the program's currency. */
export async function offer(ctx: Context, plan: Offered): Promise<GiftView> {
  const creator = await ctx.db.creator.findFirst({ where: { id: plan.creatorId, programId: ctx.program.id, state: 'approved' } })
  if (!creator) throw new Refusal('not_found', 'This is no active creator.', 'Pick one from the list.', 'creator')
  return owe(ctx, plan)
}

/** The same for somebody who gave something for it and was seen to be still in the program: a pause takes nothing of that. */
export async function owe(ctx: Context, plan: Offered): Promise<GiftView> {
  const creator = await ctx.db.creator.findFirstOrThrow({ where: { id: plan.creatorId, programId: ctx.program.id } })
  const gift = await ctx.db.gift.create({
    data: {
      ...(await fresh(ctx, creator.id, plan.missionId)),
      product: plan.product,
      valueMinor: plan.valueMinor ?? null,
      state: 'offered',
      decidedBy: ctx.actor.personId,
    },
  })
  const view = await viewOf(ctx, gift)
  await ctx.show({ person: creator.personId }, `gift:${gift.id}`, offeredCard(view), { unasked: true })
  return view
}

/** The other side agrees: a manager to what was asked for, a creator to what was offered, with the address. */
export async function agree(
  ctx: Context,
  giftId: string,
  given: { address?: Address; valueMinor?: bigint | undefined },
): Promise<GiftView> {
  const before = await locked(ctx, giftId)
  const state = next('agree', before, ctx.actor)
  const offered = before.state === 'offered'
  if (offered && !given.address) throw new Refusal('invalid', 'There is no address.', 'Say where it may go.', 'address')
  const gift = await ctx.db.gift.update({
    where: { id: before.id },
    data: {
      state,
      ...(offered
        ? { address: ctx.seal(JSON.stringify(checkAddress(given.address!, ctx.actor.locale))) }
        : { decidedBy: ctx.actor.personId }),
      ...(given.valueMinor === undefined ? {} : { valueMinor: given.valueMinor }),
    },
  })
  return showAll(ctx, gift, offered)
}

/** It is on its way; the creator is told, with the tracking number if there is one. */
export async function send(ctx: Context, giftId: string, tracking: string | undefined): Promise<GiftView> {
  const before = await locked(ctx, giftId)
  const state = next('send', before, ctx.actor)
  return showAll(
    ctx,
    await ctx.db.gift.update({ where: { id: before.id }, data: { state, sentAt: ctx.now, tracking: tracking ?? null } }),
  )
}

export async function receive(ctx: Context, giftId: string): Promise<GiftView> {
  const before = await locked(ctx, giftId)
  const state = next('receive', before, ctx.actor)
  return showAll(ctx, await ctx.db.gift.update({ where: { id: before.id }, data: { state, receivedAt: ctx.now, address: null } }))
}

/** Either side says no; the address is forgotten at once. */
export async function decline(ctx: Context, giftId: string, why: string | undefined): Promise<GiftView> {
  const before = await locked(ctx, giftId)
  const state = next('decline', before, ctx.actor)
  // Until then it says what its creator would show with it, which is no reason.
  const by = { decidedBy: ctx.actor.personId, why: why ?? null }
  const gift = await ctx.db.gift.update({ where: { id: before.id }, data: { state, address: null, ...by } })
  return showAll(ctx, gift, before.state === 'offered')
}

const notSent = ['asked', 'offered', 'agreed']

/** Whoever has left or was banned is sent nothing more: what is not on its way is over, and its address is forgotten at once. */
export async function callOff(ctx: Context, creatorId: string): Promise<void> {
  const where = { programId: ctx.program.id, creatorId, state: { in: notSent } }
  for (const { id } of await ctx.db.gift.findMany({ where, orderBy: { id: 'asc' }, select: { id: true } })) {
    const data = { state: 'declined', address: null, why: CALLED_OFF }
    const { count } = await ctx.db.gift.updateMany({ where: { ...where, id }, data })
    if (count === 0) continue
    const view = await viewOf(ctx, await ctx.db.gift.findUniqueOrThrow({ where: { id } }))
    await ctx.show({ channel: 'managers' }, `gift:${id}`, toSendCard(view))
  }
}

/** Where a gift goes, for whoever sends it and for its owner. Refusal when it is known no more. */
export async function addressOf(ctx: Context, giftId: string): Promise<{ view: GiftView; address: Address }> {
  const gift = await giftOf(ctx, giftId)
  if (gift.address === null)
    throw new Refusal('not_found', 'The address is not known any more.', 'Ask the creator if you need it again.', 'gift')
  // What only looks leaves no trace in the audit, and this one has to.
  await ctx.db.gift.update({ where: { id: gift.id }, data: { seenAt: ctx.now } })
  return { view: await viewOf(ctx, gift), address: readAddress(ctx.unseal(gift.address)) }
}

/** `answered`: what stands before its creator asks whether they want it. */
async function showAll(ctx: Context, gift: Gift, answered = false): Promise<GiftView> {
  const view = await viewOf(ctx, gift)
  if (answered) await closeOffer(ctx, view)
  await ctx.show({ channel: 'managers' }, `gift:${gift.id}`, toSendCard(view))
  await ctx.show({ person: view.creator.personId }, `gift:${gift.id}:${gift.state}`, toldCard(view))
  return view
}

/** An offer that waits for the morning is not made any more, and one that stands asks nothing any more. */
async function closeOffer(ctx: Context, view: GiftView): Promise<void> {
  const { personId } = view.creator
  const key = `gift:${view.gift.id}`
  if (await withdraw(ctx.db, ctx.program.id, { personId, key }, ctx.now))
    await ctx.show({ person: personId }, key, answeredCard(view))
}

/** A gift the actor may see. Refusal not_found for those of others. */
async function giftOf(ctx: Context, giftId: string): Promise<Gift> {
  const gift = await ctx.db.gift.findFirst({ where: { id: giftId, programId: ctx.program.id } })
  if (!gift || (!atLeast(ctx.actor.role, 'manager') && gift.creatorId !== ctx.actor.creatorId))
    throw new Refusal('not_found', 'This gift does not exist.', 'See your own with /gift list.', 'gift')
  return gift
}

async function locked(ctx: Context, giftId: string): Promise<Gift> {
  await ctx.db.$queryRaw`SELECT id FROM "Gift" WHERE id = ${giftId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return giftOf(ctx, giftId)
}

async function viewOf(ctx: Context, gift: Gift): Promise<GiftView> {
  const [view] = await views(ctx, [gift])
  must(view, 'one gift gives one view')
  return view
}

async function views(ctx: Context, gifts: Gift[]): Promise<GiftView[]> {
  const creators = await ctx.db.creator.findMany({ where: { id: { in: gifts.map((gift) => gift.creatorId) } } })
  const missionIds = gifts.flatMap(({ missionId }) => (missionId === null ? [] : [missionId]))
  const missions = await ctx.db.mission.findMany({
    where: { id: { in: missionIds } },
    select: { id: true, title: true, territories: true },
  })
  return gifts.map((gift) => {
    const creator = creators.find(({ id }) => id === gift.creatorId)
    must(creator, 'a gift has a creator')
    const mission = missions.find(({ id }) => id === gift.missionId)
    const disclosure = disclosureOf(ctx.program, creator, mission)
    return { gift, creator, mission: mission?.title ?? null, currency: ctx.program.currency, disclosure }
  })
}

/** Gifts, those to be acted on first: one's own, or for managers everyone's. */
export async function gifts(ctx: Context, limit = 10): Promise<{ views: GiftView[]; total: number; manager: boolean }> {
  const manager = atLeast(ctx.actor.role, 'manager')
  const programId = ctx.program.id
  const where = manager
    ? { programId, state: { in: ['asked', 'agreed', 'sent', 'offered'] } }
    : { programId, creatorId: ctx.actor.creatorId ?? '' }
  // By the letter a manager's come as they are to be acted on: agreed, asked, offered, sent.
  const orderBy = manager ? [{ state: 'asc' as const }, { createdAt: 'asc' as const }] : [{ createdAt: 'desc' as const }]
  const rows = await ctx.db.gift.findMany({ where, orderBy, take: limit })
  return { views: await views(ctx, rows), total: await ctx.db.gift.count({ where }), manager }
}

/** Open gifts for autocomplete. */
export async function suggestGifts(ctx: Context, typed: string): Promise<Suggestion[]> {
  const { views: open } = await gifts(ctx, 100)
  const named = open.map(({ gift, creator }) => ({ label: `${creator.name}: ${gift.product}`, value: gift.id }))
  return named.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

/** Forgets the addresses of gifts that were sent weeks ago, and ends what waits for its parcel too long; returns how many. */
export async function due(ctx: Context): Promise<number> {
  const where = { programId: ctx.program.id, address: { not: null }, sentAt: { lt: days(ctx.now, -ADDRESS_DAYS) } }
  const { count } = await ctx.db.gift.updateMany({ where, data: { address: null } })
  return count + (await endNeverSent(ctx))
}

const ENDED_AT_ONCE = 50

/**
 * Both sides are told, for either may begin anew. Whoever looks at the address is at work on it, and what the other side agreed to late
 * has its time from then: of that day the message to the creator tells.
 */
async function endNeverSent(ctx: Context): Promise<number> {
  const until = days(ctx.now, -OPEN_DAYS)
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM "Gift" g JOIN "Creator" c ON c.id = g."creatorId"
    WHERE g."programId" = ${ctx.program.id} AND g.state IN ('asked', 'agreed') AND g.address IS NOT NULL
      AND g."createdAt" < ${until} AND (g."seenAt" IS NULL OR g."seenAt" < ${until})
      AND NOT EXISTS (SELECT FROM "Outbox" o WHERE o."programId" = g."programId" AND o.kind = 'post'
        AND o.audience = 'person:' || c."personId" AND o.key = 'gift:' || g.id || ':agreed' AND o."createdAt" >= ${until})
    ORDER BY g.id LIMIT ${ENDED_AT_ONCE} FOR UPDATE OF g SKIP LOCKED`
  const data = { state: 'declined', address: null, why: NEVER_SENT }
  for (const { id } of rows) await showAll(ctx, await ctx.db.gift.update({ where: { id }, data }))
  return rows.length
}

/** Gives the gifts of a creator to the one they turned out to be. */
export async function follow(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  await ctx.db.gift.updateMany({ where: { programId: ctx.program.id, creatorId: from }, data: { creatorId: to } })
}

import type { Context } from '../context.ts'
import type { Redemption, Reward } from '../db/generated/client.ts'
import { owe } from '../gifts/service.ts'
import type { Money } from '../kernel/money.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { bonus } from '../ledger/service.ts'
import { personNow, personsOf } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { toldCard, wishCard } from './cards.ts'
import { endAccess, openAccess, shoutFeature } from './carrying.ts'
import { notBeingMade, wantCredit } from './credit.ts'
import { movePoints } from './points.ts'
import {
  ACCESS_DAYS,
  checkCode,
  checkRedeem,
  DECIDE_DAYS,
  type RedemptionState,
  type RewardKind,
  type Step,
  stepTo,
} from './rules.ts'

export type NewReward = {
  kind: RewardKind
  title: string
  words?: string | undefined
  cost: number
  stock?: number | undefined
  worth?: Money | undefined
  approval?: boolean | undefined
  days?: number | undefined
  accessDays?: number | undefined
}

/** Puts something into the catalog. What costs more than a manager may give alone always wants a decision. */
export async function addReward(ctx: Context, plan: NewReward): Promise<Reward> {
  const { kind, worth } = plan
  if (worth && worth.minor <= 0n)
    throw new Refusal('invalid', 'What it is worth is above zero.', 'Write an amount such as 25.00.', 'worth')
  if (kind === 'cash' && !worth)
    throw new Refusal('invalid', 'A cash bonus needs its amount.', 'Write what it is worth, such as 25.00.', 'worth')
  if (plan.accessDays !== undefined && kind !== 'early_access')
    throw new Refusal('invalid', 'Only early access lasts some days.', 'Leave the days of access empty.', 'access_days')
  const large = worth !== undefined && worth.minor > BigInt(policyOf(ctx.program).bonusAloneMinor)
  return ctx.db.reward.create({
    data: {
      id: ctx.id('reward'),
      programId: ctx.program.id,
      kind,
      title: plan.title,
      words: plan.words ?? null,
      cost: plan.cost,
      stock: plan.stock ?? null,
      minor: worth?.minor ?? null,
      accessDays: kind === 'early_access' ? (plan.accessDays ?? ACCESS_DAYS) : null,
      approval: large || (plan.approval ?? kind !== 'cash'),
      until: plan.days === undefined ? null : days(ctx.now, plan.days),
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
}

const lockCreator = (ctx: Context, id: string): Promise<unknown> =>
  ctx.db.$queryRaw`SELECT id FROM "Creator" WHERE id = ${id} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`

export type Wish = { redemption: Redemption; reward: Reward; name: string; personId: string; currency: string }

/** Gives points for a reward: it takes them and one of the stock at once, under the reward's lock. */
export async function redeem(ctx: Context<'creator'>, rewardId: string): Promise<Wish> {
  const programId = ctx.program.id
  const creatorId = ctx.actor.creatorId
  // In one order everywhere: the reward, then the creator.
  const [locked] = await ctx.db.$queryRaw<Reward[]>`
    SELECT * FROM "Reward" WHERE id = ${rewardId} AND "programId" = ${programId} FOR UPDATE`
  if (!locked) throw new Refusal('not_found', 'There is no such reward.', 'See /reward list.', 'reward')
  await lockCreator(ctx, creatorId)
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  if (creator.state !== 'approved')
    throw new Refusal('not_allowed', 'Rewards are for active creators.', 'Ask a manager of the program what your state is.')
  const { _sum } = await ctx.db.pointEntry.aggregate({ where: { programId, creatorId }, _sum: { points: true } })
  checkRedeem(locked, _sum.points ?? 0, ctx.now)
  // What somebody put into the catalog is not theirs for the taking: another manager decides.
  const approval =
    locked.approval || (await personNow(ctx, locked.createdBy)) === ctx.actor.personId || (await isMuch(ctx, locked, creatorId))
  const id = ctx.id('redemption')
  await movePoints(ctx, { creatorId, points: -locked.cost, kind: 'spent', key: `spent:${id}` })
  const reward =
    locked.stock === null ? locked : await ctx.db.reward.update({ where: { id: locked.id }, data: { stock: { decrement: 1 } } })
  const redemption = await ctx.db.redemption.create({
    data: {
      id,
      programId,
      rewardId: reward.id,
      creatorId,
      cost: reward.cost,
      state: approval ? 'asked' : 'approved',
      expiresAt: approval ? days(ctx.now, DECIDE_DAYS) : null,
      createdAt: ctx.now,
    },
  })
  return approval ? told(ctx, redemption, reward) : carryOut(ctx, redemption, reward)
}

/** A manager says yes or no; nobody about a wish of their own. */
export async function decideWish(ctx: Context, redemptionId: string, yes: boolean, note: string | undefined): Promise<Wish> {
  const { redemption, reward } = await lockedWish(ctx, redemptionId)
  await notOwn(ctx, redemption)
  const state = stepTo(yes ? 'approve' : 'decline', redemption.state)
  if (yes) await stillHere(ctx, redemption)
  if (yes) await twoForMuch(ctx, reward, redemption)
  else await notUnderWay(ctx, redemption, reward)
  const data = { state, note: note ?? null, decidedBy: ctx.actor.personId, decidedAt: ctx.now, expiresAt: null }
  const decided = await ctx.db.redemption.update({ where: { id: redemption.id }, data })
  if (yes) return carryOut(ctx, decided, reward)
  await giveBack(ctx, decided, reward)
  return told(ctx, decided, reward)
}

/** Whoever has left or was banned since they asked gets nothing more; what they had given for it is theirs again. */
async function stillHere(ctx: Context, { creatorId }: Redemption): Promise<void> {
  const { name, state } = await ctx.db.creator.findUniqueOrThrow({
    where: { id: creatorId },
    select: { name: true, state: true },
  })
  if (state !== 'approved' && state !== 'paused')
    throw new Refusal('conflict', `${name} is ${state} and gets no rewards.`, 'Decline it; the points come back.', 'redemption')
}

/**
 * Whether it is money, and with what its creator had within a day out of the same hand more than one manager may give alone: a large
 * reward in small pieces is a large one.
 */
async function isMuch(ctx: Context, { kind, minor, createdBy }: Reward, creatorId: string): Promise<boolean> {
  if (kind !== 'cash' && kind !== 'credit') return false
  // Of two at once the second sees the first.
  await lockCreator(ctx, creatorId)
  const hands = await personsOf(ctx, createdBy)
  const [had] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(w.minor), 0)::bigint AS minor FROM "Redemption" r JOIN "Reward" w ON w.id = r."rewardId"
    WHERE r."programId" = ${ctx.program.id} AND r."creatorId" = ${creatorId} AND r.state IN ('approved', 'fulfilled')
      AND coalesce(r."decidedAt", r."createdAt") > ${days(ctx.now, -1)} AND w.kind IN ('cash', 'credit')
      AND w."createdBy" = ANY(${hands})`
  return had!.minor + (minor ?? 0n) > BigInt(policyOf(ctx.program).bonusAloneMinor)
}

/** What one manager may not give alone as a bonus is no more theirs by way of the catalog. */
async function twoForMuch(ctx: Context, reward: Reward, { creatorId }: Redemption): Promise<void> {
  if ((await isMuch(ctx, reward, creatorId)) && (await personNow(ctx, reward.createdBy)) === ctx.actor.personId)
    throw new Refusal(
      'not_allowed',
      'You put this into the catalog yourself.',
      'Ask another manager to approve it.',
      'redemption',
    )
}

/** Points come back only for what does not come all the same. */
async function notUnderWay(ctx: Context, redemption: Redemption, { kind }: Reward): Promise<void> {
  if (kind === 'credit') await notBeingMade(ctx, redemption)
  const { giftId } = redemption
  if (giftId && (await ctx.db.gift.count({ where: { id: giftId, state: { not: 'declined' } } })) > 0)
    throw new Refusal('conflict', 'It goes on as a gift.', 'Say no to the gift first, in /gift list.', 'redemption')
}

/** A manager has done what was promised; the note is for the creator, such as a code. */
export async function fulfil(ctx: Context, redemptionId: string, note?: string, code?: string): Promise<Wish> {
  const { redemption, reward } = await lockedWish(ctx, redemptionId)
  await notOwn(ctx, redemption)
  if (reward.kind === 'credit') await notBeingMade(ctx, redemption)
  stepTo('fulfil', redemption.state)
  checkCode(reward.kind, code)
  // As with one that the shop makes, its creator alone reads it.
  const kept = code === undefined ? redemption : await keepCode(ctx, redemption.id, code)
  const done = await finish(ctx, kept, reward, note)
  if (reward.kind === 'feature') await shoutFeature(ctx, done, note)
  return done
}

/** Keeps the code of store credit sealed with its wish. */
export const keepCode = (ctx: Context, id: string, code: string): Promise<Redemption> =>
  ctx.db.redemption.update({ where: { id }, data: { gift: ctx.seal(code) } })

/** Wishes that nobody decided are over; points and stock come back. Early access ends. Gives how many. */
export async function due(ctx: Context): Promise<number> {
  const ended = await endAccess(ctx)
  const late = await ctx.db.redemption.findMany({
    where: { programId: ctx.program.id, state: 'asked', expiresAt: { lte: ctx.now } },
    orderBy: { id: 'asc' },
    take: 50,
  })
  for (const { id } of late) {
    const { redemption, reward } = await lockedWish(ctx, id)
    if (redemption.state !== 'asked') continue
    const over = await ctx.db.redemption.update({ where: { id }, data: { state: stepTo('expire', redemption.state) } })
    await giveBack(ctx, over, reward)
    await told(ctx, over, reward)
  }
  return late.length + ended + (await endSent(ctx))
}

/** What goes on as a gift is handed over when the gift is on its way. Of that its creator hears, so that the wish changes in silence. */
async function endSent(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM "Redemption" r JOIN "Gift" g ON g.id = r."giftId" AND g.state IN ('sent', 'received')
    WHERE r."programId" = ${ctx.program.id} AND r.state = 'approved' ORDER BY r.id LIMIT 50`
  for (const { id } of rows) {
    const { redemption, reward } = await lockedWish(ctx, id)
    if (redemption.state === 'approved') await finish(ctx, redemption, reward, undefined, 'approved')
  }
  return rows.length
}

/** What can be done at once is done: cash is booked, a product goes on as a gift; the rest waits for a manager's hand. */
async function carryOut(ctx: Context, redemption: Redemption, reward: Reward): Promise<Wish> {
  const { creatorId } = redemption
  if (reward.kind === 'cash') {
    must(reward.minor !== null, 'a cash reward has an amount')
    const money = { minor: reward.minor, currency: ctx.program.currency }
    const because = { rule: 'reward', reward: reward.id, points: redemption.cost, reason: reward.title }
    await bonus(ctx, { creatorId, money, key: `reward:${redemption.id}`, because })
    return finish(ctx, redemption, reward, undefined)
  }
  if (reward.kind === 'product') {
    const { gift } = await owe(ctx, { creatorId, product: reward.title, valueMinor: reward.minor ?? undefined })
    const kept = await ctx.db.redemption.update({ where: { id: redemption.id }, data: { giftId: gift.id } })
    return told(ctx, kept, reward)
  }
  if (reward.kind === 'early_access') return finish(ctx, await openAccess(ctx, redemption, reward), reward, undefined)
  if (reward.kind === 'credit' && reward.minor !== null) await wantCredit(ctx, redemption)
  return told(ctx, redemption, reward)
}

/** `over` is the state whose message now says so as well; without it they are told anew. */
export async function finish(
  ctx: Context,
  redemption: Redemption,
  reward: Reward,
  note: string | undefined,
  over?: RedemptionState,
): Promise<Wish> {
  const state = stepTo('fulfil' satisfies Step, redemption.state)
  const data = { state, fulfilledAt: ctx.now, note: note ?? redemption.note }
  return told(ctx, await ctx.db.redemption.update({ where: { id: redemption.id }, data }), reward, over)
}

async function giveBack(ctx: Context, { id, creatorId, cost }: Redemption, reward: Reward): Promise<void> {
  await movePoints(ctx, { creatorId, points: cost, kind: 'back', key: `back:${id}` })
  if (reward.stock !== null) await ctx.db.reward.update({ where: { id: reward.id }, data: { stock: { increment: 1 } } })
}

/** What tells the managers that no shop could make it. */
export const lostKey = (redemptionId: string): string => `credit-lost:${redemptionId}`

async function told(ctx: Context, redemption: Redemption, reward: Reward, over = redemption.state): Promise<Wish> {
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: redemption.creatorId } })
  const wish = { redemption, reward, name: creator.name, personId: creator.personId, currency: ctx.program.currency }
  const acts = redemption.state === 'asked' || (redemption.state === 'approved' && reward.kind !== 'product')
  const keys = [`reward:${redemption.id}`, lostKey(redemption.id)]
  const posted = { programId: ctx.program.id, audience: 'managers', key: { in: keys } }
  const stand = new Set((await ctx.db.outbox.findMany({ where: posted, select: { key: true } })).map(({ key }) => key))
  // What no shop could make asks nobody for it any more once it was handed over or called off.
  for (const key of keys)
    if (stand.has(key) || (acts && key === keys[0])) await ctx.show({ channel: 'managers' }, key, wishCard(wish))
  await ctx.show({ person: creator.personId }, `reward:${redemption.id}:${over}`, toldCard(wish), {
    ...(creator.personId === ctx.actor.personId ? {} : { unasked: 'decision' as const }),
  })
  return wish
}

export async function lockedWish(ctx: Context, redemptionId: string): Promise<{ redemption: Redemption; reward: Reward }> {
  const programId = ctx.program.id
  const named = await ctx.db.redemption.findFirst({ where: { id: redemptionId, programId } })
  if (!named) throw new Refusal('not_found', 'There is no such wish.', 'See /reward list.', 'redemption')
  await ctx.db.$queryRaw`SELECT id FROM "Reward" WHERE id = ${named.rewardId} AND "programId" = ${programId} FOR UPDATE`
  const redemption = await ctx.db.redemption.findUniqueOrThrow({ where: { id: named.id } })
  return { redemption, reward: await ctx.db.reward.findUniqueOrThrow({ where: { id: named.rewardId } }) }
}

async function notOwn(ctx: Context, { creatorId }: Redemption): Promise<void> {
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
  if (creator.personId === ctx.actor.personId)
    throw new Refusal('not_allowed', 'Nobody decides about a wish of their own.', 'Ask another manager.', 'redemption')
}

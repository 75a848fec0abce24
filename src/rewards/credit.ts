/** Store credit for points: a gift card of the connected shop, made like those that pay creators. Without such a shop a manager makes it. */
import type { Context } from '../context.ts'
import type { Redemption } from '../db/generated/client.ts'
import { decimal } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { GiftCard, GiftWish } from '../outward.ts'
import { askedFor, codeFor, giftShop } from '../payouts/gifts.ts'
import { creditLostCard } from './cards.ts'
import { finish, keepCode, lockedWish, lostKey } from './service.ts'

const keyOf = (redemptionId: string): string => `reward:${redemptionId}`

/** Asks the connected shop for it, where there is one. */
export async function wantCredit(ctx: Context, { id }: Redemption): Promise<void> {
  const shop = await giftShop(ctx)
  if (shop) await ctx.call(shop.id, keyOf(id), { act: 'credit', redemption: id })
}

/** Refusal conflict while the shop is asked: by hand as well, it would be there twice. */
export async function notBeingMade(ctx: Context, { id }: Redemption): Promise<void> {
  if ((await askedFor(ctx, [keyOf(id)])).size > 0)
    throw new Refusal('conflict', 'The shop is making this gift card.', 'You are told if it can’t.', 'redemption')
}

/** Just before a try; undefined when it is no longer wanted, or was handed over by hand. */
export async function creditQuestion(ctx: Context, redemptionId: string): Promise<GiftWish | undefined> {
  const { redemption, reward } = await lockedWish(ctx, redemptionId)
  if (redemption.state !== 'approved' || reward.minor === null) return undefined
  const { currency, name } = ctx.program
  const note = `${name}: ${reward.title} (Troupe ${redemption.id})`
  return { amount: decimal({ minor: reward.minor, currency }), currency, code: codeFor(ctx, redemption.id), note }
}

/** The code goes to its creator alone. A second answer changes nothing. */
export async function creditAnswered(ctx: Context, redemptionId: string, card: GiftCard): Promise<void> {
  const { redemption, reward } = await lockedWish(ctx, redemptionId)
  if (card.kind === 'refused') return lost(ctx, redemptionId, card.why)
  if (redemption.state !== 'approved') return
  await finish(ctx, await keepCode(ctx, redemption.id, codeFor(ctx, redemption.id)), reward, undefined)
}

/** Told once no try would help. */
export async function creditFailed(
  ctx: Context,
  redemptionId: string,
  { why, parked }: { why: string; parked: boolean },
): Promise<void> {
  if (parked) await lost(ctx, redemptionId, why)
}

async function lost(ctx: Context, redemptionId: string, why: string): Promise<void> {
  const { redemption, reward } = await lockedWish(ctx, redemptionId)
  if (redemption.state !== 'approved') return
  const { name } = await ctx.db.creator.findUniqueOrThrow({ where: { id: redemption.creatorId }, select: { name: true } })
  await ctx.show({ channel: 'managers' }, lostKey(redemption.id), creditLostCard(name, reward.title, why, redemption.id))
}

/** The code of an own reward. Refusal not_found for anybody else's, and for one without. */
export async function creditOf(ctx: Context<'creator'>, redemptionId: string) {
  const where = { id: redemptionId, programId: ctx.program.id, creatorId: ctx.actor.creatorId, gift: { not: null } }
  const row = await ctx.db.redemption.findFirst({ where })
  if (!row?.gift)
    throw new Refusal('not_found', 'You have no gift code of this reward.', 'See yours in /reward list.', 'redemption')
  const reward = await ctx.db.reward.findUniqueOrThrow({ where: { id: row.rewardId } })
  return { code: ctx.unseal(row.gift), minor: reward.minor, currency: ctx.program.currency, title: reward.title }
}

export async function suggestCredits(ctx: Context): Promise<{ label: string; value: string }[]> {
  const where = { programId: ctx.program.id, creatorId: ctx.actor.creatorId ?? '', gift: { not: null } }
  const rows = await ctx.db.redemption.findMany({ where, orderBy: { createdAt: 'desc' }, take: 25 })
  const titles = await ctx.db.reward.findMany({ where: { id: { in: rows.map(({ rewardId }) => rewardId) } } })
  return rows.map(({ id, rewardId }) => ({
    label: titles.find((one) => one.id === rewardId)?.title ?? 'Store credit',
    value: id,
  }))
}

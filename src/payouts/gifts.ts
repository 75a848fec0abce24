/** Store credit that we make ourselves: a gift card of the connected shop for each payment. src/calls.ts carries the questions. */
import type { Context } from '../context.ts'
import type { Connection, Payment } from '../db/generated/client.ts'
import { decimal } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sayCalendarDay } from '../kernel/time.ts'
import { familyOf } from '../ledger/owners.ts'
import type { GiftCard, GiftWish } from '../outward.ts'
import { shopsOf } from '../programs/connections.ts'
import { kindOf } from '../programs/rules-shops.ts'
import { act } from './payments.ts'

/** Shops that make gift cards when they are asked. */
const MAKERS = new Set(['shopify'])

/** Writes down that gift cards are to be made for confirmed payments. Without such a shop finance makes them by hand, as before. */
export async function wantGiftCards(ctx: Context, payments: Payment[]): Promise<void> {
  const ours = payments.filter((payment) => payment.method === 'credit')
  if (ours.length === 0) return
  const shop = await giftShop(ctx)
  if (shop) for (const { id } of ours) await ctx.call(shop.id, `payment:${id}`, { act: 'gift', payment: id })
}

/** Which of these payments the shop is asked to make a gift card for: sent or made by hand as well, it would be there twice, or never. */
export async function beingMade(ctx: Context, payments: Pick<Payment, 'id' | 'method'>[]): Promise<Set<string>> {
  const ours = payments.filter(({ method }) => method === 'credit')
  const asked = await askedFor(
    ctx,
    ours.map(({ id }) => `payment:${id}`),
  )
  return new Set(ours.filter(({ id }) => asked.has(`payment:${id}`)).map(({ id }) => id))
}

/** Which of these the connected shop is still asked for. One that was disconnected makes nothing any more. */
export async function askedFor(ctx: Context, keys: string[]): Promise<Set<string>> {
  const shop = keys.length > 0 ? await giftShop(ctx) : undefined
  if (!shop) return new Set()
  const where = { programId: ctx.program.id, spaceId: shop.id, kind: 'call', key: { in: keys }, state: 'due' }
  return new Set((await ctx.db.outbox.findMany({ where, select: { key: true } })).map(({ key }) => key))
}

/** The connected shop that makes gift cards, if there is one. */
export const giftShop = async (ctx: Context): Promise<Connection | undefined> =>
  (await shopsOf(ctx)).find(({ source }) => MAKERS.has(kindOf(source)))

/** Sixteen letters and numbers that only we can tell, the same at every try. */
export const codeFor = (ctx: Context, paymentId: string): string => {
  const number = BigInt(`0x${ctx.hash(`gift card of ${paymentId}`)}`)
  return number.toString(36).toUpperCase().padStart(16, '0').slice(-16)
}

/** Just before a try; undefined when the payment is no longer to be sent, or was settled by hand. */
export async function giftQuestion(ctx: Context, paymentId: string): Promise<GiftWish | undefined> {
  const [payment] = await act(ctx, 'begin', [paymentId], { lenient: true })
  if (!payment) return undefined
  const { minor, currency, reference } = payment
  return {
    amount: decimal({ minor, currency }),
    currency,
    code: codeFor(ctx, paymentId),
    note: `${ctx.program.name} ${reference} (Troupe ${paymentId})`,
  }
}

/** The code goes to the creator alone, with the news that they were paid. A second answer changes nothing. */
export async function giftAnswered(ctx: Context, paymentId: string, card: GiftCard): Promise<void> {
  if (card.kind === 'refused') await act(ctx, 'fail', [paymentId], { lenient: true, reason: card.why })
  else await act(ctx, 'settle', [paymentId], { lenient: true, providerRef: card.ref, secret: codeFor(ctx, paymentId) })
}

/** The gift code of an own payment. Refusal not_found for anybody else's, and for one without. */
export async function giftOf(
  ctx: Context<'creator'>,
  paymentId: string,
): Promise<{ code: string; minor: bigint; currency: string; reference: string }> {
  const row = await ctx.db.payment.findFirst({ where: { ...(await ownGifts(ctx)), id: paymentId } })
  if (!row?.gift)
    throw new Refusal('not_found', 'You have no gift code of this payment.', 'See your payments in /earnings.', 'payment')
  const { minor, currency, reference, gift } = row
  return { code: ctx.unseal(gift), minor, currency, reference }
}

const ownGifts = async (ctx: Context<'creator'>) => ({
  programId: ctx.program.id,
  creatorId: { in: await familyOf(ctx, [ctx.actor.creatorId]) },
  gift: { not: null },
})

/** Own payments that came with a gift code, newest first. */
export async function suggestGifts(ctx: Context): Promise<{ label: string; value: string }[]> {
  if (ctx.actor.creatorId === undefined) return []
  const own = { ...ctx, actor: { ...ctx.actor, creatorId: ctx.actor.creatorId } }
  const rows = await ctx.db.payment.findMany({ where: await ownGifts(own), orderBy: { createdAt: 'desc' }, take: 25 })
  return rows.map(({ id, reference, payday }) => ({
    label: `${reference}, ${sayCalendarDay(payday, ctx.actor.locale)}`,
    value: id,
  }))
}

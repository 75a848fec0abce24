/** Refunds in another currency than their order: nobody guesses a rate, so a person says what each comes to. */
import type { Context } from '../context.ts'
import { format, typedMoney } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { settledRefundCard } from './cards-refunds.ts'
import { lockOrder } from './payer.ts'
import { type Outcome, settle } from './settle.ts'

type Open = { id: string; externalId: string; base: bigint; currency: string; number: string; at: Date }

const MANY = 25

/** Refunds that wait for a person to say what they come to, oldest first. */
export const openForeign = (ctx: Context): Promise<Open[]> =>
  ctx.db.$queryRaw<Open[]>`
    SELECT r.id, r."externalId", r.base, r.currency, o.number, r.at FROM "Refund" r
    JOIN "Order" o ON o."programId" = r."programId" AND o.source = r.source AND o."externalId" = r."orderExternalId"
    WHERE r."programId" = ${ctx.program.id} AND r."appliedAt" IS NULL AND r."failedAt" IS NULL AND r.whole IS NULL AND r.currency <> o.currency
      AND o."paidAt" IS NOT NULL
    ORDER BY r.at, r.id LIMIT ${MANY}`

/** What may be typed for a refund: those that wait. */
export async function suggestForeign(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const words = typed.trim().toLowerCase()
  return (await openForeign(ctx))
    .map(({ id, externalId, base, currency, number }) => ({
      label: `${format({ minor: base, currency })} of order ${number}, ${externalId}`.slice(0, 100),
      value: id,
    }))
    .filter(({ label, value }) => value === typed.trim() || label.toLowerCase().includes(words))
}

/**
 * Says what a refund comes to in the currency of its order, once; it is booked like any other refund. Refuses amounts beyond the order,
 * and what was settled before.
 */
export async function settleForeign(ctx: Context, refundId: string, typed: string) {
  const programId = ctx.program.id
  const told = await ctx.db.refund.findFirst({ where: { id: refundId, programId } })
  if (!told) throw new Refusal('not_found', 'There is no such refund.', 'Pick one from the list.', 'refund')
  await lockOrder(ctx, told.source, told.orderExternalId)
  const refund = await ctx.db.refund.findUniqueOrThrow({ where: { id: refundId } })
  const key = { programId, source: refund.source, externalId: refund.orderExternalId }
  const order = await ctx.db.order.findUnique({ where: { programId_source_externalId: key } })
  if (!order) throw new Refusal('too_late', 'The order of this refund has not come yet.', 'It is settled once it is here.')
  if (refund.failedAt)
    throw new Refusal('conflict', 'This refund has failed in the shop.', 'Nothing is left to settle.', 'refund')
  if (refund.appliedAt || refund.settledMinor !== null || refund.whole !== null || refund.currency === order.currency)
    throw new Refusal('conflict', 'This refund counts already.', `Look at it with /why ${order.number}.`, 'refund')
  const said = typedMoney(typed, order.currency)
  if (said.minor < 0n || said.minor > order.base) {
    const most = format({ minor: order.base, currency: order.currency })
    throw new Refusal('invalid', `The base of order ${order.number} is ${most}.`, `Say an amount from 0 to ${most}.`, 'amount')
  }
  const by = { settledMinor: said.minor, settledBy: ctx.actor.personId, settledAt: ctx.now }
  await ctx.db.refund.update({ where: { id: refund.id }, data: by })
  const taken = reversalIn(await settle(ctx, order, {}))
  const settled = settledRefundCard({ order, refund, minor: said.minor, name: ctx.actor.name, taken })
  await ctx.show({ channel: 'managers' }, `refund:${refund.id}`, settled)
  return settled
}

const reversalIn = (outcomes: Outcome[]) => {
  const taken = outcomes.flatMap((one) => (one.kind === 'refunded' ? [one.reversal] : []))
  return taken[0] ? { ...taken[0], minor: taken.reduce((sum, { minor }) => sum + minor, 0n) } : null
}

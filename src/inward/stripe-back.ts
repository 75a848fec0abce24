/** What Stripe says of money that goes back: refunds and disputes of a charge, and what became of codes and of our access. */
import { z } from 'zod'
import type { CodeChanged, Fact, OrderDisputed } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import { type Money, toJson } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'
import { fromStripe, units } from '../kernel/stripe-money.ts'
import { namesOf, ref } from './stripe-sale.ts'

const charge = z.object({
  id: piece.foreignId,
  amount: units,
  amount_captured: units.nullish(),
  amount_refunded: units,
  refunded: z.boolean().nullish(),
  currency: piece.currencyCode,
  payment_intent: ref,
  invoice: ref,
})
const refund = z.object({
  id: piece.foreignId,
  status: z.string().nullish(),
  amount: units,
  created: units,
  currency: piece.currencyCode,
  charge: ref,
  payment_intent: ref,
})
const dispute = z.object({ id: piece.foreignId, status: z.string().nullish(), charge: ref, payment_intent: ref })
const payment = z.object({ invoice: ref, payment: z.object({ payment_intent: ref, charge: ref }).nullish() })
const promotion = z.object({ id: piece.foreignId, code: z.string(), active: z.boolean() })

/**
 * A charge says how much of it was given back in all so far, so an event that was lost is made good by the next. The same sum may be
 * reached again after a refund has failed, so the moment is a part of its name. `before` is the sum until then.
 */
export function refunded(json: Json, at: string, before: string | null | undefined): Fact[] {
  const data = piece.readAs(charge, json)
  const whole = fromStripe(data.amount, data.currency, 'amount')
  const said = fromStripe(data.amount_refunded, data.currency, 'amount_refunded')
  if (said.minor === 0n) return []
  const base = { ...said, minor: said.minor + notTaken(data, said, before) }
  const names = namesOf(data.invoice, data.payment_intent, data.id)
  return [
    { type: 'order.named', names },
    {
      type: 'order.refunded',
      refundId: `${data.id}:${data.amount_refunded}:${at}`,
      orderId: names[0]!,
      at,
      base: toJson(base),
      whole: toJson(whole),
      cumulative: true,
      payment: data.id,
    },
  ]
}

/**
 * What was never taken of a charge counts as given back. Some versions of Stripe have it in their sum from the taking on, and others do
 * not: then the sum before was smaller than it, or the charge is all given back though the sum is not all of it.
 */
function notTaken(data: z.output<typeof charge>, said: Money, before: string | null | undefined): bigint {
  const read = (amount: string, field: string) => fromStripe(amount, data.currency, field).minor
  const whole = read(data.amount, 'amount')
  const left = whole - read(data.amount_captured ?? data.amount, 'amount_captured')
  // What was only held and is let go was never taken at all.
  if (left <= 0n || left === whole || said.minor + left > whole) return 0n
  if (data.refunded) return left
  return said.minor !== left && read(before ?? '0', 'amount_refunded') < left ? left : 0n
}

const never = new Set(['failed', 'canceled'])

/**
 * A refund that never reached the shopper. It names its charge, and says how much of what was given back of it comes off again: of the
 * sums from when it was made, for those before it are without it.
 */
export function refundFailed(json: Json, at: string): Fact[] {
  const data = piece.readAs(refund, json)
  const names = namesOf(data.payment_intent, data.charge)
  if (!never.has(data.status ?? '') || !data.charge) return []
  const base = toJson(fromStripe(data.amount, data.currency, 'amount'))
  const refundId = `${data.charge}:${data.id}`
  const made = new Date(Number(data.created) * 1000).toISOString()
  return [
    { type: 'order.named', names },
    { type: 'order.refunded', refundId, orderId: names[0]!, at, base, payment: data.charge, failed: true, made },
  ]
}

/** An inquiry that was closed without a claim was won; one that ended in a refund, or was prevented by one, comes as that refund. */
const outcomes: Record<string, OrderDisputed['outcome']> = {
  won: 'won',
  warning_closed: 'won',
  charge_refunded: 'won',
  prevented: 'won',
  lost: 'lost',
}

export function disputed(json: Json, at: string): Fact[] {
  const data = piece.readAs(dispute, json)
  const names = namesOf(data.payment_intent, data.charge)
  if (names.length === 0) throw piece.wrongField('charge', 'is missing')
  const outcome = outcomes[data.status ?? ''] ?? 'open'
  return [
    { type: 'order.named', names },
    { type: 'order.disputed', orderId: names[0]!, disputeId: data.id, at, outcome },
  ]
}

/** Which payment paid which invoice: in newer versions of Stripe's API neither of the two names the other. */
export function invoicePayment(json: Json): Fact[] {
  const data = piece.readAs(payment, json)
  const names = namesOf(data.invoice, data.payment?.payment_intent, data.payment?.charge)
  return names.length > 1 ? [{ type: 'order.named', names }] : []
}

/** A promotion code under its name and under Stripe's id of it. */
export function codeChanged(json: Json, at: string): CodeChanged[] {
  const data = piece.readAs(promotion, json)
  const [code] = piece.codesOf([data.code])
  const byId: CodeChanged = { type: 'code.changed', code: `id:${data.id}`, at, ended: !data.active }
  return code ? [byId, { ...byId, code, ref: data.id }] : [byId]
}

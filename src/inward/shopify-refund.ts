/** What a Shopify refund takes from the base of its order. */
import { z } from 'zod'
import type { OrderRefunded } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'
import { amount, atLeastZero, bag, type Teller, teller } from './shopify-money.ts'

const refund = z.object({
  id: piece.foreignId,
  order_id: piece.foreignId.nullish(),
  created_at: piece.instant.nullish(),
  processed_at: piece.instant.nullish(),
  refund_line_items: piece.listOf(
    z.object({
      subtotal: amount,
      subtotal_set: bag,
      total_tax: amount.nullish(),
      line_item: z.object({ gift_card: z.boolean().nullish() }).nullish(),
    }),
  ),
  order_adjustments: piece.listOf(
    z.object({ amount, amount_set: bag, tax_amount: amount.nullish(), kind: z.string().nullish(), reason: z.string().nullish() }),
  ),
  refund_shipping_lines: piece.listOf(z.object({ subtotal_amount_set: bag })),
  transactions: piece.listOf(
    z.object({ kind: z.string().nullish(), status: z.string().nullish(), amount, currency: piece.currencyCode.nullish() }),
  ),
})

type Refund = z.output<typeof refund>

/** The refund of refunds/create, or one inside of an order, whose id and currency are then known from there; none or one fact. */
export function refundIn(json: Json, sentAt: string | undefined, order?: { orderId: string; currency: string }): OrderRefunded[] {
  const data = piece.readAs(refund, json)
  const orderId = order?.orderId ?? data.order_id
  if (orderId == null) throw piece.wrongField('order_id', 'is missing')
  return refunded(data, orderId, sentAt, order?.currency)
}

/** A refund that gives back shipping alone, or whose payment failed, takes nothing from the base and is no fact. */
function refunded(data: Refund, orderId: string, sentAt: string | undefined, otherwise?: string): OrderRefunded[] {
  const at = data.created_at ?? data.processed_at ?? sentAt
  if (!at) throw piece.wrongField('created_at', 'is missing')
  const failed = data.transactions.filter(({ status }) => status === 'failure' || status === 'error')
  if (data.transactions.length > 0 && failed.length === data.transactions.length) return []
  if (data.refund_line_items.length === 0 && data.order_adjustments.length === 0) return []
  const currency = refundCurrency(data, otherwise)
  const tell = teller(currency)
  const base = givenBack(data, currency, tell)
  return base === 0n ? [] : [{ type: 'order.refunded', refundId: data.id, orderId, at, base: tell.amount(base) }]
}

function refundCurrency(data: Refund, otherwise: string | undefined): string {
  const bags = [
    ...data.refund_line_items.map((line) => line.subtotal_set),
    ...data.order_adjustments.map((line) => line.amount_set),
  ]
  const currency = bags.find((one) => one)?.shop_money.currency_code ?? data.transactions.find((one) => one.currency)?.currency
  const named = currency ?? otherwise
  if (!named) throw piece.wrongField('transactions', 'name no currency')
  return named
}

/**
 * The lines' subtotals minus the adjustments, which are negative when more was given back than the lines say. A body does not say
 * whether its subtotals include tax, but the money that moved does: it is the subtotals with the tax added, or without.
 */
function givenBack(data: Refund, currency: string, tell: Teller): bigint {
  let subtotals = 0n
  let taxes = 0n
  let earning = 0n
  let earningTaxes = 0n
  for (const line of data.refund_line_items) {
    const subtotal = tell.minor(line.subtotal_set?.shop_money.amount ?? line.subtotal, 'refund_line_items.subtotal')
    const tax = tell.minor(line.total_tax ?? '0', 'refund_line_items.total_tax')
    subtotals += subtotal
    taxes += tax
    if (line.line_item?.gift_card) continue
    earning += subtotal
    earningTaxes += tax
  }
  let others = 0n
  for (const line of data.refund_shipping_lines)
    others += tell.minor(line.subtotal_amount_set?.shop_money.amount ?? '0', 'refund_shipping_lines')
  for (const line of data.order_adjustments) {
    const change = -tell.minor(line.amount_set?.shop_money.amount ?? line.amount, 'order_adjustments.amount')
    const isShipping = line.kind ? line.kind === 'shipping_refund' : /shipping/i.test(line.reason ?? '')
    others += change
    if (!isShipping) earning += change
  }
  const moved = data.transactions.filter(
    (one) => (one.currency ?? currency) === currency && one.status !== 'failure' && one.status !== 'error',
  )
  const money = moved.reduce((all, one) => all + tell.minor(one.amount, 'transactions.amount'), 0n)
  const included = money > 0n && distance(money, subtotals + others) < distance(money, subtotals + others + taxes)
  return atLeastZero(included ? earning - earningTaxes : earning)
}

const distance = (a: bigint, b: bigint) => (a > b ? a - b : b - a)

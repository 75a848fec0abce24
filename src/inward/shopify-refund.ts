/** What a Shopify refund takes from the base of its order. */
import { z } from 'zod'
import type { OrderRefunded } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import { isCurrency } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'
import { amount, atLeastZero, bag, type Teller, teller } from './amounts.ts'

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
      total_tax_set: bag,
      line_item: z.object({ gift_card: z.boolean().nullish(), tip_payment_gateway: z.string().nullish() }).nullish(),
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

/** What is known of a refund from the order that it stands in. */
type Within = { orderId: string; currency: string; taxesIncluded: boolean }

/** The refund of refunds/create, or one inside of an order, whose id and currency are then known from there. */
export function refundIn(json: Json, sentAt: string | undefined, order?: Within): OrderRefunded[] {
  const data = piece.readAs(refund, json)
  const orderId = order?.orderId ?? data.order_id
  if (orderId == null) throw piece.wrongField('order_id', 'is missing')
  return refunded(data, orderId, sentAt, order)
}

/** A refund that gives back shipping alone takes nothing from the base and is no fact. One whose payment failed may have been told before. */
function refunded(data: Refund, orderId: string, sentAt: string | undefined, order: Within | undefined): OrderRefunded[] {
  const at = data.created_at ?? data.processed_at ?? sentAt
  if (!at) throw piece.wrongField('created_at', 'is missing')
  if (data.refund_line_items.length === 0 && data.order_adjustments.length === 0) return []
  const currency = refundCurrency(data, order?.currency)
  const tell = teller(currency)
  const told = { type: 'order.refunded' as const, refundId: data.id, orderId, at }
  const failed = moved(data).length < data.transactions.length
  const failure = failed ? [{ ...told, base: tell.amount(0n), failed }] : []
  if (failed && moved(data).length === 0) return failure
  const money = movedFor(data, currency)
  // Less money than the lines say: goods were taken out or exchanged. The order comes with it once more, and says then what came instead.
  if (!order && money && money.back < money.bare - money.slack) return []
  const base = givenBack(data, tell, () => includesTax(money, order?.taxesIncluded))
  // Nor does it say by itself whether its prices include tax.
  if (base === undefined || base === 0n) return []
  // A failed one stays so: what moved when it was tried again has a name of its own, and is told first, so that no tier is reached between.
  return [{ ...told, refundId: failed ? `${data.id}:again` : data.id, base: tell.amount(base) }, ...failure]
}

const moved = (data: Refund) => data.transactions.filter(({ status }) => status !== 'failure' && status !== 'error')

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

/** A tip stands among the lines of an order and is no part of its subtotal. */
export const isTip = (line: { tip_payment_gateway?: string | null | undefined } | null | undefined): boolean =>
  line?.tip_payment_gateway != null

const isShipping = ({ kind, reason }: Refund['order_adjustments'][number]): boolean =>
  kind ? kind === 'shipping_refund' : /shipping/i.test(reason ?? '')

/**
 * The lines' subtotals minus the adjustments, which are negative when more was given back than the lines say. Undefined while nothing
 * says whether the subtotals include tax.
 */
function givenBack(data: Refund, tell: Teller, includesTax: () => boolean | undefined): bigint | undefined {
  let earning = 0n
  let taxes = 0n
  for (const line of data.refund_line_items) {
    if (line.line_item?.gift_card || isTip(line.line_item)) continue
    earning += tell.minor(line.subtotal_set?.shop_money.amount ?? line.subtotal, 'refund_line_items.subtotal')
    taxes += tell.minor(line.total_tax ?? '0', 'refund_line_items.total_tax')
  }
  for (const line of data.order_adjustments)
    if (!isShipping(line)) earning -= tell.minor(line.amount_set?.shop_money.amount ?? line.amount, 'order_adjustments.amount')
  if (taxes === 0n) return atLeastZero(earning)
  const included = includesTax()
  return included === undefined ? undefined : atLeastZero(included ? earning - taxes : earning)
}

/** What moved, beside what the lines, shipping and adjustments come to; `slack` is a minor unit for each line that was rounded. */
type MovedFor = { back: bigint; bare: bigint; taxes: bigint; slack: bigint }

/** Undefined where the money moved in a currency that the lines are not told in. */
function movedFor(data: Refund, currency: string): MovedFor | undefined {
  const back = moved(data)
  const paidIn = back.find((one) => one.currency)?.currency ?? currency
  if (!isCurrency(paidIn)) return undefined
  const tell = teller(paidIn)
  let foreign = false
  const read = (set: z.output<typeof bag>, plain: string | null | undefined, field: string): bigint => {
    const told = [set?.shop_money, set?.presentment_money].find((one) => one?.currency_code === paidIn)
    if (!told && paidIn !== currency) foreign = true
    return tell.minor(told?.amount ?? plain ?? '0', field)
  }
  const sum = (list: bigint[]): bigint => list.reduce((all, one) => all + one, 0n)
  const lines = data.refund_line_items
  const subtotals = sum(lines.map((line) => read(line.subtotal_set, line.subtotal, 'refund_line_items.subtotal')))
  const taxes = sum(lines.map((line) => read(line.total_tax_set, line.total_tax, 'refund_line_items.total_tax')))
  const shipping = data.refund_shipping_lines.map((line) => read(line.subtotal_amount_set, '0', 'refund_shipping_lines'))
  // Shipping stands in both lists, or in one of them.
  const adjustments = data.order_adjustments.filter((line) => shipping.length === 0 || !isShipping(line))
  const changes = adjustments.map((line) => -read(line.amount_set, line.amount, 'order_adjustments.amount'))
  const money = sum(
    back.filter((one) => (one.currency ?? paidIn) === paidIn).map((one) => tell.minor(one.amount, 'transactions.amount')),
  )
  return foreign ? undefined : { back: money, bare: subtotals + sum(shipping) + sum(changes), taxes, slack: BigInt(lines.length) }
}

/**
 * A body does not say whether its subtotals include tax, but the money that moved does: it is the subtotals with the tax added, or
 * without. It moves in the shopper's currency, and is compared in that. Where it is neither, or none moved, its order says it, if known.
 */
function includesTax(money: MovedFor | undefined, taxesIncluded: boolean | undefined): boolean | undefined {
  if (!money || money.back <= 0n) return taxesIncluded
  const { back, bare, taxes, slack } = money
  const [without, added] = [distance(back, bare), distance(back, bare + taxes)]
  const exact = without <= slack || added <= slack
  return exact ? without < added : (taxesIncluded ?? without < added)
}

const distance = (a: bigint, b: bigint) => (a > b ? a - b : b - a)

import { z } from 'zod'
import { type ConnectorTools, connector, type Delivery } from '../connector.ts'
import type { Amount, Fact, OrderPlaced } from '../kernel/fact.ts'
import { type Json, readJson } from '../kernel/json.ts'
import { decimal, decimals } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'
import { hmacBase64, sameBytes, sha256, shortId } from '../kernel/signature.ts'

/** Amounts come as decimal text and, in refunds, as floats. */
const amount = z.string().regex(/^-?\d{1,15}(\.\d{1,40})?([eE][+-]?\d{1,2})?$/, 'must be an amount')
const bag = z.object({ shop_money: z.object({ amount, currency_code: piece.currencyCode }) }).nullish()
const priced = z.object({ price: amount })
const lineItem = z.object({
  sku: z.string().nullish(),
  quantity: piece.count,
  price: amount,
  gift_card: z.boolean().nullish(),
  discount_allocations: piece.listOf(z.object({ amount })),
  tax_lines: piece.listOf(priced),
})
const order = z.object({
  id: piece.foreignId,
  name: piece.foreignId.nullish(),
  created_at: piece.instant.nullish(),
  processed_at: piece.instant.nullish(),
  updated_at: piece.instant.nullish(),
  cancelled_at: piece.instant.nullish(),
  financial_status: z.string().nullish(),
})
const placedOrder = order.extend({
  currency: piece.currencyCode,
  test: z.boolean().nullish(),
  taxes_included: z.boolean().nullish(),
  current_subtotal_price_set: bag,
  subtotal_price: amount,
  total_price: amount.nullish(),
  total_discounts: amount.nullish(),
  total_tax: amount.nullish(),
  total_shipping_price_set: bag,
  email: z.string().nullish(),
  customer: z.object({ id: piece.foreignId.nullish(), email: z.string().nullish() }).nullish(),
  discount_codes: piece.listOf(z.object({ code: z.string().nullish() })),
  note_attributes: piece.listOf(z.object({ name: z.string().nullish(), value: z.unknown() })),
  landing_site: z.string().nullish(),
  line_items: piece.listOf(lineItem),
  refunds: piece.listOf(z.unknown()),
})
const refund = z.object({
  id: piece.foreignId,
  order_id: piece.foreignId,
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

/** Shopify's webhooks for orders/create, orders/paid, orders/cancelled and refunds/create; other topics give no facts. */
export default connector({
  source: 'shopify',
  about:
    'Send the topics orders/create, orders/paid, orders/cancelled and refunds/create here as JSON; paste the app’s client secret.',
  onConflict: 200,
  verify: (delivery, secrets) => {
    const given = header(delivery, 'hmac-sha256')
    return given !== '' && secrets.some((secret) => secret !== '' && sameBytes(given, hmacBase64(secret, delivery.body)))
  },
  // One act of a merchant shares its event id across topics.
  externalId: (delivery) => {
    const id = header(delivery, 'event-id') || header(delivery, 'webhook-id') || `body:${sha256(delivery.body)}`
    return shortId(`${header(delivery, 'topic')}:${id}`)
  },
  facts: (delivery, tools) => {
    const topic = header(delivery, 'topic')
    const sentAt = piece.instant.safeParse(header(delivery, 'triggered-at')).data
    if (topic === 'orders/create') return [placed(readJson(delivery.body), sentAt, tools)]
    if (topic === 'orders/paid') return paid(readJson(delivery.body), sentAt)
    if (topic === 'orders/cancelled') return cancelled(readJson(delivery.body))
    if (topic === 'refunds/create') return refunded(readJson(delivery.body), sentAt)
    return []
  },
})

/** Shopify's newer events drop the "x-" of the names. */
function header({ headers }: Delivery, name: string): string {
  return headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`] ?? ''
}

// Only the statuses known to mean "no money yet" wait, so that a new word of Shopify's does not hold every order back.
const unpaid = new Set(['pending', 'authorized', 'partially_paid', 'voided', 'expired'])
const isPaid = (status: string | null | undefined) => status != null && !unpaid.has(status)

function placed(json: Json, sentAt: string | undefined, tools: ConnectorTools): OrderPlaced {
  const data = piece.readAs(placedOrder, json)
  const tell = teller(data.currency)
  const at = data.created_at ?? data.processed_at ?? sentAt
  if (!at) throw piece.wrongField('created_at', 'is missing')
  const giftCards = giftCardLines(data, tell)
  const shipping = data.total_shipping_price_set?.shop_money.amount
  const cid = clickId(data)
  return {
    type: 'order.placed',
    orderId: data.id,
    number: data.name ?? data.id,
    at,
    paid: isPaid(data.financial_status),
    test: data.test ?? false,
    base: tell.amount(commissionable(data, giftCards, tell)),
    components: {
      ...(data.total_price ? { total: tell.amount(tell.minor(data.total_price, 'total_price')) } : {}),
      ...(data.total_discounts ? { discounts: tell.amount(tell.minor(data.total_discounts, 'total_discounts')) } : {}),
      ...(data.total_tax ? { tax: tell.amount(tell.minor(data.total_tax, 'total_tax')) } : {}),
      ...(shipping ? { shipping: tell.amount(tell.minor(shipping, 'total_shipping_price_set')) } : {}),
      ...(giftCards > 0n ? { giftCards: tell.amount(giftCards) } : {}),
    },
    codes: piece.codesOf(data.discount_codes.map((entry) => entry.code ?? '')),
    ...(cid ? { cid } : {}),
    shopper: piece.shopperOf('shopify', { id: data.customer?.id, email: data.email || data.customer?.email }, tools.hash),
    items: data.line_items.flatMap(({ sku, quantity }) => (sku?.trim() ? [{ sku: sku.trim(), quantity }] : [])),
  }
}

type Placed = z.output<typeof placedOrder>

/** The subtotal without tax and without gift cards that were bought: those earn when they are spent. */
function commissionable(data: Placed, giftCards: bigint, tell: Teller): bigint {
  const current = data.current_subtotal_price_set?.shop_money
  // The current subtotal knows edits but has also shrunk by refunds, and those come again as facts of their own.
  const useCurrent = current && current.currency_code === data.currency && data.refunds.length === 0
  const subtotal = useCurrent
    ? tell.minor(current.amount, 'current_subtotal_price_set')
    : tell.minor(data.subtotal_price, 'subtotal_price')
  // Where prices include tax, so does the subtotal.
  const taxed = data.taxes_included ? data.line_items.filter((line) => !line.gift_card).flatMap((line) => line.tax_lines) : []
  const tax = taxed.reduce((all, line) => all + tell.minor(line.price, 'line_items.tax_lines'), 0n)
  return atLeastZero(subtotal - tax - giftCards)
}

function giftCardLines(data: Placed, tell: Teller): bigint {
  let worth = 0n
  for (const line of data.line_items) {
    if (!line.gift_card) continue
    worth += tell.minor(line.price, 'line_items.price') * BigInt(line.quantity)
    for (const part of line.discount_allocations) worth -= tell.minor(part.amount, 'line_items.discount_allocations')
  }
  return atLeastZero(worth)
}

/** The cart attribute "cid", else the query of the first page that the shopper saw. */
function clickId(data: Placed): string | undefined {
  const attribute = data.note_attributes.find(
    ({ name, value }) => name?.trim().toLowerCase() === 'cid' && typeof value === 'string',
  )
  const site = data.landing_site ?? ''
  const query = site.includes('?') ? new URLSearchParams(site.slice(site.indexOf('?')).split('#')[0]) : undefined
  const cid = (typeof attribute?.value === 'string' && attribute.value.trim()) || query?.get('cid')?.trim()
  return cid && cid.length <= 500 ? cid : undefined
}

function paid(json: Json, sentAt: string | undefined): Fact[] {
  const data = piece.readAs(order, json)
  // The topic is a header and not signed; a body that says "unpaid" is believed over it.
  if (data.financial_status && !isPaid(data.financial_status)) return []
  const at = data.updated_at ?? data.processed_at ?? data.created_at ?? sentAt
  if (!at) throw piece.wrongField('updated_at', 'is missing')
  return [{ type: 'order.paid', orderId: data.id, at }]
}

function cancelled(json: Json): Fact[] {
  const data = piece.readAs(order, json)
  // Without this, any signed order body could be sent again under the topic orders/cancelled.
  if (!data.cancelled_at) throw piece.wrongField('cancelled_at', 'is missing')
  return [{ type: 'order.cancelled', orderId: data.id, at: data.cancelled_at }]
}

type Refund = z.output<typeof refund>

/** A refund that gives back shipping alone, or whose payment failed, takes nothing from the base and is no fact. */
function refunded(json: Json, sentAt: string | undefined): Fact[] {
  const data = piece.readAs(refund, json)
  const at = data.created_at ?? data.processed_at ?? sentAt
  if (!at) throw piece.wrongField('created_at', 'is missing')
  const failed = data.transactions.filter(({ status }) => status === 'failure' || status === 'error')
  if (data.transactions.length > 0 && failed.length === data.transactions.length) return []
  if (data.refund_line_items.length === 0 && data.order_adjustments.length === 0) return []
  const currency = refundCurrency(data)
  const tell = teller(currency)
  const base = givenBack(data, currency, tell)
  return base === 0n ? [] : [{ type: 'order.refunded', refundId: data.id, orderId: data.order_id, at, base: tell.amount(base) }]
}

function refundCurrency(data: Refund): string {
  const bags = [
    ...data.refund_line_items.map((line) => line.subtotal_set),
    ...data.order_adjustments.map((line) => line.amount_set),
  ]
  const currency = bags.find((one) => one)?.shop_money.currency_code ?? data.transactions.find((one) => one.currency)?.currency
  if (!currency) throw piece.wrongField('transactions', 'name no currency')
  return currency
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

type Teller = { minor: (text: string, field: string) => bigint; amount: (minor: bigint) => Amount }

/** Reads and writes amounts of one currency. */
function teller(currency: string): Teller {
  return {
    minor: (text, field) => piece.money(decimal({ minor: rounded(text, decimals(currency)), currency }), currency, field).minor,
    amount: (minor) => ({ minor: minor.toString(), currency }),
  }
}

/** Minor units, rounded half up: a sum of floats such as 39.989999999999995 or 5.7e-15 means the nearest cent. */
function rounded(text: string, places: number): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = BigInt(whole + fraction)
  const surplus = fraction.length - Number(exponent) - places
  const step = 10n ** BigInt(Math.abs(surplus))
  const minor = surplus <= 0 ? digits * step : (digits + step / 2n) / step
  return text.startsWith('-') ? -minor : minor
}

const distance = (a: bigint, b: bigint) => (a > b ? a - b : b - a)
const atLeastZero = (n: bigint) => (n > 0n ? n : 0n)

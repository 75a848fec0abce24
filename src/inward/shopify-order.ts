/** A Shopify order as facts: what was bought, whether it is paid, and what became of it since. */
import { z } from 'zod'
import type { ConnectorTools } from '../connector.ts'
import type { Fact, OrderPlaced } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'
import { amount, atLeastZero, bag, goods, type Teller, teller } from './amounts.ts'
import { isTip, refundIn } from './shopify-refund.ts'

const priced = z.object({ price: amount })
const lineItem = z.object({
  sku: z.string().nullish(),
  quantity: piece.count,
  price: amount,
  gift_card: z.boolean().nullish(),
  tip_payment_gateway: z.string().nullish(),
  discount_allocations: piece.listOf(z.object({ amount })),
  tax_lines: piece.listOf(priced),
})
const place = z
  .object({ address1: z.string().nullish(), zip: z.string().nullish(), country_code: z.string().nullish() })
  .nullish()
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
  shipping_address: place,
  billing_address: place,
  discount_codes: z.array(z.object({ code: z.string().nullish() })).nullish(),
  note_attributes: piece.listOf(z.object({ name: z.string().nullish(), value: z.unknown() })),
  landing_site: z.string().nullish(),
  line_items: piece.listOf(lineItem),
  refunds: piece.listOf(z.unknown()),
})

/** A subscription may leave fields out, and an order without its codes would be nobody's. */
const whole = placedOrder.extend({ discount_codes: z.array(z.unknown()), line_items: z.array(z.unknown()).min(1) })

const postal = (one: z.output<typeof place>) => one && { street: one.address1, postcode: one.zip, country: one.country_code }

// Only the statuses known to mean "no money yet" wait, so that a new word of Shopify's does not hold every order back.
const unpaid = new Set(['pending', 'authorized', 'partially_paid', 'voided', 'expired'])
const isPaid = (status: string | null | undefined) => status != null && !unpaid.has(status)

/** The order as it was placed. */
export function placed(json: Json, sentAt: string | undefined, tools: ConnectorTools): OrderPlaced {
  const data = piece.readAs(placedOrder, json)
  const tell = teller(data.currency)
  // An order that was moved here from another platform was made here today, and processed when it was placed there.
  const at = [data.created_at, data.processed_at].filter((one) => one != null).sort()[0] ?? sentAt
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
    codes: piece.codesOf((data.discount_codes ?? []).map((entry) => entry.code ?? '')),
    ...(data.discount_codes?.length === 0 ? { codeless: true } : {}),
    ...(cid ? { cid } : {}),
    shopper: piece.shopperOf(
      'shopify',
      {
        id: data.customer?.id ?? null,
        email: data.email || data.customer?.email || null,
        addresses: [data.shipping_address, data.billing_address].map(postal),
      },
      tools.hash,
    ),
    items: goods(
      data.line_items
        .filter((line) => !isTip(line))
        .map((line) => ({
          sku: line.sku?.trim() ?? '',
          quantity: line.quantity,
          net: tell.amount(netOf(line, data.taxes_included === true, tell)),
        })),
    ),
  }
}

/**
 * Everything that an order body tells, whenever it comes: the order as it was placed, the refunds in it, and its end. Each of these
 * is known by its own id, so the same body twice, or its parts told before under other topics, change nothing.
 */
export function updated(json: Json, sentAt: string | undefined, tools: ConnectorTools): Fact[] {
  const data = piece.readAs(placedOrder, json)
  const within = { orderId: data.id, currency: data.currency, taxesIncluded: data.taxes_included === true }
  return [
    placed(json, sentAt, tools),
    ...data.refunds.flatMap((one) => refundIn(one as Json, sentAt, within)),
    ...(data.cancelled_at ? cancelled(json) : []),
  ]
}

type Placed = z.output<typeof placedOrder>

type Line = Placed['line_items'][number]

/**
 * The subtotal without tax and without gift cards that were bought: those earn when they are spent. It is the subtotal before returns:
 * what is taken off later comes as refunds of its own, whichever is heard first, and only what an edit adds makes it larger.
 */
function commissionable(data: Placed, giftCards: bigint, tell: Teller): bigint {
  const subtotal = tell.minor(data.subtotal_price, 'subtotal_price')
  const goods = data.taxes_included ? data.line_items.filter((line) => !line.gift_card) : []
  return atLeastZero(subtotal - giftCards - goods.reduce((all, line) => all + taxOf(line, tell), 0n))
}

const giftCardLines = (data: Placed, tell: Teller): bigint =>
  atLeastZero(data.line_items.filter((line) => line.gift_card).reduce((all, line) => all + discounted(line, tell), 0n))

const discounted = (line: Line, tell: Teller): bigint =>
  line.discount_allocations.reduce(
    (left, part) => left - tell.minor(part.amount, 'line_items.discount_allocations'),
    tell.minor(line.price, 'line_items.price') * BigInt(line.quantity),
  )

const taxOf = (line: Line, tell: Teller): bigint =>
  line.tax_lines.reduce((all, tax) => all + tell.minor(tax.price, 'line_items.tax_lines'), 0n)

/** What a line adds to the base. Where prices include tax, so does what the line costs. */
const netOf = (line: Line, taxed: boolean, tell: Teller): bigint =>
  line.gift_card ? 0n : atLeastZero(discounted(line, tell) - (taxed ? taxOf(line, tell) : 0n))

/** The cart attribute "cid", or the query of the first page that the shopper saw. */
function clickId(data: Placed): string | undefined {
  const attributes = data.note_attributes.filter(({ name }) => name?.trim().toLowerCase() === 'cid')
  const site = data.landing_site ?? ''
  const query = site.includes('?') ? new URLSearchParams(site.slice(site.indexOf('?')).split('#')[0]) : undefined
  return piece.clickOf([...attributes.map(({ value }) => value), ...(query?.getAll('cid') ?? [])])
}

/** That it was paid; a body that tells the whole order says also what was. */
export function paid(json: Json, sentAt: string | undefined, tools: ConnectorTools): Fact[] {
  const data = piece.readAs(order, json)
  // The topic is a header and not signed; a body that says "unpaid" is believed over it.
  if (data.financial_status && !isPaid(data.financial_status)) return []
  const at = data.updated_at ?? data.processed_at ?? data.created_at ?? sentAt
  if (!at) throw piece.wrongField('updated_at', 'is missing')
  return [...(whole.safeParse(json).success ? [placed(json, sentAt, tools)] : []), { type: 'order.paid', orderId: data.id, at }]
}

export function cancelled(json: Json): Fact[] {
  const data = piece.readAs(order, json)
  // Without this, any signed order body could be sent again under the topic orders/cancelled.
  if (!data.cancelled_at) throw piece.wrongField('cancelled_at', 'is missing')
  return [{ type: 'order.cancelled', orderId: data.id, at: data.cancelled_at }]
}

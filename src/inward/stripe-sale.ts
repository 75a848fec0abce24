/** What Stripe says of money that came in: a checkout that was finished, an invoice that was paid. */
import { z } from 'zod'
import type { ConnectorTools } from '../connector.ts'
import type { Fact, OrderPlaced } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import { type Money, subtract, sum, toJson } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'
import { fromStripe, units } from '../kernel/stripe-money.ts'

/** Other objects come as their id, or whole where the caller of the API asked for it. */
export const ref = z.union([z.string().max(200), z.object({ id: z.string().max(200) }).transform(({ id }) => id)]).nullish()
const promotion = z.union([z.string().max(200), z.object({ code: z.string() }).transform(({ code }) => code)]).nullish()
const discount = z.object({ promotion_code: promotion })
const place = z
  .object({ line1: z.string().nullish(), postal_code: z.string().nullish(), country: z.string().nullish() })
  .nullish()
const delivery = z.object({ address: place }).nullish()
const metadata = z.record(z.string(), z.unknown()).nullish()

const session = z.object({
  id: piece.foreignId,
  mode: z.string().nullish(),
  payment_status: z.string().nullish(),
  payment_intent: ref,
  invoice: ref,
  client_reference_id: z.string().nullish(),
  currency: piece.currencyCode.nullish(),
  amount_total: units.nullish(),
  total_details: z
    .object({ amount_discount: units.nullish(), amount_shipping: units.nullish(), amount_tax: units.nullish() })
    .nullish(),
  customer: ref,
  customer_email: z.string().nullish(),
  customer_details: z.object({ email: z.string().nullish(), address: place }).nullish(),
  shipping_details: delivery,
  collected_information: z.object({ shipping_details: delivery }).nullish(),
  discounts: piece.listOf(discount),
  metadata,
})
const invoice = z.object({
  id: piece.foreignId,
  number: piece.foreignId.nullish(),
  currency: piece.currencyCode,
  payment_intent: ref,
  charge: ref,
  payments: z
    .object({ data: piece.listOf(z.object({ payment: z.object({ payment_intent: ref, charge: ref }).nullish() })) })
    .nullish(),
  total: units,
  total_excluding_tax: units.nullish(),
  amount_paid: units,
  shipping_cost: z.object({ amount_subtotal: units.nullish() }).nullish(),
  total_discount_amounts: piece.listOf(z.object({ amount: units })),
  billing_reason: z.string().nullish(),
  customer: ref,
  customer_email: z.string().nullish(),
  customer_address: place,
  customer_shipping: delivery,
  discount: discount.nullish(),
  discounts: piece.listOf(z.union([z.string().transform(() => ({ promotion_code: undefined })), discount])),
  metadata,
  subscription_details: z.object({ metadata }).nullish(),
  parent: z.object({ subscription_details: z.object({ metadata }).nullish() }).nullish(),
})

const capture = z.object({ capture_method: z.string().nullish() }).nullish().catch(null)
const intent = z.object({
  id: piece.foreignId,
  amount: units,
  amount_received: units.nullish(),
  currency: piece.currencyCode,
  capture_method: z.string().nullish(),
  payment_method_options: z.record(z.string(), capture).nullish(),
  latest_charge: ref,
  invoice: ref,
})

/** What stands around every object: when it happened, and whether it is real money. */
export type Told = { at: string; test: boolean }

/** A finished checkout. A subscription's checkout and its first invoice are one order: both name the invoice. */
export function checkedOut(json: Json, told: Told, tools: ConnectorTools): Fact[] {
  const data = piece.readAs(session, json)
  // Where a card is only saved, nothing is sold.
  if (data.mode === 'setup' || data.amount_total == null || data.currency == null) return []
  const { currency } = data
  const read = (amount: string | null | undefined, field: string) =>
    amount == null ? undefined : fromStripe(amount, currency, field)
  const total = fromStripe(data.amount_total, currency, 'amount_total')
  const shipping = read(data.total_details?.amount_shipping, 'total_details.amount_shipping')
  const tax = read(data.total_details?.amount_tax, 'total_details.amount_tax')
  const discounts = read(data.total_details?.amount_discount, 'total_details.amount_discount')
  const names = namesOf(data.invoice, data.payment_intent, data.id)
  const base = less(total, tax, shipping)
  const sale: Sale = {
    ...told,
    awaited: false,
    names,
    number: data.id,
    paid: data.payment_status !== 'unpaid',
    base,
    components: { total, discounts, tax, shipping },
    codes: [...data.discounts.map((one) => one.promotion_code), codeIn(data.metadata)],
    cid: piece.clickOf([data.metadata?.cid, data.client_reference_id]),
    shopper: {
      id: data.customer,
      email: data.customer_details?.email ?? data.customer_email,
      // Where it goes moved to another field of the object with a later version of the API.
      places: [
        data.collected_information?.shipping_details?.address,
        data.shipping_details?.address,
        data.customer_details?.address,
      ],
    },
  }
  return saleFacts(sale, tools)
}

/** A payment that takes days, such as a bank debit, came in or did not. An invoice outlives one that failed: it may be paid by another. */
export function paymentEnded(json: Json, at: string, arrived: boolean): Fact[] {
  const data = piece.readAs(session, json)
  const names = namesOf(data.invoice, data.payment_intent, data.id)
  const named: Fact = { type: 'order.named', names }
  if (!arrived && data.invoice) return [named]
  return [named, { type: arrived ? 'order.paid' : 'order.cancelled', orderId: names[0]!, at }]
}

/**
 * A payment that the shop holds first and takes later is told as unpaid by its checkout, and this says that it came. What was not taken of
 * it counts as given back. Every other payment is known from its checkout or its invoice.
 */
export function captured(json: Json, at: string): Fact[] {
  const data = piece.readAs(intent, json)
  const methods = [data.capture_method, ...Object.values(data.payment_method_options ?? {}).map((one) => one?.capture_method)]
  if (!methods.some((method) => method?.startsWith('manual'))) return []
  const charge = data.latest_charge
  const names = namesOf(data.invoice, data.id, charge)
  const orderId = names[0]!
  const whole = fromStripe(data.amount, data.currency, 'amount')
  const left = less(whole, fromStripe(data.amount_received ?? data.amount, data.currency, 'amount_received'))
  const part = { orderId, at, base: toJson(left), whole: toJson(whole), cumulative: true }
  return [
    { type: 'order.named', names },
    ...(charge && left.minor > 0n
      ? [{ type: 'order.refunded' as const, refundId: `${charge}:not taken`, ...part, payment: charge }]
      : []),
    { type: 'order.paid', orderId, at },
  ]
}

/** A paid invoice: the net of a subscription's month, or of a bill. */
export function invoicePaid(json: Json, told: Told, tools: ConnectorTools): Fact[] {
  const data = piece.readAs(invoice, json)
  // A change to a cheaper plan is an invoice below zero: nothing was sold, and the credit lowers what is paid of later ones.
  if (data.total.startsWith('-')) return []
  const read = (amount: string, field: string) => fromStripe(amount, data.currency, field)
  const total = read(data.total, 'total')
  const paid = read(data.amount_paid, 'amount_paid')
  const net = data.total_excluding_tax == null ? undefined : read(data.total_excluding_tax, 'total_excluding_tax')
  const shipping =
    data.shipping_cost?.amount_subtotal == null ? undefined : read(data.shipping_cost.amount_subtotal, 'shipping_cost')
  const discounts = sum(
    data.total_discount_amounts.map((one) => read(one.amount, 'total_discount_amounts')),
    data.currency,
  )
  // Paid in part, by credit or a gift, nothing says which part of it was tax.
  const whole = paid.minor >= total.minor && net !== undefined
  const payments = data.payments?.data.flatMap(({ payment }) => [payment?.payment_intent, payment?.charge]) ?? []
  const bags = [data.metadata, data.subscription_details?.metadata, data.parent?.subscription_details?.metadata]
  const cid = piece.clickOf(bags.map((bag) => bag?.cid))
  const sale: Sale = {
    ...told,
    // The checkout behind a first invoice knows the click, and Stripe sends the two in any order.
    awaited: data.billing_reason === 'subscription_create' && cid === undefined,
    names: namesOf(data.id, data.payment_intent, data.charge, ...payments),
    number: data.number ?? data.id,
    paid: true,
    base: whole ? less(net, shipping) : paid,
    components: { total, discounts, tax: whole ? less(total, net) : undefined, shipping, paid },
    codes: [data.discount?.promotion_code, ...data.discounts.map((one) => one.promotion_code), ...bags.map(codeIn)],
    cid,
    shopper: {
      id: data.customer,
      email: data.customer_email,
      places: [data.customer_shipping?.address, data.customer_address],
    },
  }
  return saleFacts(sale, tools)
}

/** The ids that an object gives its order, each once. */
export const namesOf = (...ids: (string | null | undefined)[]): string[] => [...new Set(ids.filter((id) => !!id) as string[])]

type Sale = Told & {
  awaited: boolean
  names: string[]
  number: string
  paid: boolean
  base: Money
  components: Partial<Record<'total' | 'discounts' | 'tax' | 'shipping' | 'paid', Money | undefined>>
  codes: (string | null | undefined)[]
  cid: string | undefined
  shopper: { id?: string | null | undefined; email?: string | null | undefined; places: z.output<typeof place>[] }
}

function saleFacts(sale: Sale, tools: ConnectorTools): Fact[] {
  const { names, base, components, shopper } = sale
  const shown = Object.entries(components).flatMap(([name, part]) => (part === undefined ? [] : [[name, toJson(part)] as const]))
  const placed: OrderPlaced = {
    type: 'order.placed',
    orderId: names[0]!,
    number: sale.number,
    at: sale.at,
    paid: sale.paid,
    test: sale.test,
    base: toJson(base),
    components: Object.fromEntries(shown),
    codes: codesOf(sale.codes),
    ...(sale.cid ? { cid: sale.cid } : {}),
    shopper: piece.shopperOf(
      'stripe',
      {
        id: shopper.id ?? null,
        email: shopper.email ?? null,
        addresses: shopper.places.map((one) => one && { street: one.line1, postcode: one.postal_code, country: one.country }),
      },
      tools.hash,
    ),
    items: [],
  }
  return [{ type: 'order.named', names, ...(sale.awaited ? { awaited: true } : {}) }, placed]
}

/** Events name promotion codes by their id alone; "id:promo_…" is looked up where codes are known. */
const codesOf = (given: Sale['codes']): string[] => {
  const known = given.filter((one) => !!one) as string[]
  const ids = known.filter((one) => one.startsWith('promo_')).map((id) => `id:${id}`)
  return [...new Set([...piece.codesOf(known.filter((one) => !one.startsWith('promo_'))), ...ids])]
}

const wordIn = (bag: z.output<typeof metadata>, name: string): string | undefined => {
  const value = bag?.[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
const codeIn = (bag: z.output<typeof metadata>) => wordIn(bag, 'code')

function less(whole: Money, ...parts: (Money | undefined)[]): Money {
  const left = parts.reduce<Money>((rest, part) => (part === undefined ? rest : subtract(rest, part)), whole)
  return left.minor < 0n ? { ...left, minor: 0n } : left
}

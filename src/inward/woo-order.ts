/** A WooCommerce order as facts. One body tells everything: the order, whether it is paid, its refunds and its end. */
import { z } from 'zod'
import type { ConnectorTools } from '../connector.ts'
import type { Amount, Fact, OrderPlaced } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'
import { amount, goods, sumOf, teller } from './amounts.ts'

/** WordPress keeps what nobody filled in as an empty text. */
const amountOrNone = z.preprocess((told) => (told === '' ? null : told), amount.nullish())
const isObject = (told: unknown): told is object => typeof told === 'object' && told !== null && !Array.isArray(told)
/** PHP writes a list with a gap in it as an object, and an object with nothing in it as a list. */
const closeGaps = (told: unknown): unknown => (isObject(told) ? Object.values(told) : told)
const listOf = <T extends z.ZodType>(item: T) => z.preprocess(closeGaps, piece.listOf(item))
const objectOf = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((told) => (Array.isArray(told) && told.length === 0 ? null : told), z.object(shape).nullish())
/** WordPress leaves out the zone of what it calls GMT. */
const gmt = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z?$/, 'must be a time such as "2026-01-02T09:00:00"')
  .transform((text) => (text.endsWith('Z') ? text : `${text}Z`))
  .pipe(piece.instant)

const place = { address_1: z.string().nullish(), postcode: z.string().nullish(), country: z.string().nullish() }
const order = z.object({
  id: piece.foreignId,
  number: piece.foreignId.nullish(),
  status: z.string(),
  currency: piece.currencyCode,
  date_created_gmt: gmt.nullish(),
  date_modified_gmt: gmt.nullish(),
  date_paid_gmt: gmt.nullish(),
  total: amount,
  discount_total: amountOrNone,
  shipping_total: amountOrNone,
  total_tax: amountOrNone,
  coupon_lines: z.preprocess(closeGaps, z.array(z.object({ code: z.string() })).nullish()),
  line_items: listOf(
    z.object({ sku: z.string().nullish(), quantity: z.string().regex(/^\d{1,9}(\.\d+)?$/, 'must be a number'), total: amount }),
  ),
  refunds: listOf(z.object({ id: piece.foreignId, total: amount })),
  billing: objectOf({ email: z.string().nullish(), ...place }),
  shipping: objectOf(place),
  customer_id: piece.foreignId.nullish(),
  meta_data: listOf(z.object({ key: z.string(), value: z.unknown() })),
})
type Order = z.output<typeof order>

/** A shop's own statuses say nothing of money, so beyond these only the date of payment counts. */
const paidStatuses = new Set(['processing', 'completed', 'refunded'])
const drafts = new Set(['auto-draft', 'checkout-draft', 'draft', 'new'])
const ended = new Set(['cancelled', 'trash'])
/** A payment that failed may be tried again; one that had come and failed later was taken back, as after a dispute that was lost. */
const isOver = ({ status, date_paid_gmt }: Order): boolean => ended.has(status) || (status === 'failed' && date_paid_gmt != null)

export function orderFacts(json: Json, heardAt: string | undefined, tools: ConnectorTools): Fact[] {
  const data = piece.readAs(order, json)
  if (drafts.has(data.status)) return []
  const at = data.date_created_gmt ?? heardAt
  if (!at) throw piece.wrongField('date_created_gmt', 'is missing')
  const changedAt = data.date_modified_gmt ?? heardAt ?? at
  return [
    placed(data, at, tools),
    ...refunds(data, changedAt),
    ...(isOver(data) ? [{ type: 'order.cancelled' as const, orderId: data.id, at: changedAt }] : []),
  ]
}

const deleted = z.object({ id: piece.foreignId, status: z.undefined('must not be there').optional() })

/** The body of a deletion is the id and nothing else; the topic is a header, so a body that says more is not believed. */
export function orderDeleted(json: Json, at: string): Fact[] {
  return [{ type: 'order.cancelled', orderId: piece.readAs(deleted, json).id, at }]
}

function placed(data: Order, at: string, tools: ConnectorTools): OrderPlaced {
  const tell = teller(data.currency)
  const read = (text: string, field: string): Amount => tell.amount(tell.minor(text, field))
  const cid = clickId(data)
  return {
    type: 'order.placed',
    orderId: data.id,
    number: data.number ?? data.id,
    at,
    paid: data.date_paid_gmt != null || paidStatuses.has(data.status),
    test: false,
    base: { minor: baseOf(data).toString(), currency: data.currency },
    components: {
      total: read(data.total, 'total'),
      ...(data.discount_total ? { discounts: read(data.discount_total, 'discount_total') } : {}),
      ...(data.total_tax ? { tax: read(data.total_tax, 'total_tax') } : {}),
      ...(data.shipping_total ? { shipping: read(data.shipping_total, 'shipping_total') } : {}),
    },
    codes: piece.codesOf((data.coupon_lines ?? []).map(({ code }) => code)),
    ...(data.coupon_lines?.length === 0 ? { codeless: true } : {}),
    ...(cid ? { cid } : {}),
    // Guests have the customer id 0, all of them.
    shopper: piece.shopperOf(
      'woocommerce',
      {
        id: data.customer_id === '0' ? null : (data.customer_id ?? null),
        email: data.billing?.email ?? null,
        addresses: [data.shipping, data.billing].map((one) => one && { ...one, street: one.address_1 }),
      },
      tools.hash,
    ),
    items: goods(
      data.line_items.map(({ sku, quantity, total }) => ({
        sku: sku?.trim() ?? '',
        quantity: Math.max(1, Math.round(Number(quantity))),
        net: read(total, 'line_items.total'),
      })),
    ),
  }
}

/** What the lines cost after coupons and without tax; fees and shipping stand beside them. */
function baseOf(data: Order): bigint {
  const parts =
    data.line_items.length > 0
      ? data.line_items.map((line) => line.total)
      : [data.total, ...[data.shipping_total ?? '0', data.total_tax ?? '0'].map(negative)]
  const base = teller(data.currency).minor(sumOf(parts), 'line_items.total')
  if (base < 0n) throw piece.wrongField('line_items.total', 'are less than nothing together')
  return base
}

const negative = (text: string): string => (text.startsWith('-') ? text.slice(1) : `-${text}`)

/** A refund says only what the shopper got back, tax and shipping included, so it is told as a part of all that was paid. */
function refunds(data: Order, at: string): Fact[] {
  const tell = teller(data.currency)
  const whole = tell.amount(tell.minor(data.total, 'total'))
  return data.refunds.flatMap(({ id, total }): Fact[] => {
    const back = tell.minor(total.replace(/^-/, ''), 'refunds.total')
    if (back === 0n) return []
    return [{ type: 'order.refunded', refundId: id, orderId: data.id, at, base: tell.amount(back), whole }]
  })
}

const clickId = (data: Order): string | undefined =>
  piece.clickOf(data.meta_data.filter(({ key }) => key === '_cid' || key === 'cid').map(({ value }) => value))

const coupon = z.object({
  id: piece.foreignId,
  code: z.string().nullish(),
  status: z.string().nullish(),
  discount_type: z.string().nullish(),
  date_expires_gmt: gmt.nullish(),
  date_modified_gmt: gmt.nullish(),
})

/** A coupon that was made, changed or deleted; a deletion names it by WooCommerce's id alone. */
export function couponChanged(json: Json, heardAt: string | undefined, gone: boolean): Fact[] {
  const data = piece.readAs(coupon, json)
  if (gone && data.discount_type != null) throw piece.wrongField('discount_type', 'must not be there')
  if (!gone && data.code == null) throw piece.wrongField('code', 'is missing')
  const at = data.date_modified_gmt ?? heardAt
  if (!at) throw piece.wrongField('date_modified_gmt', 'is missing')
  const over = data.date_expires_gmt != null && data.date_expires_gmt <= at
  const isOver = gone || over || (data.status ?? 'publish') !== 'publish'
  const told = { type: 'code.changed' as const, at, ended: isOver }
  const [code] = piece.codesOf([data.code ?? ''])
  const byId = { ...told, code: `id:${data.id}` }
  return code
    ? [
        { ...byId, name: code },
        { ...told, code },
      ]
    : [byId]
}

import { z } from 'zod'
import { type ConnectorTools, connector, type Delivery } from '../connector.ts'
import { goods } from '../inward/amounts.ts'
import type { Fact, LeadQualified, OrderPlaced, OrderRefunded, Shopper } from '../kernel/fact.ts'
import { readJson } from '../kernel/json.ts'
import { subtract, sum, toJson } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'
import { fromBase64, hmacBase64, sameBytes, shortId } from '../kernel/signature.ts'

const TOLERANCE_SECONDS = 300

/** A plain amount, "92.40"; the currency decides later how many decimals it may have. */
const amount = z.string().regex(/^\d{1,15}(\.\d{1,9})?$/, 'must be an amount of zero or more, such as "92.40"')
const about = z.object({ type: piece.foreignId })
const orderStep = z.object({ data: z.object({ order_id: piece.foreignId, at: piece.instant }) })
const shopper = z.object({
  id: piece.foreignId.nullish(),
  email: z.string().nullish(),
  address: z.object({ street: z.string().nullish(), postcode: z.string().nullish(), country: z.string().nullish() }).nullish(),
})
const cid = z.string().max(500, 'must have at most 500 characters').nullish()
const refunded = z.object({
  data: z.object({
    id: piece.foreignId,
    order_id: piece.foreignId,
    at: piece.instant,
    currency: piece.currencyCode,
    base: amount,
    whole: amount.nullish(),
    cumulative: z.boolean().nullish(),
    failed: z.boolean().nullish(),
  }),
})
const disputed = z.object({
  data: z.object({
    id: piece.foreignId,
    order_id: piece.foreignId,
    at: piece.instant,
    outcome: z.enum(['open', 'won', 'lost'], 'must be open, won or lost'),
  }),
})
const created = z.object({
  data: z.object({
    id: piece.foreignId,
    number: piece.foreignId.nullish(),
    at: piece.instant,
    currency: piece.currencyCode,
    total: amount,
    discount: amount.nullish(),
    tax: amount.nullish(),
    shipping: amount.nullish(),
    gift_cards: amount.nullish(),
    base: amount.nullish(),
    paid: z.boolean().nullish(),
    test: z.boolean().nullish(),
    codes: z.array(z.string()).nullish(),
    cid,
    customer: shopper.nullish(),
    items: piece.listOf(z.object({ sku: piece.foreignId.nullable(), quantity: piece.count, net: amount.nullish() })),
  }),
})
const qualified = z.object({
  data: z.object({
    id: piece.foreignId,
    number: piece.foreignId.nullish(),
    at: piece.instant,
    test: z.boolean().nullish(),
    codes: piece.listOf(z.string()),
    cid,
    customer: shopper.nullish(),
  }),
})
const rejected = z.object({
  data: z.object({
    lead_id: piece.foreignId,
    at: piece.instant,
    reason: z.string().max(300, 'must have at most 300 characters').nullish(),
  }),
})
const code = z.object({
  data: z.object({ code: z.string().trim().min(1, 'must not be empty').max(255), at: piece.instant, ended: z.boolean() }),
})
const measured = z.object({
  data: z.object({
    post: piece.foreignId,
    at: piece.instant,
    views: piece.count.nullish(),
    likes: piece.count.nullish(),
    comments: piece.count.nullish(),
    shares: piece.count.nullish(),
    saves: piece.count.nullish(),
    reach: piece.count.nullish(),
    followers: piece.count.nullish(),
  }),
})
const asked = z.object({
  data: z.object({
    id: piece.foreignId,
    at: piece.instant,
    wish: z.enum(['export', 'forget'], 'must be export or forget'),
    customer: shopper,
    order_ids: piece.listOf(piece.foreignId),
  }),
})

/** The hook for any shop that can send a signed request: Standard Webhooks, described in docs/webhooks.md. */
export default connector({
  source: 'generic',
  about: 'Send order events to this address, signed as in docs/webhooks.md with the whsec_ secret shown once.',
  onConflict: 409,
  verify,
  externalId: ({ headers }) => shortId(headers['webhook-id'] ?? ''),
  facts,
})

/**
 * The check of the Standard Webhooks spec. Written here because the `standardwebhooks` package reads the wall clock, decodes the
 * body to text before it hashes, and throws; the tests hold the two against each other.
 */
function verify({ headers, body }: Delivery, secrets: string[], now: Date): boolean {
  const id = headers['webhook-id']
  const at = headers['webhook-timestamp']
  const given = headers['webhook-signature']
  if (!id || !at || !given || !/^\d{1,12}$/.test(at)) return false
  if (Math.abs(Math.floor(now.getTime() / 1000) - Number(at)) > TOLERANCE_SECONDS) return false
  const signatures = given.split(' ')
  return secrets.some((secret) => {
    const key = fromBase64(secret.startsWith('whsec_') ? secret.slice(6) : secret)
    if (!key) return false
    const expected = `v1,${hmacBase64(key, `${id}.${at}.`, body)}`
    return signatures.some((signature) => sameBytes(signature, expected))
  })
}

function facts({ body }: Delivery, tools: ConnectorTools): Fact[] {
  const json = readJson(body)
  const { type } = piece.readAs(about, json)
  switch (type) {
    case 'order.created':
      return [placed(piece.readAs(created, json).data, tools)]
    case 'order.paid':
    case 'order.cancelled': {
      const { order_id, at } = piece.readAs(orderStep, json).data
      return [{ type, orderId: order_id, at }]
    }
    case 'order.refunded':
      return [refund(piece.readAs(refunded, json).data)]
    case 'order.disputed': {
      const { id, order_id, at, outcome } = piece.readAs(disputed, json).data
      return [{ type, orderId: order_id, disputeId: id, at, outcome }]
    }
    case 'lead.qualified':
      return [lead(piece.readAs(qualified, json).data, tools)]
    case 'lead.rejected': {
      const { lead_id, at, reason } = piece.readAs(rejected, json).data
      return [{ type, orderId: lead_id, at, ...(reason ? { reason } : {}) }]
    }
    case 'code.changed': {
      const data = piece.readAs(code, json).data
      return piece.codesOf([data.code]).map((word) => ({ type, code: word, at: data.at, ended: data.ended }))
    }
    case 'post.measured': {
      const { post, at, ...numbers } = piece.readAs(measured, json).data
      const known = Object.entries(numbers).filter(([, number]) => number != null)
      return [{ type, post, at, counts: Object.fromEntries(known.map(([name, number]) => [name, String(number)])) }]
    }
    case 'shopper.asked': {
      const { id, at, wish, customer, order_ids } = piece.readAs(asked, json).data
      const hashed = shopperOf(customer, tools)
      return [{ type, wish, requestId: id, at, shopper: hashed, orderIds: order_ids }]
    }
    default:
      // A shop may send us more than we understand, today or after its next version.
      return []
  }
}

function cameBy(data: { cid?: string | null | undefined }): { cid?: string } {
  const found = piece.clickOf([data.cid])
  return found === undefined ? {} : { cid: found }
}

const shopperOf = ({ id, email, address }: z.output<typeof shopper>, tools: ConnectorTools): Shopper =>
  piece.shopperOf('generic', { id: id ?? null, email: email ?? null, addresses: [address] }, tools.hash)

function refund(data: z.output<typeof refunded>['data']): OrderRefunded {
  const base = piece.money(data.base, data.currency, 'data.base')
  const whole = data.whole == null ? undefined : piece.money(data.whole, data.currency, 'data.whole')
  return {
    type: 'order.refunded',
    refundId: data.id,
    orderId: data.order_id,
    at: data.at,
    base: toJson(base),
    ...(whole ? { whole: toJson(whole) } : {}),
    ...(data.cumulative ? { cumulative: true } : {}),
    ...(data.failed ? { failed: true } : {}),
  }
}

function lead(data: z.output<typeof qualified>['data'], tools: ConnectorTools): LeadQualified {
  return {
    type: 'lead.qualified',
    orderId: data.id,
    number: data.number ?? data.id,
    at: data.at,
    test: data.test ?? false,
    codes: piece.codesOf(data.codes),
    ...cameBy(data),
    shopper: shopperOf(data.customer ?? {}, tools),
  }
}

function placed(data: z.output<typeof created>['data'], tools: ConnectorTools): OrderPlaced {
  const read = (name: 'total' | 'discount' | 'tax' | 'shipping' | 'gift_cards' | 'base') => {
    const text = data[name]
    return text == null ? undefined : piece.money(text, data.currency, `data.${name}`)
  }
  const total = piece.money(data.total, data.currency, 'data.total')
  const [discount, tax, shipping, giftCards] = [read('discount'), read('tax'), read('shipping'), read('gift_cards')]
  const earnsNothing = [tax, shipping, giftCards].filter((part) => part !== undefined)
  const base = read('base') ?? subtract(total, sum(earnsNothing, total.currency))
  if (base.minor < 0n) throw piece.wrongField('data.total', 'is less than tax, shipping and gift_cards together')
  if (base.minor > total.minor) throw piece.wrongField('data.base', 'must not be more than data.total')
  return {
    type: 'order.placed',
    orderId: data.id,
    number: data.number ?? data.id,
    at: data.at,
    paid: data.paid ?? true,
    test: data.test ?? false,
    base: toJson(base),
    components: {
      total: toJson(total),
      ...(discount ? { discounts: toJson(discount) } : {}),
      ...(tax ? { tax: toJson(tax) } : {}),
      ...(shipping ? { shipping: toJson(shipping) } : {}),
      ...(giftCards ? { giftCards: toJson(giftCards) } : {}),
    },
    codes: piece.codesOf(data.codes ?? []),
    ...(data.codes?.length === 0 ? { codeless: true } : {}),
    ...cameBy(data),
    shopper: shopperOf(data.customer ?? {}, tools),
    items: goods(
      data.items.map(({ sku, quantity, net }, i) => ({
        sku: sku ?? '',
        quantity,
        ...(net == null ? {} : { net: toJson(piece.money(net, data.currency, `data.items[${i}].net`)) }),
      })),
    ),
  }
}

import { type ConnectorTools, connector, type Delivery } from '../connector.ts'
import { disputed } from '../inward/shopify-dispute.ts'
import { discountChanged, shopLeft, shopperAsked } from '../inward/shopify-notices.ts'
import { cancelled, paid, placed, updated } from '../inward/shopify-order.ts'
import { refundIn } from '../inward/shopify-refund.ts'
import type { Fact } from '../kernel/fact.ts'
import { readJson } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'
import { hmacBase64, sameBytes, sha256, shortId } from '../kernel/signature.ts'
import { shopifyOutward } from '../outward/shopify.ts'

/** Shopify's webhooks for orders, refunds, disputes, discounts, the rights of shoppers and the end of the app; other topics give no facts. */
export default connector({
  source: 'shopify',
  about: 'Send the topics of docs/webhooks.md (orders, refunds, discounts, privacy) here as JSON; paste the app’s client secret.',
  onConflict: 200,
  verify: (delivery, secrets) => {
    const given = header(delivery, 'hmac-sha256')
    return given !== '' && secrets.some((secret) => secret !== '' && sameBytes(given, hmacBase64(secret, delivery.body)))
  },
  externalId,
  facts,
  shop: (delivery) => header(delivery, 'shop-domain').trim().toLowerCase() || undefined,
  outward: shopifyOutward,
})

/** One act of a merchant shares its event id across topics. */
function externalId(delivery: Delivery): string {
  const id = header(delivery, 'event-id') || header(delivery, 'webhook-id') || `body:${sha256(delivery.body)}`
  return shortId(`${header(delivery, 'topic')}:${id}`)
}

function facts(delivery: Delivery, tools: ConnectorTools): Fact[] {
  const topic = header(delivery, 'topic')
  if (!topics.has(topic)) return []
  const json = readJson(delivery.body)
  const sentAt = piece.instant.safeParse(header(delivery, 'triggered-at')).data ?? tools.heardAt
  switch (topic) {
    case 'orders/create':
      return [placed(json, sentAt, tools)]
    case 'orders/updated':
      return updated(json, sentAt, tools)
    case 'orders/paid':
      return paid(json, sentAt, tools)
    case 'orders/cancelled':
      return cancelled(json)
    case 'refunds/create':
      return refundIn(json, sentAt)
    case 'disputes/create':
    case 'disputes/update':
      return disputed(json, sentAt)
  }
  // The bodies of all others may name no time.
  if (sentAt === undefined) throw piece.wrongField('X-Shopify-Triggered-At', 'is missing')
  if (topic.startsWith('discounts/')) return discountChanged(topic, json, sentAt)
  if (topic.startsWith('customers/')) return [shopperAsked(topic, json, externalId(delivery), sentAt, tools)]
  return [shopLeft(topic, json, sentAt)]
}

const topics = new Set([
  ...['orders/create', 'orders/updated', 'orders/paid', 'orders/cancelled', 'refunds/create'],
  ...['disputes/create', 'disputes/update'],
  ...['discounts/create', 'discounts/update', 'discounts/delete', 'discounts/redeemcode_added', 'discounts/redeemcode_removed'],
  ...['app/uninstalled', 'customers/data_request', 'customers/redact', 'shop/redact'],
])

/** Shopify's newer events drop the "x-" of the names. */
function header({ headers }: Delivery, name: string): string {
  return headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`] ?? ''
}

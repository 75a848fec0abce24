import { type ConnectorTools, connector, type Delivery } from '../connector.ts'
import { couponChanged, orderDeleted, orderFacts } from '../inward/woo-order.ts'
import { addressOf } from '../kernel/address.ts'
import type { Fact } from '../kernel/fact.ts'
import { readJson } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'
import { hmacBase64, sameBytes, sha256, shortId } from '../kernel/signature.ts'
import { woocommerceOutward } from '../outward/woocommerce.ts'

/** WooCommerce's webhooks for orders, with the refunds inside of them, and coupons; other topics give no facts. */
export default connector({
  source: 'woocommerce',
  about: 'Send the topics of docs/webhooks.md (orders and coupons) here; give the webhooks the secret that you set for them.',
  onConflict: 200,
  verify: ({ headers, body }, secrets) => {
    const given = headers['x-wc-webhook-signature'] ?? ''
    return given !== '' && secrets.some((secret) => secret !== '' && sameBytes(given, hmacBase64(secret, body)))
  },
  // Its own delivery ids are made of the second and the webhook, so two orders of one second share them.
  externalId: ({ headers, body }) => shortId(`${topicOf({ headers, body })}:${sha256(body)}`),
  facts,
  shop: ({ headers }) => {
    const address = addressOf(headers['x-wc-webhook-source'] ?? '')
    return address && `${address.host}${address.pathname.replace(/\/$/, '')}`
  },
  outward: woocommerceOutward,
  // Sent whenever a webhook is saved, as a form and without a signature.
  isGreeting: ({ headers, body }) =>
    headers['x-wc-webhook-signature'] === undefined &&
    (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') &&
    /^webhook_id=\d{1,20}$/.test(body.subarray(0, 40).toString('latin1')),
})

const topicOf = ({ headers }: Delivery): string => headers['x-wc-webhook-topic'] ?? ''

function facts(delivery: Delivery, tools: ConnectorTools): Fact[] {
  const { heardAt } = tools
  switch (topicOf(delivery)) {
    case 'order.created':
    case 'order.updated':
    case 'order.restored':
      return orderFacts(readJson(delivery.body), heardAt, tools)
    case 'order.deleted':
      if (heardAt === undefined) throw piece.wrongField('date_modified_gmt', 'is missing')
      return orderDeleted(readJson(delivery.body), heardAt)
    case 'coupon.created':
    case 'coupon.updated':
    case 'coupon.restored':
      return couponChanged(readJson(delivery.body), heardAt, false)
    case 'coupon.deleted':
      return couponChanged(readJson(delivery.body), heardAt, true)
    default:
      return []
  }
}

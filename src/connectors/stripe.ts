import { z } from 'zod'
import { type ConnectorTools, connector, type Delivery } from '../connector.ts'
import { accountChanged } from '../inward/stripe-account.ts'
import { codeChanged, disputed, invoicePayment, refunded, refundFailed } from '../inward/stripe-back.ts'
import { captured, checkedOut, invoicePaid, paymentEnded } from '../inward/stripe-sale.ts'
import type { Fact } from '../kernel/fact.ts'
import { type Json, readJson } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hmacHex, sameBytes, sha256, shortId } from '../kernel/signature.ts'
import { units } from '../kernel/stripe-money.ts'
import { stripeOutward } from '../outward/stripe.ts'

const TOLERANCE_SECONDS = 300

const event = z.object({
  id: piece.foreignId,
  type: piece.foreignId,
  created: z.string().regex(/^\d{1,11}$/, 'must be seconds since 1970'),
  livemode: z.boolean().nullish(),
  account: z.string().nullish(),
  data: z.object({
    object: z.record(z.string(), z.unknown()),
    previous_attributes: z.object({ amount_refunded: units.nullish() }).nullish().catch(null),
  }),
})

/** Stripe's events of checkouts, invoices, refunds, disputes, promotion codes and creators' accounts; others give no facts. */
export default connector({
  source: 'stripe',
  about: 'Send the events of docs/webhooks.md (checkouts, invoices, refunds, disputes) here; paste the endpoint’s whsec_ secret.',
  onConflict: 200,
  verify,
  // Stripe signs the body, and the id of the event stands in it.
  externalId: ({ body }) => shortId(wordOf(body, 'id') ?? `body:${sha256(body)}`),
  facts,
  // A creator's own account tells of itself under its own id; it is no shop.
  shop: ({ body }) => (wordOf(body, 'type') === 'account.updated' ? undefined : wordOf(body, 'account')),
  outward: stripeOutward,
})

/** `t=…,v1=…`: the time is signed with the body; v0 is for tests of Stripe's and proves nothing. */
function verify({ headers, body }: Delivery, secrets: string[], now: Date): boolean {
  const parts = (headers['stripe-signature'] ?? '').split(',').map((part) => part.trim().split('='))
  const times = parts.flatMap(([name, value]) => (name === 't' && value ? [value] : []))
  const signatures = parts.flatMap(([name, value, more]) => (name === 'v1' && value && more === undefined ? [value] : []))
  const [at] = times
  if (!at || times.length !== 1 || !/^\d{1,12}$/.test(at)) return false
  if (Math.abs(Math.floor(now.getTime() / 1000) - Number(at)) > TOLERANCE_SECONDS) return false
  return secrets.some((secret) => {
    if (secret === '') return false
    const expected = hmacHex(secret, `${at}.`, body)
    return signatures.some((signature) => sameBytes(signature, expected))
  })
}

function facts({ body }: Delivery, tools: ConnectorTools): Fact[] {
  const { type, created, livemode, data } = piece.readAs(event, readJson(body))
  const object = data.object as Json
  const at = new Date(Number(created) * 1000).toISOString()
  const told = { at, test: livemode === false }
  switch (type) {
    case 'checkout.session.completed':
      return checkedOut(object, told, tools)
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
      return paymentEnded(object, at, type.endsWith('succeeded'))
    case 'payment_intent.succeeded':
      return captured(object, at)
    case 'invoice.paid':
      return invoicePaid(object, told, tools)
    case 'invoice_payment.paid':
      return invoicePayment(object)
    case 'charge.refunded':
      return refunded(object, at, data.previous_attributes?.amount_refunded)
    case 'refund.failed':
    case 'refund.updated':
    case 'charge.refund.updated':
      return refundFailed(object, at)
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
      return disputed(object, at)
    case 'promotion_code.created':
    case 'promotion_code.updated':
      return codeChanged(object, at)
    case 'account.updated':
      return accountChanged(object, at, tools.hash)
    case 'account.application.deauthorized':
      return [{ type: 'shop.left', at, forget: false }]
    default:
      return []
  }
}

/** A word at the top of an event; undefined where there is none, or no event. */
function wordOf(body: Uint8Array, name: 'id' | 'account' | 'type'): string | undefined {
  try {
    const word = (readJson(body) as Record<string, Json> | null)?.[name]
    return typeof word === 'string' && word !== '' ? word : undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

import { z } from 'zod'
import type { Delivery } from '../connector.ts'
import { listOf, readAs } from '../kernel/payload.ts'
import { Refusal } from '../kernel/refusal.ts'
import { shortId } from '../kernel/signature.ts'
import {
  type CodeState,
  type CodeWish,
  type Hooks,
  type HooksWish,
  type Missed,
  type Outward,
  type Reach,
  refusedBy,
  type ShopReply,
  type ShopRequest,
  type Talk,
} from '../outward.ts'

const FIX =
  'Check that the key may write coupons, promotion codes and webhook endpoints and read events, then press Try again in /parked.'

/** Stripe: a coupon for each percentage, a promotion code for each creator, one endpoint, and the list of events. */
export const stripeOutward: Outward = {
  name: 'Stripe',
  fields: [
    {
      name: 'key',
      label: 'Restricted or secret key',
      help: 'It may write coupons, promotion codes and webhook endpoints, and read events',
      secret: true,
      placeholder: 'rk_live_…',
      required: true,
    },
    {
      name: 'secret',
      label: 'Signing secret of the endpoint',
      help: 'Only if the endpoint is there already; Troupe makes one otherwise',
      secret: true,
      placeholder: 'whsec_…',
      required: false,
    },
  ],
  steps: [
    'In Stripe, open Developers → API keys and make a restricted key for coupons, promotion codes, webhook endpoints and events.',
  ],
  locate: ({ key = '' }, { stripeBase }) => {
    if (!/^(sk|rk)_[A-Za-z0-9_]{8,}$/.test(key.trim()))
      throw new Refusal('invalid', 'That is no key of Stripe.', 'A key begins with sk_ or rk_.', 'key')
    return { base: stripeBase, shop: null }
  },
  makeCode,
  endCode,
  hooks,
  missed,
}

type Given = Record<string, string>

/** A write names its key, so that the same one twice is one; a second version of the wish has another. */
function call(
  { base, keys, settings }: Reach,
  method: 'GET' | 'POST',
  path: string,
  given: Given,
  idempotency?: string,
): ShopRequest {
  const form = new URLSearchParams(given).toString()
  const headers = {
    authorization: `Bearer ${keys.key ?? ''}`,
    'stripe-version': settings.stripeVersion,
    ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...(idempotency === undefined ? {} : { 'idempotency-key': idempotency }),
  }
  return method === 'GET'
    ? { method, url: `${base}/v1/${path}${form ? `?${form}` : ''}`, headers }
    : { method, url: `${base}/v1/${path}`, headers, body: form }
}

const failure = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) })
const problemOf = (reply: ShopReply): { code: string; message: string } => {
  const read = failure.safeParse(reply.json)
  return { code: read.data?.error.code ?? '', message: read.data?.error.message ?? `status ${reply.status}` }
}
const refused = (reply: ShopReply): Error => refusedBy('Stripe', problemOf(reply).message, FIX)

const promotion = z.object({ id: z.string(), active: z.boolean(), metadata: z.record(z.string(), z.string()).nullish() })
const promotions = z.object({ data: listOf(promotion) })

/** Several promotion codes may have had the name; one of ours counts before another's, and an active one before an ended one. */
function* find(
  reach: Reach,
  wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>,
): Talk<z.output<typeof promotion> | 'none' | 'other'> {
  const reply = yield call(reach, 'GET', 'promotion_codes', { code: wish.code, limit: '100' })
  if (reply.status !== 200) throw refused(reply)
  const { data } = readAs(promotions, reply.json)
  const ours = data.filter((one) => wish.adopted || one.metadata?.troupe === wish.id)
  return ours.find((one) => one.active) ?? ours[0] ?? (data.some((one) => one.active) ? 'other' : 'none')
}

function* makeCode(reach: Reach, wish: CodeWish): Talk<CodeState> {
  if (wish.again || wish.adopted) {
    const known = yield* find(reach, wish)
    if (known === 'other') return { state: 'taken' }
    if (known !== 'none') return yield* revive(reach, known)
  }
  const coupon = yield* couponOf(reach, wish.percent)
  const form = { 'promotion[type]': 'coupon', 'promotion[coupon]': coupon, code: wish.code, 'metadata[troupe]': wish.id }
  const reply = yield call(reach, 'POST', 'promotion_codes', form, `troupe-${wish.id}`)
  if (reply.status === 200) return { state: 'live', ref: readAs(promotion, reply.json).id }
  if (!/already exists/i.test(problemOf(reply).message)) throw refused(reply)
  const known = yield* find(reach, wish)
  return typeof known === 'string' ? { state: 'taken' } : yield* revive(reach, known)
}

function* revive(reach: Reach, known: z.output<typeof promotion>): Talk<CodeState> {
  if (!known.active) {
    const reply = yield call(reach, 'POST', `promotion_codes/${known.id}`, { active: 'true' })
    if (reply.status !== 200) throw refused(reply)
  }
  return { state: 'live', ref: known.id }
}

/** One coupon for each percentage, under an id of ours: whoever makes it second finds it there. */
function* couponOf(reach: Reach, percent: number): Talk<string> {
  const id = `troupe-${percent}`
  const form = { id, percent_off: String(percent), duration: 'once', name: `${percent} % off` }
  const reply = yield call(reach, 'POST', 'coupons', form)
  if (reply.status !== 200 && problemOf(reply).code !== 'resource_already_exists') throw refused(reply)
  return id
}

function* endCode(reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>, ref: string | null): Talk<void> {
  const known = ref === null ? yield* find(reach, wish) : { id: ref, active: true }
  if (typeof known === 'string' || !known.active) return
  const reply = yield call(reach, 'POST', `promotion_codes/${known.id}`, { active: 'false' })
  if (reply.status !== 200 && problemOf(reply).code !== 'resource_missing') throw refused(reply)
}

/** What an account may listen to with its own key; that a platform lost its access is told to the platform alone. */
const topics = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'invoice.paid',
  'invoice_payment.paid',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'promotion_code.created',
  'promotion_code.updated',
]

const endpoint = z.object({
  id: z.string(),
  url: z.string(),
  status: z.string(),
  enabled_events: listOf(z.string()),
  metadata: z.record(z.string(), z.string()).nullish(),
  secret: z.string().nullish(),
})
const endpoints = z.object({ data: listOf(endpoint) })

function* hooks(reach: Reach, { url, round }: HooksWish): Talk<Hooks> {
  const list = yield call(reach, 'GET', 'webhook_endpoints', { limit: '100' })
  if (list.status !== 200) throw refused(list)
  const known = readAs(endpoints, list.json).data.find((one) => one.url === url)
  const events = Object.fromEntries(topics.map((topic, i) => [`enabled_events[${i}]`, topic]))
  const key = `troupe-hook:${round}:${shortId(url)}`
  // Only the answer that makes an endpoint tells its secret; when it was lost, the same request under the same key gets it again.
  if (!known || known.metadata?.troupe === key) {
    const reply = yield call(reach, 'POST', 'webhook_endpoints', { url, ...events, 'metadata[troupe]': key }, key)
    if (reply.status !== 200) throw refused(reply)
    const { secret } = readAs(endpoint, reply.json)
    return { standing: topics, mended: topics, ...(secret ? { secret } : {}) }
  }
  const off = known.status !== 'enabled'
  const absent = known.enabled_events.includes('*') ? [] : topics.filter((topic) => !known.enabled_events.includes(topic))
  if (!off && absent.length === 0) return { standing: topics, mended: [] }
  const all = [...new Set([...known.enabled_events, ...topics])]
  const change = Object.fromEntries(all.map((topic, i) => [`enabled_events[${i}]`, topic]))
  const reply = yield call(reach, 'POST', `webhook_endpoints/${known.id}`, { disabled: 'false', ...change })
  if (reply.status !== 200) throw refused(reply)
  return { standing: topics, mended: off ? topics : absent }
}

const events = z.object({ data: listOf(z.looseObject({ id: z.string() })), has_more: z.boolean().nullish() })

/** Stripe lists the newest first and keeps events for thirty days; each has the id that its delivery had. */
function* missed(reach: Reach, { since, until }: { since: Date; until: Date }, page: string | undefined): Talk<Missed> {
  const reply = yield call(reach, 'GET', 'events', {
    'created[gte]': String(Math.floor(since.getTime() / 1000)),
    'created[lt]': String(Math.floor(until.getTime() / 1000)),
    ...Object.fromEntries(topics.map((topic, i) => [`types[${i}]`, topic])),
    limit: '100',
    ...(page === undefined ? {} : { starting_after: page }),
  })
  if (reply.status !== 200) throw refused(reply)
  const { data, has_more } = readAs(events, reply.json)
  const deliveries = data.map((event): Delivery => ({ headers: {}, body: Buffer.from(JSON.stringify(event)) }))
  return { deliveries: deliveries.reverse(), next: has_more ? data.at(-1)?.id : undefined }
}

import { z } from 'zod'
import type { Delivery } from '../connector.ts'
import { type CodeTerms, markOf } from '../kernel/discount.ts'
import { decimal, type Money } from '../kernel/money.ts'
import { listOf, readAs } from '../kernel/payload.ts'
import { Refusal } from '../kernel/refusal.ts'
import { shortId } from '../kernel/signature.ts'
import { toStripe } from '../kernel/stripe-money.ts'
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
/** Another request about the same thing is under way there: that passes by itself, and what passes is tried again. */
const passing = new Set([408, 409])
const refused = (reply: ShopReply): Error =>
  passing.has(reply.status)
    ? new Error(`Stripe answered with ${reply.status}.`)
    : refusedBy('Stripe', problemOf(reply).message, FIX)

const promotion = z.object({ id: z.string(), active: z.boolean(), metadata: z.record(z.string(), z.string()).nullish() })
type Promotion = z.output<typeof promotion>
const promotions = z.object({ data: listOf(promotion) })

type Named = Pick<CodeWish, 'id' | 'code' | 'adopted'>

/** Several promotion codes may have had the name: those of ours, and whether somebody else has an active one. */
function* named(reach: Reach, wish: Named): Talk<{ ours: Promotion[]; other: boolean }> {
  const reply = yield call(reach, 'GET', 'promotion_codes', { code: wish.code, limit: '100' })
  if (reply.status !== 200) throw refused(reply)
  const { data } = readAs(promotions, reply.json)
  const isOurs = (one: Promotion) => wish.adopted || one.metadata?.troupe === wish.id
  return { ours: data.filter(isOurs), other: data.some((one) => one.active && !isOurs(one)) }
}

function* makeCode(reach: Reach, wish: CodeWish): Talk<CodeState> {
  if (wish.again || wish.adopted || wish.change) {
    const known = yield* standing(reach, wish)
    if (known !== 'none') return known
  }
  const mark = markOf(wish)
  const form = {
    'promotion[type]': 'coupon',
    'promotion[coupon]': yield* couponOf(reach, wish),
    code: wish.code,
    'metadata[troupe]': wish.id,
    'metadata[terms]': mark,
    ...limitsOf(wish),
  }
  const reply = yield call(reach, 'POST', 'promotion_codes', form, `troupe-${wish.id}-${shortId(mark)}`)
  if (reply.status === 200) return { state: 'live', ref: readAs(promotion, reply.json).id }
  if (!/already exists/i.test(problemOf(reply).message)) throw refused(reply)
  const known = yield* standing(reach, wish)
  return known === 'none' ? { state: 'taken' } : known
}

/** What is there under the name already. A promotion code never changes: one of ours with other terms gives way to one with these. */
function* standing(reach: Reach, wish: CodeWish): Talk<CodeState | 'none'> {
  const { ours, other } = yield* named(reach, wish)
  const mark = markOf(wish)
  const fits = (one: Promotion) => !wish.change || wish.adopted || one.metadata?.terms === mark
  const known = ours.find((one) => one.active && fits(one)) ?? ours.find(fits)
  for (const one of ours) if (one.active && one !== known && wish.change) yield* turn(reach, one.id, false)
  if (!known) return other ? { state: 'taken' } : 'none'
  if (!known.active) yield* turn(reach, known.id, true)
  return { state: 'live', ref: known.id }
}

function* turn(reach: Reach, id: string, active: boolean): Talk<void> {
  const reply = yield call(reach, 'POST', `promotion_codes/${id}`, { active: String(active) })
  if (reply.status !== 200 && (active || problemOf(reply).code !== 'resource_missing')) throw refused(reply)
}

/** Stripe counts the uses of each promotion code by itself, so one that is made for an offer begins at nought. */
const limitsOf = ({ minimum, uses }: CodeTerms): Given => ({
  ...(minimum
    ? {
        'restrictions[minimum_amount]': unitsOf(minimum),
        'restrictions[minimum_amount_currency]': minimum.currency.toLowerCase(),
      }
    : {}),
  ...(uses ? { max_redemptions: String(uses.most) } : {}),
})

function unitsOf(money: Money): string {
  const units = toStripe(money)
  if (units !== undefined) return units
  const fix = 'Use an amount that ends in 0, or a percentage.'
  throw refusedBy('Stripe', `${decimal(money)} ${money.currency} is finer than Stripe counts`, fix)
}

/** One coupon for each discount, under an id of ours: whoever makes it second finds it there. */
function* couponOf(reach: Reach, { percent, amount }: CodeTerms): Talk<string> {
  const currency = amount?.currency.toLowerCase() ?? ''
  const id = amount ? `troupe-${currency}-${amount.minor}` : `troupe-${percent}`
  const off: Given = amount
    ? { amount_off: unitsOf(amount), currency, name: `${markOf({ percent, amount })} off` }
    : { percent_off: String(percent), name: `${percent} % off` }
  const reply = yield call(reach, 'POST', 'coupons', { id, duration: 'once', ...off })
  if (reply.status !== 200 && problemOf(reply).code !== 'resource_already_exists') throw refused(reply)
  return id
}

/** Whichever of ours is active: the one that we know, and any that was made while its answer was lost. */
function* endCode(reach: Reach, wish: Named, ref: string | null): Talk<void> {
  const { ours } = yield* named(reach, wish)
  const ending = new Set(ours.flatMap((one) => (one.active ? [one.id] : [])))
  if (ref !== null && !ours.some((one) => one.id === ref)) ending.add(ref)
  for (const id of ending) yield* turn(reach, id, false)
}

/** What an account may listen to with its own key; that a platform lost its access is told to the platform alone. */
const topics = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'payment_intent.succeeded',
  'invoice.paid',
  'invoice_payment.paid',
  'charge.refunded',
  'charge.refund.updated',
  'refund.failed',
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

import { z } from 'zod'
import type { Delivery } from '../connector.ts'
import { addressOf } from '../kernel/address.ts'
import type { CodeTerms } from '../kernel/discount.ts'
import { decimal } from '../kernel/money.ts'
import { listOf, readAs } from '../kernel/payload.ts'
import { Refusal } from '../kernel/refusal.ts'
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

const FIX = 'Check that the REST key may read and write in WooCommerce, then press Try again in /parked.'

/** WooCommerce's REST API: coupons, webhooks and orders. It has no idempotency keys, so what may be there is looked up first. */
export const woocommerceOutward: Outward = {
  name: 'WooCommerce',
  fields: [
    {
      name: 'shop',
      label: 'Address of the shop',
      help: 'Where WordPress lives, with https://',
      secret: false,
      placeholder: 'https://shop.example.com',
      required: true,
    },
    {
      name: 'key',
      label: 'Consumer key',
      help: 'WooCommerce → Settings → Advanced → REST API, with read and write',
      secret: true,
      placeholder: 'ck_…',
      required: true,
    },
    {
      name: 'consumer_secret',
      label: 'Consumer secret',
      help: 'Shown once beside the key',
      secret: true,
      placeholder: 'cs_…',
      required: true,
    },
    {
      name: 'former',
      label: 'Former address',
      help: 'Only where this shop, with all of its orders, was connected at another address before',
      secret: false,
      placeholder: 'https://old.example.com',
      required: false,
    },
  ],
  steps: [
    'In WooCommerce, open Settings → Advanced → REST API and add a key with read and write access. Troupe makes the webhooks itself.',
  ],
  locate: ({ shop = '', former = '' }) => {
    const url = addressOf(shop.trim())
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
      throw new Refusal(
        'invalid',
        'The address of the shop is not a full web address.',
        'Give one such as https://shop.example.com.',
        'shop',
      )
    return { base: url.href.replace(/\/+$/, ''), shop: null, former: former.trim() || undefined }
  },
  makeCode,
  endCode,
  hooks,
  missed,
}

function call({ base, keys, settings }: Reach, method: ShopRequest['method'], path: string, body?: object): ShopRequest {
  const basic = Buffer.from(`${keys.key ?? ''}:${keys.consumer_secret ?? ''}`).toString('base64')
  const headers = { authorization: `Basic ${basic}`, accept: 'application/json' }
  const url = `${base}/wp-json/${settings.woocommerceVersion}/${path}`
  if (body === undefined) return { method, url, headers }
  return { method, url, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

const failure = z.object({ code: z.string().nullish(), message: z.string().nullish() })
const problemOf = (reply: ShopReply): { code: string; message: string } => {
  const read = failure.safeParse(reply.json)
  return { code: read.data?.code ?? '', message: read.data?.message ?? `status ${reply.status}` }
}
const refused = (reply: ShopReply): Error => refusedBy('WooCommerce', problemOf(reply).message, FIX)
const isGood = ({ status }: ShopReply): boolean => status === 200 || status === 201

const coupon = z.object({
  id: z.string(),
  code: z.string(),
  date_expires_gmt: z.string().nullish(),
  usage_count: z.coerce.number().nullish(),
  meta_data: listOf(z.object({ key: z.string().nullish(), value: z.unknown() })),
})
const MARK = '_troupe_code'

type Known = { id: string; expires: string | null; used: number } | 'none' | 'other'

function* find(reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>): Talk<Known> {
  const reply = yield call(reach, 'GET', `coupons?code=${encodeURIComponent(wish.code)}`)
  if (!isGood(reply)) throw refused(reply)
  const one = readAs(z.object({ list: listOf(coupon) }), { list: reply.json }).list[0]
  if (!one) return 'none'
  const ours = wish.adopted || one.meta_data.some(({ key, value }) => key === MARK && value === wish.id)
  return ours ? { id: one.id, expires: one.date_expires_gmt ?? null, used: one.usage_count ?? 0 } : 'other'
}

/** WooCommerce counts the uses of a coupon for its whole life; nought is no limit, and no minimum. */
const termsIn = ({ percent, amount, minimum, uses }: CodeTerms, used: number) => ({
  discount_type: amount ? 'fixed_cart' : 'percent',
  amount: amount ? decimal(amount) : String(percent),
  minimum_amount: minimum ? decimal(minimum) : '0',
  usage_limit: uses ? uses.most + (uses.of === null ? 0 : used) : 0,
})

function* makeCode(reach: Reach, wish: CodeWish): Talk<CodeState> {
  if (wish.again || wish.adopted || wish.change) {
    const known = yield* find(reach, wish)
    if (known !== 'none') return yield* stateOf(reach, known, wish)
  }
  const reply = yield call(reach, 'POST', 'coupons', {
    code: wish.code,
    ...termsIn(wish, 0),
    individual_use: false,
    description: `Made by Troupe: ${wish.id}`,
    meta_data: [{ key: MARK, value: wish.id }],
  })
  if (isGood(reply)) return { state: 'live', ref: readAs(coupon, reply.json).id }
  if (!/already[_ ]exists/i.test(`${problemOf(reply).code} ${problemOf(reply).message}`)) throw refused(reply)
  return yield* stateOf(reach, yield* find(reach, wish), wish)
}

/** One of ours is brought to its terms, and one that had been ended takes off again; a merchant's own end that is to come stays. */
function* stateOf(reach: Reach, known: Known, wish: CodeWish): Talk<CodeState> {
  if (typeof known === 'string') return { state: 'taken' }
  const changes = wish.change && !wish.adopted
  const ends = known.expires !== null && (!wish.adopted || known.expires <= plainTime(wish.now))
  if (ends || changes) {
    const terms = changes ? termsIn(wish, known.used) : {}
    const reply = yield call(reach, 'PUT', `coupons/${known.id}`, { date_expires_gmt: null, ...terms })
    if (!isGood(reply)) throw refused(reply)
  }
  return { state: 'live', ref: known.id }
}

function* endCode(reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>, ref: string | null, now: Date): Talk<void> {
  const known = ref === null ? yield* find(reach, wish) : { id: ref }
  if (typeof known === 'string') return
  const reply = yield call(reach, 'PUT', `coupons/${known.id}`, { date_expires_gmt: plainTime(now) })
  if (!isGood(reply) && reply.status !== 404) throw refused(reply)
}

/** WordPress reads GMT without an offset. */
const plainTime = (at: Date): string => at.toISOString().slice(0, 19)

const topics = ['order.created', 'order.updated', 'order.deleted', 'order.restored', 'coupon.updated', 'coupon.deleted']
const webhook = z.object({ id: z.string(), status: z.string(), topic: z.string(), delivery_url: z.string() })

/** WooCommerce switches a webhook off after five deliveries that failed in a row. */
function* hooks(reach: Reach, { url, secret }: HooksWish): Talk<Hooks> {
  const list = yield call(reach, 'GET', 'webhooks?per_page=100')
  if (!isGood(list)) throw refused(list)
  const here = readAs(z.object({ list: listOf(webhook) }), { list: list.json }).list.filter((one) => one.delivery_url === url)
  const mended: string[] = []
  for (const topic of topics) {
    const known = here.find((one) => one.topic === topic)
    if (known?.status === 'active') continue
    const body = { name: `Troupe ${topic}`, topic, delivery_url: url, secret, status: 'active' }
    const reply = yield known ? call(reach, 'PUT', `webhooks/${known.id}`, body) : call(reach, 'POST', 'webhooks', body)
    if (!isGood(reply)) throw refused(reply)
    mended.push(topic)
  }
  return { standing: topics, mended }
}

const order = z.looseObject({ id: z.string(), date_modified_gmt: z.string().nullish() })
const PAGE = 50

/**
 * An order that is changed meanwhile leaves the range, and all behind it move up. So after the first page, which says how many there
 * are, the last is read and then those before it: what moves is read twice, and nothing is passed over.
 */
function* missed(reach: Reach, { since, until }: { since: Date; until: Date }, page: string | undefined): Talk<Missed> {
  const at = page ?? '1'
  const query = new URLSearchParams({
    modified_after: plainTime(since),
    modified_before: plainTime(until),
    dates_are_gmt: 'true',
    orderby: 'modified',
    order: 'asc',
    per_page: String(PAGE),
    page: at,
  })
  const reply = yield call(reach, 'GET', `orders?${query}`)
  if (!isGood(reply)) throw refused(reply)
  const { list } = readAs(z.object({ list: listOf(order) }), { list: reply.json })
  const deliveries = list.map(
    (one): Delivery => ({
      headers: {
        'x-wc-webhook-topic': 'order.updated',
        'x-wc-webhook-resource': 'order',
        'x-wc-webhook-event': 'updated',
        'x-wc-webhook-delivery-id': `poll:${one.id}:${one.date_modified_gmt ?? ''}`,
      },
      body: Buffer.from(JSON.stringify(one)),
    }),
  )
  const before = page === undefined ? Number(reply.headers['x-wp-totalpages'] ?? '1') : Number(page) - 1
  return { deliveries, next: before > (page === undefined ? 1 : 0) ? String(before) : undefined }
}

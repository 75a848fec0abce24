import { type Answer, type Asked, type LocalShop, openShop } from './server.ts'

export const stripeKey = 'rk_test_0123456789abcdef'

type Promotion = { id: string; code: string; active: boolean; coupon: string; metadata: Record<string, string> }
type Endpoint = { id: string; url: string; status: string; enabled_events: string[]; metadata: Record<string, string> }
type Event = { id: string; type: string; created: number } & Record<string, unknown>

export type LocalStripe = LocalShop & {
  coupons: Map<string, number>
  promotions: Promotion[]
  endpoints: Endpoint[]
  events: Event[]
  /** Answers by idempotency key. */
  done: Map<string, Answer>
}

/** Stripe's API as far as Troupe asks it: the key, the version, forms, idempotency keys, one active promotion code of a name. */
export async function openStripe(): Promise<LocalStripe> {
  const coupons = new Map<string, number>()
  const promotions: Promotion[] = []
  const endpoints: Endpoint[] = []
  const events: Event[] = []
  const done = new Map<string, Answer>()
  let ids = 0
  const bad = (message: string, code?: string): Answer => ({
    status: 400,
    json: { error: { type: 'invalid_request_error', message, code } },
  })
  const listed = (form: URLSearchParams, name: string) =>
    [...form].flatMap(([key, value]) => (key.startsWith(`${name}[`) ? [value] : []))

  const post = (path: string, form: URLSearchParams): Answer => {
    if (path === '/v1/coupons') {
      const id = form.get('id')!
      if (coupons.has(id)) return bad('Coupon already exists.', 'resource_already_exists')
      coupons.set(id, Number(form.get('percent_off')))
      return { json: { id } }
    }
    if (path === '/v1/promotion_codes') {
      const [code, coupon] = [form.get('code')!, form.get('promotion[coupon]')!]
      if (form.get('promotion[type]') !== 'coupon' || !coupons.has(coupon)) return bad('No such coupon', 'resource_missing')
      if (promotions.some((one) => one.active && one.code.toUpperCase() === code.toUpperCase()))
        return bad(`An active promotion code with \`code: ${code}\` already exists.`)
      const one = {
        id: `promo_${++ids}`,
        code,
        active: true,
        coupon,
        metadata: { troupe: form.get('metadata[troupe]') ?? '', terms: form.get('metadata[terms]') ?? '' },
      }
      promotions.push(one)
      return { json: one }
    }
    if (path === '/v1/webhook_endpoints') {
      const one = {
        id: `we_${++ids}`,
        url: form.get('url')!,
        status: 'enabled',
        enabled_events: listed(form, 'enabled_events'),
        metadata: { troupe: form.get('metadata[troupe]') ?? '' },
      }
      endpoints.push(one)
      return { json: { ...one, secret: 'whsec_madebystripe0123456789' } }
    }
    const promotion = promotions.find((one) => path === `/v1/promotion_codes/${one.id}`)
    if (promotion) return { json: Object.assign(promotion, { active: form.get('active') === 'true' }) }
    const endpoint = endpoints.find((one) => path === `/v1/webhook_endpoints/${one.id}`)
    if (!endpoint) return { status: 404, json: { error: { message: 'No such object', code: 'resource_missing' } } }
    if (form.get('disabled') === 'false') endpoint.status = 'enabled'
    const wanted = listed(form, 'enabled_events')
    if (wanted.length > 0) endpoint.enabled_events = wanted
    return { json: endpoint }
  }
  const get = (path: string, query: URLSearchParams): Answer => {
    if (path === '/v1/promotion_codes')
      return { json: { data: promotions.filter((one) => one.code.toUpperCase() === query.get('code')?.toUpperCase()) } }
    if (path === '/v1/webhook_endpoints') return { json: { data: endpoints } }
    const types = listed(query, 'types')
    const all = events
      .filter((one) => one.created >= Number(query.get('created[gte]')) && one.created < Number(query.get('created[lt]')))
      .filter((one) => types.includes(one.type))
      .sort((a, b) => b.created - a.created)
    const start = query.has('starting_after') ? all.findIndex((one) => one.id === query.get('starting_after')) + 1 : 0
    return { json: { data: all.slice(start, start + 2), has_more: start + 2 < all.length } }
  }
  const shop = await openShop((asked: Asked): Answer => {
    if (asked.headers.authorization !== `Bearer ${stripeKey}`)
      return { status: 401, json: { error: { message: 'Invalid API Key provided' } } }
    if (!/^\d{4}-\d{2}-\d{2}/.test(String(asked.headers['stripe-version']))) return bad('Give a version.')
    if (asked.method === 'GET') return get(asked.path, asked.query)
    const key = asked.headers['idempotency-key'] as string | undefined
    const before = key === undefined ? undefined : done.get(key)
    const said = before ?? post(asked.path, new URLSearchParams(asked.body))
    if (key !== undefined) done.set(key, said)
    return said
  })
  return { ...shop, coupons, promotions, endpoints, events, done }
}

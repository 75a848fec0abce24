import { type Answer, type Asked, type LocalShop, openShop } from './server.ts'

export const wooKeys = { key: 'ck_0123456789abcdef', consumer_secret: 'cs_0123456789abcdef' }

type Coupon = {
  id: number
  code: string
  amount: string
  date_expires_gmt: string | null
  meta_data: { key: string; value: string }[]
}
type Hook = { id: number; topic: string; delivery_url: string; status: string; secret: string }
type Order = { id: number; date_modified_gmt: string } & Record<string, unknown>

export type LocalWoo = LocalShop & { coupons: Coupon[]; hooks: Hook[]; orders: Order[] }

/** WooCommerce's REST API as far as Troupe asks it: basic auth, coupons in small letters and each once, webhooks, pages of two. */
export async function openWoo(): Promise<LocalWoo> {
  const coupons: Coupon[] = []
  const hooks: Hook[] = []
  const orders: Order[] = []
  let ids = 0
  const bad = (status: number, code: string, message: string): Answer => ({ status, json: { code, message, data: { status } } })
  const basic = `Basic ${Buffer.from(`${wooKeys.key}:${wooKeys.consumer_secret}`).toString('base64')}`

  const shop = await openShop(({ method, path, query, headers, body }: Asked): Answer => {
    if (headers.authorization !== basic) return bad(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.')
    const [, what, id] = /^\/wp-json\/wc\/v3\/(\w+)(?:\/(\d+))?$/.exec(path) ?? []
    const given = body === '' ? {} : (JSON.parse(body) as Record<string, never>)
    if (what === 'coupons' && method === 'GET')
      return { json: coupons.filter((one) => one.code === (query.get('code') ?? '').toLowerCase()) }
    if (what === 'coupons' && method === 'POST') {
      const { code, amount, meta_data } = given as unknown as Coupon
      if (coupons.some((one) => one.code === code.toLowerCase()))
        return bad(400, 'woocommerce_rest_coupon_code_already_exists', 'The coupon code already exists')
      const one = { id: ++ids, code: code.toLowerCase(), amount, date_expires_gmt: null, meta_data }
      coupons.push(one)
      return { status: 201, json: one }
    }
    if (what === 'webhooks' && method === 'GET') return { json: hooks.map(({ secret: _, ...one }) => one) }
    if (what === 'webhooks' && method === 'POST') {
      const one = { id: ++ids, ...(given as unknown as Omit<Hook, 'id'>) }
      hooks.push(one)
      return { status: 201, json: one }
    }
    if (method === 'PUT') {
      const list: { id: number }[] = what === 'coupons' ? coupons : hooks
      const one = list.find((row) => row.id === Number(id))
      return one ? { json: Object.assign(one, given) } : bad(404, 'woocommerce_rest_invalid_id', 'Invalid ID.')
    }
    if (what === 'orders') {
      const all = orders
        .filter(
          (one) => one.date_modified_gmt > query.get('modified_after')! && one.date_modified_gmt < query.get('modified_before')!,
        )
        .sort((a, b) => (a.date_modified_gmt < b.date_modified_gmt ? -1 : 1))
      const start = (Number(query.get('page')) - 1) * 2
      return { json: all.slice(start, start + 2), headers: { 'x-wp-totalpages': String(Math.ceil(all.length / 2)) } }
    }
    return bad(404, 'rest_no_route', 'No route was found.')
  })
  return { ...shop, coupons, hooks, orders }
}

/** How Shopify's Admin API is asked, whatever for. */
import { z } from 'zod'
import type { Json } from '../kernel/json.ts'
import { listOf, readAs } from '../kernel/payload.ts'
import { type Reach, refusedBy, type ShopRequest, type Talk } from '../outward.ts'
import { later } from '../platforms/platform.ts'

export const FIX =
  'Check the app’s scopes (write_discounts, read_orders, and write_gift_cards for store credit) in Shopify, then press Try again in /parked.'

export const api = ({ base, settings }: Reach, path: string): string => `${base}/admin/api/${settings.shopifyVersion}/${path}`
export const headersOf = ({ keys }: Reach) => ({
  'x-shopify-access-token': keys.token ?? '',
  'content-type': 'application/json',
  accept: 'application/json',
})

export const problem = z.object({ field: listOf(z.string()), code: z.string().nullish(), message: z.string() })
const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .union([
      z.string(),
      z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string().nullish() }).nullish() })),
    ])
    .nullish(),
  extensions: z
    .object({
      cost: z
        .object({
          requestedQueryCost: z.coerce.number(),
          throttleStatus: z.object({ currentlyAvailable: z.coerce.number(), restoreRate: z.coerce.number() }),
        })
        .nullish(),
    })
    .nullish(),
})

/** One GraphQL question. Its limit comes with status 200, and says how soon there will be enough points. */
export function* ask(reach: Reach, query: string, variables: object): Talk<Record<string, Json>> {
  const request: ShopRequest = {
    method: 'POST',
    url: api(reach, 'graphql.json'),
    headers: headersOf(reach),
    body: JSON.stringify({ query, variables }),
  }
  const { json } = yield request
  const { data, errors, extensions } = readAs(answer, json)
  const list = typeof errors === 'string' ? [{ message: errors }] : (errors ?? [])
  if (list.some((one) => 'extensions' in one && one.extensions?.code === 'THROTTLED')) {
    const cost = extensions?.cost
    const points = cost ? cost.requestedQueryCost - cost.throttleStatus.currentlyAvailable : 0
    const seconds = cost && cost.throttleStatus.restoreRate > 0 ? points / cost.throttleStatus.restoreRate : 2
    throw later('Shopify asks to wait.', Math.ceil(Math.min(Math.max(seconds, 1), 60) * 1_000))
  }
  const first = list[0]
  if (first && /doesn't exist|isn't defined|not defined|not accepted/i.test(first.message))
    throw Object.assign(new Error(first.message), { unknownField: true })
  if (first) throw refusedBy('Shopify', first.message, FIX)
  return (data ?? {}) as Record<string, Json>
}

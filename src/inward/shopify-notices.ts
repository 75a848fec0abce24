/**
 * What Shopify tells beside orders: discounts, the rights of shoppers, and that the app was removed. The topic is a header that nobody
 * signed, so each of these is believed only of a body that can be nothing else.
 */
import { z } from 'zod'
import type { ConnectorTools } from '../connector.ts'
import type { CodeChanged, ShopLeft, ShopperAsked } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'

const discount = z.object({
  admin_graphql_api_id: z.string().startsWith('gid://shopify/Discount', 'must be the id of a discount').max(200),
  title: z.string().nullish(),
  status: z.string().nullish(),
  redeem_code: z.object({ code: z.string() }).nullish(),
  updated_at: piece.instant.nullish(),
  deleted_at: piece.instant.nullish(),
})
const customer = z.object({ id: piece.foreignId.nullish(), email: z.string().nullish() })
const shop = { shop_id: piece.foreignId, shop_domain: z.string().min(1) }
const asked = z.object({
  ...shop,
  customer,
  orders_requested: z.array(piece.foreignId).nullish(),
  orders_to_redact: z.array(piece.foreignId).nullish(),
  data_request: z.object({ id: piece.foreignId }).nullish(),
})
const redacted = z.object({ ...shop, customer: z.undefined('must not be there').optional() })
const removed = z.object({ myshopify_domain: z.string().min(1) })

/**
 * A discount that was made, changed or taken away. A deletion names the discount by Shopify's id alone; whoever makes a code in
 * Shopify's own pages gives it its code as title.
 */
export function discountChanged(topic: string, json: Json, sentAt: string): CodeChanged[] {
  const data = piece.readAs(discount, json)
  const at = data.deleted_at ?? data.updated_at ?? sentAt
  const gone = topic === 'discounts/delete' || topic === 'discounts/redeemcode_removed'
  const ended = gone || data.status?.toUpperCase() === 'EXPIRED'
  // An automatic discount has a name and no code.
  if (!data.admin_graphql_api_id.startsWith('gid://shopify/DiscountCode')) return []
  const [code] = piece.codesOf([data.redeem_code?.code ?? data.title ?? ''])
  const byId: CodeChanged = { type: 'code.changed', code: `id:${data.admin_graphql_api_id}`, at, ended }
  // A discount may have many codes; what happens to one of them is not told of the others.
  if (data.redeem_code) return code ? [{ ...byId, code }] : []
  return code && !/\s/.test(code) ? [byId, { ...byId, code }] : [byId]
}

/** customers/data_request and customers/redact. */
export function shopperAsked(topic: string, json: Json, requestId: string, at: string, tools: ConnectorTools): ShopperAsked {
  const data = piece.readAs(asked, json)
  const forget = topic === 'customers/redact'
  const orderIds = forget ? data.orders_to_redact : data.orders_requested
  if (!orderIds) throw piece.wrongField(forget ? 'orders_to_redact' : 'orders_requested', 'is missing')
  return {
    type: 'shopper.asked',
    wish: forget ? 'forget' : 'export',
    requestId: data.data_request?.id ?? requestId,
    at,
    shopper: piece.shopperOf('shopify', data.customer, tools.hash),
    orderIds,
  }
}

/** app/uninstalled, and shop/redact two days after it. */
export function shopLeft(topic: string, json: Json, at: string): ShopLeft {
  const forget = topic === 'shop/redact'
  piece.readAs(forget ? redacted : removed, json)
  return { type: 'shop.left', at, forget }
}

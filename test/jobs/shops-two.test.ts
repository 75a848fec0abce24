import { afterAll, beforeAll, expect, test } from 'vitest'
import { hmacBase64 } from '../../src/kernel/signature.ts'
import { keepShop } from '../../src/programs/connections.ts'
import { type LocalShopify, openShopify, shopifySecret, shopifyToken } from '../shops/shopify.ts'
import { secretOf, type World, world } from '../world.ts'

let w: World
let first: LocalShopify
let second: LocalShopify
beforeAll(async () => {
  ;[first, second] = [await openShopify(), await openShopify()]
  w = await world({ environment: { FETCH_ALLOW: `${first.origin},${second.origin}` } })
  await connect('shopify', first, 'glow.myshopify.com', shopifySecret)
  await connect('shopify-2', second, 'outlet.myshopify.com', 'shpss_second')
}, 120_000)
afterAll(async () => {
  await w.close()
  await first.close()
  await second.close()
})

const connect = (source: string, { origin: base }: LocalShopify, shop: string, secret: string) =>
  w.within((ctx) => keepShop(ctx, { source, base, shop }, { token: shopifyToken }, secret))

/** An order as Shopify tells it, at one shop's address. */
async function deliver(source: string, shop: string, code: string) {
  const { server } = await w.serve()
  const body = JSON.stringify({
    id: 1001,
    name: '#1001',
    created_at: w.now.toISOString(),
    currency: 'EUR',
    financial_status: 'paid',
    total_price: '50.00',
    subtotal_price: '50.00',
    current_subtotal_price: '50.00',
    discount_codes: [{ code }],
    line_items: [],
    test: false,
  })
  const signature = hmacBase64(await secretOf(w.app, w.programId, source), body)
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/create',
    'x-shopify-event-id': `event of ${shop} at ${source}`,
    'x-shopify-shop-domain': shop,
    'x-shopify-hmac-sha256': signature,
  }
  const answer = await server.inject({ method: 'POST', url: `/hooks/${source}/${w.programId}`, headers, payload: body })
  await w.app.runJob('absorb')
  return answer.statusCode
}

test('two shops of a kind have their codes, webhooks and orders side by side, and one is not taken for the other', async () => {
  const mia = await w.creator('Mia')
  await mia.run('code')
  await w.app.runJob('deliver')
  expect([first, second].map((shop) => shop.discounts.map((one) => one.code))).toEqual([['MIA10'], ['MIA10']])
  expect(await mia.run('code')).toMatch(/Shopify +live in the shop\nShopify \(outlet\.myshopify\.com\) +live in the shop/)
  await w.app.runJob('reconcile')
  expect([first, second].map((shop) => shop.hooks[0]!.callbackUrl)).toEqual([
    `https://go.glow.example/hooks/shopify/${w.programId}`,
    `https://go.glow.example/hooks/shopify-2/${w.programId}`,
  ])
  expect(await deliver('shopify', 'glow.myshopify.com', 'MIA10')).toBe(200)
  expect(await deliver('shopify-2', 'outlet.myshopify.com', 'MIA10')).toBe(200)
  expect(await deliver('shopify-2', 'glow.myshopify.com', 'MIA10')).toBe(200)
  const orders = await w.within((ctx) => ctx.db.order.findMany({ orderBy: { source: 'asc' } }))
  expect(orders.map((one) => [one.source, one.externalId, one.creatorId])).toEqual([
    ['shopify', '1001', mia.creatorId],
    ['shopify-2', '1001', mia.creatorId],
  ])
  const parked = await w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where: { state: 'parked' } }))
  expect(parked.error).toContain('This came from glow.myshopify.com, but shopify-2 is connected to outlet.myshopify.com here.')
  expect(await (await w.admin('Root')).run('setup shop')).toMatch(/Shopify \(outlet\.myshopify\.com\)[\s\S]*1 of 1 live/)
  await expect(connect('shopify-3', second, 'Outlet.myshopify.com', 'x')).rejects.toThrow('connected already as Shopify (outlet')
}, 120_000)

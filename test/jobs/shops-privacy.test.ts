/** Shoppers who ask, and shops that leave. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balances } from '../../src/ledger/service.ts'
import { replay } from '../../src/replay.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { connectShop, fromShopify, fromWoo } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
let ana: Awaited<ReturnType<World['manager']>>
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
  mia = await enlist(w, 'Mia')
  ana = await w.manager('Ana')
  await connectShop(w, 'woocommerce')
})
afterAll(() => w.close())

const fixture = (path: string) => JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
const orders = (source: string) => w.within((ctx) => ctx.db.order.findMany({ where: { source } }))
const done = () => w.within((ctx) => ctx.db.inbox.findMany({ where: { state: 'done', source: 'shopify' } }))
const shopifyOrder = (id: number, more: object = {}) => ({
  ...fixture('shopify/order-create'),
  id,
  name: `#${id}`,
  created_at: '2026-11-20T11:00:00Z',
  currency: 'EUR',
  discount_codes: [{ code: mia.code }],
  note_attributes: [],
  ...more,
})

test('a shopper is forgotten: the hashes go from orders and facts, the bodies go, the money stays', async () => {
  const before = await pending()
  const customer = { id: 501, email: 'shy@example.com' }
  await fromShopify(w, 'orders/create', shopifyOrder(51, { customer, email: 'shy@example.com' }))
  const told = { shop_id: 1, shop_domain: 'glow.myshopify.com', customer }
  await fromShopify(w, 'customers/data_request', { ...told, orders_requested: [51], data_request: { id: 700 } })
  expect(await ana.sees('managers')).toMatch(/A shopper asks what is kept of them[\s\S]*#51[\s\S]*€80\.00/)
  const orderRow = async () => (await done()).find((row) => JSON.stringify(row.facts).includes('"orderId":"51"'))!
  expect((await orderRow()).facts).toMatchObject([{ shopper: { id: expect.any(String), email: expect.any(String) } }])
  await fromShopify(w, 'customers/redact', { ...told, orders_to_redact: [51] })
  const [order] = (await orders('shopify')).filter((one) => one.externalId === '51')
  expect(order).toMatchObject({ shopperId: null, shopperEmail: null, creatorId: mia.creatorId })
  expect(await orderRow()).toMatchObject({ body: null, facts: [{ shopper: {} }] })
  const wish = (await done()).find((row) => row.externalId.startsWith('customers/redact'))
  expect(wish).toMatchObject({ body: null, facts: [{ wish: 'forget', shopper: {} }] })
  expect(await pending()).toBe(before + 800)
  expect(await replay(w.app, (await orderRow()).id)).toEqual({ state: 'done', error: null })
  expect(await pending()).toBe(before + 800)
})

test('a shop that removed the app is marked and shown; when it says so, all its shoppers are forgotten', async () => {
  await fromWoo(w, 'order.created', { ...fixture('woocommerce/order-updated'), refunds: [] })
  await fromShopify(w, 'orders/create', shopifyOrder(52))
  await fromShopify(w, 'app/uninstalled', { id: 1, myshopify_domain: 'glow.myshopify.com' })
  expect(await ana.sees('managers')).toContain('Shopify removed the app')
  const connection = () => w.within((ctx) => ctx.db.connection.findFirstOrThrow({ where: { source: 'shopify' } }))
  expect((await connection()).leftAt).toEqual(w.now)
  await fromShopify(w, 'shop/redact', { shop_id: 1, shop_domain: 'glow.myshopify.com' })
  expect(await ana.sees('managers')).toMatch(/shoppers were forgotten/)
  expect((await orders('shopify')).every((order) => order.shopperId === null && order.shopperEmail === null)).toBe(true)
  expect((await orders('woocommerce')).some((order) => order.shopperEmail !== null)).toBe(true)
})

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hmacBase64 } from '../../src/kernel/signature.ts'
import { minutes } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { connectShop } from '../shops/connected.ts'
import { type LocalShopify, openShopify, shopifySecret } from '../shops/shopify.ts'
import { type LocalStripe, openStripe } from '../shops/stripe.ts'
import { type LocalWoo, openWoo } from '../shops/woocommerce.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
let shopify: LocalShopify
let stripe: LocalStripe
let woo: LocalWoo
beforeAll(async () => {
  shopify = await openShopify()
  stripe = await openStripe()
  woo = await openWoo()
  w = await world({ environment: { FETCH_ALLOW: [shopify, stripe, woo].map((shop) => shop.origin).join(',') } })
  w.app.log.level = 'silent'
  await connectShop(w, 'shopify', shopify.origin)
  await connectShop(w, 'stripe', stripe.origin)
  await connectShop(w, 'woocommerce', woo.origin)
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  await round()
})
afterAll(async () => {
  await w.close()
  for (const shop of [shopify, stripe, woo]) await shop.close()
})
beforeEach(() => {
  shopify.asked.length = 0
})

async function round() {
  await w.app.runJob('reconcile')
  await w.app.runJob('absorb')
}
const later = (n: number) => w.at(minutes(w.now, n))
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/shopify/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
const shopifyOrder = (id: number, change: object = {}) => {
  const at = w.now.toISOString()
  return {
    ...fixture('order-create'),
    currency: 'EUR',
    current_subtotal_price_set: null,
    id,
    name: `#${id}`,
    created_at: at,
    updated_at: at,
    discount_codes: [{ code: 'MIA10' }],
    ...change,
  }
}
const counts = () =>
  w.within(async ({ db }) => ({
    orders: await db.order.count(),
    lines: await db.line.count(),
    refunds: await db.refund.count(),
    transfers: await db.transfer.count(),
  }))
const mended = async () => (await ana.sees('managers')).match(/(Shopify|Stripe|WooCommerce) was mended/g) ?? []
const webhook = async (topic: string, event: string, body: string) => {
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': topic,
    'x-shopify-event-id': event,
    'x-shopify-shop-domain': 'glow.myshopify.com',
    'x-shopify-hmac-sha256': hmacBase64(shopifySecret, Buffer.from(body)),
  }
  const { server } = await w.serve()
  const answer = await server.inject({ method: 'POST', url: `/hooks/shopify/${w.programId}`, headers, payload: body })
  expect(answer.statusCode).toBe(200)
  await w.app.runJob('absorb')
}

test('the first look registers webhooks without a word, and takes nothing from before', async () => {
  expect(shopify.hooks).toHaveLength(9)
  expect(await mended()).toEqual([])
  shopify.orders.push(shopifyOrder(4, { updated_at: '2026-11-01T00:00:00Z' }) as never)
  later(30)
  await round()
  expect((await counts()).orders).toBe(0)
})

test('orders whose webhooks never came are fetched over several pages, once, and managers hear it once', async () => {
  const before = await counts()
  for (const id of [11, 12, 13, 14, 15]) shopify.orders.push(shopifyOrder(id) as never)
  const body = JSON.stringify(shopifyOrder(11))
  await webhook('orders/create', 'evt-11', body)
  await round()
  // Webhooks have a while to arrive before anything counts as missed.
  expect((await counts()).orders).toBe(before.orders + 1)
  later(30)
  await round()
  const after = await counts()
  expect(after).toMatchObject({ orders: before.orders + 5, lines: before.lines + 5 })
  expect(shopify.asked.filter((asked) => asked.path.endsWith('/orders.json')).length).toBeGreaterThan(2)
  expect(await ana.sees('managers')).toContain('4 messages had not reached us and were fetched.')
  expect(await mended()).toHaveLength(1)
  later(30)
  await round()
  expect(await counts()).toEqual(after)
  expect(await mended()).toHaveLength(1)
  // The late webhook of something that was fetched changes nothing either.
  await webhook('orders/create', 'evt-12', JSON.stringify(shopifyOrder(12)))
  expect(await counts()).toEqual(after)
})

test('a refund that was missed is fetched with its order', async () => {
  const at = w.now.toISOString()
  const refund = {
    id: 9001,
    created_at: at,
    refund_line_items: [{ subtotal: '10.00', total_tax: '0.00' }],
    transactions: [{ kind: 'refund', status: 'success', amount: '10.00', currency: 'EUR' }],
  }
  Object.assign(shopify.orders.find((order) => order.id === 13)!, { updated_at: at, refunds: [refund] })
  later(30)
  const before = await counts()
  await round()
  expect((await counts()).refunds).toBe(before.refunds + 1)
  later(30)
  await round()
  expect((await counts()).refunds).toBe(before.refunds + 1)
})

test('a webhook that the shop dropped is registered again, and managers hear it once', async () => {
  const before = (await mended()).length
  shopify.hooks.splice(0, 2)
  await round()
  await round()
  expect(shopify.hooks).toHaveLength(9)
  later(1)
  expect(await mended()).toHaveLength(before + 1)
  expect(await ana.sees('managers')).toContain('were missing or switched off and were registered: orders/create, orders/updated.')
})

test('Stripe’s events have the ids of their deliveries: what came is not fetched again', async () => {
  const created = Math.floor(w.now.getTime() / 1000)
  const session = (n: number) => ({
    id: `evt_${n}`,
    type: 'checkout.session.completed',
    created,
    livemode: true,
    data: {
      object: {
        id: `cs_${n}`,
        object: 'checkout.session',
        mode: 'payment',
        payment_status: 'paid',
        status: 'complete',
        amount_total: 5000,
        amount_subtotal: 5000,
        currency: 'eur',
        created,
        payment_intent: `pi_${n}`,
        livemode: true,
        total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
      },
    },
  })
  const before = await counts()
  stripe.events.push(session(1), session(2), session(3))
  later(30)
  await round()
  expect((await counts()).orders).toBe(before.orders + 3)
  const heard = await w.within((ctx) => ctx.db.inbox.findMany({ where: { source: 'stripe' }, select: { externalId: true } }))
  expect(heard.map((row) => row.externalId).sort()).toEqual(['evt_1', 'evt_2', 'evt_3'])
  later(30)
  await round()
  expect((await counts()).orders).toBe(before.orders + 3)
})

test('WooCommerce: a shop from before deletions were listened to gets the webhooks that it lacks, and keeps the others', async () => {
  const ids = woo.hooks.map((hook) => hook.id)
  for (const topic of ['order.deleted', 'order.restored']) {
    const i = woo.hooks.findIndex((hook) => hook.topic === topic)
    woo.hooks.splice(i, 1)
  }
  await round()
  expect(woo.hooks).toHaveLength(6)
  expect(woo.hooks.filter((hook) => ids.includes(hook.id))).toHaveLength(4)
  expect(woo.hooks.map((hook) => hook.topic)).toEqual(expect.arrayContaining(['order.deleted', 'order.restored']))
  expect(new Set(woo.hooks.map((hook) => hook.secret)).size).toBe(1)
  expect(await ana.sees('managers')).toContain('were registered: order.deleted, order.restored.')
})

test('WooCommerce: a webhook that was switched off stands again, and its orders were fetched', async () => {
  const before = await counts()
  Object.assign(woo.hooks[0]!, { status: 'disabled' })
  const at = w.now.toISOString().slice(0, 19)
  for (const id of [727, 728, 729])
    woo.orders.push({
      id,
      number: String(id),
      status: 'processing',
      currency: 'EUR',
      date_created_gmt: at,
      date_modified_gmt: at,
      date_paid_gmt: at,
      total: '86.00',
      discount_total: '20.00',
      shipping_total: '6.00',
      total_tax: '0.00',
      coupon_lines: [{ code: 'mia10', discount: '20.00' }],
      line_items: [{ id: 1, sku: 'TEE', quantity: 2, subtotal: '100.00', total: '80.00' }],
      refunds: [],
      billing: { email: 'buyer@example.com' },
      customer_id: 7,
      meta_data: [],
    } as never)
  later(30)
  await round()
  expect((await counts()).orders).toBe(before.orders + 3)
  expect(woo.hooks.every((hook) => hook.status === 'active')).toBe(true)
  const root = await w.admin('Root')
  // What was fetched is no sign that webhooks arrive.
  expect(await root.run('setup shop')).toMatch(/WooCommerce[\s\S]*Last delivery\s+nothing has come yet/)
})

test('a code that somebody ended in the shop is shown to managers with the way back', async () => {
  await w.app.runJob('deliver')
  const discount = shopify.discounts.find((one) => one.code === 'MIA10')!
  discount.status = 'EXPIRED'
  const told = JSON.stringify({
    admin_graphql_api_id: discount.id,
    title: discount.title,
    status: 'EXPIRED',
    updated_at: w.now.toISOString(),
  })
  await webhook('discounts/update', 'evt-d1', told)
  expect(await mia.run('code')).toMatch(/Shopify\s+ended in the shop; the team knows/)
  const root = await w.admin('Rosa')
  expect(await root.sees('managers')).toContain('MIA10 was ended in Shopify')
  await root.press('Make it again')
  await w.app.runJob('deliver')
  expect(discount.status).toBe('ACTIVE')
  expect(await mia.run('code')).toMatch(/Shopify\s+live in the shop/)
})

test('a shop that is down for a while is no news; one that refuses is, once, until it answers again', async () => {
  const news = async () => ((await ana.sees('managers')).match(/Shopify (cannot be asked|answers again)/g) ?? []).join()
  shopify.faults.push({ when: () => true, gives: 'hang up' })
  await round()
  expect(await news()).toBe('')
  for (let i = 0; i < 3; i++) shopify.faults.push({ when: () => true, gives: { status: 401, json: {} } })
  await round()
  await round()
  await round()
  expect(await news()).toBe('Shopify cannot be asked')
  later(1)
  await round()
  later(1)
  expect(await news()).toBe('Shopify answers again')
})

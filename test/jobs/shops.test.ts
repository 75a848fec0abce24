/** What shops tell, through the door and taken in: each shop's way, whatever comes first, and again. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { replay } from '../../src/replay.ts'
import { click, enlist, type Member } from '../rooms/shop.ts'
import { connectShop, fromShopify, fromStripe, fromWoo } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
let ana: Awaited<ReturnType<World['manager']>>
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
  mia = await enlist(w, 'Mia')
  ana = await w.manager('Ana')
  await connectShop(w, 'stripe')
  await connectShop(w, 'woocommerce')
})
afterAll(() => w.close())

const at = '2026-11-20T11:00:00Z'
const fixture = (path: string) => JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
const orders = (source: string) => w.within((ctx) => ctx.db.order.findMany({ where: { source }, orderBy: { id: 'asc' } }))
const rows = (state: string, source?: string) =>
  w.within((ctx) =>
    ctx.db.inbox.findMany({ where: { state, source: source ?? { not: { startsWith: 'chat:' } } }, orderBy: { id: 'desc' } }),
  )

const shopifyOrder = (id: number, more: object = {}) => ({
  ...fixture('shopify/order-create'),
  id,
  name: `#${id}`,
  created_at: at,
  currency: 'EUR',
  discount_codes: [{ code: mia.code }],
  note_attributes: [],
  ...more,
})
const byClick = (cid: string) => ({ discount_codes: [], note_attributes: [{ name: 'cid', value: cid }] })
const shopifyRefund = (id: number, order_id: number, amount = '43.20') => ({
  ...fixture('shopify/refund-create'),
  id,
  order_id,
  created_at: at,
  transactions: [{ kind: 'refund', status: 'success', amount, currency: 'EUR' }],
})
const session = (n: number, more: object = {}) => ({
  ...fixture('stripe/checkout-completed').data.object,
  id: `cs_${n}`,
  payment_intent: `pi_${n}`,
  currency: 'eur',
  client_reference_id: null,
  discounts: [],
  metadata: { code: mia.code },
  ...more,
})
const charge = (n: number, amount_refunded: number, more: object = {}) => ({
  id: `ch_${n}`,
  payment_intent: `pi_${n}`,
  amount: 9240,
  amount_refunded,
  currency: 'eur',
  ...more,
})
const wooOrder = (id: number, more: object = {}) => ({
  ...fixture('woocommerce/order-updated'),
  id,
  number: String(id),
  date_created_gmt: '2026-11-20T11:00:00',
  coupon_lines: [{ code: mia.code }],
  meta_data: [],
  refunds: [],
  status: 'processing',
  ...more,
})

test('Shopify: orders/updated alone is worth all other topics, in any order and twice', async () => {
  const before = await pending()
  const whole = shopifyOrder(1, { refunds: [shopifyRefund(91, 1)] })
  await fromShopify(w, 'orders/updated', whole)
  expect(await pending()).toBe(before + 400)
  await fromShopify(w, 'orders/create', shopifyOrder(1))
  await fromShopify(w, 'refunds/create', shopifyRefund(91, 1))
  await fromShopify(w, 'orders/updated', whole)
  expect(await pending()).toBe(before + 400)
  await fromShopify(w, 'refunds/create', shopifyRefund(92, 2))
  await fromShopify(w, 'orders/updated', shopifyOrder(2, { refunds: [shopifyRefund(92, 2)] }))
  await fromShopify(w, 'orders/create', shopifyOrder(2))
  expect(await pending()).toBe(before + 800)
})

test('Stripe: a charge says how much was given back in all, and belongs to its checkout', async () => {
  const before = await pending()
  await fromStripe(w, 'charge.refunded', charge(1, 4620))
  await fromStripe(w, 'checkout.session.completed', session(1))
  expect(await pending()).toBe(before + 400)
  await fromStripe(w, 'charge.refunded', charge(1, 4620))
  await fromStripe(w, 'charge.refunded', charge(1, 9240))
  expect(await pending()).toBe(before)
})

test('Stripe: checkout, invoice, payment and charge are one order, whichever ties them together and when', async () => {
  const before = await pending()
  const invoice = {
    ...fixture('stripe/invoice-paid').data.object,
    id: 'in_7',
    currency: 'eur',
    billing_reason: 'subscription_create',
    payment_intent: null,
    charge: null,
    subscription_details: null,
  }
  const now = w.now
  // The refund knows only the payment, and the invoice comes before the checkout that knows the code.
  await fromStripe(w, 'charge.refunded', charge(7, 4620))
  await fromStripe(w, 'invoice.paid', invoice)
  expect((await rows('heard', 'stripe')).map((row) => row.error)).toEqual([expect.stringContaining('waits for the checkout')])
  await fromStripe(w, 'checkout.session.completed', session(7, { payment_intent: null, invoice: 'in_7', mode: 'subscription' }))
  expect(await pending()).toBe(before + 800)
  await fromStripe(w, 'invoice_payment.paid', { invoice: 'in_7', payment: { payment_intent: 'pi_7' } })
  expect(await pending()).toBe(before + 400)
  w.at(minutes(now, 3))
  await w.app.runJob('absorb')
  expect(await rows('heard', 'stripe')).toEqual([])
  expect(await pending()).toBe(before + 400)
  expect((await orders('stripe')).filter((order) => order.externalId === 'in_7')).toHaveLength(1)
  w.at(now)
})

test('a click reaches the order through a Payment Link, and one with a dot, as they were, through a cart', async () => {
  const cid = await click(w, mia, minutes(w.now, -60))
  const dotted = (await click(w, mia, minutes(w.now, -50))).replace('-', '.')
  expect(cid, 'what the address of a Payment Link takes').toMatch(/^[A-Za-z0-9_-]{1,200}$/)
  const sold = { metadata: {}, created: Math.floor(w.now.getTime() / 1000) }
  await fromStripe(w, 'checkout.session.completed', session(60, { ...sold, client_reference_id: cid }))
  await fromShopify(w, 'orders/create', shopifyOrder(61, { ...byClick(dotted), created_at: w.now.toISOString() }))
  const came = [...(await orders('stripe')), ...(await orders('shopify'))].filter((order) => order.cid !== null)
  const credit = { creatorId: mia.creatorId, rule: 'click' }
  expect(came).toMatchObject([cid, dotted].map((one) => ({ ...credit, cid: one })))
})

test('Stripe: a first invoice whose checkout never comes is taken in by itself', async () => {
  const now = w.now
  const invoice = {
    ...fixture('stripe/invoice-paid').data.object,
    id: 'in_8',
    currency: 'eur',
    billing_reason: 'subscription_create',
    payment_intent: 'pi_8',
    charge: null,
    subscription_details: null,
  }
  await fromStripe(w, 'invoice.paid', invoice)
  for (const later of [0.3, 1.2, 4]) {
    w.at(minutes(now, later))
    await w.app.runJob('absorb')
  }
  expect((await orders('stripe')).some((order) => order.externalId === 'in_8')).toBe(true)
  w.at(now)
})

test('Stripe: two orders that turn out to be one are shown to managers, who may look', async () => {
  await fromStripe(w, 'checkout.session.completed', session(11))
  await fromStripe(w, 'checkout.session.completed', session(12))
  await fromStripe(w, 'charge.refunded', charge(11, 9240, { invoice: 'pi_12' }))
  expect((await rows('parked', 'stripe')).map((row) => row.error)).toEqual([
    expect.stringContaining('are one, and both were counted'),
  ])
})

test('WooCommerce: refunds come inside of the order, as a share of its total; the greeting changes nothing', async () => {
  const before = await pending()
  await fromWoo(w, 'order.created', wooOrder(1))
  await fromWoo(w, 'order.updated', wooOrder(1, { status: 'refunded', refunds: [{ id: 31, total: '-43.00' }] }))
  expect(await pending()).toBe(before + 400)
  await fromWoo(
    w,
    'order.updated',
    wooOrder(1, {
      status: 'refunded',
      refunds: [
        { id: 31, total: '-43.00' },
        { id: 32, total: '-43.00' },
      ],
    }),
  )
  expect(await pending()).toBe(before)
  await fromWoo(w, 'order.updated', wooOrder(2))
  await fromWoo(w, 'order.deleted', { id: 2 })
  expect(await pending()).toBe(before)
  // What was cancelled once stays so.
  await fromWoo(w, 'order.restored', wooOrder(2))
  expect(await pending()).toBe(before)
  const heard = await w.within((ctx) => ctx.db.inbox.count())
  const { server } = await w.serve()
  const greet = (url: string, payload: string) =>
    server.inject({ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload })
  for (const program of [w.programId, 'prg_nobody']) {
    const answer = await greet(`/hooks/woocommerce/${program}`, 'webhook_id=5')
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }])
  }
  expect((await greet(`/hooks/woocommerce/${w.programId}`, 'webhook_id=5&x=1')).statusCode).toBe(401)
  expect((await greet(`/hooks/shopify/${w.programId}`, 'webhook_id=5')).statusCode).toBe(401)
  expect(await w.within((ctx) => ctx.db.inbox.count())).toBe(heard)
})

test('an order of another shop is parked with the reason, and taken in when it was ours after all', async () => {
  const shop = (domain: string) => ({ headers: { 'x-shopify-shop-domain': domain } })
  await fromShopify(w, 'orders/create', shopifyOrder(21), shop('glow.myshopify.com'))
  await fromShopify(w, 'orders/create', shopifyOrder(22), shop('Glow.myshopify.com'))
  await fromShopify(w, 'orders/create', shopifyOrder(23), shop('other.myshopify.com'))
  expect((await orders('shopify')).map((order) => order.externalId)).not.toContain('23')
  expect(await ana.run('parked')).toContain(
    'This came from other.myshopify.com, but shopify is connected to glow.myshopify.com here.',
  )
  await w.within((ctx) => ctx.db.connection.updateMany({ where: { source: 'shopify' }, data: { shop: 'other.myshopify.com' } }))
  const [row] = await rows('parked', 'shopify')
  expect(await ana.run('retry', { delivery: row!.id })).toContain('It is tried again')
  await w.app.runJob('absorb')
  expect((await orders('shopify')).map((order) => order.externalId)).toContain('23')
  expect(await rows('parked', 'shopify')).toEqual([])
  await w.within((ctx) => ctx.db.connection.updateMany({ where: { source: 'shopify' }, data: { shop: null } }))
})

test('bad amounts are parked with their field, and answered with 2xx because they are stored', async () => {
  const bad: [object, string][] = [
    [{ subtotal_price: 'NaN' }, 'subtotal_price: must be an amount.'],
    [{ subtotal_price: '99999999999999999999.00' }, 'subtotal_price: must be an amount.'],
    [{ currency: 'QQQ' }, 'is not a currency'],
  ]
  for (const [i, [change, reason]] of bad.entries()) {
    expect((await fromShopify(w, 'orders/create', shopifyOrder(30 + i, change))).statusCode).toBe(200)
    expect((await rows('parked', 'shopify')).map((row) => row.error)).toContainEqual(expect.stringContaining(reason))
  }
  const text = await ana.run('parked')
  expect(text.match(/\[Retry\]/g)?.length).toBeGreaterThanOrEqual(3)
})

test('more given back than was paid takes at most the rest, and managers are told', async () => {
  const before = await pending()
  await fromShopify(w, 'orders/create', shopifyOrder(41))
  const [line] = fixture('shopify/refund-create').refund_line_items
  await fromShopify(w, 'refunds/create', { ...shopifyRefund(95, 41, '103.20'), refund_line_items: [{ ...line, subtotal: 100 }] })
  expect(await pending()).toBe(before)
  expect(await ana.sees('managers')).toMatch(/More was (given back|refunded)|more than/i)
})

test('raw bodies go when their time is over, those that were parked too', async () => {
  const now = w.now
  expect((await rows('done')).some((row) => row.body !== null)).toBe(true)
  w.at(days(now, 31))
  await w.app.runJob('due')
  expect([...(await rows('done')), ...(await rows('parked'))].filter((row) => row.body !== null)).toEqual([])
  w.at(now)
})

test('run again, whatever the source, from its body or from its facts: nothing changes', async () => {
  await fromShopify(w, 'orders/updated', shopifyOrder(61, { refunds: [shopifyRefund(96, 61)] }))
  await fromStripe(w, 'checkout.session.completed', session(61))
  await fromStripe(w, 'charge.refunded', charge(61, 1000))
  await fromWoo(w, 'order.updated', wooOrder(61, { refunds: [{ id: 33, total: '-10.00' }] }))
  const state = () =>
    w.within(async ({ db }) => [
      await db.transfer.findMany({ orderBy: { id: 'asc' } }),
      await db.order.findMany({ orderBy: { id: 'asc' } }),
      await db.refund.findMany({ orderBy: { id: 'asc' } }),
      await db.orderName.findMany({ orderBy: { name: 'asc' } }),
    ])
  const before = await state()
  // One of each kind with its body, and one whose body is gone.
  const kinds = new Map(
    (await rows('done')).map((row) => [
      `${row.source} ${(row.facts as { type: string }[]).map((fact) => fact.type)} ${row.body === null}`,
      row,
    ]),
  )
  const done = [...kinds.values()]
  expect(new Set(done.map((row) => row.source))).toEqual(new Set(['shopify', 'stripe', 'woocommerce']))
  for (const { id } of done) expect(await replay(w.app, id)).toEqual({ state: 'done', error: null })
  expect(await state()).toEqual(before)
  expect(await w.within(audit)).toEqual([])
})

test('what waits for its order longer than a day is shown', async () => {
  await fromShopify(w, 'refunds/create', shopifyRefund(97, 404))
  await fromShopify(w, 'orders/cancelled', shopifyOrder(405, { cancelled_at: at }))
  const now = w.now
  await w.app.runJob('due')
  expect(await ana.sees('managers')).not.toContain('Something waits for its order')
  w.at(days(now, 1.1))
  await w.app.runJob('due')
  expect(await ana.sees('managers')).toMatch(/Something waits for its order[\s\S]*(404[\s\S]*405|405[\s\S]*404)/)
  expect(await ana.run('parked')).toMatch(/wait more than a day[\s\S]*(404[\s\S]*405|405[\s\S]*404)/)
  w.at(now)
})

/** Orders as real shops tell them: changed before they were paid, tried twice, for nothing, and under ids that were used before. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balances } from '../../src/ledger/service.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { connectShop, fromShopify, fromStripe, fromWoo } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  for (const source of ['woocommerce', 'shopify', 'stripe']) await connectShop(w, source)
})
afterAll(() => w.close())

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
/** What these deliveries earned, one after the other. */
const earns = async (...told: (() => Promise<unknown>)[]) => {
  const before = await pending()
  for (const one of told) await one()
  return (await pending()) - before
}
const parked = () => w.within((ctx) => ctx.db.inbox.findMany({ where: { state: 'parked' }, orderBy: { receivedAt: 'asc' } }))

const created = '2026-11-20T11:00:00'
const woo = (id: number, more: object = {}) => ({
  ...fixture('woocommerce/order-updated'),
  ...{ id, number: String(id), coupon_lines: [{ code: mia.code }], meta_data: [], refunds: [], customer_id: 0, billing: {} },
  ...{ date_created_gmt: created, status: 'processing' },
  ...more,
})
const items = (...totals: string[]) => totals.map((total, id) => ({ id, sku: `S${id}`, quantity: 1, total }))

test('an order that is changed before it is paid earns by what was paid, in whichever order it is told', async () => {
  const first = (id: number) =>
    fromWoo(w, 'order.created', woo(id, { status: 'on-hold', line_items: items('80.00', '20.00'), total: '100.00' }))
  const less = (id: number) => fromWoo(w, 'order.updated', woo(id, { line_items: items('80.00'), total: '80.00' }))
  expect(
    await earns(
      () => first(1),
      () => less(1),
    ),
  ).toBe(800)
  expect(
    await earns(
      () => less(2),
      () => first(2),
    ),
  ).toBe(800)
  const bare = (id: number) => fromWoo(w, 'order.created', woo(id, { status: 'on-hold', coupon_lines: [] }))
  expect(
    await earns(
      () => bare(3),
      () => fromWoo(w, 'order.updated', woo(3)),
    ),
  ).toBe(800)
  const paid = () => fromWoo(w, 'order.updated', woo(3, { line_items: items('999.00'), total: '999.00' }))
  expect(await earns(paid)).toBe(0)
})

const shopify = (id: number, more: object = {}) => ({
  ...fixture('shopify/order-create'),
  ...{
    id,
    name: `#${id}`,
    currency: 'EUR',
    discount_codes: [{ code: mia.code }],
    note_attributes: [],
    customer: null,
    email: null,
  },
  ...{ created_at: `${created}Z`, current_subtotal_price_set: null, total_shipping_price_set: null },
  ...more,
})

test('an edit before the payment counts, whichever topic tells first that it was paid', async () => {
  const waits = (id: number) => fromShopify(w, 'orders/create', shopify(id, { financial_status: 'pending' }))
  const more = { subtotal_price: '120.00' }
  const topics = ['orders/paid', 'orders/updated']
  for (const [i, told] of [topics, topics.toReversed()].entries()) {
    const [one, two] = told.map((topic) => () => fromShopify(w, topic, shopify(10 + i, more)))
    expect(await earns(() => waits(10 + i), one!, two!), told.join()).toBe(1200)
  }
})

test('a code that was taken off before the payment names nobody any more; where codes are not told it stays', async () => {
  const off = { discount_codes: [], subtotal_price: '80.00' }
  const waits = (id: number) => () => fromShopify(w, 'orders/create', shopify(id, { financial_status: 'pending' }))
  expect(await earns(waits(20), () => fromShopify(w, 'orders/paid', shopify(20, off)))).toBe(0)
  expect(await earns(waits(21), () => fromShopify(w, 'orders/updated', shopify(21, { discount_codes: undefined })))).toBe(800)
  const held = () => fromWoo(w, 'order.created', woo(22, { status: 'on-hold' }))
  expect(await earns(held, () => fromWoo(w, 'order.updated', woo(22, { coupon_lines: [] })))).toBe(0)
})

const checkout = (id: string, more: object = {}) => ({
  ...fixture('stripe/checkout-completed').data.object,
  ...{ id: `cs_${id}`, payment_intent: null, invoice: `in_${id}`, mode: 'subscription', currency: 'eur' },
  ...{ client_reference_id: null, discounts: [], metadata: { code: mia.code }, customer: `cus_${id}`, customer_details: null },
  ...more,
})
const invoice = (id: string, more: object = {}) => ({
  ...fixture('stripe/invoice-paid').data.object,
  ...{ id: `in_${id}`, number: `N-${id}`, payment_intent: `pi_${id}`, charge: `ch_${id}`, currency: 'eur' },
  ...{ subscription_details: { metadata: { code: mia.code } }, customer: `cus_${id}`, customer_email: null },
  ...more,
})

test('a subscription whose first debit failed and whose invoice was then paid another way earns', async () => {
  const tried = [
    () => fromStripe(w, 'checkout.session.completed', checkout('a', { payment_status: 'unpaid' })),
    () => fromStripe(w, 'checkout.session.async_payment_failed', checkout('a', { payment_status: 'unpaid' })),
  ]
  expect(await earns(...tried)).toBe(0)
  expect(await earns(() => fromStripe(w, 'invoice.paid', invoice('a')))).toBe(800)
})

test('a code that only the checkout knows counts when its invoice is paid', async () => {
  await fromStripe(w, 'checkout.session.completed', checkout('b', { payment_status: 'unpaid' }))
  expect(await earns(() => fromStripe(w, 'invoice.paid', invoice('b', { subscription_details: null })))).toBe(800)
})

test('after a trial for nothing the first payment is the first purchase', async () => {
  const repeat = { rule: 'first', months: 12 }
  const was = await w.within((ctx) => ctx.db.program.findUniqueOrThrow({ where: { id: w.programId } }))
  const set = (policy: object) => w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy } }))
  await set(policySchema.parse({ repeat }))
  const free = {
    total: 0,
    total_excluding_tax: 0,
    amount_paid: 0,
    payment_intent: null,
    charge: null,
    total_discount_amounts: [],
  }
  expect(await earns(() => fromStripe(w, 'invoice.paid', invoice('t1', { ...free, customer: 'cus_t' })))).toBe(0)
  w.at('2026-11-20T12:10:00Z')
  expect(await earns(() => fromStripe(w, 'invoice.paid', invoice('t2', { customer: 'cus_t' })))).toBe(800)
  w.at('2026-11-20T12:20:00Z')
  expect(await earns(() => fromStripe(w, 'invoice.paid', invoice('t3', { customer: 'cus_t' })))).toBe(0)
  await set(was.policy as object)
})

test('a refund under the id of another order’s refund is not passed over in silence', async () => {
  const order = (id: string) => ({
    type: 'order.created',
    data: { id, at: `${created}Z`, currency: 'EUR', total: '80.00', codes: [mia.code] },
  })
  const refund = (order_id: string, base = '80.00') => ({
    type: 'order.refunded',
    data: { id: 'R1', order_id, at: `${created}Z`, currency: 'EUR', base },
  })
  expect(
    await earns(
      () => w.hook('generic', order('g1')),
      () => w.hook('generic', order('g2')),
    ),
  ).toBe(1600)
  expect(
    await earns(
      () => w.hook('generic', refund('g1')),
      () => w.hook('generic', refund('g1')),
    ),
  ).toBe(-800)
  expect(await parked()).toEqual([])
  await w.hook('generic', refund('g2'))
  expect((await parked()).map(({ error }) => error)).toEqual([expect.stringMatching(/R1.*g1/)])
})

test('a code that is renamed in the shop is told to managers, until it has its name again', async () => {
  const ana = await w.manager('Ana')
  const key = await w.within(async (ctx) => {
    const { id: connectionId } = await ctx.db.connection.findFirstOrThrow({ where: { source: 'woocommerce' } })
    const { id: codeId } = await ctx.db.code.findFirstOrThrow({ where: { code: mia.code } })
    const row = { programId: w.programId, codeId, connectionId, state: 'live', ref: '12', updatedAt: ctx.now }
    await ctx.db.shopCode.create({ data: row })
    return { codeId_connectionId: { codeId, connectionId } }
  })
  const stands = async () => (await w.within((ctx) => ctx.db.shopCode.findUniqueOrThrow({ where: key }))).state
  const told = (code: string, date_modified_gmt: string) =>
    fromWoo(w, 'coupon.updated', { id: 12, code, status: 'publish', discount_type: 'percent', date_modified_gmt })
  await told('mia10', '2026-11-20T11:30:00')
  expect(await stands()).toBe('live')
  await told('mia20', '2026-11-20T11:31:00')
  expect(await stands()).toBe('ended')
  expect(await ana.sees('managers')).toContain('MIA10 is called MIA20 in WooCommerce now')
  await told('mia10', '2026-11-20T11:32:00')
  expect(await stands()).toBe('live')
})

test('what cost nothing is no first sale to cheer', async () => {
  const zoe = await enlist(w, 'Zoe')
  const order = (id: string, total: string) => ({
    type: 'order.created',
    data: { id, at: `${created}Z`, currency: 'EUR', total, codes: [zoe.code] },
  })
  const badges = () => w.within((ctx) => ctx.db.badge.count({ where: { creatorId: zoe.creatorId } }))
  await w.hook('generic', order('z1', '0.00'))
  expect(await badges()).toBe(0)
  expect(await zoe.sees('wins')).not.toContain('Zoe')
  await w.hook('generic', order('z2', '5.00'))
  expect(await badges()).toBe(1)
})

test('a farewell that comes late, after the app was installed again, ends no connection', async () => {
  const left = async () => (await w.within((ctx) => ctx.db.connection.findFirstOrThrow({ where: { source: 'shopify' } }))).leftAt
  const checkedAt = w.now
  await w.within((ctx) => ctx.db.connection.updateMany({ where: { source: 'shopify' }, data: { checkedAt } }))
  const removed = (minutes: number) => ({
    'x-shopify-triggered-at': new Date(checkedAt.getTime() + minutes * 60_000).toISOString(),
  })
  const body = { myshopify_domain: 'glow.myshopify.com' }
  await fromShopify(w, 'app/uninstalled', body, { headers: removed(-30) })
  expect(await left()).toBeNull()
  await fromShopify(w, 'app/uninstalled', body, { headers: removed(1) })
  expect(await left()).not.toBeNull()
})

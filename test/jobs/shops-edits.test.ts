/** Orders that change in the shop: until they are paid they are what was paid; later, what is given back comes off what was added first. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { balances } from '../../src/ledger/service.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { connectShop, fromShopify, fromWoo } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
let before: number
let ana: Awaited<ReturnType<World['manager']>>
let id = 500
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  ana = await w.manager('Ana')
  await connectShop(w, 'woocommerce')
})
afterAll(() => w.close())
beforeEach(async () => {
  id++
  before = await pending()
})

const fixture = JSON.parse(readFileSync(new URL('../fixtures/shopify/order-create.json', import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
const earned = async () => (await pending()) - before
const money = (amount: string) => ({ shop_money: { amount, currency_code: 'EUR' } })
const order = (subtotal: string, more: object = {}) => ({
  ...fixture,
  ...{ id, name: `#${id}`, discount_codes: [{ code: mia.code }], note_attributes: [], currency: 'EUR' },
  ...{ created_at: '2026-11-20T11:00:00Z', current_subtotal_price_set: undefined, total_shipping_price_set: undefined },
  ...{ subtotal_price: subtotal, total_tax: '0.00' },
  ...more,
})
const back = (n: number, lines: string, paid?: string) => ({
  ...{ id: id * 10 + n, order_id: id, created_at: `2026-11-20T11:3${n}:00Z`, order_adjustments: [] },
  refund_line_items: [{ id: n, quantity: 1, subtotal: lines, subtotal_set: money(lines), total_tax: 0 }],
  transactions: paid === undefined ? [] : [{ kind: 'refund', status: 'success', amount: paid, currency: 'EUR' }],
})
const refunded = (subtotal: string, refunds: object[], more: object = {}) =>
  fromShopify(w, 'orders/updated', order(subtotal, { refunds, ...more }))

const woo = JSON.parse(readFileSync(new URL('../fixtures/woocommerce/order-updated.json', import.meta.url), 'utf8'))
const wooOrder = (more: object) => ({
  ...woo,
  ...{ id, number: String(id), date_created_gmt: '2026-11-20T11:00:00', coupon_lines: [{ code: mia.code }] },
  ...{ meta_data: [], refunds: [], status: 'processing' },
  ...more,
})

test('whoever pays may give their name only then, and what they buy of themselves is seen all the same', async () => {
  const nobody = { billing: { email: '' }, customer_id: 0 }
  await fromWoo(w, 'order.created', wooOrder({ status: 'pending', ...nobody }))
  await fromWoo(w, 'order.updated', wooOrder({ billing: { email: 'mia@example.com' }, customer_id: 5 }))
  const paid = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: String(id) } }))
  expect(paid).toMatchObject({ ownPurchase: true, shopperEmail: expect.any(String), shopperId: expect.any(String) })
})

test('a size that is exchanged for another leaves the commission as it was, whichever is told first', async () => {
  await fromShopify(w, 'orders/create', order('80.00'))
  await fromShopify(w, 'refunds/create', back(1, '80.00'))
  await refunded('160.00', [back(1, '80.00')])
  expect(await earned()).toBe(800)
  expect(await mia.run('why', { order: `#${id}` })).toMatch(/Added later +€80.00/)
  id++
  await fromShopify(w, 'orders/create', order('80.00'))
  await refunded('160.00', [back(1, '80.00')])
  await fromShopify(w, 'refunds/create', back(1, '80.00'))
  expect(await earned()).toBe(1_600)
})

test('an exchange for something cheaper takes the difference back', async () => {
  await fromShopify(w, 'orders/create', order('80.00'))
  await fromShopify(w, 'refunds/create', back(1, '80.00', '30.00'))
  expect(await earned()).toBe(800)
  await refunded('130.00', [back(1, '80.00', '30.00')])
  expect(await earned()).toBe(500)
})

test('what was added later and given back takes nothing of what was bought first; all given back leaves nothing', async () => {
  await fromShopify(w, 'orders/create', order('80.00'))
  // Not paid for yet.
  await refunded('110.00', [], { financial_status: 'partially_paid' })
  expect(await earned()).toBe(800)
  await refunded('110.00', [back(1, '30.00', '30.00')])
  await fromShopify(w, 'refunds/create', back(1, '30.00', '30.00'))
  expect(await earned()).toBe(800)
  await fromShopify(w, 'refunds/create', back(2, '40.00', '40.00'))
  expect(await earned()).toBe(400)
  await refunded('110.00', [back(1, '30.00', '30.00'), back(2, '40.00', '40.00'), back(3, '40.00', '40.00')])
  expect(await earned()).toBe(0)
  expect(await ana.sees('managers')).not.toMatch(/more was given back/i)
})

test('what was given back before something was added stays given back, and the figures say what the books say', async () => {
  await fromShopify(w, 'orders/create', order('80.00'))
  await fromShopify(w, 'refunds/create', back(1, '40.00', '40.00'))
  await refunded('130.00', [back(1, '40.00', '40.00')])
  await fromShopify(w, 'refunds/create', back(2, '10.00', '10.00'))
  expect(await earned()).toBe(400)
  const left = () =>
    w.within(async (ctx) => {
      const { id: orderId } = await ctx.db.order.findFirstOrThrow({ where: { externalId: String(id) } })
      const { leftBase } = await ctx.db.line.findUniqueOrThrow({ where: { orderId } })
      const taken = await ctx.db.refund.findMany({ where: { orderExternalId: String(id) }, orderBy: { at: 'asc' } })
      return [leftBase, ...taken.map((one) => one.taken)]
    })
  expect(await left()).toEqual([4_000n, 4_000n, 0n])
  await fromShopify(w, 'refunds/create', back(3, '60.00', '60.00'))
  expect(await earned()).toBe(200)
  expect(await left()).toEqual([2_000n, 4_000n, 0n, 2_000n])
})

test('a line that is taken out and given back in money leaves its share, as before', async () => {
  await fromShopify(w, 'orders/create', order('80.00'))
  await fromShopify(w, 'refunds/create', back(1, '40.00', '40.00'))
  expect(await earned()).toBe(400)
  await refunded('80.00', [back(1, '40.00', '40.00')])
  expect(await earned()).toBe(400)
})

test('a list of past orders that counts one higher adds nothing to it', async () => {
  await fromShopify(w, 'orders/create', order('80.00'))
  const base = { minor: '9520', currency: 'EUR' }
  const told = { orderId: String(id), number: `#${id}`, at: '2026-11-20T11:00:00.000Z', paid: true, test: false, base }
  const fact = { type: 'order.placed' as const, ...told, components: {}, codes: [mia.code], shopper: {}, items: [] }
  await w.within((ctx) => recordMany(ctx, 'shopify', [fact]))
  await fromShopify(w, 'refunds/create', back(1, '40.00', '40.00'))
  expect(await earned()).toBe(400)
})

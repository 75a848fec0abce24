/** What a shop tells again of the time before it was connected: recorded, and earned by nobody until a list brings it. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { balances } from '../../src/ledger/service.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import { dropShop, keepShop } from '../../src/programs/connections.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { fromShopify } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  const shop = { source: 'shopify', base: 'https://glow.myshopify.com', shop: 'glow.myshopify.com' }
  await w.within((ctx) => keepShop(ctx, shop, { token: 't' }, 'secret of shopify'))
})
afterAll(() => w.close())

const fixture = JSON.parse(readFileSync(new URL('../fixtures/shopify/order-create.json', import.meta.url), 'utf8'))
const at = (minutes: number) => new Date(w.now.getTime() + minutes * 60_000).toISOString()
const order = (id: number, created_at: string, more: object = {}) => ({
  ...fixture,
  ...{ id, name: `#${id}`, discount_codes: [{ code: mia.code }], note_attributes: [], landing_site: null, refunds: [] },
  ...{ currency: 'EUR', current_subtotal_price_set: undefined, total_shipping_price_set: undefined },
  ...{ created_at, processed_at: created_at, updated_at: at(5) },
  ...more,
})
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
const ruleOf = (id: number) =>
  w.within(async (ctx) => (await ctx.db.order.findFirstOrThrow({ where: { externalId: String(id) } })).rule)

test('an order of before earns nothing when a note in the shop makes it tell it again, also if it is paid only now', async () => {
  await fromShopify(w, 'orders/updated', order(1, at(-60 * 24 * 90)))
  await fromShopify(w, 'orders/updated', order(2, at(-60), { financial_status: 'pending' }))
  await fromShopify(w, 'orders/paid', order(2, at(-60)))
  expect(await pending()).toBe(0)
  expect([await ruleOf(1), await ruleOf(2)]).toEqual(['before connecting', 'before connecting'])
})

test('an order that another platform had, and that was moved into the shop, is as old as it was there', async () => {
  await fromShopify(w, 'orders/create', order(3, at(1), { processed_at: at(-60 * 24 * 400) }))
  expect([await pending(), await ruleOf(3)]).toEqual([0, 'before connecting'])
})

test('a shop whose clock is some minutes late tells of no past by that', async () => {
  const before = await pending()
  await fromShopify(w, 'orders/create', order(6, at(-5)))
  expect(await pending()).toBeGreaterThan(before)
})

test('a list of past orders brings it, once', async () => {
  const before = await pending()
  const listed = (id: number) => ({
    ...{ type: 'order.placed' as const, orderId: String(id), number: `#${id}`, at: at(-60 * 24 * 90), paid: true, test: false },
    ...{ base: { minor: '1', currency: 'EUR' }, components: {}, codes: [mia.code], shopper: {}, items: [] },
  })
  for (const kind of ['credited', 'nothing'])
    expect(await w.within((ctx) => recordMany(ctx, 'shopify', [listed(1)]))).toMatchObject([[{ kind }]])
  expect(await pending()).toBeGreaterThan(before)
})

test('what is placed from then on earns, and a new key of the same shop changes nothing in that', async () => {
  const before = await pending()
  await fromShopify(w, 'orders/create', order(4, at(1)))
  const once = await pending()
  expect(once).toBeGreaterThan(before)
  const shop = { source: 'shopify', base: 'https://glow.myshopify.com', shop: 'glow.myshopify.com' }
  await w.within((ctx) => keepShop(ctx, shop, { token: 'other' }, 'secret of shopify'))
  await fromShopify(w, 'orders/create', order(5, at(2)))
  expect(await pending()).toBeGreaterThan(once)
})

test('a shop that was only ever asked, and is connected anew, is as old as it was', async () => {
  const shop = { source: 'woocommerce', base: 'https://glow.example', shop: null }
  const since = async () => (await w.within((ctx) => keepShop(ctx, shop, { key: 'k' }, undefined))).createdAt
  const first = await since()
  await w.within(async (ctx) => {
    const told = { programId: ctx.program.id, source: 'woocommerce', externalId: '1', state: 'done', answer: { fetched: true } }
    await ctx.db.inbox.create({ data: { id: ctx.id('inbox'), bodyHash: '', receivedAt: ctx.now, ...told } })
  })
  w.at(days(w.now, 3))
  await w.within((ctx) => dropShop(ctx, 'woocommerce'))
  expect(await since()).toEqual(first)
})

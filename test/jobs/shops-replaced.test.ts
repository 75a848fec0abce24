/** A WooCommerce shop that another one follows: each counts its orders from one, and neither is taken for the other. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hmacBase64 } from '../../src/kernel/signature.ts'
import { balances } from '../../src/ledger/service.ts'
import { dropShop, keepShop, nextSource } from '../../src/programs/connections.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { longConnected, secretOf, type World, world } from '../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
  mia = await enlist(w, 'Mia')
})
afterAll(() => w.close())

const fixture = JSON.parse(readFileSync(new URL('../fixtures/woocommerce/order-updated.json', import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
const connect = async (source: string, site: string, former?: string) => {
  await w.within((ctx) => keepShop(ctx, { source, base: `https://${site}`, shop: null, former }, { key: 'k' }, undefined))
  await longConnected(w.app, w.programId)
}
const order = (id: number, day: string, email: string, more: object = {}) => ({
  ...fixture,
  ...{ id, number: String(id), coupon_lines: [{ code: mia.code }], meta_data: [], refunds: [], status: 'processing' },
  ...{ date_created_gmt: `2026-${day}T11:00:00`, billing: { email }, customer_id: 0 },
  ...more,
})
/** Gives what the door answers. */
async function deliver(source: string, site: string, body: object, secret?: string): Promise<number> {
  const { server } = await w.serve()
  const payload = JSON.stringify(body)
  const headers = {
    'content-type': 'application/json',
    'x-wc-webhook-topic': 'order.updated',
    'x-wc-webhook-source': `https://${site}/`,
    'x-wc-webhook-signature': hmacBase64(secret ?? (await secretOf(w.app, w.programId, source)), payload),
  }
  const { statusCode } = await server.inject({ method: 'POST', url: `/hooks/${source}/${w.programId}`, headers, payload })
  await w.app.runJob('absorb')
  return statusCode
}

test('a new shop at another address is connected beside the former one, and a number of both earns twice', async () => {
  await connect('woocommerce', 'old.example.com')
  await deliver('woocommerce', 'old.example.com', order(727, '11-19', 'a@example.com'))
  expect(await pending()).toBe(800)
  await expect(connect('woocommerce', 'new.example.com')).rejects.toThrow(
    'Orders of old.example.com are kept here as WooCommerce',
  )
  await w.within((ctx) => dropShop(ctx, 'woocommerce'))
  await expect(connect('woocommerce', 'new.example.com')).rejects.toThrow('another shop may count its own by the same numbers')
  expect(await w.within((ctx) => nextSource(ctx, 'woocommerce'))).toBe('woocommerce-2')
  await connect('woocommerce-2', 'new.example.com')
  await deliver('woocommerce-2', 'new.example.com', order(727, '11-20', 'b@example.com'))
  expect(await pending()).toBe(1_600)
})

test('the same shop at a new address says where it was, and goes on; so does one that was only written otherwise', async () => {
  await connect('woocommerce', 'www.old.example.com')
  await expect(connect('woocommerce', 'moved.example.com', 'https://other.example.com')).rejects.toThrow('Orders of ')
  await connect('woocommerce', 'moved.example.com', 'https://old.example.com/')
  const before = await pending()
  const half = { refunds: [{ id: 730, total: '-43.00' }] }
  await deliver('woocommerce', 'moved.example.com', order(727, '11-19', 'a@example.com', half))
  expect(await pending()).toBe(before - 400)
})

test('a shop that was made anew at its address: what has the number of another order is parked and changes nothing', async () => {
  const ana = await w.manager('Ana')
  const before = await pending()
  const end = { status: 'cancelled' }
  await deliver('woocommerce', 'moved.example.com', order(727, '11-16', 'c@example.com', end))
  expect(await pending()).toBe(before)
  expect(await ana.sees('managers')).toMatch(
    /Order 727 of .* has the id of an order that somebody else placed[\s\S]*connect it there as another/,
  )
  // The same order on another day, or of somebody who wrote their address otherwise, is itself.
  await deliver(
    'woocommerce',
    'moved.example.com',
    order(727, '11-10', 'a@example.com', { refunds: [{ id: 731, total: '-43.00' }] }),
  )
  expect(await pending()).toBe(before - 400)
  const former = await secretOf(w.app, w.programId, 'woocommerce')
  await w.within((ctx) => dropShop(ctx, 'woocommerce'))
  await connect('woocommerce-3', 'moved.example.com')
  expect(await deliver('woocommerce', 'moved.example.com', order(800, '11-20', 'c@example.com'), former)).toBe(401)
  expect(await deliver('woocommerce-3', 'moved.example.com', order(727, '11-20', 'c@example.com'))).toBe(200)
  expect(await pending()).toBe(before + 400)
})

test('a shop that only writes its address otherwise is the same one, connected or not', async () => {
  const source = 'woocommerce-4'
  await connect(source, 'www.plain.example.com')
  await w.within((ctx) => dropShop(ctx, source))
  const before = await pending()
  await deliver(source, 'plain.example.com', order(901, '11-20', 'd@example.com'))
  expect(await pending()).toBe(before + 800)
  const moved = { source, base: 'http://plain.example.com', shop: null }
  await w.within((ctx) => keepShop(ctx, moved, { key: 'k' }, undefined))
  await expect(connect('woocommerce-5', 'www.plain.example.com')).rejects.toThrow('This shop is connected already')
})

test('whoever connected a new shop at the address of the former one by mistake goes back to the former one', async () => {
  const source = 'woocommerce-4'
  await w.within((ctx) => dropShop(ctx, source))
  await connect('woocommerce-5', 'plain.example.com')
  await w.within((ctx) => dropShop(ctx, 'woocommerce-5'))
  await expect(connect(source, 'plain.example.com')).rejects.toThrow(
    'Orders of plain.example.com (former woocommerce-4) are kept',
  )
  await connect(source, 'plain.example.com', 'https://plain.example.com')
})

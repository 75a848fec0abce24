/** Decision 029: the end of an order is for good, in whichever order its sale, its end and its return are told. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { balances } from '../../src/ledger/service.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { connectShop, fromWoo } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  await connectShop(w, 'woocommerce')
})
afterAll(() => w.close())

const fixture = JSON.parse(readFileSync(new URL('../fixtures/woocommerce/order-updated.json', import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
const order = (id: number, modified: string, more: object = {}) => ({
  ...fixture,
  ...{ id, number: String(id), coupon_lines: [{ code: mia.code }], meta_data: [], refunds: [], status: 'processing' },
  ...{ date_created_gmt: '2026-11-20T11:00:00', date_modified_gmt: modified },
  ...more,
})

type Told = [topic: string, body: (id: number) => object]
const sale: Told = ['order.created', (id) => order(id, '2026-11-20T11:00:00')]
const ends: Record<string, Told> = {
  deleted: ['order.deleted', (id) => ({ id })],
  'in the trash': ['order.updated', (id) => order(id, '2026-11-20T11:10:00', { status: 'trash' })],
  cancelled: ['order.updated', (id) => order(id, '2026-11-20T11:10:00', { status: 'cancelled' })],
  // As after a dispute that was lost.
  'failed after it was paid': [
    'order.updated',
    (id) => order(id, '2026-11-20T11:10:00', { status: 'failed', date_paid_gmt: '2026-11-20T11:00:05' }),
  ],
}
const back: Told = ['order.restored', (id) => order(id, '2026-11-20T11:20:00')]
const live: Told = ['order.updated', (id) => order(id, '2026-11-20T11:20:00')]

const orders = ([a, b, c]: [Told, Told, Told]): Told[][] => [
  [a, b, c],
  [a, c, b],
  [b, a, c],
  [b, c, a],
  [c, a, b],
  [c, b, a],
]

let id = 100
test.each(Object.entries(ends))('an order that is %s earns nothing any more, though it comes back', async (_, end) => {
  const before = await pending()
  for (const again of [back, live])
    for (const told of orders([sale, end, again])) {
      id++
      for (const [topic, body] of told) await fromWoo(w, topic, body(id))
      const words = told.map(([topic]) => topic).join(', ')
      expect(await pending(), words).toBe(before)
      const row = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: String(id) } }))
      expect(row.cancelledAt, words).not.toBeNull()
    }
})

test('an order whose first payment failed earns by the next', async () => {
  const before = await pending()
  await fromWoo(w, 'order.updated', order(98, '2026-11-20T11:10:00', { status: 'failed' }))
  expect(await pending()).toBe(before)
  await fromWoo(w, ...([live[0], live[1](98)] as const))
  expect(await pending()).toBeGreaterThan(before)
})

test('an order without an end earns, however often it is told', async () => {
  const before = await pending()
  for (const [topic, body] of [sale, live, back]) await fromWoo(w, topic, body(99))
  expect(await pending()).toBeGreaterThan(before)
})

/** Webhooks that were made by hand: managers hear of the one that is missing, and that it has come. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hours } from '../../src/kernel/time.ts'
import { keepShop } from '../../src/programs/connections.ts'
import { connectShop, fromShopify, fromWoo } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
  await connectShop(w, 'woocommerce')
})
afterAll(() => w.close())

const later = async () => {
  w.at(hours(w.now, 25))
  await w.app.runJob('reconcile')
}

test('a shop that tells orders and never a change of one is told after a day, once, and again when it does', async () => {
  const ana = await w.manager('Ana')
  await fromShopify(w, 'refunds/create', { id: 1 })
  await later()
  expect(await ana.sees('managers')).not.toContain('what becomes of them')
  await fromShopify(w, 'orders/create', { id: 1 })
  await fromWoo(w, 'order.created', { id: 1 })
  await w.app.runJob('reconcile')
  expect(await ana.sees('managers')).not.toContain('what becomes of them')
  await later()
  await later()
  const seen = await ana.sees('managers')
  expect(seen.split('Shopify tells orders, and not what becomes of them')).toHaveLength(2)
  expect(seen).toContain('subscribe the app to orders/updated as well')
  expect(seen).toContain('add a webhook for the topic Order updated')
  await fromShopify(w, 'orders/updated', { id: 1 })
  await later()
  expect(await ana.sees('managers')).toContain('Shopify tells what becomes of its orders')
})

test('one that is connected with its keys is mended without a word', async () => {
  const shop = { source: 'shopify-2', base: 'http://127.0.0.1:9', shop: 'glow.myshopify.com' }
  await w.within((ctx) => keepShop(ctx, shop, { token: 't' }, 'secret'))
  const own = { programId: w.programId, source: 'shopify-2', externalId: 'orders/create:e1', state: 'done', bodyHash: 'x' }
  await w.within((ctx) => ctx.db.inbox.create({ data: { ...own, id: ctx.id('inbox'), receivedAt: ctx.now } }))
  await later()
  expect(await (await w.manager('Bob')).sees('managers')).not.toContain('glow.myshopify.com) tells orders')
})

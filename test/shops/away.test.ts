/** What happened while a shop was away is made good when it is there again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeMissing } from '../../src/links/shop-state.ts'
import { dropShop } from '../../src/programs/connections.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'
import { connectShop } from './connected.ts'
import { type LocalWoo, openWoo } from './woocommerce.ts'

let w: World
let woo: LocalWoo
let mia: Member
beforeAll(async () => {
  woo = await openWoo()
  w = await world({ environment: { FETCH_ALLOW: woo.origin } })
  mia = await enlist(w, 'Mia')
})
afterAll(async () => {
  await w.close()
  await woo.close()
})

const running = () => woo.coupons.filter((one) => one.date_expires_gmt === null).map((one) => one.code.toUpperCase())

test('a code that leaked while the shop was away ends there with the codes that it lacks', async () => {
  const ana = await w.manager('Ana')
  const id = await connectShop(w, 'woocommerce', woo.origin)
  const makeCodes = async () => {
    await w.within(async (ctx) => makeMissing(ctx, await ctx.db.connection.findUniqueOrThrow({ where: { id } })))
    await w.app.runJob('deliver')
  }
  await makeCodes()
  expect(running()).toEqual([mia.code])
  await w.within((ctx) => dropShop(ctx, 'woocommerce'))
  const code = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { code: mia.code } }))
  await ana.ask('rotate', { code: code.id, reason: 'leaked' })
  await w.app.runJob('deliver')
  expect(running()).toEqual([mia.code])
  await connectShop(w, 'woocommerce', woo.origin)
  await makeCodes()
  const { code: fresh } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { state: 'active' } }))
  expect(running()).toEqual([fresh])
})

test('an order that is changed while the list is read makes no other be passed over', async () => {
  const at = (minute: number) => new Date(w.now.getTime() + minute * 60_000)
  for (const id of [1, 2, 3, 4, 5]) woo.orders.push({ id, date_modified_gmt: at(id).toISOString().slice(0, 19) })
  const connection = await w.within((ctx) => ctx.db.connection.findFirstOrThrow({ where: { source: 'woocommerce' } }))
  const range = { since: w.now, until: at(10) }
  const read = new Set<number>()
  let page: string | undefined
  do {
    const found = await w.app.shops.talk(connection, (outward, reach) => outward.missed(reach, range, page))
    for (const { body } of found.deliveries) read.add(Number(JSON.parse(body.toString()).id))
    // The first in the list is changed after the first page was read.
    if (page === undefined) woo.orders[0]!.date_modified_gmt = at(20).toISOString().slice(0, 19)
    page = found.next
  } while (page !== undefined)
  expect([...read].sort()).toEqual([1, 2, 3, 4, 5])
})

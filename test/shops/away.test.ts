/** What was wished for of a shop while it was not connected is done when it is connected again and its codes are asked for. */
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

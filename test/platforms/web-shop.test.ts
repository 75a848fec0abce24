import { afterAll, beforeAll, expect, test } from 'vitest'
import { Visitor } from '../browse.ts'
import type { World } from '../world.ts'
import { event, openSimulator } from './simulator-door.ts'

let w: World
let origin: string
beforeAll(async () => {
  ;({ w, origin } = await openSimulator())
})
afterAll(() => w.close())

const code = async () => (await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { state: 'active' } }))).code
const theOrder = () => w.within((ctx) => ctx.db.order.findFirst({ where: { source: 'generic' }, orderBy: { number: 'desc' } }))

test('an order with a code and its refunds go through the real webhook', async () => {
  const shopper = new Visitor(origin)
  await shopper.go(`/shop/${w.programId}?bag=dew-serum.1,clay-mask.1&code=${(await code()).toLowerCase()}`)
  expect(shopper.words).toContain('takes 10 % off')
  expect(shopper.words).toContain('Buy for €54.43')
  const { token } = shopper
  const buy = { token, bag: 'dew-serum.1,clay-mask.1', code: await code(), email: 'shopper@example.com', event: event() }
  await shopper.post(`/shop/${w.programId}/orders`, buy)
  expect(shopper.words).toContain('Order #1001 is placed')
  expect(shopper.words).toContain('On its way to Troupe')
  await shopper.post(`/shop/${w.programId}/orders`, buy)
  await w.app.runJob('absorb')
  const order = (await theOrder())!
  expect(order).toMatchObject({ number: '#1001', base: 5040n, currency: 'EUR' })
  expect(order.creatorId).not.toBeNull()
  expect(await w.within((ctx) => ctx.db.order.count())).toBe(1)

  await shopper.go(`/shop/${w.programId}`)
  expect(shopper.words).toContain('Paid')
  await shopper.post(`/shop/${w.programId}/refunds`, { order: order.externalId, part: 'half', event: event() })
  await w.app.runJob('absorb')
  await shopper.go(`/shop/${w.programId}`)
  expect(shopper.words).toContain('€25.20 refunded')
  await shopper.post(`/shop/${w.programId}/refunds`, { order: order.externalId, part: 'all', event: event() })
  await w.app.runJob('absorb')
  await shopper.go(`/shop/${w.programId}`)
  expect(shopper.words).toContain('Refunded')
  const refunds = await w.within((ctx) => ctx.db.refund.findMany({ where: { orderExternalId: order.externalId } }))
  expect(refunds.map((refund) => refund.base)).toEqual([2520n, 2520n])
  await shopper.post(`/shop/${w.programId}/refunds`, { order: order.externalId, part: 'all', token, event: event() })
  expect(shopper.status).toBe(409)
})

test('the shop takes off what the offer says while it runs, from the order value that it names', async () => {
  const ana = await w.manager('Ana of offers')
  const day = { name: 'Five', discount: '5.00', ends: '2026-11-30', minimum: '30.00' }
  await ana.ask('offer create', day)
  const shopper = new Visitor(origin)
  await shopper.go(`/shop/${w.programId}?bag=clay-mask.1&code=${await code()}`)
  expect(shopper.words).toContain('takes €5.00 off orders of €30.00 and more')
  expect(shopper.words).not.toContain('−€')
  await shopper.go(`/shop/${w.programId}?bag=dew-serum.1&code=${await code()}`)
  expect(shopper.words).toContain('−€5.00')
  const { token } = shopper
  await shopper.post(`/shop/${w.programId}/orders`, { token, bag: 'dew-serum.1', code: await code(), event: event() })
  await w.app.runJob('absorb')
  expect(await theOrder()).toMatchObject({ base: 2700n, offerId: expect.any(String) })
  await ana.ask('offer end', { offer: (await theOrder())!.offerId! })
  await shopper.go(`/shop/${w.programId}?bag=dew-serum.1&code=${await code()}`)
  expect(shopper.words).toContain('takes 10 % off.')
})

test('a product with a rate of its own earns it beside others in the bag', async () => {
  const root = await w.admin('Root')
  await root.ask('rate set', { name: 'Dew', pays: '20 %', skus: 'dew-*' })
  const shopper = new Visitor(origin)
  await shopper.go(`/shop/${w.programId}?bag=dew-serum.1,clay-mask.2&code=${await code()}`)
  const { token } = shopper
  const bag = 'dew-serum.1,clay-mask.2'
  await shopper.post(`/shop/${w.programId}/orders`, { token, bag, code: await code(), event: event() })
  await w.app.runJob('absorb')
  const order = (await theOrder())!
  // 32.00 and 48.00 less 10 %: 20 % of 28.80 and 10 % of 43.20.
  expect(order.base).toBe(7200n)
  expect((await w.within((ctx) => ctx.db.line.findFirstOrThrow({ where: { orderId: order.id } }))).minor).toBe(576n + 432n)
})

test('the click id stays with the visit', async () => {
  const shopper = new Visitor(origin)
  await shopper.go(`/shop/${w.programId}?cid=a.b&bag=silk-mist.1`)
  expect(shopper.words).toContain("You came through a creator's link")
  expect(shopper.page).toContain('name="cid" value="a.b"')
  expect(shopper.links).toContain(`/shop/${w.programId}?cid=a.b&bag=silk-mist.2#bag`)
  await shopper.go(`/shop/prg_nobody`)
  expect(shopper.status).toBe(404)
})

test('an unknown code takes nothing off and is not sent', async () => {
  const shopper = new Visitor(origin)
  await shopper.go(`/shop/${w.programId}?bag=silk-mist.1&code=NOPE`)
  expect(shopper.words).toContain('NOPE is not an active code')
  expect(shopper.page).toContain('name="code" value=""')
})

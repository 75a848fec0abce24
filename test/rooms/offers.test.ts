import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { forget } from '../../src/links/personal.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import type { Persona } from '../chat.ts'
import { connectShop } from '../shops/connected.ts'
import { type LocalShopify, openShopify } from '../shops/shopify.ts'
import { type LocalStripe, openStripe } from '../shops/stripe.ts'
import { type LocalWoo, openWoo } from '../shops/woocommerce.ts'
import { type World, world } from '../world.ts'
import { order, tell } from './shop.ts'

let w: World
let shopify: LocalShopify
let stripe: LocalStripe
let woo: LocalWoo
let ana: Persona
let mia: Persona
let lea: Persona
beforeAll(async () => {
  ;[shopify, stripe, woo] = [await openShopify(), await openStripe(), await openWoo()]
  w = await world({
    now: '2026-11-24T12:00:00Z',
    environment: { FETCH_ALLOW: [shopify, stripe, woo].map((shop) => shop.origin).join(',') },
  })
  await connectShop(w, 'shopify', shopify.origin)
  await connectShop(w, 'stripe', stripe.origin)
  await connectShop(w, 'woocommerce', woo.origin)
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  lea = await w.creator('Lea')
  await mia.run('code')
  await lea.run('code')
  await settle()
}, 180_000)
afterAll(async () => {
  await w.close()
  for (const shop of [shopify, stripe, woo]) await shop.close()
})

/** The bells, as often as the calls need. */
const settle = async () => {
  for (let i = 0; i < 2; i++) {
    await w.app.runJob('due')
    await w.app.runJob('deliver')
    w.at(minutes(w.now, 1))
  }
}
const taken = () => ({
  shopify: shopify.discounts.find((one) => one.code === 'MIA10')?.percentage,
  stripe: stripe.promotions.filter((one) => one.active && one.code === 'MIA10').map((one) => stripe.coupons.get(one.coupon)),
  woo: woo.coupons.find((one) => one.code === 'mia10')?.amount,
})
const slugOf = (person: Persona) =>
  w.within(async (ctx) => (await ctx.db.link.findFirstOrThrow({ where: { creatorId: person.creatorId } })).slug)
const codeOf = (person: Persona) =>
  w.within(async (ctx) => (await ctx.db.code.findFirstOrThrow({ where: { creatorId: person.creatorId!, state: 'active' } })).id)
const landing = async (slug: string) => {
  const { server } = await w.serve()
  const answer = await server.inject({ method: 'GET', url: `/${slug}`, headers: { 'user-agent': 'Mozilla/5.0 Safari' } })
  return new URL(answer.headers.location as string).pathname
}

test('links and codes follow the calendar and stay the same; sales come under the offer and earn by its rate', async () => {
  const made = await ana.run('offer create', {
    name: 'Black Friday 2026',
    discount: '20 %',
    destination: '/black-friday',
    starts: '2026-11-27',
    ends: '2026-11-30',
    minimum: '50.00',
    creator: mia.creatorId,
  })
  expect(made).toMatch(/^The offer stands[\s\S]*Discount +20 % off[\s\S]*links and codes of Mia[\s\S]*planned/)
  expect(await ana.run('rate set', { name: 'Friday', pays: '15 %', offer: 'black friday 2026' })).toContain('The rate holds now')
  const slug = await slugOf(mia)
  await settle()
  expect([await landing(slug), taken()]).toEqual(['/', { shopify: 0.1, stripe: [10], woo: '10' }])

  // The web process heard of the offer before; from here on the clock alone decides.
  w.at('2026-11-26T22:59:59Z')
  expect(await landing(slug)).toBe('/')
  w.at('2026-11-26T23:00:00Z')
  expect([await landing(slug), await landing(await slugOf(lea))]).toEqual(['/black-friday', '/'])
  await settle()
  expect(taken()).toEqual({ shopify: 0.2, stripe: [20], woo: '20' })
  expect(woo.coupons[0]).toMatchObject({ minimum_amount: '50.00' })
  expect(shopify.discounts[0]!.minimum).toBe('50.00')
  expect(shopify.discounts.find((one) => one.code === 'LEA10')?.percentage).toBe(0.1)
  expect(await mia.run('code')).toMatch(/MIA10 takes 20 % off for shoppers[\s\S]*“Black Friday 2026”, until/)
  expect(await mia.sees()).toMatch(/Your kit, Mia[\s\S]*MIA10 takes 20 % off for shoppers[\s\S]*\(20 % off with MIA10\)/)
  expect(await mia.run('link')).toMatch(/“Black Friday 2026” is on: 20 % off\. It leads to [\s\S]*After that it leads to/)
  w.at('2026-11-28T12:00:00Z')
  await w.hook('generic', {
    type: 'order.created',
    data: { id: 'bf-1', at: w.now.toISOString(), currency: 'EUR', total: '100.00', codes: ['MIA10'] },
  })
  expect(await mia.run('why', { order: 'bf-1' })).toMatch(/Offer +“Black Friday 2026”, until[\s\S]*Rate +15 %, the rule “Friday”/)
  // Taken in by the thousand the same sale comes under the same offer.
  await w.within((ctx) => recordMany(ctx, 'csv', [order('bf-2', { codes: ['MIA10'], at: w.now.toISOString() })]))
  const sold = await w.within((ctx) => ctx.db.order.findMany({ orderBy: { externalId: 'asc' }, select: { offerId: true } }))
  expect(new Set(sold.map((one) => one.offerId))).toEqual(new Set([sold[0]!.offerId]))
  expect(sold[0]!.offerId).toMatch(/^ofr_/)

  // A lead is no sale, and one that the shopper's bank took back is none any more.
  const at = w.now.toISOString()
  await tell(w, { type: 'lead.qualified', orderId: 'lead-1', number: 'lead-1', at, codes: ['MIA10'], shopper: {}, test: false })
  await tell(w, order('lost', { codes: ['MIA10'], at }))
  await w.within((ctx) => ctx.db.order.updateMany({ where: { externalId: 'lost' }, data: { lostAt: ctx.now } }))
  const under = await w.within((ctx) => ctx.db.order.count({ where: { offerId: { not: null } } }))
  expect([under, await ana.run('offer list')]).toEqual([4, expect.stringMatching(/Black Friday 2026 +20 % off.* 2/)])

  w.at('2026-11-30T22:59:59Z')
  expect(await landing(slug)).toBe('/black-friday')
  w.at('2026-11-30T23:00:00Z')
  expect(await landing(slug)).toBe('/')
  await settle()
  expect(taken()).toEqual({ shopify: 0.1, stripe: [10], woo: '10' })
  expect([woo.coupons[0]!, shopify.discounts[0]!.minimum]).toEqual([expect.objectContaining({ minimum_amount: '0' }), null])
  await w.hook('generic', {
    type: 'order.created',
    data: { id: 'later', at: w.now.toISOString(), currency: 'EUR', total: '100.00', codes: ['MIA10'] },
  })
  expect(await mia.run('why', { order: 'later' })).toMatch(/Rate +10 %, the rate of the program/)
  expect(await ana.run('offer list')).toMatch(/Black Friday 2026 +20 % off[\s\S]*over +2/)
}, 120_000)

test('a tag that is given or taken off later, and limits that are set later, reach codes that are in the shops', async () => {
  await ana.run('offer create', { name: 'For friends', discount: '25 %', ends: '2026-12-31', tag: 'VIP', on: 'codes' })
  await settle()
  expect(shopify.discounts.map((one) => one.percentage)).toEqual([0.1, 0.1])
  await ana.run('creator tag', { creator: mia.creatorId, add: 'vip' })
  const root = await w.admin('Root')
  await root.run('setup shop', { minimum: '30.00', uses: '7' })
  await settle()
  const limits = { minimum: '30.00', usageLimit: 7 }
  expect(shopify.discounts.find((one) => one.code === 'MIA10')).toMatchObject({ percentage: 0.25, ...limits })
  expect(shopify.discounts.find((one) => one.code === 'LEA10')).toMatchObject({ percentage: 0.1, ...limits })
  await ana.run('creator tag', { creator: lea.creatorId, add: 'vip' })
  expect(await ana.run('rotate', { code: await codeOf(lea), why: 'asked' })).toContain('LEA10 is over')
  await settle()
  // The post that told of the new code is edited where it stands.
  expect(await lea.sees()).toMatch(/Your code is now LEA[\s\S]* takes 25 % off\. Tell it[\s\S]*That is “For friends”, until/)
  // Whoever lost the tag has the own percentage again; nothing is asked twice for what stands.
  await ana.run('creator tag', { creator: mia.creatorId, remove: 'vip' })
  await settle()
  expect(shopify.discounts.find((one) => one.code === 'MIA10')).toMatchObject({ percentage: 0.1, ...limits })
  const asked = await w.within((ctx) => ctx.db.shopCode.count({ where: { state: { in: ['wanted', 'failed'] } } }))
  expect(asked).toBe(0)
  await w.app.runJob('due')
  expect(await w.within((ctx) => ctx.db.shopCode.count({ where: { state: 'wanted' } }))).toBe(0)
}, 120_000)

test('a code that fades follows the calendar as well, and ends on its day', async () => {
  await ana.run('offer create', { name: 'Three days', discount: '40 %', ends: '2026-12-02', creator: mia.creatorId, on: 'codes' })
  await settle()
  expect(taken()).toEqual({ shopify: 0.4, stripe: [40], woo: '40' })
  await mia.run('code', { name: 'MIASHINES' })
  await settle()
  expect(await mia.run('code')).toMatch(/MIASHINES takes 40 %[\s\S]*MIA10 still counts until/)
  w.at('2026-12-03T12:00:00Z')
  await settle()
  expect(taken()).toEqual({ shopify: 0.1, stripe: [10], woo: '10' })
  expect(shopify.discounts.find((one) => one.code === 'MIASHINES')?.percentage).toBe(0.1)
  w.at('2026-12-20T12:00:00Z')
  await settle()
  expect(shopify.discounts.find((one) => one.code === 'MIA10')?.status).toBe('EXPIRED')
  expect(stripe.promotions.filter((one) => one.active).map((one) => one.code)).not.toContain('MIA10')
  expect(woo.coupons.find((one) => one.code === 'mia10')?.date_expires_gmt).not.toBeNull()
}, 120_000)

test('a change that a shop refuses does not keep a code there that is over', async () => {
  await ana.run('offer create', { name: 'Later', discount: '30 %', ends: '2026-12-22', creator: lea.creatorId, on: 'codes' })
  await settle()
  const before = await codeOf(lea)
  const discount = shopify.discounts.find((one) => one.status === 'ACTIVE' && one.code.startsWith('LEA'))!
  await lea.run('code', { name: 'LEASHINES' })
  await settle()
  const denied = { json: { errors: [{ message: 'Access denied for discountCodeBasicUpdate field.' }] } }
  shopify.faults.push({ when: (asked) => asked.body.includes('BasicUpdate') && asked.body.includes(discount.id), gives: denied })
  w.at('2026-12-23T12:00:00Z')
  await settle()
  const standing = async () =>
    (await w.within((ctx) => ctx.db.shopCode.findMany({ where: { codeId: before }, orderBy: { state: 'asc' } }))).map(
      ({ state }) => state,
    )
  expect(await standing()).toEqual(['failed', 'live', 'live'])
  // Nobody presses anything, and the worker is away until the code is over.
  w.at('2027-01-10T12:00:00Z')
  await settle()
  expect(await standing()).toEqual(['ended', 'ended', 'ended'])
  expect(discount.status).toBe('EXPIRED')
}, 120_000)

test('whoever is forgotten while a code of theirs fades has it no longer in the shop', async () => {
  const ida = await w.creator('Ida')
  await ida.run('code')
  await settle()
  await ida.run('code', { name: 'IDASHINES' })
  await settle()
  const named = () => shopify.discounts.filter((one) => one.code.startsWith('IDA')).map(({ status }) => status)
  expect(named()).toEqual(['ACTIVE', 'ACTIVE'])
  await ana.run('offer create', { name: 'For Ida', discount: '30 %', ends: '2027-02-22', creator: ida.creatorId, on: 'codes' })
  await w.within((ctx) => forget(ctx, { personIds: [ida.personId], creatorIds: [ida.creatorId!], words: ['Ida', '@ida.glow'] }))
  const before = shopify.discounts.length
  await settle()
  await settle()
  expect(named()).toEqual(['EXPIRED', 'EXPIRED'])
  expect(shopify.discounts).toHaveLength(before)
}, 120_000)

test('a code that leaks is over in the shop at once, though an earlier version had planned its end for another day', async () => {
  const uma = await w.creator('Uma')
  await uma.run('code')
  await settle()
  const code = await codeOf(uma)
  await uma.run('code', { name: 'UMASHINES' })
  await settle()
  await w.within((ctx) => ctx.db.$executeRaw`UPDATE "Outbox" SET payload = payload - 'on' WHERE key = ${`code:${code}`}`)
  await ana.run('rotate', { code })
  await settle()
  expect(shopify.discounts.find((one) => one.code === 'UMA10')?.status).toBe('EXPIRED')
}, 120_000)

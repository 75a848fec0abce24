/** A code's life in the shop, told in chat: chosen, taken, leaked, lost on the way. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { connectShop } from '../shops/connected.ts'
import { type LocalShopify, openShopify } from '../shops/shopify.ts'
import { type LocalWoo, openWoo } from '../shops/woocommerce.ts'
import { type World, world } from '../world.ts'

let w: World
let shopify: LocalShopify
let woo: LocalWoo
let ana: Persona
beforeAll(async () => {
  shopify = await openShopify()
  woo = await openWoo()
  w = await world({ environment: { SHOPIFY_API_BASE: shopify.origin, FETCH_ALLOW: `${shopify.origin},${woo.origin}` } })
  w.app.log.level = 'silent'
  await connectShop(w, 'shopify', shopify.origin)
  ana = await w.manager('Ana')
})
afterAll(async () => {
  await w.close()
  await shopify.close()
  await woo.close()
})
beforeEach(() => {
  shopify.asked.length = 0
})

const deliver = () => w.app.runJob('deliver')
const active = () => shopify.discounts.filter((d) => d.status === 'ACTIVE').map((d) => d.code)
const times = (text: string, words: string) => text.split(words).length - 1
const codeIdOf = async (code: string) => (await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { code } }))).id
const order = async (number: string, code: string) => {
  const at = w.now.toISOString()
  await w.hook('generic', {
    type: 'order.created',
    data: { id: number, number, at, currency: 'EUR', total: '100.00', codes: [code] },
  })
}

test('the first code is made in the shop, and /code says how it stands', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.run('code')).toMatch(/MIA10 takes 10 %[\s\S]*Shopify\s+being made/)
  await deliver()
  expect(await mia.run('code')).toMatch(/Shopify\s+live in the shop/)
  expect(shopify.discounts).toMatchObject([{ code: 'MIA10', percentage: 0.1, status: 'ACTIVE' }])
})

test('a name that is taken in the shop gives way to the next one, and the kit says the right one', async () => {
  shopify.add('LEA10')
  const lea = await w.creator('Lea')
  await deliver()
  await deliver()
  expect(await lea.run('code')).toMatch(/LEAGLOW10 takes[\s\S]*live in the shop/)
  w.at(minutes(w.now, 1))
  const kit = await lea.sees()
  expect(kit).toContain('LEAGLOW10 takes 10 % off')
  expect(kit).not.toContain('LEA10 takes')
  await order('#T1', 'LEA10')
  expect(await w.within((ctx) => ctx.db.line.count({ where: { creatorId: lea.creatorId } }))).toBe(0)
})

test('a creator chooses a name once; it is made first, then takes over, and the old one goes on for a while', async () => {
  const zoe = await w.creator('Zoe')
  await deliver()
  await zoe.ask('code')
  const { form } = await zoe.press('Choose your own code')
  expect(form?.fields.map((field) => field.name)).toEqual(['name'])
  expect((await zoe.fill({ name: 'zoeglows' })).text).toMatch(/^ZOEGLOWS is being made/)
  expect(await zoe.run('code')).toMatch(/ZOE10 takes[\s\S]*ZOEGLOWS, which you chose/)
  await deliver()
  expect(await zoe.sees()).toMatch(/ZOEGLOWS is live/)
  const after = await zoe.run('code')
  expect(after).toMatch(/ZOEGLOWS takes 10 %[\s\S]*ZOE10 still counts until/)
  expect(after).not.toContain('Choose your own')
  expect(active()).toEqual(expect.arrayContaining(['ZOE10', 'ZOEGLOWS']))
  expect(await zoe.run('code', { name: 'ZOEAGAIN' })).toContain('You have chosen your code before.')
  w.at(minutes(w.now, 15 * 24 * 60))
  await deliver()
  expect(active()).not.toContain('ZOE10')
  expect(active()).toContain('ZOEGLOWS')
})

test('a chosen name that is taken is asked for again, and the choice is still there', async () => {
  shopify.add('IDASTYLE')
  const ida = await w.creator('Ida')
  await ida.run('code', { name: 'IdaStyle' })
  await deliver()
  expect(await ida.sees()).toMatch(/IDASTYLE is taken[\s\S]*Free are IDASTYLE10 and/)
  expect(await ida.run('code')).toContain('IDA10 takes')
  await ida.press('Choose another code')
  await ida.fill({ name: 'IDALOVES' })
  await deliver()
  expect(await ida.run('code')).toMatch(/IDALOVES takes[\s\S]*live in the shop/)
})

test('a lost reply: the shop is asked before it is told again, and nobody hears anything twice', async () => {
  const eva = await w.creator('Eva')
  shopify.faults.push({ when: (asked) => asked.body.includes('BasicCreate'), gives: 'lose the reply' })
  await deliver()
  expect(await eva.run('code')).toMatch(/EVA10[\s\S]*being made/)
  w.at(minutes(w.now, 5))
  await deliver()
  expect(shopify.said()).toEqual(['discountCodeBasicCreate', 'codeDiscountNodeByCode'])
  expect(await eva.run('code')).toMatch(/EVA10[\s\S]*live in the shop/)
  expect(shopify.discounts.filter((d) => d.code === 'EVA10')).toHaveLength(1)
})

test('a leak: the manager rotates, the old code ends in the shop, the new one is told privately and once', async () => {
  const nora = await w.creator('Nora')
  const other = await w.creator('Olga')
  await deliver()
  await order('#L1', 'NORA10')
  const asked = await ana.ask('rotate', { code: await codeIdOf('NORA10') })
  expect(asked.text).toMatch(/^NORA10 is over/)
  expect(asked.text).not.toContain('NORAGLOW10')
  shopify.faults.push({ when: (one) => one.body.includes('BasicCreate'), gives: 'lose the reply' })
  await deliver()
  w.at(minutes(w.now, 10))
  await deliver()
  w.at(minutes(w.now, 10))
  expect(active()).toContain('NORAGLOW10')
  expect(active()).not.toContain('NORA10')
  const seen = await nora.sees()
  expect(times(seen, 'Your code is now NORAGLOW10')).toBe(1)
  expect(seen).toMatch(/Your code is now NORAGLOW10[\s\S]*live in the shop/)
  expect(await other.sees()).not.toContain('NORA')
  await order('#L2', 'NORA10')
  await order('#L3', 'NORAGLOW10')
  expect(await nora.run('why', { order: '#L1' })).toContain('the code was used on the order')
  expect(await nora.run('why', { order: '#L2' })).toContain('the code had leaked and was replaced by a new one before the order')
  expect(await nora.run('why', { order: '#L3' })).toContain('the code was used on the order')
  expect(await ana.run('rotate', { code: await codeIdOf('NORA10') })).toContain('NORA10 is not in use any more.')
})

test('a creator may replace an own code once a day; another’s does not exist for them', async () => {
  const ina = await w.creator('Ina')
  await deliver()
  await ina.ask('code')
  await ina.press('Replace code')
  expect((await ina.fill({ why: 'leaked' })).text).toMatch(/^INA10 is over/)
  await deliver()
  expect(await ina.sees()).toContain('Your code is now INAGLOW10')
  expect(await ana.sees('managers')).toContain('Ina replaced their code')
  expect(await ina.run('rotate', { code: await codeIdOf('INAGLOW10') })).toContain('Your code was replaced within the last day.')
  expect(await ina.run('rotate', { code: await codeIdOf('MIA10') })).toContain('This code does not exist.')
})

test('a shop that asks to wait is left alone until then', async () => {
  await w.creator('Ada')
  await w.creator('Abel')
  await deliver()
  shopify.asked.length = 0
  for (const name of ['ADA10', 'ABEL10']) await ana.run('rotate', { code: await codeIdOf(name) })
  shopify.faults.push({ when: () => true, gives: { status: 429, headers: { 'retry-after': '30' }, json: {} } })
  await deliver()
  expect(shopify.asked).toHaveLength(1)
  await deliver()
  expect(shopify.asked).toHaveLength(1)
  w.at(minutes(w.now, 1))
  await deliver()
  expect(active()).toEqual(expect.arrayContaining(['ADAGLOW10', 'ABELGLOW10']))
})

test('a shop that refuses: managers get the fix, and one press makes it good', async () => {
  const uma = await w.creator('Uma')
  const refused = { errors: [{ message: 'Access denied for discountCodeBasicCreate field.' }] }
  shopify.faults.push({ when: (asked) => asked.body.includes('UMA10'), gives: { json: refused } })
  await deliver()
  expect(await ana.sees('managers')).toMatch(/UMA10 could not be made in Shopify[\s\S]*Access denied[\s\S]*write_discounts/)
  expect(await uma.run('code')).toMatch(/could not be made yet; the team knows/)
  await ana.press('Try again')
  await deliver()
  w.at(minutes(w.now, 1))
  expect(await ana.sees('managers')).toContain('UMA10 is right in Shopify again')
  expect(await uma.run('code')).toContain('live in the shop')
})

test('a shop that never answers: ten tries further and further apart, then managers get a card', async () => {
  await w.creator('Ella')
  const about = (asked: { body: string }) => asked.body.includes('ELLA10')
  shopify.faults.push(...Array.from({ length: 10 }, () => ({ when: about, gives: 'hang up' as const })))
  for (let i = 0; i < 9; i++) {
    await deliver()
    w.at(minutes(w.now, 20))
  }
  expect(shopify.asked.filter(about)).toHaveLength(9)
  expect(await ana.sees('managers')).not.toContain('ELLA10')
  expect(await ana.sees('managers')).toMatch(/ELLA10 could not be made in Shopify[\s\S]*Look whether the shop can be reached/)
  expect(shopify.asked.filter(about)).toHaveLength(10)
  shopify.asked.length = 0
  w.at(minutes(w.now, 600))
  await deliver()
  expect(shopify.asked).toEqual([])
  await ana.press('Try again')
  await deliver()
  expect(active()).toContain('ELLA10')
})

test('a second shop beside the first gets the codes on demand, and new ones by itself', async () => {
  await connectShop(w, 'woocommerce', woo.origin)
  const root = await w.admin('Root')
  const before = await root.run('setup shop')
  expect(before).toMatch(/Shopify\s+http[\s\S]*WooCommerce\s+http[\s\S]*Codes\s+0 of \d+ live/)
  await root.press(/Make \d+ codes in WooCommerce/.exec(before)![0])
  await deliver()
  const count = await w.within((ctx) => ctx.db.code.count({ where: { state: 'active' } }))
  expect(woo.coupons).toHaveLength(count)
  const una = await w.creator('Una')
  await deliver()
  expect(await una.run('code')).toMatch(/Shopify\s+live in the shop\s+WooCommerce\s+live in the shop/)
})

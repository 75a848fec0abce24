import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/db/generated/client.ts'
import { nameless } from '../../src/kernel/personal.ts'
import type { CodeWish } from '../../src/outward.ts'
import { deliveryOf } from '../../src/platforms/platform.ts'
import { type World, world } from '../world.ts'
import { connectShop } from './connected.ts'
import type { LocalShop } from './server.ts'
import { type LocalShopify, openShopify } from './shopify.ts'
import { type LocalStripe, openStripe } from './stripe.ts'
import { type LocalWoo, openWoo } from './woocommerce.ts'

let w: World
let shopify: LocalShopify
let stripe: LocalStripe
let woo: LocalWoo
const connections = new Map<string, Connection>()
beforeAll(async () => {
  shopify = await openShopify()
  stripe = await openStripe()
  woo = await openWoo()
  w = await world({ environment: { FETCH_ALLOW: [shopify, stripe, woo].map((shop) => shop.origin).join(',') } })
  for (const [source, shop] of [
    ['shopify', shopify],
    ['stripe', stripe],
    ['woocommerce', woo],
  ] as const) {
    const id = await connectShop(w, source, shop.origin)
    connections.set(source, await w.within((ctx) => ctx.db.connection.findUniqueOrThrow({ where: { id } })))
  }
})
afterAll(async () => {
  await w.close()
  for (const shop of [shopify, stripe, woo]) await shop.close()
})

const shops = ['shopify', 'stripe', 'woocommerce'] as const
type Source = (typeof shops)[number]
const local = (source: Source): LocalShop => ({ shopify, stripe, woocommerce: woo })[source]
let names = 0
const wish = (): CodeWish => ({
  id: `cod_${++names}`,
  code: `MIA${names}X`,
  percent: 15,
  from: w.now,
  adopted: false,
  again: false,
  now: w.now,
})
const make = (source: Source, one: CodeWish) =>
  w.app.shops.talk(connections.get(source)!, (outward, reach) => outward.makeCode(reach, one))
const end = (source: Source, one: CodeWish, ref: string | null = null) =>
  w.app.shops.talk(connections.get(source)!, (outward, reach) => outward.endCode(reach, one, ref, w.now))
let rounds = 0
const hooks = (source: Source, round = String(++rounds)) =>
  w.app.shops.talk(connections.get(source)!, (outward, reach) =>
    outward.hooks(reach, { url: 'https://go.glow.example/hooks/x/y', secret: 'whsec_ours', round }),
  )

/** The codes that a shopper can use now, with the percentage each takes off. */
const live = (source: Source): Record<string, number> => {
  if (source === 'shopify')
    return Object.fromEntries(shopify.discounts.filter((d) => d.status === 'ACTIVE').map((d) => [d.code, d.percentage * 100]))
  if (source === 'stripe')
    return Object.fromEntries(stripe.promotions.filter((p) => p.active).map((p) => [p.code, stripe.coupons.get(p.coupon)!]))
  return Object.fromEntries(
    woo.coupons.filter((c) => c.date_expires_gmt === null).map((c) => [c.code.toUpperCase(), Number(c.amount)]),
  )
}

describe.each(shops)('%s', (source) => {
  test('a code is made, found again, ended, and made again', async () => {
    const one = wish()
    const made = await make(source, one)
    expect(made).toMatchObject({ state: 'live', ref: expect.any(String) })
    expect(live(source)[one.code]).toBe(15)
    expect(await make(source, { ...one, again: true })).toEqual(made)
    await end(source, one)
    expect(live(source)).not.toHaveProperty(one.code)
    expect(await make(source, { ...one, again: true })).toEqual(made)
    expect(live(source)[one.code]).toBe(15)
    await end(source, one, (made as { ref: string }).ref)
    expect(live(source)).not.toHaveProperty(one.code)
    await end(source, one)
  })

  test('a name that somebody else has is taken, and ending it leaves theirs alone', async () => {
    const theirs = wish()
    await make(source, theirs)
    const ours = { ...wish(), code: theirs.code }
    expect(await make(source, ours)).toEqual({ state: 'taken' })
    expect(await make(source, { ...ours, again: true })).toEqual({ state: 'taken' })
    await end(source, ours)
    expect(live(source)[theirs.code]).toBe(15)
  })

  test('a code that came with the roster is the one that is there', async () => {
    const theirs = wish()
    const made = await make(source, theirs)
    expect(await make(source, { ...wish(), code: theirs.code, adopted: true })).toEqual(made)
  })

  test('what was made although its reply was lost is found before it is made again', async () => {
    const one = wish()
    const writes = () => local(source).asked.filter((a) => a.method === 'POST' && a.body.includes(one.code)).length
    local(source).faults.push({
      when: (a) => a.method === 'POST' && /\bBasicCreate|code=MIA|"code":"MIA|CodeBasicCreate/.test(a.body),
      gives: 'lose the reply',
    })
    await expect(make(source, one)).rejects.toThrow()
    expect(live(source)[one.code]).toBe(15)
    const before = writes()
    expect(await make(source, { ...one, again: true })).toMatchObject({ state: 'live' })
    // Shopify is asked by POST as well.
    expect(writes() - before).toBe(source === 'shopify' ? 1 : 0)
    expect(local(source).asked.at(-1)!.body).not.toContain('BasicCreate')
  })

  test('webhooks are registered once; one that was dropped or switched off comes back', async () => {
    const first = await hooks(source)
    expect(first.mended).toEqual(first.standing)
    expect(first.standing.length).toBeGreaterThan(3)
    expect((await hooks(source)).mended).toEqual([])
    if (source === 'shopify') shopify.hooks.splice(0, 2)
    if (source === 'stripe') stripe.endpoints[0]!.status = 'disabled'
    if (source === 'woocommerce') Object.assign(woo.hooks[0]!, { status: 'disabled' })
    const again = await hooks(source)
    expect(again.mended).toHaveLength(source === 'shopify' ? 2 : source === 'stripe' ? first.standing.length : 1)
    expect((await hooks(source)).mended).toEqual([])
    if (source === 'stripe') expect(first.secret).toMatch(/^whsec_/)
    if (source === 'woocommerce') expect(woo.hooks.every((hook) => hook.secret === 'whsec_ours')).toBe(true)
  })

  test.each([
    [
      { status: 429, headers: { 'retry-after': '7' }, json: {} },
      { kind: 'later', afterMs: 7_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': '-1' }, json: {} },
      { kind: 'later', afterMs: 2_000 },
    ],
    [{ status: 401, json: {} }, { kind: 'gone' }],
    [{ status: 403, json: {} }, { kind: 'gone' }],
    [{ status: 302, headers: { location: 'https://elsewhere.example/' }, json: {} }, { kind: 'gone' }],
    [{ status: 503, json: {} }, undefined],
  ])('an answer of %j means %j', async (gives, kind) => {
    local(source).faults.push({ when: () => true, gives })
    const error = await make(source, wish()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Error)
    if (kind) expect(deliveryOf(error)).toMatchObject(kind)
    else expect(deliveryOf(error)).toBeUndefined()
  })
})

test('Shopify’s own limit comes with status 200 and says how soon there are points again', async () => {
  const json = {
    errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
    extensions: {
      cost: { requestedQueryCost: 252, throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 52, restoreRate: 50 } },
    },
  }
  shopify.faults.push({ when: () => true, gives: { json } })
  const error = await make('shopify', wish()).catch((e: unknown) => e)
  expect(deliveryOf(error)).toEqual({ kind: 'later', afterMs: 4_000 })
})

test('a newer Shopify that calls the address uri is spoken to in its words', async () => {
  const json = {
    errors: [
      {
        message:
          'Variable $webhookSubscription was provided invalid value for callbackUrl (Field is not defined on WebhookSubscriptionInput)',
      },
    ],
  }
  shopify.hooks.splice(0, 1)
  shopify.faults.push({ when: (a) => a.body.includes('"callbackUrl"'), gives: { json } })
  shopify.faults.push({
    when: (a) => a.body.includes('"uri"'),
    gives: { json: { data: { webhookSubscriptionCreate: { webhookSubscription: { id: 'x' }, userErrors: [] } } } },
  })
  expect((await hooks('shopify')).mended).toHaveLength(1)
  expect(shopify.faults).toEqual([])
})

test('what each shop is told is what its rules ask for', () => {
  const created = JSON.parse(shopify.asked.find((a) => a.body.includes('BasicCreate'))!.body) as { variables: object }
  expect(created.variables).toMatchObject({
    basicCodeDiscount: {
      context: { all: 'ALL' },
      customerGets: { value: { percentage: 0.15 }, items: { all: true } },
      endsAt: null,
    },
  })
  expect(stripe.asked.every((a) => a.headers['stripe-version'] === '2025-09-30.clover')).toBe(true)
  expect(
    stripe.asked
      .filter((a) => a.path === '/v1/promotion_codes' && a.method === 'POST')
      .every((a) => a.headers['idempotency-key']),
  ).toBe(true)
  expect(shopify.asked.every((a) => a.path.startsWith('/admin/api/2026-01/'))).toBe(true)
})

test('that Stripe is busy with another request about the same code is no refusal: the next try makes it', async () => {
  const one = wish()
  const busy = {
    status: 409,
    json: { error: { message: 'There is another request in progress.', code: 'idempotency_key_in_use' } },
  }
  stripe.faults.push({ when: (a) => a.method === 'POST' && a.path === '/v1/promotion_codes', gives: busy })
  const error = await make('stripe', one).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: 'Stripe answered with 409.' })
  expect(deliveryOf(error)).toBeUndefined()
  expect(await make('stripe', { ...one, again: true })).toMatchObject({ state: 'live' })
})

test('Stripe tells an endpoint’s secret once; lost on the way, it is asked for again and no second endpoint is made', async () => {
  stripe.endpoints.length = 0
  stripe.done.clear()
  stripe.faults.push({ when: (a) => a.method === 'POST' && a.path === '/v1/webhook_endpoints', gives: 'lose the reply' })
  await expect(hooks('stripe', 'same')).rejects.toThrow()
  expect((await hooks('stripe', 'same')).secret).toBe('whsec_madebystripe0123456789')
  expect(stripe.endpoints).toHaveLength(1)
  expect(await hooks('stripe')).toEqual({ standing: expect.any(Array), mended: [] })
})

test('of a Shopify discount with many codes none is ended or switched on with the others', async () => {
  const one = { ...wish(), adopted: true }
  shopify.add(one.code)
  const discount = shopify.discounts.find(({ code }) => code === one.code)!
  discount.others = ['BO10', 'LEA10']
  const made = (await make('shopify', one)) as { ref: string }
  await expect(end('shopify', one, made.ref)).rejects.toThrow('one of several codes of a discount')
  expect(discount.status).toBe('ACTIVE')
  discount.status = 'EXPIRED'
  await expect(make('shopify', one)).rejects.toThrow('one of several codes of a discount')
  expect(discount.status).toBe('EXPIRED')
  // Taken out of its discount by hand, it is ended.
  shopify.discounts.splice(shopify.discounts.indexOf(discount), 1)
  await end('shopify', one, made.ref)
})

test('a Shopify discount whose creator was forgotten, and its name with them, is ended by its id', async () => {
  const one = { ...wish(), adopted: true }
  shopify.add(one.code)
  const discount = shopify.discounts.find(({ code }) => code === one.code)!
  const { ref } = (await make('shopify', one)) as { ref: string }
  const former = { ...one, code: nameless(one.id).toUpperCase() }
  discount.others = ['BO10']
  await expect(end('shopify', former, ref)).rejects.toThrow('one of several codes of a discount')
  expect(discount.status).toBe('ACTIVE')
  discount.others = []
  await end('shopify', former, ref)
  expect(discount.status).toBe('EXPIRED')
})

test('a coupon of WooCommerce that came with the roster keeps the end that its merchant gave it', async () => {
  const one = { ...wish(), adopted: true }
  const own = (code: string, date_expires_gmt: string) => {
    woo.coupons.push({ id: 9_000 + names, code: code.toLowerCase(), amount: '15', date_expires_gmt, meta_data: [] })
    return woo.coupons.at(-1)!
  }
  const december = own(one.code, '2026-12-31T23:59:59')
  expect(await make('woocommerce', one)).toMatchObject({ state: 'live' })
  expect(december.date_expires_gmt).toBe('2026-12-31T23:59:59')
  const other = { ...wish(), adopted: true }
  const over = own(other.code, '2026-11-01T00:00:00')
  await make('woocommerce', other)
  expect(over.date_expires_gmt).toBeNull()
})

test('Shopify: disputes are listened to where the app may hear of them', async () => {
  expect((await hooks('shopify')).standing).toHaveLength(9)
  shopify.app.scope += ',read_shopify_payments_disputes'
  expect((await hooks('shopify')).mended).toEqual(['disputes/create', 'disputes/update'])
  const { standing, mended } = await hooks('shopify')
  expect([standing.length, mended]).toEqual([11, []])
  shopify.app.scope = 'read_orders,write_discounts'
})

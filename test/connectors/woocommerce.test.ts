import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import woocommerce from '../../src/connectors/woocommerce.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { tools } from './told.ts'

const fixture = readFileSync(new URL('../fixtures/woocommerce/order-updated.json', import.meta.url), 'utf8')
const heardAt = '2026-01-05T10:00:00.000Z'
const deliver = (topic: string, text: string) =>
  woocommerce.facts({ headers: { 'x-wc-webhook-topic': topic }, body: Buffer.from(text) }, { ...tools, heardAt })
const order = (change: object) => deliver('order.updated', JSON.stringify({ ...JSON.parse(fixture), ...change }))
const eur = (minor: string) => ({ minor, currency: 'EUR' })

const body = Buffer.from('{"id":820982911946154508,"name":"#9999"}')
const good = '6e+tFUkA3nIZH/VuKMWyj0viZWcIGo88pQg72yJotuE='
const verify = (signature: string | undefined, secrets = ['wc_test'], bytes = body) =>
  woocommerce.verify(
    { headers: signature === undefined ? {} : { 'x-wc-webhook-signature': signature }, body: bytes },
    secrets,
    new Date(heardAt),
  )

describe('the signature', () => {
  test('of the known vector is right, by either secret of a rotation', () => {
    expect(verify(good)).toBe(true)
    expect(verify(good, ['new', 'wc_test'])).toBe(true)
    expect(verify(good, ['wc_test', 'new'])).toBe(true)
    expect(verify(good, ['new'])).toBe(false)
  })

  test('is refused: missing, empty, altered, in hex, by an empty secret', () => {
    const empty = createHmac('sha256', '').update(body).digest('base64')
    const wrong = [undefined, '', good.slice(1), good.toLowerCase(), `${good}=`, Buffer.from(good, 'base64').toString('hex')]
    for (const signature of wrong) expect(verify(signature)).toBe(false)
    expect(verify(empty, [''])).toBe(false)
    for (let bit = 0; bit < body.length * 8; bit++) {
      const altered = Buffer.from(body)
      altered[bit >> 3]! ^= 1 << (bit & 7)
      expect(verify(good, ['wc_test'], altered)).toBe(false)
    }
  })
})

test('a delivery is known by its topic and body, for two orders of one second share their delivery id', () => {
  const id = (topic: string, text: string) =>
    woocommerce.externalId({
      headers: { 'x-wc-webhook-topic': topic, 'x-wc-webhook-delivery-id': 'same' },
      body: Buffer.from(text),
    })
  expect(id('order.updated', '{"id":1}')).toBe(id('order.updated', '{"id":1}'))
  expect(id('order.updated', '{"id":1}')).not.toBe(id('order.updated', '{"id":2}'))
  expect(id('order.created', '{"id":1}')).not.toBe(id('order.updated', '{"id":1}'))
})

test('the greeting is the form without a signature and nothing else', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const is = (text: string, headers: Record<string, string> = form) =>
    woocommerce.isGreeting?.({ headers, body: Buffer.from(text) })
  expect(is('webhook_id=5')).toBe(true)
  expect(is('webhook_id=5', { 'content-type': 'application/json' })).toBe(false)
  expect(is('webhook_id=5', { ...form, 'x-wc-webhook-signature': good })).toBe(false)
  for (const text of ['webhook_id=', 'webhook_id=5&x=1', ' webhook_id=5', `webhook_id=${'5'.repeat(30)}`, '{"id":1}'])
    expect(is(text)).toBe(false)
})

test('the shop is the address it comes from', () => {
  const of = (source: string) => woocommerce.shop?.({ headers: { 'x-wc-webhook-source': source }, body })
  expect(of('https://shop.example.com/')).toBe('shop.example.com')
  expect(of('https://shop.example.com/de/')).toBe('shop.example.com/de')
  expect(of('')).toBeUndefined()
})

test('an order with its refund inside', () => {
  expect(deliver('order.updated', fixture)).toEqual([
    {
      type: 'order.placed',
      orderId: '727',
      number: '727',
      at: '2026-01-02T09:00:00.000Z',
      paid: true,
      test: false,
      base: eur('8000'),
      components: { total: eur('8600'), discounts: eur('2000'), tax: eur('0'), shipping: eur('600') },
      codes: ['MAYA15'],
      cid: 'clk_1',
      shopper: { id: '#woocommerce:7', email: '#buyer@example.com' },
      items: [{ sku: 'TEE', quantity: 2, net: eur('8000') }],
    },
    { type: 'order.refunded', refundId: '730', orderId: '727', at: heardAt, base: eur('4000'), whole: eur('8600') },
  ])
  expect(deliver('order.created', fixture)).toEqual(deliver('order.updated', fixture))
})

test.each<[string, object, boolean]>([
  ['processing', {}, true],
  ['completed', {}, true],
  ['pending', {}, false],
  ['on-hold', {}, false],
  ['failed', {}, false],
  ['cancelled', {}, false],
  ['in-the-kitchen', {}, false],
  ['in-the-kitchen', { date_paid_gmt: '2026-01-02T09:05:00' }, true],
  ['cancelled', { date_paid_gmt: '2026-01-02T09:05:00' }, true],
])('an order that is %s %o is paid: %s', (status, more, paid) => {
  expect(order({ status, refunds: [], ...more })[0]).toMatchObject({ paid })
})

test('an order that ends, as a draft, or deleted', () => {
  expect(order({ status: 'cancelled', refunds: [], date_modified_gmt: '2026-01-03T09:00:00' })[1]).toEqual({
    type: 'order.cancelled',
    orderId: '727',
    at: '2026-01-03T09:00:00.000Z',
  })
  expect(order({ status: 'checkout-draft' })).toEqual([])
  expect(deliver('order.deleted', '{"id":727}')).toEqual([{ type: 'order.cancelled', orderId: '727', at: heardAt }])
  // The topic is a header that nobody signed.
  expect(() => deliver('order.deleted', fixture)).toThrow(Refusal)
})

test('goods without a SKU stand beside those that have one, for a rate by SKU pays for its own items alone', () => {
  const line_items = [
    { id: 1, sku: 'TEE', quantity: 1, total: '20.00' },
    { id: 2, sku: '', quantity: 1, total: '60.00' },
  ]
  const items = [
    { sku: 'TEE', quantity: 1, net: eur('2000') },
    { sku: '', quantity: 1, net: eur('6000') },
  ]
  expect(order({ line_items, refunds: [] })[0]).toMatchObject({ base: eur('8000'), items })
})

test('a shop that counts with more decimals than its currency has is rounded once, at the end', () => {
  const line_items = ['10.3333', '10.3333', '10.3334'].map((total, id) => ({ id, sku: 'S', quantity: 1, total }))
  const [placed, back] = order({ line_items, total: '31.0005', refunds: [{ id: 5, total: '-15.5002' }] })
  expect(placed).toMatchObject({ base: eur('3100'), components: { total: eur('3100') } })
  expect(back).toMatchObject({ base: eur('1550'), whole: eur('3100') })
  const yen = [{ id: 1, quantity: 1, total: '1090.91' }]
  expect(order({ currency: 'JPY', line_items: yen, total: '1200.00', refunds: [] })[0]).toMatchObject({
    base: { minor: '1091', currency: 'JPY' },
  })
})

test('amounts and lists are read as PHP writes them: floats, empty texts, lists with a gap, empty objects', () => {
  const plain = order({ refunds: [] })[0]
  const [line] = JSON.parse(fixture).line_items
  expect(order({ refunds: [], total: 86.00000000000001, line_items: { 3: { ...line, total: 79.99999999999999 } } })[0]).toEqual(
    plain,
  )
  expect(
    order({ refunds: {}, meta_data: { 2: { key: '_cid', value: 'clk_1' } }, coupon_lines: { 1: { code: 'maya15' } } })[0],
  ).toEqual(plain)
  expect(order({ refunds: [], discount_total: '', shipping_total: '', total_tax: '' })[0]).toMatchObject({
    base: eur('8000'),
    components: { total: eur('8600') },
  })
  expect(() => order({ discount_total: 'ten' })).toThrow('discount_total: must be an amount.')
  expect(order({ refunds: [], billing: [], shipping: [] })[0]).toMatchObject({ shopper: { id: '#woocommerce:7' } })
  expect(order({ refunds: [], coupon_lines: undefined })[0]).not.toHaveProperty('codeless')
  expect(order({ refunds: [], coupon_lines: [] })[0]).toMatchObject({ codeless: true })
})

test('fees and what paid for the order are no goods; guests are nobody', () => {
  expect(order({ total: '96.00', fee_lines: [{ total: '10.00' }] })[0]).toMatchObject({ base: eur('8000') })
  expect(order({ line_items: [], total: '50.00', total_tax: '4.00' })[0]).toMatchObject({ base: eur('4000'), items: [] })
  expect(order({ customer_id: 0, billing: { email: '' } })[0]).toMatchObject({ shopper: {} })
  expect(order({ meta_data: [{ key: '_cid', value: { odd: 1 } }] })[0]).not.toHaveProperty('cid')
})

test('coupons: by the id and by the code', () => {
  const coupon = { id: 9, code: 'maya15', status: 'publish', discount_type: 'percent', date_modified_gmt: '2026-01-03T09:00:00' }
  const told = (change: object, topic = 'coupon.updated') => deliver(topic, JSON.stringify({ ...coupon, ...change }))
  const at = '2026-01-03T09:00:00.000Z'
  expect(told({})).toEqual([
    { type: 'code.changed', code: 'id:9', at, ended: false, name: 'MAYA15' },
    { type: 'code.changed', code: 'MAYA15', at, ended: false },
  ])
  expect(told({ date_expires_gmt: '2026-01-03T00:00:00' })).toMatchObject([{ ended: true }, { ended: true }])
  expect(told({ status: 'draft' })).toMatchObject([{ ended: true }, { ended: true }])
  expect(deliver('coupon.deleted', '{"id":9}')).toEqual([{ type: 'code.changed', code: 'id:9', at: heardAt, ended: true }])
  expect(() => told({}, 'coupon.deleted')).toThrow('discount_type: must not be there.')
})

test('other topics give no facts, a wrong field is named', () => {
  for (const topic of ['product.updated', 'customer.created', '__proto__', '']) expect(deliver(topic, fixture)).toEqual([])
  expect(() => order({ total: 'NaN' })).toThrow('total: must be an amount.')
  expect(() => order({ currency: 'QQQ' })).toThrow('"QQQ" is not a currency.')
  expect(() => order({ refunds: [{ id: 1, total: '--5' }] })).toThrow('refunds[0].total: must be an amount.')
  expect(() => order({ line_items: [{ total: '-5.00', quantity: 1 }] })).toThrow('less than nothing')
})

test('any JSON under a known topic gives facts or a refusal', () => {
  const keys = Object.keys(JSON.parse(fixture))
  const nearly = fc
    .tuple(fc.constantFrom(...keys), fc.json())
    .map(([key, json]) => JSON.stringify({ ...JSON.parse(fixture), [key]: JSON.parse(json) }))
  const topic = fc.constantFrom('order.created', 'order.updated', 'order.deleted', 'coupon.updated', 'coupon.deleted')
  fc.assert(
    fc.property(topic, fc.oneof(nearly, fc.json()), (about, text) => {
      try {
        expect(Array.isArray(deliver(about, text))).toBe(true)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }),
    { numRuns: 400 },
  )
})

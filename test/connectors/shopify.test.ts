import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import shopify from '../../src/connectors/shopify.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { changed, deliver, fixture, order, refund } from './shopify-shop.ts'

const now = new Date('2026-01-10T10:00:00Z')
const body = Buffer.from('{"id":820982911946154508,"name":"#9999"}')
const good = '7dZBfEVe/vR8PGo7EOf24nW/yvvzWIDujfL+1ljg6w0='
const verify = (headers: Record<string, string>, secrets = ['shpss_test'], bytes = body) =>
  shopify.verify({ headers, body: bytes }, secrets, now)

describe('the signature', () => {
  test('of the known vector is right, under the old names and the new', () => {
    expect(verify({ 'x-shopify-hmac-sha256': good })).toBe(true)
    expect(verify({ 'shopify-hmac-sha256': good })).toBe(true)
  })

  test('may be by the old secret or the new', () => {
    expect(verify({ 'x-shopify-hmac-sha256': good }, ['new', 'shpss_test'])).toBe(true)
    expect(verify({ 'x-shopify-hmac-sha256': good }, ['shpss_test', 'new'])).toBe(true)
    expect(verify({ 'x-shopify-hmac-sha256': good }, ['new'])).toBe(false)
    expect(verify({ 'x-shopify-hmac-sha256': good }, [])).toBe(false)
  })

  test('by an empty secret is never right', () => {
    const empty = createHmac('sha256', '').update(body).digest('base64')
    expect(verify({ 'x-shopify-hmac-sha256': empty }, [''])).toBe(false)
  })

  test.each<[string, string]>([
    ['empty', ''],
    ['a character short', good.slice(0, -1)],
    ['a character long', `${good}=`],
    ['not base64', '%%%%'],
    ['hex', Buffer.from(good, 'base64').toString('hex')],
    ['base64url', good.replaceAll('/', '_').replaceAll('+', '-')],
    ['lower case', good.toLowerCase()],
    ['other spare bits', good.replace('0=', '1=')],
    ['a prefix', `sha256=${good}`],
    ['two headers joined', `${good}, ${good}`],
    ['Unicode', '７dZBfEVe/vR8PGo7EOf24nW/yvvzWIDujfL+1ljg6w0='],
    ['half an emoji', '\ud83d'],
    ['a huge header', 'A'.repeat(1_000_000)],
  ])('is refused: %s', (_, signature) => {
    expect(verify({ 'x-shopify-hmac-sha256': signature })).toBe(false)
    expect(verify({ 'shopify-hmac-sha256': signature })).toBe(false)
  })

  test('is refused: missing', () => {
    expect(verify({})).toBe(false)
  })

  test('of an altered body is wrong', () => {
    for (let bit = 0; bit < body.length * 8; bit++) {
      const altered = Buffer.from(body)
      altered[bit >> 3]! ^= 1 << (bit & 7)
      expect(verify({ 'x-shopify-hmac-sha256': good }, ['shpss_test'], altered)).toBe(false)
    }
  })

  test('never throws', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, fc.array(text), fc.uint8Array(), (signature, secrets, bytes) => {
        expect(verify({ 'x-shopify-hmac-sha256': signature }, secrets, Buffer.from(bytes))).toBe(false)
      }),
    )
  })
})

test('an event is known by its topic and event id, else by its webhook id, else by its body', () => {
  const id = (headers: Record<string, string>) => shopify.externalId({ headers, body })
  const sent = { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': 'w1', 'x-shopify-event-id': 'e1' }
  expect(id(sent)).toBe('orders/create:e1')
  expect(id({ ...sent, 'x-shopify-topic': 'orders/paid' })).toBe('orders/paid:e1')
  expect(id({ 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': 'w1' })).toBe('orders/create:w1')
  expect(id({ 'shopify-topic': 'orders/create', 'shopify-webhook-id': 'w1' })).toBe('orders/create:w1')
  expect(id({})).toMatch(/^:body:[0-9a-f]{64}$/)
})

test('a payment and a cancellation', () => {
  expect(deliver('orders/paid', fixture('order-paid'))).toEqual([
    { type: 'order.paid', orderId: '5000000000001', at: '2026-01-09T17:31:00.000Z' },
  ])
  expect(deliver('orders/cancelled', fixture('order-cancelled'))).toEqual([
    { type: 'order.cancelled', orderId: '5000000000001', at: '2026-01-11T08:00:00.000Z' },
  ])
})

test('the body is believed over the topic, which nobody signed', () => {
  expect(deliver('orders/paid', changed('order-paid', { financial_status: 'pending' }))).toEqual([])
  expect(() => deliver('orders/cancelled', fixture('order-create'))).toThrow('cancelled_at: is missing.')
})

test('other topics give no facts, whatever their body', () => {
  for (const topic of ['orders/edited', 'products/update', '__proto__', '']) {
    expect(deliver(topic, fixture('order-create'))).toEqual([])
    expect(deliver(topic, 'webhook_id=5')).toEqual([])
  }
})

test('a wrong field is named', () => {
  expect(() => order({ id: undefined })).toThrow('id: is missing.')
  expect(() => order({ line_items: [{ quantity: 1 }] })).toThrow('line_items[0].price: is missing.')
  expect(() => order({ total_tax: 'much' })).toThrow('total_tax: must be an amount.')
  expect(() => order({ currency: 'QQQ' })).toThrow('"QQQ" is not a currency.')
  expect(() => refund({ order_id: undefined })).toThrow('order_id: is missing.')
})

test('any JSON under a known topic gives facts or a refusal', () => {
  const nearly = fc.tuple(fc.constantFrom('order-create', 'refund-create'), fc.nat(), fc.json()).map(([name, at, json]) => {
    const keys = Object.keys(JSON.parse(fixture(name)))
    return changed(name, { [keys[at % keys.length]!]: JSON.parse(json) })
  })
  const topic = fc.constantFrom('orders/create', 'orders/paid', 'orders/cancelled', 'refunds/create')
  fc.assert(
    fc.property(topic, fc.oneof(nearly, fc.json()), (about, text) => {
      try {
        expect(Array.isArray(deliver(about, text))).toBe(true)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }),
    { numRuns: 500 },
  )
})

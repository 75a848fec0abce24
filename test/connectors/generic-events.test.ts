import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import generic from '../../src/connectors/generic.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { placed, tools, usd } from './told.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/generic/${name}.json`, import.meta.url))
const facts = (body: string | Buffer) => generic.facts({ headers: {}, body: Buffer.from(body as string) }, tools)
const event = (type: string, data: Record<string, unknown>) => facts(JSON.stringify({ type, data }))

function refusal(act: () => unknown): Refusal {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('an order', () => {
  expect(facts(fixture('order-created'))).toEqual([placed('generic', '1042')])
})

test('a payment, a refund and a cancellation', () => {
  expect(facts(fixture('order-paid'))).toEqual([{ type: 'order.paid', orderId: '1042', at: '2026-01-09T17:31:00.000Z' }])
  expect(facts(fixture('order-refunded'))).toEqual([
    { type: 'order.refunded', refundId: 'r1', orderId: '1042', at: '2026-01-10T10:00:00.000Z', base: usd('4000') },
  ])
  expect(facts(fixture('order-cancelled'))).toEqual([
    { type: 'order.cancelled', orderId: '1042', at: '2026-01-11T08:00:00.000Z' },
  ])
})

const least = { id: '7', at: '2026-01-09T12:30:00Z', currency: 'usd', total: '10' }
const order = (more: Record<string, unknown>) => event('order.created', { ...least, ...more })[0]

test('the least an order needs', () => {
  expect(order({})).toEqual({
    type: 'order.placed',
    orderId: '7',
    number: '7',
    at: '2026-01-09T12:30:00.000Z',
    paid: true,
    test: false,
    base: usd('1000'),
    components: { total: usd('1000') },
    codes: [],
    shopper: {},
    items: [],
  })
})

test('null stands for a field left out, and fields we do not know are passed over', () => {
  const nulls = {
    number: null,
    discount: null,
    base: null,
    paid: null,
    test: null,
    codes: null,
    cid: null,
    customer: null,
    items: null,
  }
  expect(order({ ...nulls, note: { any: ['thing'] } })).toEqual(order({}))
})

test('the base is given, or what is left of the total', () => {
  expect(order({ total: '92.40', tax: '6.40', shipping: '6.00', gift_cards: '30.00' })).toMatchObject({ base: usd('5000') })
  expect(order({ total: '92.40', tax: '6.40', base: '80' })).toMatchObject({ base: usd('8000') })
  expect(order({ total: '92.40', base: '0' })).toMatchObject({ base: usd('0') })
  expect(order({ currency: 'JPY', total: '1200', tax: '109' })).toMatchObject({ base: { minor: '1091', currency: 'JPY' } })
  expect(order({ currency: 'KWD', total: '1.5' })).toMatchObject({ base: { minor: '1500', currency: 'KWD' } })
})

test('numbers are as good as text, to the last digit', () => {
  const body =
    '{"type":"order.created","data":{"id":820982911946154508,"at":"2026-01-09T12:30:00Z","currency":"USD","total":900719925474099.31}}'
  expect(facts(body)).toMatchObject([{ orderId: '820982911946154508', base: usd('90071992547409931') }])
})

test('what is no click of ours is not kept, for it may name the shopper', () => {
  for (const cid of ['jane.doe@example.com', 'GA1.2.1583921.1712'])
    for (const type of ['order.created', 'lead.qualified'])
      expect(event(type, { id: 'l1', at, currency: 'USD', total: '1.00', cid })).toEqual([
        expect.not.objectContaining({ cid: expect.anything() }),
      ])
})

test('codes are capitals and stand once', () => {
  expect(order({ codes: [' maya15', 'MAYA15', '', 'straße'] })).toMatchObject({ codes: ['MAYA15', 'STRASSE'] })
})

test('an event of another kind says nothing', () => {
  expect(event('invoice.created', {})).toEqual([])
  expect(facts('{"type":"ping"}')).toEqual([])
  expect(facts('{"type":"__proto__","data":{}}')).toEqual([])
})

test.each<[string, Record<string, unknown>]>([
  ['data.id: is missing.', { id: undefined }],
  ['data.id: must be text or a number.', { id: null }],
  ['data.id: must not be empty.', { id: ' ' }],
  ['data.id: must have at most 200 characters.', { id: 'x'.repeat(201) }],
  ['data.at: is missing.', { at: undefined }],
  ['data.at: must be a time with its offset, such as "2026-01-10T10:00:00Z".', { at: '2026-01-10 10:00' }],
  ['data.at: must be a time with its offset, such as "2026-01-10T10:00:00Z".', { at: '2026-02-30T10:00:00Z' }],
  ['data.currency: must be a currency code such as USD.', { currency: '$' }],
  ['data.total: "QQQ" is not a currency.', { currency: 'QQQ' }],
  ['data.total: must be an amount of zero or more, such as "92.40".', { total: '$10' }],
  ['data.total: must be an amount of zero or more, such as "92.40".', { total: '-10' }],
  ['data.total: must be an amount of zero or more, such as "92.40".', { total: 1e21 }],
  ['data.total: "1.005" has too many decimals: USD has at most 2 decimals.', { total: '1.005' }],
  ['data.total: is less than tax, shipping and gift_cards together.', { tax: '11' }],
  ['data.base: must not be more than data.total.', { base: '10.01' }],
  ['data.paid: must be true or false.', { paid: 'yes' }],
  ['data.codes: must be a list.', { codes: 'MAYA15' }],
  ['data.codes[1]: must be text or a number.', { codes: ['A', {}] }],
  ['data.customer: must be an object.', { customer: 'Ann' }],
  ['data.items[1].sku: is missing.', { items: [{ sku: 'A', quantity: 1 }, { quantity: 1 }] }],
  ['data.items[0].quantity: must be a whole number.', { items: [{ sku: 'A', quantity: 1.5 }] }],
])('refused: %s', (sentence, more) => {
  const refused = refusal(() => order(more))
  expect(refused.code).toBe('invalid')
  expect(refused.sentence).toBe(sentence)
  expect(refused.field).toBe(sentence.split(':')[0])
})

test('a body that is no event is refused', () => {
  expect(refusal(() => facts('[]')).sentence).toBe('The body must be an object.')
  expect(refusal(() => facts('{}')).sentence).toBe('type: is missing.')
  expect(refusal(() => facts('{"type":"order.paid"}')).sentence).toBe('data: is missing.')
  expect(
    refusal(() => facts('{"type":"order.refunded","data":{"id":1,"order_id":2,"at":"2026-01-10T10:00:00Z","base":"1"}}'))
      .sentence,
  ).toBe('data.currency: is missing.')
  expect(refusal(() => facts('webhook_id=5')).sentence).toMatch(/not valid JSON/)
})

test('items say what they add to the base', () => {
  expect(order({ items: [{ sku: 'TEE', quantity: 2, net: 8 }] })).toMatchObject({
    items: [{ sku: 'TEE', quantity: 2, net: usd('800') }],
  })
  const bare = { sku: null, quantity: 1, net: 2 }
  expect(order({ items: [{ sku: 'TEE', quantity: 2, net: 8 }, bare] }), 'which is paid as everything else').toMatchObject({
    items: [{ sku: 'TEE' }, { sku: '', quantity: 1, net: usd('200') }],
  })
  expect(refusal(() => order({ items: [{ sku: 'TEE', quantity: 2, net: '1.005' }] })).sentence).toMatch(
    /^data\.items\[0\]\.net: /,
  )
})

const at = '2026-01-09T12:30:00Z'
const utc = '2026-01-09T12:30:00.000Z'

test('leads, disputes, codes, shoppers, and refunds as a share', () => {
  const customer = { email: 'Ann@example.com' }
  expect(event('lead.qualified', { id: 'l1', at, codes: ['maya15'], cid: 'clk_1', customer })).toEqual([
    {
      type: 'lead.qualified',
      orderId: 'l1',
      number: 'l1',
      at: utc,
      test: false,
      codes: ['MAYA15'],
      cid: 'clk_1',
      shopper: { email: '#ann@example.com' },
    },
  ])
  expect(event('lead.rejected', { lead_id: 'l1', at, reason: 'spam' })).toEqual([
    { type: 'lead.rejected', orderId: 'l1', at: utc, reason: 'spam' },
  ])
  expect(event('order.disputed', { id: 'd1', order_id: '7', at, outcome: 'lost' })).toEqual([
    { type: 'order.disputed', orderId: '7', disputeId: 'd1', at: utc, outcome: 'lost' },
  ])
  expect(event('code.changed', { code: ' maya15 ', at, ended: true })).toEqual([
    { type: 'code.changed', code: 'MAYA15', at: utc, ended: true },
  ])
  expect(event('shopper.asked', { id: 'p1', at, wish: 'forget', customer, order_ids: [7] })).toEqual([
    { type: 'shopper.asked', wish: 'forget', requestId: 'p1', at: utc, shopper: { email: '#ann@example.com' }, orderIds: ['7'] },
  ])
  expect(
    event('order.refunded', { id: 'r1', order_id: '7', at, currency: 'usd', base: '40', whole: '92.40', cumulative: true }),
  ).toEqual([
    { type: 'order.refunded', refundId: 'r1', orderId: '7', at: utc, base: usd('4000'), whole: usd('9240'), cumulative: true },
  ])
  expect(event('order.refunded', { id: 'r1', order_id: '7', at, currency: 'usd', base: '40', failed: true })).toEqual([
    { type: 'order.refunded', refundId: 'r1', orderId: '7', at: utc, base: usd('4000'), failed: true },
  ])
  expect(refusal(() => event('order.disputed', { id: 'd1', order_id: '7', at, outcome: 'maybe' })).sentence).toBe(
    'data.outcome: must be open, won or lost.',
  )
})

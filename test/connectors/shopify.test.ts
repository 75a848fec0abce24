import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import shopify from '../../src/connectors/shopify.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/shopify/${name}.json`, import.meta.url), 'utf8')
const tools = { hash: (text: string) => `#${text}` }
const now = new Date('2026-01-10T10:00:00Z')
const usd = (minor: string) => ({ minor, currency: 'USD' })

const body = Buffer.from('{"id":820982911946154508,"name":"#9999"}')
const good = '7dZBfEVe/vR8PGo7EOf24nW/yvvzWIDujfL+1ljg6w0='
const verify = (headers: Record<string, string>, secrets = ['shpss_test'], bytes = body) =>
  shopify.verify({ headers, body: bytes }, secrets, now)

const deliver = (topic: string, text: string, headers: Record<string, string> = {}) =>
  shopify.facts({ headers: { 'x-shopify-topic': topic, ...headers }, body: Buffer.from(text) }, tools)
const changed = (name: string, change: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(fixture(name)), ...change })
const order = (change: Record<string, unknown>) => deliver('orders/create', changed('order-create', change))[0]
const refund = (change: Record<string, unknown>) => deliver('refunds/create', changed('refund-create', change))

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

describe('an order', () => {
  test('as Shopify sends it', () => {
    expect(deliver('orders/create', fixture('order-create'))).toEqual([
      {
        type: 'order.placed',
        orderId: '5000000000001',
        number: '#1042',
        at: '2026-01-09T17:30:00.000Z',
        paid: true,
        test: false,
        base: usd('8000'),
        components: { total: usd('9240'), discounts: usd('2000'), tax: usd('640'), shipping: usd('600') },
        codes: ['MAYA15'],
        cid: 'clk_1',
        shopper: { id: '#shopify:77', email: '#buyer@example.com' },
        items: [{ sku: 'TEE', quantity: 2 }],
      },
    ])
  })

  test('keeps ids above 2^53', () => {
    const text = fixture('order-create')
      .replace('5000000000001', '820982911946154508')
      .replace('"id":77', '"id":9007199254740993')
    expect(deliver('orders/create', text)).toMatchObject([
      { orderId: '820982911946154508', shopper: { id: '#shopify:9007199254740993' } },
    ])
  })

  test('under the newer header names', () => {
    const headers = { 'shopify-topic': 'orders/create' }
    expect(shopify.facts({ headers, body: Buffer.from(fixture('order-create')) }, tools)).toHaveLength(1)
  })

  test.each<[unknown, boolean]>([
    ['paid', true],
    ['partially_refunded', true],
    ['refunded', true],
    ['a word of tomorrow', true],
    ['pending', false],
    ['authorized', false],
    ['partially_paid', false],
    ['voided', false],
    [null, false],
  ])('with the status %s is paid: %s', (financial_status, paid) => {
    expect(order({ financial_status })).toMatchObject({ paid })
  })

  const line = (more: Record<string, unknown>) => ({
    id: 1,
    sku: 'A',
    quantity: 1,
    price: '30.00',
    discount_allocations: [],
    ...more,
  })

  test('without the current subtotal has the first one', () => {
    expect(order({ current_subtotal_price_set: null, subtotal_price: '79.99' })).toMatchObject({ base: usd('7999') })
  })

  test('that was edited has the current subtotal', () => {
    const set = { shop_money: { amount: '95.00', currency_code: 'USD' } }
    expect(order({ current_subtotal_price_set: set })).toMatchObject({ base: usd('9500') })
  })

  test('that comes after its refund has the first subtotal, for the refund is told apart', () => {
    const set = { shop_money: { amount: '40.00', currency_code: 'USD' } }
    expect(order({ current_subtotal_price_set: set, refunds: [{ id: 9001 }] })).toMatchObject({ base: usd('8000') })
  })

  test('with a gift card among the goods does not pay for the gift card', () => {
    const card = line({ price: '30.00', quantity: 2, gift_card: true, discount_allocations: [{ amount: '6.00' }] })
    expect(order({ line_items: [line({}), card] })).toMatchObject({ base: usd('2600'), components: { giftCards: usd('5400') } })
  })

  test('of a shop whose prices include tax has a base without it', () => {
    const lines = [
      line({ tax_lines: [{ price: '8.00' }, { price: '4.77' }] }),
      line({ gift_card: true, price: '10.00', tax_lines: [{ price: '1.60' }] }),
    ]
    expect(order({ taxes_included: true, line_items: lines })).toMatchObject({ base: usd('5723') })
    expect(order({ taxes_included: false, line_items: lines })).toMatchObject({ base: usd('7000') })
  })

  test('in yen has no decimals', () => {
    const set = { shop_money: { amount: '1200.00', currency_code: 'JPY' } }
    expect(order({ currency: 'JPY', current_subtotal_price_set: set })).toMatchObject({
      base: { minor: '1200', currency: 'JPY' },
    })
  })

  test('takes the click from the landing page when the cart has none', () => {
    expect(order({ note_attributes: [], landing_site: '/products/tee?utm_source=x&cid=clk_2#top' })).toMatchObject({
      cid: 'clk_2',
    })
    expect(order({ note_attributes: [{ name: 'cid', value: '' }], landing_site: 'https://s.example/?cid=clk_3' })).toMatchObject({
      cid: 'clk_3',
    })
    expect(order({ note_attributes: [{ name: 'cid', value: 'clk_1' }], landing_site: '/?cid=clk_2' })).toMatchObject({
      cid: 'clk_1',
    })
    for (const landing_site of [null, '', '/', '/?cid=', '/%%?%E0%A4%A', `/?cid=${'x'.repeat(501)}`]) {
      expect(order({ note_attributes: [], landing_site })).not.toHaveProperty('cid')
    }
  })

  test('has its codes in capitals', () => {
    expect(order({ discount_codes: [{ code: 'maya15' }, { code: 'Maya15 ' }, { code: null }, { code: 'x' }] })).toMatchObject({
      codes: ['MAYA15', 'X'],
    })
  })

  test('has the e-mail in one form and never in the clear', () => {
    expect(order({ email: ' Buyer@Example.COM ' })).toMatchObject({ shopper: { email: '#buyer@example.com' } })
    expect(order({ customer: null })).toMatchObject({ shopper: {} })
    const secretly = { hash: () => 'h' }
    const facts = shopify.facts(
      { headers: { 'x-shopify-topic': 'orders/create' }, body: Buffer.from(fixture('order-create')) },
      secretly,
    )
    expect(JSON.stringify(facts)).not.toContain('buyer')
  })

  test('leaves out goods without a SKU and survives what it does not know', () => {
    const change = {
      line_items: [line({ sku: null }), line({ sku: ' B ', odd: { x: [1] } })],
      discount_applications: [{ type: 'new' }],
      source_name: 7,
    }
    expect(order(change)).toMatchObject({ items: [{ sku: 'B', quantity: 1 }] })
  })

  test('of a test gateway is a test', () => {
    expect(order({ test: true })).toMatchObject({ test: true })
  })

  test('without a date is dated by the header, else refused', () => {
    const undated = changed('order-create', { created_at: undefined })
    const headers = { 'x-shopify-triggered-at': '2026-01-09T17:30:01.123456789Z' }
    expect(deliver('orders/create', undated, headers)).toMatchObject([{ at: '2026-01-09T17:30:01.123Z' }])
    expect(() => deliver('orders/create', undated)).toThrow('created_at: is missing.')
  })
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
  for (const topic of ['orders/updated', 'app/uninstalled', 'customers/redact', '__proto__', '']) {
    expect(deliver(topic, fixture('order-create'))).toEqual([])
    expect(deliver(topic, 'webhook_id=5')).toEqual([])
  }
})

describe('a refund', () => {
  const lines = (...list: Record<string, unknown>[]) => list.map((more, id) => ({ id, quantity: 1, total_tax: 0, ...more }))
  const base = (change: Record<string, unknown>) => {
    const [fact] = refund(change)
    return fact?.type === 'order.refunded' ? `${fact.base.minor} ${fact.base.currency}` : 'none'
  }
  const paidBack = (amount: string, more: Record<string, unknown> = {}) => [
    { kind: 'refund', status: 'success', amount, currency: 'USD', ...more },
  ]

  test('of one of two units', () => {
    expect(deliver('refunds/create', fixture('refund-create'))).toEqual([
      { type: 'order.refunded', refundId: '9001', orderId: '5000000000001', at: '2026-01-10T10:00:00.000Z', base: usd('4000') },
    ])
  })

  test('keeps ids above 2^53', () => {
    const text = fixture('refund-create').replace('5000000000001', '820982911946154508').replace('9001', '820982911946154509')
    expect(deliver('refunds/create', text)).toMatchObject([{ refundId: '820982911946154509', orderId: '820982911946154508' }])
  })

  test('reads amounts as text, as numbers, and as the floats they were added up in', () => {
    const transactions = paidBack('40.00')
    for (const subtotal of ['"40"', '40', '40.0', '"40.00"', '39.99999999999999', '40.0000000001', '4e1', '4.0E+1']) {
      const text = fixture('refund-create').replace('40.00', subtotal)
      expect(deliver('refunds/create', text), subtotal).toMatchObject([{ base: usd('4000') }])
    }
    expect(base({ refund_line_items: lines({ subtotal: 0.005 }), transactions })).toBe('1 USD')
    expect(base({ refund_line_items: lines({ subtotal: 5.7e-15 }), transactions })).toBe('none')
  })

  test('adds what was given back beyond the lines, and takes off what was kept', () => {
    const adjust = (amount: string, kind = 'refund_discrepancy') => [
      { amount, tax_amount: '0.00', kind, reason: 'Refund discrepancy' },
    ]
    expect(base({ order_adjustments: adjust('-10.00'), transactions: paidBack('53.20') })).toBe('5000 USD')
    expect(base({ order_adjustments: adjust('5.00'), transactions: paidBack('38.20') })).toBe('3500 USD')
    expect(base({ order_adjustments: adjust('-6.00', 'shipping_refund'), transactions: paidBack('49.20') })).toBe('4000 USD')
    expect(base({ refund_line_items: [], order_adjustments: adjust('-5.85'), transactions: paidBack('5.85') })).toBe('585 USD')
    expect(
      base({
        order_adjustments: adjust('99.00'),
        transactions: [],
        refund_line_items: lines({ subtotal: 1, subtotal_set: set('1', 'USD') }),
      }),
    ).toBe('none')
  })

  test('of shipping alone takes nothing back', () => {
    expect(
      base({
        refund_line_items: [],
        transactions: paidBack('6.00'),
        refund_shipping_lines: [{ subtotal_amount_set: set('6.00', 'USD') }],
      }),
    ).toBe('none')
    expect(
      base({
        refund_line_items: [],
        transactions: paidBack('6.00'),
        order_adjustments: [{ amount: '-6.00', kind: 'shipping_refund' }],
      }),
    ).toBe('none')
    expect(
      base({
        refund_line_items: [],
        transactions: paidBack('6.00'),
        order_adjustments: [{ amount: '-6.00', reason: 'Shipping refund' }],
      }),
    ).toBe('none')
  })

  test('whose payment failed takes nothing back, one that is on its way does', () => {
    expect(base({ transactions: paidBack('43.20', { status: 'failure' }) })).toBe('none')
    expect(base({ transactions: paidBack('43.20', { status: 'pending' }) })).toBe('4000 USD')
    expect(base({ transactions: [...paidBack('43.20', { status: 'error' }), ...paidBack('43.20')] })).toBe('4000 USD')
  })

  test('whose prices include tax is known by the money that moved', () => {
    const items = lines({ subtotal: 40, total_tax: 6.39 })
    expect(base({ refund_line_items: items, transactions: paidBack('40.00') })).toBe('3361 USD')
    expect(base({ refund_line_items: items, transactions: paidBack('46.39') })).toBe('4000 USD')
    const shipping = [{ subtotal_amount_set: set('6.00', 'USD') }]
    expect(base({ refund_line_items: items, transactions: paidBack('46.00'), refund_shipping_lines: shipping })).toBe('3361 USD')
  })

  test('of a gift card takes nothing back, for it earned nothing', () => {
    expect(
      base({
        refund_line_items: lines({ subtotal: 30, line_item: { gift_card: true } }, { subtotal: 20 }),
        transactions: paidBack('50.00'),
      }),
    ).toBe('2000 USD')
  })

  test("is in the shop's money, not the shopper's", () => {
    const items = lines({ subtotal: 40, subtotal_set: set('40.00', 'EUR') })
    expect(base({ refund_line_items: items, transactions: paidBack('43.67') })).toBe('4000 EUR')
    expect(base({ refund_line_items: items, transactions: [] })).toBe('4000 EUR')
  })

  test('that names no currency at all is refused', () => {
    expect(() => refund({ transactions: [] })).toThrow('transactions: name no currency.')
  })

  const set = (amount: string, currency_code: string) => ({ shop_money: { amount, currency_code } })
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

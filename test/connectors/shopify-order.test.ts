import { expect, test } from 'vitest'
import shopify from '../../src/connectors/shopify.ts'
import { changed, deliver, fixture, order, shopMoney } from './shopify-shop.ts'
import { placed, tools, usd } from './told.ts'

test('as Shopify sends it', () => {
  expect(deliver('orders/create', fixture('order-create'))).toEqual([placed('shopify', '5000000000001')])
})

test('keeps ids above 2^53', () => {
  const text = fixture('order-create').replace('5000000000001', '820982911946154508').replace('"id":77', '"id":9007199254740993')
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

test('that was edited since keeps what it was placed with: what is taken off comes as refunds', () => {
  const set = shopMoney('95.00', 'USD')
  expect(order({ current_subtotal_price_set: set })).toMatchObject({ base: usd('8000') })
})

test('that comes after its refund has the first subtotal, for the refund is told apart', () => {
  const set = shopMoney('40.00', 'USD')
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
  const set = shopMoney('1200.00', 'JPY')
  expect(
    order({
      currency: 'JPY',
      subtotal_price: '1200.00',
      current_subtotal_price_set: set,
      total_tax: '640',
      total_discounts: '0',
      total_price: '92',
      total_shipping_price_set: null,
      line_items: [],
    }),
  ).toMatchObject({
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

test('goods without a SKU stand beside those that have one, and survives what it does not know', () => {
  const change = {
    line_items: [line({ sku: null, price: '50.00' }), line({ sku: ' B ', odd: { x: [1] } })],
    discount_applications: [{ type: 'new' }],
    source_name: 7,
  }
  const items = [
    { sku: '', quantity: 1, net: usd('5000') },
    { sku: 'B', quantity: 1, net: usd('3000') },
  ]
  expect(order(change)).toMatchObject({ base: usd('8000'), items })
  expect(order({ line_items: [line({ sku: null })] })).toMatchObject({ items: [] })
})

test('a tip is none of the goods', () => {
  const tip = line({ sku: null, price: '9.00', tip_payment_gateway: 'shopify_payments', tip_payment_method: 'Visa' })
  expect(order({ line_items: [line({ price: '80.00' }), tip] })).toMatchObject({
    base: usd('8000'),
    items: [{ sku: 'A', quantity: 1, net: usd('8000') }],
  })
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

test('says what each line adds to the base', () => {
  const lines = [
    line({ sku: 'A', quantity: 2, discount_allocations: [{ amount: '10.00' }], tax_lines: [{ price: '8.00' }] }),
    line({ sku: 'CARD', gift_card: true }),
    line({ sku: 'FREE', price: '5.00', discount_allocations: [{ amount: '5.00' }] }),
  ]
  const nets = (more: object) => {
    const fact = order({ line_items: lines, ...more })
    return fact?.type === 'order.placed' ? fact.items.map((item) => item.net?.minor) : []
  }
  expect(nets({})).toEqual(['5000', '0', '0'])
  expect(nets({ taxes_included: true })).toEqual(['4200', '0', '0'])
})

test('a click of ours is found beside what another tool calls by the same name, which is not kept', () => {
  const note_attributes = [{ name: 'cid', value: '1583921.1712' }]
  expect(order({ note_attributes, landing_site: '/?cid=clk_2&utm=x' })).toMatchObject({ cid: 'clk_2' })
  expect(order({ note_attributes, landing_site: '/' })).not.toHaveProperty('cid')
  expect(order({ note_attributes: [...note_attributes, { name: 'cid', value: 'clk_3' }], landing_site: null })).toMatchObject({
    cid: 'clk_3',
  })
})

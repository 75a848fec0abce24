import { expect, test } from 'vitest'
import { changed, deliver, fixture, refund, shopMoney } from './shopify-shop.ts'
import { usd } from './told.ts'

const lines = (...list: Record<string, unknown>[]) => list.map((more, id) => ({ id, quantity: 1, total_tax: 0, ...more }))
const base = (change: Record<string, unknown>) => {
  const [fact] = refund(change)
  return fact?.type === 'order.refunded' ? `${fact.base.minor} ${fact.base.currency}${fact.failed ? ' failed' : ''}` : 'none'
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
      refund_line_items: lines({ subtotal: 1, subtotal_set: shopMoney('1', 'USD') }),
    }),
  ).toBe('none')
})

test('of shipping alone takes nothing back', () => {
  expect(
    base({
      refund_line_items: [],
      transactions: paidBack('6.00'),
      refund_shipping_lines: [{ subtotal_amount_set: shopMoney('6.00', 'USD') }],
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

test('whose payment failed says so and takes nothing back, one that is on its way does', () => {
  expect(base({ transactions: paidBack('43.20', { status: 'failure' }) })).toBe('0 USD failed')
  expect(base({ transactions: paidBack('43.20', { status: 'pending' }) })).toBe('4000 USD')
  expect(base({ transactions: [...paidBack('43.20', { status: 'error' }), ...paidBack('43.20')] })).toBe('4000 USD')
  const [again, failed] = refund({ transactions: [...paidBack('43.20', { status: 'error' }), ...paidBack('43.20')] })
  expect([again, failed]).toMatchObject([{ base: usd('4000') }, { failed: true }])
  expect(again).not.toMatchObject({ refundId: (failed as { refundId: string }).refundId })
})

test('whose prices include tax is known by the money that moved', () => {
  const items = lines({ subtotal: 40, total_tax: 6.39 })
  expect(base({ refund_line_items: items, transactions: paidBack('40.00') })).toBe('3361 USD')
  expect(base({ refund_line_items: items, transactions: paidBack('46.39') })).toBe('4000 USD')
  const shipping = [{ subtotal_amount_set: shopMoney('6.00', 'USD') }]
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

test('of a tip takes nothing back, for it is no part of the base', () => {
  const tip = { subtotal: 9, line_item: { tip_payment_gateway: 'shopify_payments', tip_payment_method: 'Visa' } }
  expect(base({ refund_line_items: lines(tip), transactions: paidBack('9.00') })).toBe('none')
  expect(base({ refund_line_items: lines(tip, { subtotal: 40 }), transactions: paidBack('49.00') })).toBe('4000 USD')
})

test("is in the shop's money, not the shopper's", () => {
  const items = lines({ subtotal: 40, subtotal_set: shopMoney('40.00', 'EUR') })
  expect(base({ refund_line_items: items, transactions: paidBack('43.67') })).toBe('4000 EUR')
})

test('whose prices include tax is known by the money that moved in the currency of the shopper', () => {
  const both = (shop: string, theirs: string) => ({
    ...shopMoney(shop, 'EUR'),
    presentment_money: { amount: theirs, currency_code: 'USD' },
  })
  const items = lines({
    subtotal: 40,
    total_tax: 6.39,
    subtotal_set: both('40.00', '43.67'),
    total_tax_set: both('6.39', '6.98'),
  })
  expect(base({ refund_line_items: items, transactions: paidBack('43.67') })).toBe('3361 EUR')
  expect(base({ refund_line_items: items, transactions: paidBack('50.65') })).toBe('4000 EUR')
})

test('of shipping that is told twice says no less of what includes tax', () => {
  const items = lines({ subtotal: 40, total_tax: 5 })
  const shipping = [{ subtotal_amount_set: shopMoney('4.00', 'USD') }]
  const adjusted = [{ amount: '-4.00', kind: 'shipping_refund' }]
  const all = { refund_line_items: items, refund_shipping_lines: shipping, order_adjustments: adjusted }
  expect(base({ ...all, transactions: paidBack('49.00') })).toBe('4000 USD')
  expect(base({ ...all, transactions: paidBack('44.00') })).toBe('3500 USD')
})

test('with less money than its lines waits for the order, which says whether its prices include tax and what came instead', () => {
  const edit = {
    refund_line_items: lines({ subtotal: 40, subtotal_set: shopMoney('40.00', 'USD'), total_tax: 6.39 }),
    transactions: [],
  }
  expect(base(edit)).toBe('none')
  const untaxed = lines({ subtotal: 40, subtotal_set: shopMoney('40.00', 'USD') })
  for (const transactions of [[], paidBack('10.00')]) expect(base({ refund_line_items: untaxed, transactions })).toBe('none')
  for (const [taxes_included, left] of [
    [true, '3361'],
    [false, '4000'],
  ]) {
    const refunds = [{ ...JSON.parse(fixture('refund-create')), ...edit }]
    // As in an exchange, where less money moves than the lines say.
    const exchanged = [{ ...refunds[0], transactions: paidBack('10.00') }]
    for (const list of [refunds, exchanged])
      expect(deliver('orders/updated', changed('order-create', { taxes_included, refunds: list }))[1]).toMatchObject({
        base: usd(String(left)),
      })
  }
})

test('that names no currency at all is refused', () => {
  expect(() => refund({ transactions: [] })).toThrow('transactions: name no currency.')
})

import { expect, test } from 'vitest'
import shopify from '../../src/connectors/shopify.ts'
import { changed, deliver, fixture } from './shopify-shop.ts'
import { placed, tools, usd } from './told.ts'

const refund = JSON.parse(fixture('refund-create'))
const refundFact = {
  type: 'order.refunded',
  refundId: '9001',
  orderId: '5000000000001',
  at: '2026-01-10T10:00:00.000Z',
  base: usd('4000'),
}

test('orders/updated tells the order, the refunds in it and its end, as their own topics do', () => {
  const cancelled_at = '2026-01-11T08:00:00Z'
  expect(deliver('orders/updated', changed('order-create', { refunds: [refund], cancelled_at }))).toEqual([
    placed('shopify', '5000000000001'),
    refundFact,
    { type: 'order.cancelled', orderId: '5000000000001', at: '2026-01-11T08:00:00.000Z' },
  ])
  expect(deliver('refunds/create', fixture('refund-create'))).toEqual([refundFact])
  expect(deliver('orders/updated', changed('order-create', { financial_status: 'pending' }))).toMatchObject([{ paid: false }])
})

test('a line that an edit took out is a refund without money, in the currency of its order', () => {
  const edit = { ...refund, id: 9002, transactions: [], order_id: undefined }
  expect(deliver('orders/updated', changed('order-create', { refunds: [edit] }))[1]).toEqual({ ...refundFact, refundId: '9002' })
})

const sent = { 'x-shopify-triggered-at': '2026-01-12T09:00:00Z', 'x-shopify-event-id': 'e7' }
const at = '2026-01-12T09:00:00.000Z'
const told = (topic: string, body: object) => deliver(topic, JSON.stringify(body), sent)

test('discounts: by the id, and by the title where it is the code', () => {
  const id = 'gid://shopify/DiscountCodeNode/1'
  const changes = (code: string, ended: boolean) => [
    { type: 'code.changed', code: `id:${id}`, at, ended },
    { type: 'code.changed', code, at, ended },
  ]
  expect(told('discounts/update', { admin_graphql_api_id: id, title: 'maya15', status: 'EXPIRED' })).toEqual(
    changes('MAYA15', true),
  )
  expect(told('discounts/create', { admin_graphql_api_id: id, title: 'MAYA15', status: 'ACTIVE' })).toEqual(
    changes('MAYA15', false),
  )
  expect(told('discounts/update', { admin_graphql_api_id: id, title: 'Maya 15%', status: 'ACTIVE' })).toHaveLength(1)
  expect(told('discounts/delete', { admin_graphql_api_id: id, deleted_at: '2026-01-13T00:00:00Z' })).toEqual([
    { type: 'code.changed', code: `id:${id}`, at: '2026-01-13T00:00:00.000Z', ended: true },
  ])
  const automatic = { admin_graphql_api_id: 'gid://shopify/DiscountAutomaticNode/1', title: 'SUMMER', status: 'EXPIRED' }
  expect(told('discounts/update', automatic)).toEqual([])
})

const shop = { shop_id: 954889, shop_domain: 'glow.myshopify.com' }
const customer = { id: 77, email: 'Buyer@example.com', phone: '555' }

test('the three privacy topics and the end of the app', () => {
  const shopper = { id: '#shopify:77', email: '#buyer@example.com' }
  const request = { ...shop, customer, orders_requested: [5000000000001], data_request: { id: 9999 } }
  expect(told('customers/data_request', request)).toEqual([
    { type: 'shopper.asked', wish: 'export', requestId: '9999', at, shopper, orderIds: ['5000000000001'] },
  ])
  expect(told('customers/redact', { ...shop, customer, orders_to_redact: [5000000000001] })).toEqual([
    { type: 'shopper.asked', wish: 'forget', requestId: 'customers/redact:e7', at, shopper, orderIds: ['5000000000001'] },
  ])
  expect(told('shop/redact', shop)).toEqual([{ type: 'shop.left', at, forget: true }])
  expect(told('app/uninstalled', { id: 1, myshopify_domain: 'glow.myshopify.com' })).toEqual([
    { type: 'shop.left', at, forget: false },
  ])
})

const bank = {
  id: 598735659,
  order_id: 5000000000001,
  type: 'chargeback',
  reason: 'fraudulent',
  amount: '11.50',
  currency: 'USD',
}
const dates = { initiated_at: '2026-01-11T20:00:00-04:00', finalized_on: null }

test('what the bank asks and decides, by the date of its own and under any topic of disputes', () => {
  const fact = { type: 'order.disputed', orderId: '5000000000001', disputeId: '598735659' }
  const open = { ...fact, at: '2026-01-12T00:00:00.000Z', outcome: 'open' }
  for (const status of ['needs_response', 'under_review', 'a new word'])
    expect(told('disputes/create', { ...bank, ...dates, status })).toEqual([open])
  const ended = (status: string, finalized_on: string | null = '2026-02-01T09:00:00Z') =>
    told('disputes/update', { ...bank, ...dates, status, finalized_on })
  for (const status of ['lost', 'accepted'])
    expect(ended(status)).toEqual([{ ...fact, at: '2026-02-01T09:00:00.000Z', outcome: 'lost' }])
  for (const status of ['won', 'charge_refunded', 'prevented'])
    expect(ended(status)).toEqual([{ ...fact, at: '2026-02-01T09:00:00.000Z', outcome: 'won' }])
  expect(ended('won', null)).toEqual([{ ...fact, at, outcome: 'won' }])
  // Its end has a day and no hour: one that ends on its first day did not end before it began.
  expect(ended('accepted', '2026-01-11T00:00:00Z')).toEqual([{ ...open, outcome: 'lost' }])
  expect(told('disputes/create', { ...bank, ...dates, order_id: null, status: 'lost' })).toEqual([])
  expect(() => told('disputes/update', { ...JSON.parse(fixture('order-create')), status: 'lost' })).toThrow()
})

test('a captured body under another topic, which is not signed, is not believed', () => {
  const request = { ...shop, customer, orders_requested: [1], data_request: { id: 1 } }
  const bodies = [JSON.parse(fixture('order-create')), request, { ...shop, customer, orders_to_redact: [] }]
  for (const [topic, own] of [
    ['customers/redact', 2],
    ['shop/redact', -1],
    ['app/uninstalled', -1],
    ['discounts/delete', -1],
  ] as const)
    for (const [i, body] of bodies.entries())
      if (i !== own) expect(() => told(topic, body), `${topic} ${i}`).toThrow(/is missing|must/)
})

test('a body without a time is of when it was heard', () => {
  const delivery = { headers: { 'x-shopify-topic': 'shop/redact' }, body: Buffer.from(JSON.stringify(shop)) }
  expect(shopify.facts(delivery, { ...tools, heardAt: at })).toMatchObject([{ at }])
  expect(() => shopify.facts(delivery, tools)).toThrow('X-Shopify-Triggered-At')
})

test('a delivery says which shop it is of', () => {
  const of = (headers: Record<string, string>) => shopify.shop?.({ headers, body: Buffer.alloc(0) })
  expect(of({ 'x-shopify-shop-domain': 'Glow.myshopify.com' })).toBe('glow.myshopify.com')
  expect(of({})).toBeUndefined()
})

/** What both connectors' tests expect of the same order, and what facts are read with. */
export const tools = { hash: (text: string) => `#${text}` }
export const usd = (minor: string) => ({ minor, currency: 'USD' })

/** The order of the fixtures as a fact. */
export const placed = (source: string, orderId: string) => ({
  type: 'order.placed',
  orderId,
  number: '#1042',
  at: '2026-01-09T17:30:00.000Z',
  paid: true,
  test: false,
  base: usd('8000'),
  components: { total: usd('9240'), discounts: usd('2000'), tax: usd('640'), shipping: usd('600') },
  codes: ['MAYA15'],
  cid: 'clk_1',
  shopper: { id: `#${source}:77`, email: '#buyer@example.com' },
  items: [{ sku: 'TEE', quantity: 2, net: usd('8000') }],
})

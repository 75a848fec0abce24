import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import stripe from '../../src/connectors/stripe.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { toStripe } from '../../src/kernel/stripe-money.ts'
import { tools, usd } from './told.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/stripe/${name}.json`, import.meta.url), 'utf8')
const facts = (body: string) => stripe.facts({ headers: {}, body: Buffer.from(body) }, tools)
const event = (type: string, object: object, more: object = {}) =>
  facts(JSON.stringify({ id: 'evt_9', type, created: 1700000000, livemode: true, data: { object }, ...more }))
/** The object of a fixture with some fields changed. */
const like = (name: string, change: object) => ({ ...JSON.parse(fixture(name)).data.object, ...change })
const at = '2023-11-14T22:13:20.000Z'

const body = Buffer.from('{"id":820982911946154508,"name":"#9999"}')
const good = '9da3be4b3901299bbc1fb87a9a21dd14ac6c3e49c916e3aebaf87b4488c4f7f9'
const verify = (header: string | undefined, { secrets = ['whsec_test'], seconds = 1700000000, bytes = body } = {}) =>
  stripe.verify(
    { headers: header === undefined ? {} : { 'stripe-signature': header }, body: bytes },
    secrets,
    new Date(seconds * 1000),
  )

describe('the signature', () => {
  test('of the known vector is right, among others and by either secret of a rotation', () => {
    expect(verify(`t=1700000000,v1=${good}`)).toBe(true)
    expect(verify(`t=1700000000, v1=${'0'.repeat(64)}, v1=${good}, v0=abc`)).toBe(true)
    expect(verify(`t=1700000000,v1=${good}`, { secrets: ['whsec_new', 'whsec_test'] })).toBe(true)
    expect(verify(`t=1700000000,v1=${good}`, { secrets: ['whsec_new'] })).toBe(false)
    expect(verify(`t=1700000000,v1=${good}`, { secrets: [] })).toBe(false)
  })

  test('is good for five minutes, early or late, and not a second longer', () => {
    const on = (drift: number) => verify(`t=1700000000,v1=${good}`, { seconds: 1700000000 + drift })
    expect([-301, -300, 0, 300, 301].map(on)).toEqual([false, true, true, true, false])
  })

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['of scheme v0', `t=1700000000,v0=${good}`],
    ['without its time', `v1=${good}`],
    ['with two times', `t=1700000000,t=1700000001,v1=${good}`],
    ['with another time', `t=1700000001,v1=${good}`],
    ['with a time in words', `t=now,v1=${good}`],
    ['in capitals', `t=1700000000,v1=${good.toUpperCase()}`],
    ['in base64', `t=1700000000,v1=${Buffer.from(good, 'hex').toString('base64')}`],
    ['a character short', `t=1700000000,v1=${good.slice(1)}`],
    ['with a tail', `t=1700000000,v1=${good}=`],
    ['huge', `t=1700000000,v1=${'a'.repeat(100_000)}`],
  ])('is refused: %s', (_, header) => {
    expect(verify(header)).toBe(false)
  })

  test('by an empty secret, or of an altered body, is wrong', () => {
    const empty = createHmac('sha256', '').update('1700000000.').update(body).digest('hex')
    expect(verify(`t=1700000000,v1=${empty}`, { secrets: [''] })).toBe(false)
    for (let bit = 0; bit < body.length * 8; bit++) {
      const altered = Buffer.from(body)
      altered[bit >> 3]! ^= 1 << (bit & 7)
      expect(verify(`t=1700000000,v1=${good}`, { bytes: altered })).toBe(false)
    }
  })
})

test('an event is known by its id, which is signed; another account is another shop', () => {
  const of = (text: string) => ({ headers: {}, body: Buffer.from(text) })
  expect(stripe.externalId(of(fixture('charge-refunded')))).toBe('evt_1')
  expect(stripe.externalId(of('[]'))).toMatch(/^body:/)
  expect(stripe.externalId(of('nonsense'))).toMatch(/^body:/)
  expect(stripe.shop?.(of('{"id":"evt_1","account":"acct_1"}'))).toBe('acct_1')
  expect(stripe.shop?.(of(fixture('charge-refunded')))).toBeUndefined()
})

test('a checkout: the base is without tax and shipping', () => {
  expect(facts(fixture('checkout-completed'))).toEqual([
    { type: 'order.named', names: ['pi_1', 'cs_1'] },
    {
      type: 'order.placed',
      orderId: 'pi_1',
      number: 'cs_1',
      at: '2023-11-14T19:26:40.000Z',
      paid: true,
      test: false,
      base: usd('8000'),
      components: { total: usd('9240'), discounts: usd('2000'), tax: usd('640'), shipping: usd('600') },
      codes: ['MAYA15', 'id:promo_1'],
      cid: 'clk_1',
      shopper: { id: '#stripe:cus_77', email: '#buyer@example.com' },
      items: [],
    },
  ])
})

const checkout = (change: object, more: object = {}) =>
  event('checkout.session.completed', like('checkout-completed', change), more)[1]

test('a checkout that waits for its money, is a test, saves a card, or knows its click elsewhere', () => {
  expect(checkout({ payment_status: 'unpaid' })).toMatchObject({ paid: false })
  expect(checkout({ payment_status: 'no_payment_required' })).toMatchObject({ paid: true })
  expect(checkout({}, { livemode: false })).toMatchObject({ test: true })
  expect(checkout({ mode: 'setup' })).toBeUndefined()
  expect(checkout({ metadata: { cid: 'clk_2' } })).toMatchObject({ cid: 'clk_2' })
  expect(checkout({ client_reference_id: null })).not.toHaveProperty('cid')
  for (const whose of ['jane.doe@example.com', 'customer-77'])
    expect(checkout({ client_reference_id: whose, metadata: { cid: whose } }), 'nothing of the shopper').not.toHaveProperty('cid')
  expect(checkout({ discounts: [{ promotion_code: { id: 'promo_1', code: 'Maya15' } }], metadata: null })).toMatchObject({
    codes: ['MAYA15'],
  })
  const session = like('checkout-completed', {})
  expect(event('checkout.session.async_payment_succeeded', session)[1]).toEqual({ type: 'order.paid', orderId: 'pi_1', at })
  expect(event('checkout.session.async_payment_failed', session)[1]).toEqual({ type: 'order.cancelled', orderId: 'pi_1', at })
})

test('an invoice: without tax when it is paid whole, else what was paid', () => {
  expect(facts(fixture('invoice-paid'))).toMatchObject([
    { type: 'order.named', names: ['in_1', 'pi_2', 'ch_2'] },
    {
      orderId: 'in_1',
      number: 'GLOW-0001',
      base: usd('8000'),
      components: { tax: usd('640'), discounts: usd('2000') },
      cid: 'clk_1',
    },
  ])
  const invoice = (change: object) => event('invoice.paid', like('invoice-paid', change))
  expect(invoice({ amount_paid: 5000 })[1]).toMatchObject({ base: usd('5000') })
  expect(invoice({ total: -500, total_excluding_tax: -500, amount_paid: 0 })).toEqual([])
  expect(invoice({ total_excluding_tax: null })[1]).toMatchObject({ base: usd('8640') })
  expect(invoice({ shipping_cost: { amount_subtotal: 500 } })[1]).toMatchObject({ base: usd('7500') })
  const newer = { payment_intent: undefined, charge: undefined, payments: { data: [{ payment: { payment_intent: 'pi_5' } }] } }
  expect(invoice(newer)[0]).toMatchObject({ names: ['in_1', 'pi_5'] })
  const parent = { subscription_details: undefined, parent: { subscription_details: { metadata: { cid: 'clk_9' } } } }
  expect(invoice(parent)[1]).toMatchObject({ cid: 'clk_9' })
})

test('the first invoice of a subscription waits for its checkout unless it knows the click itself', () => {
  const first = { billing_reason: 'subscription_create' }
  expect(event('invoice.paid', like('invoice-paid', { ...first, subscription_details: null }))[0]).toMatchObject({
    awaited: true,
  })
  expect(event('invoice.paid', like('invoice-paid', first))[0]).not.toHaveProperty('awaited')
  const [named] = event(
    'checkout.session.completed',
    like('checkout-completed', { mode: 'subscription', invoice: 'in_1', payment_intent: null }),
  )
  expect(named).toEqual({ type: 'order.named', names: ['in_1', 'cs_1'] })
})

test('a refund says what was given back in all, of what was paid', () => {
  const refund = {
    type: 'order.refunded',
    refundId: `ch_1:4000:${at}`,
    orderId: 'pi_1',
    at,
    base: usd('4000'),
    whole: usd('8000'),
    cumulative: true,
    payment: 'ch_1',
  }
  expect(facts(fixture('charge-refunded'))).toEqual([{ type: 'order.named', names: ['pi_1', 'ch_1'] }, refund])
  expect(event('charge.refunded', like('charge-refunded', { amount_refunded: 8000, invoice: 'in_1' }))).toMatchObject([
    { names: ['in_1', 'pi_1', 'ch_1'] },
    { refundId: `ch_1:8000:${at}`, orderId: 'in_1', base: usd('8000') },
  ])
  expect(event('charge.refunded', like('charge-refunded', { amount_refunded: 0 }))).toEqual([])
  expect(event('invoice_payment.paid', { invoice: 'in_1', payment: { type: 'payment_intent', payment_intent: 'pi_1' } })).toEqual(
    [{ type: 'order.named', names: ['in_1', 'pi_1'] }],
  )
})

test('a dispute is open until it is closed', () => {
  const dispute = (type: string, status: string) =>
    event(type, { id: 'dp_1', charge: 'ch_1', payment_intent: 'pi_1', amount: 8000, status })[1]
  const told = (outcome: string) => ({ type: 'order.disputed', orderId: 'pi_1', disputeId: 'dp_1', at, outcome })
  expect(dispute('charge.dispute.created', 'needs_response')).toEqual(told('open'))
  expect(dispute('charge.dispute.closed', 'won')).toEqual(told('won'))
  expect(dispute('charge.dispute.closed', 'lost')).toEqual(told('lost'))
  expect(dispute('charge.dispute.closed', 'warning_closed')).toEqual(told('won'))
  expect(dispute('charge.dispute.closed', 'prevented')).toEqual(told('won'))
})

test('codes and the end of our access; what we do not know is passed over', () => {
  expect(event('promotion_code.updated', { id: 'promo_1', code: 'maya15', active: false })).toEqual([
    { type: 'code.changed', code: 'id:promo_1', at, ended: true },
    { type: 'code.changed', code: 'MAYA15', at, ended: true, ref: 'promo_1' },
  ])
  expect(event('account.application.deauthorized', { id: 'ca_1' })).toEqual([{ type: 'shop.left', at, forget: false }])
  expect(event('customer.subscription.created', { id: 'sub_1' })).toEqual([])
})

test.each([
  ['jpy', 1200, { minor: '1200', currency: 'JPY' }],
  ['kwd', 12340, { minor: '12340', currency: 'KWD' }],
  ['isk', 50000, { minor: '500', currency: 'ISK' }],
  ['ugx', 50050, { minor: '501', currency: 'UGX' }],
  ['mga', 500, { minor: '50000', currency: 'MGA' }],
  ['eur', 1, { minor: '1', currency: 'EUR' }],
])("Stripe's smallest unit of %s", (currency, amount, base) => {
  expect(checkout({ currency, amount_total: amount, total_details: null })).toMatchObject({ base })
  // What goes out is the same number; half a króna is none of ours.
  if (amount !== 50050) expect(toStripe({ minor: BigInt(base.minor), currency: base.currency })).toBe(String(amount))
})

test('an amount that Stripe has no unit for is never rounded', () => {
  expect(['KWD', 'MGA'].map((currency) => toStripe({ minor: 12345n, currency }))).toEqual([undefined, undefined])
  expect(toStripe({ minor: 0n, currency: 'ISK' })).toBe('0')
})

test.each<[string, object]>([
  ['amount_total: must be a whole number of the smallest unit.', { amount_total: 12.5 }],
  ['amount_total: must be a whole number of the smallest unit.', { amount_total: 1e21 }],
  ['amount_total: must not be below zero.', { amount_total: -1 }],
  ['currency: "QQQ" is not a currency.', { currency: 'qqq' }],
  ['id: is missing.', { id: undefined }],
])('refused: %s', (sentence, change) => {
  expect(() => checkout(change)).toThrow(sentence)
})

test('any JSON gives facts or a refusal', () => {
  const nearly = fc
    .tuple(fc.constantFrom('charge-refunded', 'checkout-completed', 'invoice-paid'), fc.nat(), fc.json())
    .map(([name, n, json]) => {
      const whole = JSON.parse(fixture(name))
      const keys = Object.keys(whole.data.object)
      whole.data.object[keys[n % keys.length]!] = JSON.parse(json)
      return JSON.stringify(whole)
    })
  fc.assert(
    fc.property(fc.oneof(nearly, fc.json()), (text) => {
      try {
        expect(Array.isArray(facts(text))).toBe(true)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }),
    { numRuns: 400 },
  )
})

test('a creator’s account tells how it stands, named by its hash; it is nobody’s shop', () => {
  const object = { id: 'acct_1Mia', details_submitted: true, payouts_enabled: false, requirements: { currently_due: ['a', 'b'] } }
  const said = { submitted: true, chargesEnabled: false, payoutsEnabled: false, transfers: 'inactive', due: 2 }
  expect(event('account.updated', object, { account: 'acct_1Mia' })).toEqual([
    { type: 'account.changed', account: tools.hash('acct_1Mia'), at, ...said },
  ])
  const shopOf = (type: string) =>
    stripe.shop!({ headers: {}, body: Buffer.from(JSON.stringify({ type, account: 'acct_1Mia' })) })
  expect([shopOf('account.updated'), shopOf('charge.refunded')]).toEqual([undefined, 'acct_1Mia'])
})

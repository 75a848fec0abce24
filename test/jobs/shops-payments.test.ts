/** Orders that several payments paid, payments that are taken later, and refunds that fail, in whichever order the shop tells of them. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { audit as orderAudit } from '../../src/orders/queries.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { connectShop, fromShopify, fromStripe } from '../shops-in.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
  mia = await enlist(w, 'Mia')
  await connectShop(w, 'stripe')
})
afterAll(async () => {
  expect(await w.within(audit)).toEqual([])
  expect(await w.within(orderAudit)).toEqual([])
  await w.close()
})

const fixture = (path: string) => JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8'))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)

const sold = (after: number) => minutes(new Date('2026-11-20T11:00:00Z'), after)

/** What is told of one order: each with the minutes that lie between it and the sale. */
type Told = { type: string; object: object; previous?: object; after?: number }
const tell = ({ type, object, previous, after = 0 }: Told) =>
  type.startsWith('orders/') || type.startsWith('refunds/')
    ? fromShopify(w, type, object)
    : fromStripe(w, type, object, { previous, at: sold(after) })

const orders = <T>(list: readonly T[]): T[][] =>
  list.length < 2 ? [[...list]] : list.flatMap((one, i) => orders(list.toSpliced(i, 1)).map((rest) => [one, ...rest]))

/** What every order of telling leaves of the commission; NAME stands for the order's own. */
async function leaves(name: string, told: readonly Told[], rows = orders(told)): Promise<number[]> {
  const left = new Set<number>()
  for (const [n, row] of rows.entries()) {
    const before = await pending()
    for (const one of row) await tell(JSON.parse(JSON.stringify(one).replaceAll('NAME', `${name}${n}`)))
    left.add((await pending()) - before)
  }
  return [...left]
}

const invoice = (more: object = {}) => ({
  ...fixture('stripe/invoice-paid').data.object,
  ...{ id: 'in_NAME', number: null, currency: 'eur', payment_intent: null, charge: null, subscription_details: null },
  ...{ metadata: { code: mia.code }, discounts: [] },
  ...more,
})
const paidBy = (which: string): Told => ({
  type: 'invoice_payment.paid',
  object: { invoice: 'in_NAME', payment: { payment_intent: `pi_NAME${which}` } },
})
const charge = (which: string, amount: number, amount_refunded: number, more: object = {}) => ({
  ...{ id: `ch_NAME${which}`, payment_intent: `pi_NAME${which}`, amount, amount_refunded, currency: 'eur' },
  ...more,
})
const session = (more: object = {}) => ({
  ...fixture('stripe/checkout-completed').data.object,
  ...{ id: 'cs_NAME', payment_intent: 'pi_NAME', currency: 'eur', client_reference_id: null, discounts: [] },
  ...{ metadata: { code: mia.code } },
  ...more,
})

test('Stripe: of an invoice that two payments paid, the refund of one takes its share, and of both all', async () => {
  const sale = { type: 'invoice.paid', object: invoice() }
  const one = { type: 'charge.refunded', object: charge('a', 2160, 2160), after: 5 }
  const other = { type: 'charge.refunded', object: charge('b', 6480, 6480), after: 6 }
  expect(await leaves('two', [sale, paidBy('a'), paidBy('b'), one])).toEqual([600])
  const named = { payments: { data: ['a', 'b'].map((which) => ({ payment: { payment_intent: `pi_NAME${which}` } })) } }
  expect(await leaves('both', [{ ...sale, object: invoice(named) }, one, other])).toEqual([0])
  const half = { type: 'charge.refunded', object: charge('b', 6480, 3240), after: 6 }
  expect(await leaves('some', [{ ...sale, object: invoice(named) }, one, half])).toEqual([300])
  // What a customer's credit paid is no payment: of what was paid the one payment is all.
  const credit = { amount_paid: 4320, payment_intent: 'pi_NAMEa' }
  expect(
    await leaves('credit', [
      { ...sale, object: invoice(credit) },
      { ...one, object: charge('a', 4320, 2160) },
    ]),
  ).toEqual([216])
}, 120_000)

test('Stripe: a payment that is taken later earns once it is, by what was taken of it', async () => {
  const sale = { type: 'checkout.session.completed', object: session({ payment_status: 'unpaid' }) }
  const intent = { id: 'pi_NAME', amount: 9240, currency: 'eur', capture_method: 'manual', latest_charge: 'ch_NAME' }
  const taken = (amount_received: number, more: object = {}) => ({
    type: 'payment_intent.succeeded',
    object: { ...intent, amount_received, ...more },
    after: 60,
  })
  expect(await leaves('held', [sale])).toEqual([0])
  expect(await leaves('taken', [sale, taken(9240)])).toEqual([800])
  expect(await leaves('part', [sale, taken(6930)])).toEqual([600])
  // Some versions of Stripe have what was not taken in the sum of what was given back.
  const back = { type: 'charge.refunded', object: charge('', 9240, 2310 + 2310), after: 90 }
  expect(await leaves('back', [sale, taken(6930), back])).toEqual([400])
  const card = { capture_method: 'automatic', payment_method_options: { card: { capture_method: 'manual' }, klarna: {} } }
  expect(await leaves('card', [sale, taken(9240, card)])).toEqual([800])
  // A payment of every day is known from its checkout.
  const plain = { capture_method: 'automatic_async', payment_method_options: { card: { request_three_d_secure: 'automatic' } } }
  expect(await leaves('plain', [sale, taken(9240, plain)])).toEqual([0])
})

test('Stripe: a refund that fails gives again what it took, and one that follows takes it anew', async () => {
  const sale = { type: 'checkout.session.completed', object: session() }
  const back = { type: 'charge.refunded', object: charge('', 9240, 4620), after: 5 }
  const refund = {
    id: 're_NAME',
    charge: 'ch_NAME',
    payment_intent: 'pi_NAME',
    amount: 4620,
    currency: 'eur',
    status: 'failed',
    created: sold(5).getTime() / 1000,
  }
  const failed = { type: 'refund.failed', object: refund, after: 10 }
  const again = { type: 'charge.refund.updated', object: refund, after: 10 }
  expect(await leaves('failed', [sale, back, failed])).toEqual([800])
  expect(await leaves('twice', [failed, again])).toEqual([0])
  expect(await leaves('anew', [sale, back, failed, { ...back, after: 20 }])).toEqual([400])
  const first = { type: 'charge.refunded', object: charge('', 9240, 2310), after: 3 }
  expect(await leaves('second', [sale, first, { ...back, object: charge('', 9240, 6930) }, failed])).toEqual([600])
  const came = { type: 'charge.refund.updated', object: { ...refund, status: 'succeeded' }, after: 10 }
  expect(await leaves('came', [sale, back, came])).toEqual([400])
  // Whether the failed one is in what is told later cannot be known: all of it is taken, and managers are asked to look.
  const ana = await w.manager('Ana')
  expect(await ana.sees('managers')).not.toContain('after one that failed')
  const later = { type: 'charge.refunded', object: charge('', 9240, 6930), after: 20 }
  const doubt = [sale, back, failed, later]
  expect(await leaves('doubt', doubt, [doubt, doubt.toReversed()])).toEqual([200])
  expect(await ana.sees('managers')).toMatch(/after one that failed[\s\S]*€69.30[\s\S]*€46.20/)
  // One that was in no sum so far takes nothing off the sum of those before it.
  expect(await leaves('unsaid', [sale, first, failed])).toEqual([600])
}, 120_000)

test('Stripe: where what was not taken is no refund, a refund of what was taken is counted beside it', async () => {
  const sale = { type: 'checkout.session.completed', object: session({ payment_status: 'unpaid' }) }
  const intent = { id: 'pi_NAME', amount: 9240, amount_received: 6930, currency: 'eur', capture_method: 'manual' }
  const taken = { type: 'payment_intent.succeeded', object: { ...intent, latest_charge: 'ch_NAME' }, after: 60 }
  const back = (amount_refunded: number, previous: number) => ({
    type: 'charge.refunded',
    object: charge('', 9240, amount_refunded, { amount_captured: 6930, refunded: amount_refunded === 6930 }),
    previous: { amount_refunded: previous },
    after: 90,
  })
  expect(await leaves('alone', [sale, taken, back(1155, 0)])).toEqual([500])
  expect(await leaves('all', [sale, taken, back(6930, 0)])).toEqual([0])
  expect(await leaves('counted', [sale, taken, back(2310, 0)])).toEqual([600])
  expect(await leaves('beyond', [sale, taken, back(4620, 2310)])).toEqual([400])
})

test('Shopify: a refund whose payment fails gives again what it took', async () => {
  const order = (refunds: object[]) => ({
    ...fixture('shopify/order-create'),
    ...{ id: 'NAME', name: '#NAME', created_at: '2026-11-20T11:00:00Z', currency: 'EUR', refunds },
    ...{ discount_codes: [{ code: mia.code }], note_attributes: [] },
  })
  const refund = (...statuses: string[]) => ({
    ...fixture('shopify/refund-create'),
    ...{ id: 'NAME9', order_id: 'NAME', created_at: '2026-11-20T11:30:00Z' },
    transactions: statuses.map((status) => ({ kind: 'refund', status, amount: '43.20', currency: 'EUR' })),
  })
  const sale = { type: 'orders/create', object: order([]) }
  const back = { type: 'refunds/create', object: refund('pending') }
  expect(await leaves('10', [sale, back])).toEqual([400])
  expect(await leaves('20', [sale, back, { type: 'orders/updated', object: order([refund('failure')]) }])).toEqual([800])
  // It is tried again, and comes to the shopper after all.
  const tried = { type: 'orders/updated', object: order([refund('failure', 'success')]) }
  expect(await leaves('30', [sale, back, { type: 'orders/updated', object: order([refund('failure')]) }, tried])).toEqual([400])
})

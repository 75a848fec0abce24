/** Where an order went, as each shop says it: one spelling, hashed, and never kept in the clear. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Connector } from '../../src/connector.ts'
import generic from '../../src/connectors/generic.ts'
import shopify from '../../src/connectors/shopify.ts'
import stripe from '../../src/connectors/stripe.ts'
import woocommerce from '../../src/connectors/woocommerce.ts'
import { postalKey } from '../../src/kernel/postal.ts'
import { readOrders } from '../../src/orders/rules-import.ts'
import { tools } from './told.ts'

const fixture = (path: string) => JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8'))
const key = 'address:de:10115:hauptstrasse1'

test.each([
  [{ street: 'Hauptstraße 1', postcode: '10115', country: 'DE' }, key],
  [{ street: ' HAUPTSTRASSE  1, ', postcode: '10 115', country: 'de' }, key],
  [{ street: 'Ｈauptstraße １', postcode: '10115', country: 'DE' }, key],
  [{ street: '12-3 丸の内', postcode: '100-0005', country: 'JP' }, 'address:jp:1000005:123丸の内'],
  [{ street: 'Hauptstraße', postcode: '10115', country: 'DE' }, undefined],
  [{ street: 'Hauptstraße 1', postcode: '', country: 'DE' }, undefined],
  [{ street: 'Hauptstraße 1', postcode: '10115', country: 'Germany' }, undefined],
  [{ street: 'Packstation 145', postcode: '10115', country: 'DE' }, undefined],
  [{ street: 'P.O. Box 7', postcode: '10001', country: 'US' }, undefined],
  [{ street: null, postcode: null, country: null }, undefined],
])('%j is %s', (postal, expected) => {
  expect(postalKey(postal)).toBe(expected)
})

const hashOf = (connector: Connector, body: object, headers: Record<string, string> = {}): unknown => {
  const delivery = { headers, body: Buffer.from(JSON.stringify(body)) }
  const facts = connector.facts(delivery, { ...tools, heardAt: '2026-01-09T18:00:00.000Z' })
  const placed = facts.find((fact) => fact.type === 'order.placed')
  expect(JSON.stringify({ ...placed, shopper: null })).not.toMatch(/haupt|10115/i)
  return placed && 'shopper' in placed ? placed.shopper.address : 'no order'
}

test('Shopify: where it goes, else who pays lives; an empty one is passed over', () => {
  const home = { address1: 'Hauptstraße 1', zip: '10115', country_code: 'DE' }
  const other = { address1: 'Nebenweg 2', zip: '20095', country_code: 'DE' }
  const told = (more: object) =>
    hashOf(shopify, { ...fixture('shopify/order-create'), ...more }, { 'x-shopify-topic': 'orders/create' })
  expect(told({ shipping_address: home, billing_address: other })).toBe(`#${key}`)
  expect(told({ shipping_address: null, billing_address: home })).toBe(`#${key}`)
  expect(told({ shipping_address: null, billing_address: null })).toBeUndefined()
})

test('WooCommerce: virtual goods have an empty delivery', () => {
  const told = (more: object) =>
    hashOf(woocommerce, { ...fixture('woocommerce/order-updated'), ...more }, { 'x-wc-webhook-topic': 'order.updated' })
  const home = { address_1: 'Hauptstraße 1', postcode: '10115', country: 'DE' }
  const empty = { address_1: '', postcode: '', country: '' }
  expect(told({ billing: { ...home, email: 'a@example.com' }, shipping: empty })).toBe(`#${key}`)
  expect(told({ billing: { ...empty, email: 'a@example.com' }, shipping: home })).toBe(`#${key}`)
})

test('Stripe: of a checkout in either version of the API, and of an invoice', () => {
  const home = { line1: 'Hauptstraße 1', postal_code: '10115', country: 'DE' }
  const event = (type: string, object: object) =>
    hashOf(stripe, { id: 'evt', type, created: 1767980000, livemode: true, data: { object } })
  const session = { id: 'cs', mode: 'payment', payment_status: 'paid', payment_intent: 'pi', currency: 'eur', amount_total: 8000 }
  const invoice = { id: 'in', currency: 'eur', total: 8000, amount_paid: 8000 }
  for (const object of [
    { ...session, collected_information: { shipping_details: { address: home } } },
    { ...session, shipping_details: { address: home } },
    { ...session, customer_details: { email: null, address: home } },
  ])
    expect(event('checkout.session.completed', object)).toBe(`#${key}`)
  expect(event('invoice.paid', { ...invoice, customer_address: home, customer_shipping: null })).toBe(`#${key}`)
})

test('the signed webhook and files', () => {
  const customer = { address: { street: 'Hauptstraße 1', postcode: '10115', country: 'DE' } }
  const data = { id: '1', at: '2026-01-09T17:30:00Z', currency: 'EUR', total: '80.00', customer }
  expect(hashOf(generic, { type: 'order.created', data })).toBe(`#${key}`)
  const sheet = [
    ['order', 'date', 'currency', 'total', 'Shipping Street', 'Shipping Address1', 'Shipping Zip', 'Shipping Country'],
    ['1', '2026-01-09', 'EUR', '80', 'Hauptstraße 1', 'somewhere else', '10115', 'DE'],
  ].map((cells, i) => ({ line: i + 1, cells }))
  const { rows, problems } = readOrders(sheet, { zone: 'Europe/Berlin', source: 'csv', hash: tools.hash })
  expect(problems).toEqual([])
  expect(rows[0]).toMatchObject({ fact: { shopper: { address: `#${key}` } } })
})

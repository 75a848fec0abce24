/** Deliveries as Shopify makes them, and their facts. */
import { readFileSync } from 'node:fs'
import shopify from '../../src/connectors/shopify.ts'
import { tools } from './told.ts'

export const fixture = (name: string) => readFileSync(new URL(`../fixtures/shopify/${name}.json`, import.meta.url), 'utf8')

export const deliver = (topic: string, text: string, headers: Record<string, string> = {}) =>
  shopify.facts({ headers: { 'x-shopify-topic': topic, ...headers }, body: Buffer.from(text) }, tools)

/** A fixture with some of its fields changed; undefined takes one away. */
export const changed = (name: string, change: Record<string, unknown>) =>
  JSON.stringify({ ...JSON.parse(fixture(name)), ...change })

export const order = (change: Record<string, unknown>) => deliver('orders/create', changed('order-create', change))[0]
export const refund = (change: Record<string, unknown>) => deliver('refunds/create', changed('refund-create', change))

export const shopMoney = (amount: string, currency_code: string) => ({ shop_money: { amount, currency_code } })

/** Amounts as shops write them: decimal text, with more decimals than the currency has or as floats that were added up. */
import { z } from 'zod'
import type { Amount, OrderPlaced } from '../kernel/fact.ts'
import { decimal, decimals } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'

export const amount = z.string().regex(/^-?\d{1,15}(\.\d{1,40})?([eE][+-]?\d{1,2})?$/, 'must be an amount')
const money = z.object({ amount, currency_code: piece.currencyCode })
/** An amount in the shop's own currency, beside the shopper's. */
export const bag = z.object({ shop_money: money, presentment_money: money.nullish() }).nullish()

export type Teller = { minor: (text: string, field: string) => bigint; amount: (minor: bigint) => Amount }

/** Reads and writes amounts of one currency. */
export function teller(currency: string): Teller {
  return {
    minor: (text, field) => piece.money(decimal({ minor: rounded(text, decimals(currency)), currency }), currency, field).minor,
    amount: (minor) => ({ minor: minor.toString(), currency }),
  }
}

/** Minor units, rounded half up: a sum of floats such as 39.989999999999995 or 5.7e-15 means the nearest cent. */
function rounded(text: string, places: number): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = BigInt(whole + fraction)
  const surplus = fraction.length - Number(exponent) - places
  const step = 10n ** BigInt(Math.abs(surplus))
  const minor = surplus <= 0 ? digits * step : (digits + step / 2n) / step
  return text.startsWith('-') ? -minor : minor
}

export const atLeastZero = (n: bigint): bigint => (n > 0n ? n : 0n)

/**
 * The items that rates by SKU are asked about. What has no SKU stands among them under an empty one: left out, what it brought would
 * fall to the others. Where nothing has one there is nothing to ask.
 */
export const goods = (items: OrderPlaced['items']): OrderPlaced['items'] => (items.some(({ sku }) => sku !== '') ? items : [])

/** The exact sum of amounts with at most nine decimals, as text; rounding each before would let cents go astray. */
export function sumOf(texts: readonly string[]): string {
  const billionths = texts.reduce((all, text) => all + rounded(text, 9), 0n)
  const digits = (billionths < 0n ? -billionths : billionths).toString().padStart(10, '0')
  return `${billionths < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`
}

/**
 * Stripe writes amounts as whole numbers of its own smallest unit, which is not always that of ISO 4217: the ariary has no decimals
 * there, and króna and Ugandan shilling, which have none here, are still counted in hundredths. Currencies of three decimals come in
 * thousandths whose last digit is 0.
 */
import { z } from 'zod'
import { decimals, isCurrency, type Money } from './money.ts'
import { wrongField } from './payload.ts'
import { Refusal } from './refusal.ts'

/** Digits of Stripe's unit where they are not ours. */
const theirs = new Map([
  ['ISK', 2],
  ['UGX', 2],
  ['MGA', 0],
])

export const units = z.string().regex(/^-?\d{1,15}$/, 'must be a whole number of the smallest unit')

/** Stripe's amount as ours. Hundredths of a currency that has none are rounded to the nearest whole, halves up. */
export function fromStripe(amount: string, code: string, field: string): Money {
  const currency = code.toUpperCase()
  if (!isCurrency(currency))
    throw new Refusal('invalid', `currency: "${currency}" is not a currency.`, 'Use a code like USD, EUR or JPY.', 'currency')
  const minor = BigInt(amount)
  if (minor < 0n) throw wrongField(field, 'must not be below zero')
  const surplus = surplusOf(currency)
  const step = 10n ** BigInt(Math.abs(surplus))
  return { minor: surplus > 0 ? (minor + step / 2n) / step : minor * step, currency }
}

/** How many digits more than ours Stripe's unit has. */
const surplusOf = (currency: string): number => (theirs.get(currency) ?? decimals(currency)) - decimals(currency)

/** Our amount as Stripe's; undefined where it is none of its units, for nothing is rounded on its way out. */
export function toStripe({ minor, currency }: Money): string | undefined {
  const surplus = surplusOf(currency)
  const step = 10n ** BigInt(Math.abs(surplus))
  const amount = surplus >= 0 ? minor * step : minor / step
  const exact = surplus >= 0 || minor % step === 0n
  return exact && (decimals(currency) !== 3 || amount % 10n === 0n) ? amount.toString() : undefined
}

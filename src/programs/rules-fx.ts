/**
 * The law of other currencies: the books know one currency, the program's. An order in another one is converted once, by the rate of
 * its day, with exact whole numbers and one rounding half to even; its refunds use the same rate, whatever it is by then. A rate is
 * what one unit of the foreign currency is worth in the program's.
 */
import { decimals, type Money, proportion } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'

/** "0,92130" → "0.9213". Throws Refusal('invalid') for what is no number above zero with at most ten decimals. */
export function parseRate(typed: string): string {
  const [, whole = '', fraction = ''] = /^(\d{1,9})(?:[.,](\d{1,10}))?$/.exec(typed.trim()) ?? []
  const digits = fraction.replace(/0+$/, '')
  const rate = `${whole.replace(/^0+(?=\d)/, '')}${digits && `.${digits}`}`
  if (whole === '' || rate === '0')
    throw new Refusal(
      'invalid',
      'The rate is not a number above zero.',
      'Write it like 0.9213, with at most ten decimals.',
      'rate',
    )
  return rate
}

/** An amount in another currency at an exact rate, rounded half to even once. */
export function convert(m: Money, rate: string, currency: string): Money {
  const [whole = '0', fraction = ''] = rate.split('.')
  const top = BigInt(whole + fraction) * 10n ** BigInt(decimals(currency))
  const bottom = 10n ** BigInt(fraction.length + decimals(m.currency))
  return { ...proportion(m, top, bottom), currency }
}

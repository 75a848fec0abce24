import { cut } from './cut.ts'
import { must, Refusal } from './refusal.ts'

/** An exact amount: whole minor units (cents, yen, fils) of an ISO 4217 currency. */
export type Money = { readonly minor: bigint; readonly currency: string }

/** Money as JSON carries it: minor units as a string, because JSON numbers lose digits beyond 2^53. */
export type MoneyJson = { minor: string; currency: string }

// Taken from ISO 4217 and not from Intl, which follows CLDR and shows some currencies (RSD, IQD, ALL …) with fewer decimals than they are booked in.
const unusual = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((c) => [c, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((c) => [c, 3] as const),
  ...'CLF UYW'.split(' ').map((c) => [c, 4] as const),
])
const known = new Set([...Intl.supportedValuesOf('currency'), ...unusual.keys()])
const formats = new Map<string, Intl.NumberFormat>()

/** Whether this is the code of a currency, in capitals. */
export const isCurrency = (s: string): boolean => known.has(s)

/** Decimals of a currency's minor unit: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimals(currency: string): number {
  return unusual.get(currency) ?? 2
}

export const zero = (currency: string): Money => ({ minor: 0n, currency })

/** a + b; mixing currencies is a bug and throws. */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b)
  return { minor: a.minor + b.minor, currency: a.currency }
}

/** a − b; mixing currencies is a bug and throws. */
export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b)
  return { minor: a.minor - b.minor, currency: a.currency }
}

/** The sum of all amounts; the currency is given because the list may be empty. */
export function sum(amounts: Iterable<Money>, currency: string): Money {
  let total = zero(currency)
  for (const m of amounts) total = add(total, m)
  return total
}

/** `bps` ten-thousandths of the amount (1,000 = 10 %), rounded half to even. */
export function share(m: Money, bps: number | bigint): Money {
  must(typeof bps === 'bigint' || Number.isSafeInteger(bps), `basis points are whole numbers, not ${bps}`)
  return { minor: divideHalfEven(m.minor * BigInt(bps), 10_000n), currency: m.currency }
}

/** `part / whole` of the amount, rounded half to even. A whole of zero is a bug and throws. */
export function proportion(m: Money, part: bigint, whole: bigint): Money {
  must(whole !== 0n, 'a proportion of nothing')
  return { minor: divideHalfEven(m.minor * part, whole), currency: m.currency }
}

/**
 * Parts in proportion to the weights that add up to the amount exactly. The units that rounding leaves over go to the largest
 * remainders, the earlier weight first when they tie. Weights must not be negative and not all zero.
 */
export function split(m: Money, weights: readonly bigint[]): Money[] {
  return splitUnits(m.minor, weights).map((minor) => ({ minor, currency: m.currency }))
}

/** As split, for whole units of anything. */
export function splitUnits(units: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((a, b) => a + b, 0n)
  must(total > 0n && weights.every((w) => w >= 0n), 'a split needs weights of zero or more, and one above zero')
  const sign = units < 0n ? -1n : 1n
  const size = units * sign
  const parts = weights.map((w) => (size * w) / total)
  const left = Number(size - parts.reduce((a, b) => a + b, 0n))
  const remainders = weights.map((w, i) => ({ i, rest: (size * w) % total }))
  remainders.sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1))
  for (const { i } of remainders.slice(0, left)) parts[i] = parts[i]! + 1n
  return parts.map((part) => part * sign)
}

/**
 * Reads "12.34", "-10.00" or "100" exactly. Refuses commas, exponents, more than 18 digits, and digits beyond the currency's
 * decimals unless they are zeros ("12.3400" is fine, "12.345" dollars are not).
 */
export function parseMoney(text: string, currency: string): Money {
  const code = currency.toUpperCase()
  if (!isCurrency(code))
    throw new Refusal('invalid', `"${cut(currency, 40)}" is not a currency.`, 'Use a code like USD, EUR or JPY.')
  const places = decimals(code)
  const match = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text.trim())
  if (!match) throw notAnAmount(text, code)
  const [, minus, whole = '', fraction = ''] = match
  if (/[^0]/.test(fraction.slice(places))) throw tooFine(text, code)
  const digits = whole + fraction.slice(0, places).padEnd(places, '0')
  // 18 digits of minor units always fit the BIGINT columns.
  if (digits.replace(/^0+/, '').length > 18 || whole.length + fraction.length > 18) throw notAnAmount(text, code)
  return { minor: BigInt(minus + digits), currency: code }
}

/** As parseMoney, from a person: half of the world writes a thousand and a half as 1.500, so zeros too many are refused as well. */
export function typedMoney(text: string, currency: string): Money {
  const money = parseMoney(text, currency)
  const [, fraction = ''] = text.trim().split('.')
  if (fraction.length > decimals(money.currency)) throw tooFine(text, money.currency)
  return money
}

/** The plain decimal number, as exports and APIs want it: "1234.50", "-0.05", "500" for yen. */
export function decimal(m: Money): string {
  const places = decimals(m.currency)
  const minus = m.minor < 0n ? '-' : ''
  const digits = (m.minor < 0n ? -m.minor : m.minor).toString().padStart(places + 1, '0')
  return places === 0 ? minus + digits : `${minus}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** For reading: "$1,234.50", "¥500", "1.234,50 €". Exact at any size. */
export function format(m: Money, locale = 'en'): string {
  const key = `${locale} ${m.currency}`
  let made = formats.get(key)
  if (!made) {
    const places = decimals(m.currency)
    const digits = { minimumFractionDigits: places, maximumFractionDigits: places }
    made = new Intl.NumberFormat(locale, { style: 'currency', currency: m.currency, ...digits })
    formats.set(key, made)
  }
  // Intl reads a decimal string digit by digit; a number would lose cents above 2^53.
  return made.format(decimal(m) as `${number}`)
}

export const toJson = (m: Money): MoneyJson => ({ minor: m.minor.toString(), currency: m.currency })

export const fromJson = (m: MoneyJson): Money => ({ minor: BigInt(m.minor), currency: m.currency })

/** The quotient, rounded half to even. */
export function divideHalfEven(top: bigint, bottom: bigint): bigint {
  const sign = top < 0n === bottom < 0n ? 1n : -1n
  const n = top < 0n ? -top : top
  const d = bottom < 0n ? -bottom : bottom
  const floor = n / d
  const twice = (n % d) * 2n
  const up = twice > d || (twice === d && floor % 2n === 1n)
  return sign * (up ? floor + 1n : floor)
}

function sameCurrency(a: Money, b: Money): void {
  must(a.currency === b.currency, `${a.currency} and ${b.currency} do not mix`)
}

function tooFine(text: string, code: string): Refusal {
  const most = decimals(code) === 0 ? 'no decimals' : `at most ${decimals(code)} decimals`
  return new Refusal(
    'invalid',
    `"${cut(text, 40)}" has too many decimals: ${code} has ${most}.`,
    `Write it like ${example(code)}.`,
  )
}

function notAnAmount(text: string, currency: string): Refusal {
  return new Refusal('invalid', `"${cut(text, 40)}" is not an amount of money.`, `Write it like ${example(currency)}.`)
}

/** 1250 → "12.5 %". */
export const percent = (rateBps: number): string => `${(rateBps / 100).toString()} %`

const example = (currency: string): string => decimal({ minor: 125n * 10n ** BigInt(decimals(currency)), currency })

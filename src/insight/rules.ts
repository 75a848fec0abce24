/**
 * The law of numbers: a ratio keeps its numerator and denominator, and a denominator of zero makes it "n/a", never 0. Money
 * ratios are in the program's currency. What a creator sees of their own is below; the figures of the program are in rules-kpi.ts.
 */
import type { Money } from '../kernel/money.ts'
import { days, startOfDay } from '../kernel/time.ts'

/** What a creator did in a window; the amount in minor units of the program's currency. */
export type Counts = {
  clicks: number
  orders: number
  /** Of those that were not given back: those that came by a click. */
  byClick: number
  /** Commission and fees, less refunds. */
  earnedMinor: bigint
}

/** Where both are money, `currency` says which; of an amount for each of something the first alone is. */
export type Ratio = { numerator: bigint; denominator: bigint; currency?: string }

export type Measure =
  | { kind: 'count'; value: number }
  | { kind: 'money'; value: Money }
  /** Money for each of something; rounded half up to the minor unit, null without a denominator. */
  | { kind: 'each'; value: Money | null; of: Ratio }
  /** Basis points, null without a denominator. */
  | { kind: 'share'; value: number | null; of: Ratio }
  /** A plain multiple in hundredths. */
  | { kind: 'times'; value: number | null; of: Ratio }
  | { kind: 'hours'; value: number | null }

export const each = (currency: string, numerator: bigint, denominator: bigint): Measure => ({
  kind: 'each',
  value: denominator <= 0n ? null : { minor: rounded(numerator, denominator), currency },
  of: { numerator, denominator },
})
export const share = (numerator: bigint, denominator: bigint, currency?: string): Measure => ({
  kind: 'share',
  value: denominator <= 0n ? null : Number(rounded(numerator * 10_000n, denominator)),
  of: { numerator, denominator, ...(currency ? { currency } : {}) },
})
/** One amount of money in another. */
export const times = (currency: string, numerator: bigint, denominator: bigint): Measure => ({
  kind: 'times',
  value: denominator <= 0n ? null : Number(rounded(numerator * 100n, denominator)),
  of: { numerator, denominator, currency },
})

/** "53.8 %". Rounded once: of hundredths that were rounded already the last digit may be another. */
export const percentOf = ({ numerator, denominator }: Ratio): string =>
  `${(Number(rounded(numerator * 1_000n, denominator)) / 10).toFixed(1)} %`

/** Half away from zero; for figures that are shown, not paid. */
export function rounded(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n ? -1n : 1n
  return (sign * (2n * sign * numerator + denominator)) / (2n * denominator)
}

/** A creator's own numbers, by their names. */
export const creatorKpis = (counts: Counts, currency: string): Record<string, Measure> => ({
  Clicks: { kind: 'count', value: counts.clicks },
  Orders: { kind: 'count', value: counts.orders },
  CVR: share(BigInt(counts.byClick), BigInt(counts.clicks)),
  Earned: { kind: 'money', value: { minor: counts.earnedMinor, currency } },
})

/** How a figure moved against the period before, in basis points of the earlier one; null when there is nothing to compare. */
export function moved(now: Measure, before: Measure): number | null {
  const a = plainNumber(now)
  const b = plainNumber(before)
  if (a === null || b === null || b === 0) return null
  return Math.round(((a - b) / Math.abs(b)) * 10_000)
}

function plainNumber(measure: Measure): number | null {
  if (measure.value === null) return null
  return typeof measure.value === 'number' ? measure.value : Number(measure.value.minor)
}

export const periods = { '7d': 7, '30d': 30, '90d': 90 } as const
export type Period = keyof typeof periods

/** `before` to `beforeTo` is what it is compared with: as many days before, and of the last of them as much as is over of today. */
export type Window = { from: Date; to: Date; before: Date; beforeTo: Date; days: number }

/** The last n local days up to now, today included, and as long a time before. */
export function windowOf(period: Period, now: Date, zone: string): Window {
  const count = periods[period]
  const today = startOfDay(now, zone)
  // Noon keeps the step of whole days on the right local day where a day has 23 or 25 hours.
  const back = (n: number) => startOfDay(days(new Date(today.getTime() + 12 * 3_600_000), -n), zone)
  const from = back(count - 1)
  const until = back(count).getTime() + (now.getTime() - today.getTime())
  return { from, to: now, before: back(2 * count - 1), beforeTo: new Date(Math.min(until, from.getTime())), days: count }
}

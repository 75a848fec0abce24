/**
 * The law of numbers: a ratio keeps its numerator and denominator, and a denominator of zero makes it "n/a", never 0. Money
 * ratios are in the program's currency. Revenue is net: after discounts, before tax and shipping, less refunds of the same
 * orders. Cost is commissions and content fees booked in the window. Definitions follow the trade: CVR approved orders by click / unique clicks,
 * AOV net revenue / orders, EPC earnings / clicks, RPC revenue / clicks, CPA cost / orders, ROAS revenue / cost.
 */
import type { Money } from '../kernel/money.ts'
import { days, startOfDay } from '../kernel/time.ts'

/** What happened in a window; amounts in minor units of the program's currency. */
export type Counts = {
  clicks: number
  orders: number
  /** Of those that were not given back: those that came by a click. */
  byClick: number
  revenueMinor: bigint
  commissionMinor: bigint
  feesMinor: bigint
  /** Creators admitted in the window, and how many of them had a sale or an approved piece within 14 days. */
  admitted: number
  activated: number
  /** Median hours from handed in to decided; null when nothing was decided. */
  answerHours: number | null
  /** Where content stands now, and how much of that a licence covers; zero of zero for a creator, and for a window that is over. */
  placed: number
  covered: number
}

export type Ratio = { numerator: bigint; denominator: bigint }

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

export type Kpi = { name: string; says: string; measure: Measure }

export const each = (currency: string, numerator: bigint, denominator: bigint): Measure => ({
  kind: 'each',
  value: denominator <= 0n ? null : { minor: rounded(numerator, denominator), currency },
  of: { numerator, denominator },
})
export const share = (numerator: bigint, denominator: bigint): Measure => ({
  kind: 'share',
  value: denominator <= 0n ? null : Number(rounded(numerator * 10_000n, denominator)),
  of: { numerator, denominator },
})
export const times = (numerator: bigint, denominator: bigint): Measure => ({
  kind: 'times',
  value: denominator <= 0n ? null : Number(rounded(numerator * 100n, denominator)),
  of: { numerator, denominator },
})

/** Half away from zero; for figures that are shown, not paid. */
export function rounded(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n ? -1n : 1n
  return (sign * (2n * sign * numerator + denominator)) / (2n * denominator)
}

/** The program in numbers. */
export function programKpis(c: Counts, currency: string): Kpi[] {
  const clicks = BigInt(c.clicks)
  const orders = BigInt(c.orders)
  const cost = c.commissionMinor + c.feesMinor
  return [
    { name: 'Clicks', says: 'unique visitors an hour, bots left out', measure: { kind: 'count', value: c.clicks } },
    { name: 'Orders', says: 'credited to a creator', measure: { kind: 'count', value: c.orders } },
    {
      name: 'Net revenue',
      says: 'after discounts and refunds, before tax and shipping',
      measure: { kind: 'money', value: { minor: c.revenueMinor, currency } },
    },
    { name: 'Cost', says: 'commissions and content fees', measure: { kind: 'money', value: { minor: cost, currency } } },
    { name: 'AOV', says: 'net revenue an order', measure: each(currency, c.revenueMinor, orders) },
    { name: 'CVR', says: 'approved orders by click / unique clicks', measure: share(BigInt(c.byClick), clicks) },
    { name: 'EPC', says: 'creator earnings a click', measure: each(currency, cost, clicks) },
    { name: 'RPC', says: 'net revenue a click', measure: each(currency, c.revenueMinor, clicks) },
    { name: 'CPA', says: 'cost an order', measure: each(currency, cost, orders) },
    { name: 'ROAS', says: 'net revenue for each unit of cost', measure: times(c.revenueMinor, cost) },
    {
      name: 'Activation',
      says: 'of new creators with a sale or approved piece in 14 days',
      measure: share(BigInt(c.activated), BigInt(c.admitted)),
    },
    { name: 'Approval time', says: 'median hours from handed in to decided', measure: { kind: 'hours', value: c.answerHours } },
    {
      name: 'Rights coverage',
      says: 'of the places where content stands, those with a valid licence',
      measure: share(BigInt(c.covered), BigInt(c.placed)),
    },
  ]
}

/** A creator's own numbers. */
export function creatorKpis(c: Counts, currency: string): Kpi[] {
  const wanted = ['Clicks', 'Orders', 'CVR']
  return [
    ...programKpis(c, currency).filter((kpi) => wanted.includes(kpi.name)),
    {
      name: 'Earned',
      says: 'commission and fees booked, less refunds',
      measure: { kind: 'money', value: { minor: c.commissionMinor + c.feesMinor, currency } },
    },
  ]
}

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

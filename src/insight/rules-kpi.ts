/**
 * The law of figures: each has a numerator, a denominator and a window, and without a denominator it is n/a, never 0; one below zero is
 * none, for where refunds took back more than was spent, nothing was. A conversion is approved when its order was credited, not cancelled,
 * not lost to the shopper's bank, and something of it was kept. CVR counts those that came by a click over unique clicks (one visitor an
 * hour); orders by code alone have none and stand apart as the code share. Of a creator that is a click on a link of their own, for their
 * code may win over the click of another; of a mission or a platform it is one that won. A refund moves money and never clicks. Cost is all-in:
 * commissions, fees and bonuses as booked in the window, gifts sent in it, and discounts where the program says so. What needs time
 * (activation, staying, LTV) is told of those whose time was over in the window, so that nobody counts as lost who still has days to go.
 * Engagement carries its formula with it.
 */
import { each, type Measure, type Ratio, rounded, share, times } from './rules.ts'

/** How figures can be taken apart. */
export const ways = {
  creator: 'Creator',
  mission: 'Mission',
  offer: 'Offer',
  niche: 'Niche',
  platform: 'Platform',
  moment: 'Moment',
} as const
export type Way = keyof typeof ways

export type Sales = {
  orders: number
  approved: number
  /** Of the approved: those that came by a click. */
  byClick: number
  grossMinor: bigint
  netMinor: bigint
  /** First orders of a shopper, and orders whose shopper is known at all. */
  newCustomers: number
  /** Discounts that shoppers had on these orders, in the program's currency. */
  discountMinor: bigint
}

export type Cost = {
  commissionMinor: bigint
  /** Content fees, bonuses and referrals. */
  feesMinor: bigint
  giftMinor: bigint
  /** Gifts whose value nobody said; they are no cost of 0. */
  giftsUnknown: number
  /** What networks pay creators themselves: earned, and no cost of ours. */
  mirrorMinor: bigint
}

/** Sums over the posts of which both sides are known. */
export type Pair = { top: bigint; under: bigint; posts: number }

export type Posts = {
  /** Clicks of posts with a link of their own over the views, or reach, that they gained. */
  ctrViews: Pair
  ctrReach: Pair
  erFollowers: Pair
  erReach: Pair
  erViews: Pair
  shares: Pair
}

export type People = {
  /** Creators whose first 14 days ended in the window, and those of them who had a sale or approved content by then. */
  joined: number
  activated: number
  /** Creators whose 60th day fell into the window, and those of them who were active from day 31 on. */
  twoMonths: number
  stayed: number
}

export type Answers = { decided: number; hours: number | null }
export type Customers = { customers: number; spentMinor: bigint }

/** What happened in a window, for whatever was asked; null = this is not counted by that. */
export type Tally = {
  clicks: number | null
  sales: Sales
  cost: Cost
  posts: Posts | null
  people: People | null
  answers: Answers | null
  ltv: Customers
  /** Where content stands, and how much of that a licence covers; known of today alone. */
  rights: { live: number; covered: number } | null
}

export const noSales: Sales = {
  orders: 0,
  approved: 0,
  byClick: 0,
  grossMinor: 0n,
  netMinor: 0n,
  newCustomers: 0,
  discountMinor: 0n,
}
export const noCost: Cost = { commissionMinor: 0n, feesMinor: 0n, giftMinor: 0n, giftsUnknown: 0, mirrorMinor: 0n }
const noPair: Pair = { top: 0n, under: 0n, posts: 0 }
export const noPosts: Posts = {
  ctrViews: noPair,
  ctrReach: noPair,
  erFollowers: noPair,
  erReach: noPair,
  erViews: noPair,
  shares: noPair,
}
const noPeople: People = { joined: 0, activated: 0, twoMonths: 0, stayed: 0 }

/** What two things brought together, of what is counted of each alone: clicks, sales and costs. */
export const addTally = (one: Tally, other: Tally): Tally => ({
  ...one,
  clicks: one.clicks === null || other.clicks === null ? null : one.clicks + other.clicks,
  sales: addEach(one.sales, other.sales),
  cost: addEach(one.cost, other.cost),
})

function addEach<T extends Record<keyof T, number | bigint>>(one: T, other: T): T {
  const sums = (Object.keys(one) as (keyof T)[]).map((name) => {
    const [a, b] = [one[name], other[name]]
    return [name, typeof a === 'bigint' ? a + (b as bigint) : a + (b as number)]
  })
  return Object.fromEntries(sums)
}

/** Nothing happened; what is not counted by a way stays unknown. */
export const nothing = (counts: { clicks: unknown; pieces: unknown; people: unknown }): Tally => ({
  clicks: counts.clicks ? 0 : null,
  sales: noSales,
  cost: noCost,
  posts: counts.pieces ? noPosts : null,
  people: counts.people ? noPeople : null,
  answers: counts.pieces ? { decided: 0, hours: null } : null,
  ltv: { customers: 0, spentMinor: 0n },
  rights: null,
})

/** What the program decided about its figures. */
export type Terms = {
  currency: string
  /** What is left of net revenue after goods and delivery; null = nobody said. */
  marginBps: number | null
  discountsCost: boolean
  /** How long a customer is followed. */
  horizonDays: number
}

const kpiKeys = [
  'clicks',
  'orders',
  'net_revenue',
  'cost',
  'ctr',
  'cvr',
  'code_share',
  'er',
  'shares',
  'aov',
  'aov_gross',
  'rpc',
  'epc',
  'cpa',
  'cpa_new',
  'roas',
  'roi',
  'ltv',
  'activation',
  'retention',
  'approval',
  'rights',
] as const
export type KpiKey = (typeof kpiKeys)[number]

/** `n` is how many things stand behind it: orders, clicks, posts, creators. */
export type Kpi = { key: KpiKey; name: string; says: string; measure: Measure; n: number }

const none: Ratio = { numerator: 0n, denominator: 0n }
export const allIn = ({ cost, sales }: Tally, { discountsCost }: Pick<Terms, 'discountsCost'>): bigint =>
  cost.commissionMinor + cost.feesMinor + cost.giftMinor + (discountsCost ? sales.discountMinor : 0n)

/** All figures in the order in which they are read. */
export function kpisOf(tally: Tally, terms: Terms): Kpi[] {
  return [...trafficOf(tally), ...postsOf(tally), ...moneyOf(tally, terms), ...peopleOf(tally)].sort(
    (a, b) => kpiKeys.indexOf(a.key) - kpiKeys.indexOf(b.key),
  )
}

function trafficOf({ clicks, sales }: Tally): Kpi[] {
  const n = clicks ?? 0
  const cvr = clicks === null ? share(0n, 0n) : share(BigInt(sales.byClick), BigInt(clicks))
  const byCode = share(BigInt(sales.approved - sales.byClick), BigInt(sales.approved))
  return [
    ...(clicks === null
      ? []
      : [row('clicks', 'Clicks', 'unique visitors an hour, bots left out', { kind: 'count', value: n }, n)]),
    row('orders', 'Orders', 'credited to a creator', { kind: 'count', value: sales.orders }, sales.orders),
    row('cvr', 'CVR', 'approved orders by click / unique clicks', cvr, n),
    row('code_share', 'Code share', 'approved orders by code alone / approved orders', byCode, sales.approved),
  ]
}

function postsOf({ posts }: Tally): Kpi[] {
  const { ctrViews, ctrReach, erFollowers, erReach, erViews, shares } = posts ?? noPosts
  const [ctr, per] = ctrViews.under > 0n || ctrReach.under === 0n ? [ctrViews, 'views'] : [ctrReach, 'reach']
  const formulas: [Pair, string][] = [
    [erFollowers, 'followers'],
    [erReach, 'reach'],
    [erViews, 'views'],
  ]
  const [er, base] = formulas.find(([pair]) => pair.under > 0n) ?? [noPair, 'followers']
  const of = ({ top, under }: Pair) => share(top, under)
  return [
    row('ctr', 'CTR', `clicks / ${per} of posts with a link of their own`, of(ctr), ctr.posts),
    row('er', 'ER', `(likes + comments) / ${base}`, of(er), er.posts),
    row('shares', 'Shares', 'shares / reach', of(shares), shares.posts),
  ]
}

function moneyOf(tally: Tally, terms: Terms): Kpi[] {
  const { sales, cost, ltv } = tally
  const { currency, marginBps, discountsCost, horizonDays } = terms
  const [net, orders, clicks] = [sales.netMinor, BigInt(sales.orders), BigInt(tally.clicks ?? 0)]
  const spent = allIn(tally, terms)
  const earned = cost.commissionMinor + cost.feesMinor + cost.mirrorMinor
  const per = (key: KpiKey, name: string, says: string, top: bigint, under: bigint): Kpi =>
    row(key, name, says, each(currency, top, under), Number(under))
  const money = (minor: bigint): Measure => ({ kind: 'money', value: { minor, currency } })
  const margin = (minor: bigint) => (marginBps === null ? minor : rounded(minor * BigInt(marginBps), 10_000n))
  const roi: Measure = marginBps === null ? { kind: 'share', value: null, of: none } : share(margin(net) - spent, spent, currency)
  const roiSays = marginBps === null ? 'needs your margin, see /report settings' : '(net revenue × margin − cost) / cost'
  const kinds = ['commissions', 'fees', 'bonuses', 'gifts', ...(discountsCost ? ['discounts'] : [])].join(', ')
  const worth = marginBps === null ? 'net revenue' : 'margin'
  return [
    row('net_revenue', 'Net revenue', 'after discounts and refunds, before tax and shipping', money(net), sales.orders),
    row('cost', 'Cost', kinds, money(spent), sales.orders),
    per('aov', 'AOV', 'net revenue / orders', net, orders),
    per('aov_gross', 'AOV before refunds', 'revenue before refunds / orders', sales.grossMinor, orders),
    per('rpc', 'RPC', 'net revenue / unique clicks', net, clicks),
    per('epc', 'EPC', 'what creators earned / unique clicks', earned, clicks),
    per('cpa', 'CPA', 'cost / orders', spent, orders),
    per('cpa_new', 'CPA, new customers', 'cost / first orders of a customer', spent, BigInt(sales.newCustomers)),
    row('roas', 'ROAS', 'net revenue / cost', times(currency, net, spent), sales.orders),
    row('roi', 'ROI', roiSays, roi, sales.orders),
    per('ltv', 'LTV', `${worth} of a new customer in ${horizonDays} days`, margin(ltv.spentMinor), BigInt(ltv.customers)),
  ]
}

function peopleOf({ people, answers, rights }: Tally): Kpi[] {
  const { joined, activated, twoMonths, stayed } = people ?? noPeople
  return [
    row(
      'activation',
      'Activation',
      'creators with a sale or approved content in their first 14 days',
      share(BigInt(activated), BigInt(joined)),
      joined,
    ),
    row(
      'retention',
      'Month-two retention',
      'creators active from day 31 to 60',
      share(BigInt(stayed), BigInt(twoMonths)),
      twoMonths,
    ),
    row(
      'approval',
      'Approval time',
      'median hours from handed in to decided',
      { kind: 'hours', value: answers?.hours ?? null },
      answers?.decided ?? 0,
    ),
    row(
      'rights',
      'Rights coverage',
      'places where content stands with a valid licence',
      share(BigInt(rights?.covered ?? 0), BigInt(rights?.live ?? 0)),
      rights?.live ?? 0,
    ),
  ]
}

const row = (key: KpiKey, name: string, says: string, measure: Measure, n: number): Kpi => ({ key, name, says, measure, n })

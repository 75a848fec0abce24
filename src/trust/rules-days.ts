// What a creator's last day says, beside their own past and beside their peers. One order proves little here; a share of many does.
// Where there is too little to compare with, a rule is silent.
import type { Found, OrderSeen } from './rules-orders.ts'
import { isServerAddress } from './rules-sources.ts'
import { limits, type RuleName } from './rules-weights.ts'

export type DaySeen = {
  creatorId: string
  country: string
  /** The program's calendar day: what is found is told of once a day. */
  day: string
  /** Credited orders of the last 24 hours. */
  orders: OrderSeen[]
  /** Clicks of people in the last 24 hours, and those that came again within the hour. */
  clicks: number
  duplicates: number
  /** The browser that made most of the clicks, in how many networks, without a page it came from. */
  browser: { agent: string; clicks: number; networks: number } | null
  /** Clicks with a known country, by country. */
  countries: Map<string, number>
  /** Visitors whom coupon sites sent. */
  couponClicks: number
  /** The creator's active code, and how often it was used a day in the four weeks before. */
  code: { id: string; code: string } | null
  codePerDay: number
  /** Unique clicks and the orders that came from clicks, of the last seven days. */
  week: { unique: number; orders: number }
}

export type ProgramSeen = {
  /** Clicks by country in the thirty days before. */
  countries: Map<string, number>
  /** The conversion rate that nine of ten creators do not reach, and how many creators it is taken from. */
  peers: { count: number; rate: number }
  /** Keyed hashes of the creators' e-mail addresses, and whose they are. */
  emails: Map<string, string>
}

type Said = { rule: RuleName; strong: boolean; says: string; orders: OrderSeen[]; code?: string }
type DayRule = (day: DaySeen, program: ProgramSeen) => Said | null

const percent = (share: number): string => `${Math.round(100 * share)} %`
const byClick = (day: DaySeen): OrderSeen[] => day.orders.filter((order) => order.rule === 'click' && order.click)

const datacenter: DayRule = (day) => {
  const clicked = byClick(day)
  const servers = clicked.filter(({ click }) => isServerAddress(click?.ip ?? null))
  const share = servers.length / clicked.length
  if (servers.length < limits.datacenter.orders || share < limits.datacenter.share) return null
  const says = `${servers.length} of ${clicked.length} orders of a day came by clicks from addresses that are rented to servers; usual is below 5 %.`
  return { rule: 'datacenter', strong: share >= limits.datacenter.strongShare, says, orders: servers }
}

const throwaway: DayRule = (day) => {
  const found = day.orders.filter((order) => order.throwaway)
  const share = found.length / day.orders.length
  if (found.length < limits.throwaway.orders || share < limits.throwaway.share) return null
  const says = `${found.length} of ${day.orders.length} orders of a day have e-mail addresses that exist for minutes; usual is below 3 %.`
  return { rule: 'throwaway_email', strong: share >= limits.throwaway.strongShare, says, orders: found }
}

const sameBrowser: DayRule = (day) => {
  const { browser, clicks } = day
  const { clicks: least, share: most, strongShare, networks } = limits.sameBrowser
  if (!browser || clicks < least || browser.networks < networks || browser.clicks < most * clicks) return null
  const share = browser.clicks / clicks
  const says = `${browser.clicks} of ${clicks} clicks of a day came from one and the same browser in ${browser.networks} networks, from no page; usual is below 30 %.`
  const orders = byClick(day).filter(({ click }) => click?.agent === browser.agent && click.referer === null)
  return { rule: 'same_browser', strong: share >= strongShare, says, orders }
}

const duplicates: DayRule = (day) => {
  const share = day.duplicates / day.clicks
  if (day.clicks < limits.duplicates.clicks || share < limits.duplicates.share) return null
  const says = `${day.duplicates} of ${day.clicks} clicks of a day (${percent(share)}) were made again by the same visitor within the hour; usual is below 30 %.`
  // Whoever came by once is not the one who clicks again and again.
  const orders = byClick(day).filter(({ click }) => click && click.byVisitor >= limits.duplicates.byVisitor)
  return { rule: 'duplicate_clicks', strong: share >= limits.duplicates.strongShare, says, orders }
}

const leakedCode: DayRule = (day) => {
  const strangers = day.orders.filter((order) => order.rule === 'code' && !order.click)
  const { orders, clicksPerOrder, timesUsual, couponClicks } = limits.leak
  const fromCoupons = day.couponClicks >= couponClicks
  const unusual = strangers.length >= timesUsual * Math.max(day.codePerDay, 1)
  if (day.code === null || strangers.length < orders || !unusual) return null
  if (!fromCoupons && day.clicks > clicksPerOrder * strangers.length) return null
  const usual = `usual is ${day.codePerDay < 1 ? 'less than 1' : Math.round(day.codePerDay)} a day`
  const sites = fromCoupons ? `, and coupon sites sent ${day.couponClicks} visitors` : ''
  const says = `${day.code.code} was used on ${strangers.length} orders of a day without a click; ${usual}${sites}.`
  return { rule: 'leaked_code', strong: fromCoupons, says, orders: strangers, code: day.code.id }
}

const conversion: DayRule = (day, { peers }) => {
  const { peers: enough, orders, times, share, strongShare } = limits.conversion
  const { week } = day
  if (peers.count < enough || week.orders < orders) return null
  // More orders than visitors is one visitor who orders again and again, of whom other rules speak.
  if (week.orders > week.unique) return null
  const rate = week.orders / week.unique
  if (rate < share || rate < times * peers.rate) return null
  const says = `${week.orders} of ${week.unique} visitors of a week ordered (${percent(rate)}); nine of ten creators stay below ${percent(peers.rate)}.`
  return { rule: 'conversion', strong: rate >= strongShare, says, orders: byClick(day) }
}

const geography: DayRule = (day, program) => {
  const known = sum(day.countries)
  const before = sum(program.countries)
  const { clicks, share, strongShare, usualShare, usualClicks } = limits.geography
  if (known < clicks || before < usualClicks) return null
  const [country, count] = [...day.countries].sort((a, b) => b[1] - a[1])[0] ?? ['', 0]
  const usual = (program.countries.get(country) ?? 0) / before
  if (country === day.country || count < share * known || usual > usualShare) return null
  const says = `${count} of ${known} clicks of a day (${percent(count / known)}) came from ${country}; usual in this program is ${percent(usual)}.`
  const orders = byClick(day).filter(({ click }) => click?.country === country)
  return { rule: 'geography', strong: count >= strongShare * known, says, orders }
}

const fellow: DayRule = (day, { emails }) => {
  const bought = day.orders.filter(({ shopperEmail }) => {
    const whose = shopperEmail === null ? undefined : emails.get(shopperEmail)
    return whose !== undefined && whose !== day.creatorId
  })
  if (bought.length < limits.fellow.orders) return null
  const says = `${bought.length} orders of a day were placed by other creators of this program; usual is none.`
  return { rule: 'fellow_purchase', strong: bought.length >= limits.fellow.strongOrders, says, orders: bought }
}

const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0)

const rules: DayRule[] = [datacenter, throwaway, sameBrowser, duplicates, leakedCode, conversion, geography, fellow]

/** What the rules find in a creator's last day. */
export function daySignals(day: DaySeen, program: ProgramSeen): Found[] {
  return rules.flatMap((rule): Found[] => {
    const said = rule(day, program)
    if (!said) return []
    const { orders, ...rest } = said
    const subject = `${day.creatorId}:${day.day}`
    return [{ ...rest, creatorId: day.creatorId, subject, orderIds: orders.map(({ orderId }) => orderId) }]
  })
}

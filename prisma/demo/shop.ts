/** A year of the shop: who bought when, through whom, and what came back. Plain data, the same for every start; no database. */
import { decimal, share, subtract } from '../../src/kernel/money.ts'
import { days, minutes } from '../../src/kernel/time.ts'
import { billFor, products } from '../../src/platforms/web/till.ts'
import type { Chance } from './chance.ts'
import { creators, type DemoCreator, emailOf } from './people.ts'

export type Sale = {
  number: number
  at: Date
  /** Whose code, link or customer it is; undefined for a shopper who came by themselves. */
  creator?: DemoCreator
  by: 'code' | 'click' | 'customer' | 'nobody'
  bag: Map<string, number>
  currency: string
  email: string
  /** What came back, in basis points of the base, and when. */
  refund?: { at: Date; bps: number }
}

const ORDERS = 250
/** Nobody sells on the day they are let in. */
const WARM_UP_DAYS = 4
/** What the first weeks bring, against the last. */
const AT_FIRST = 0.12
const YEAR = 365
const DAY_MS = 86_400_000

/** Days before the end, more often lately than long ago. */
export function lately(chance: Chance): number {
  for (;;) {
    const share = chance.next()
    if (chance.next() * (1 + AT_FIRST) < AT_FIRST + share ** 2) return (1 - share) * YEAR
  }
}

/** An instant so many days before the end, moved to an hour at which people shop: most often in the evening. */
export function shoppingHour(chance: Chance, end: Date, daysAgo: number): Date {
  const day = Math.floor((end.getTime() - daysAgo * DAY_MS) / DAY_MS) * DAY_MS
  const at = new Date(day + ((chance.next() + chance.next()) / 2) * 0.75 * DAY_MS + 0.25 * DAY_MS)
  return at < minutes(end, -30) ? at : days(at, -1)
}

/** Who sells at a time, by weight; those who were let in by then. */
export const sellerAt = (chance: Chance, daysAgo: number): DemoCreator =>
  chance.weighed(
    creators.filter((one) => one.days - WARM_UP_DAYS > daysAgo),
    (one) => one.weight,
  )

/** All sales, oldest first. */
export function sales(chance: Chance, end: Date): Sale[] {
  const drafts = Array.from({ length: ORDERS }, () => lately(chance))
    .map((daysAgo) => Math.min(daysAgo, creators[0]!.days - WARM_UP_DAYS - 1))
    .map((daysAgo) => ({ creator: sellerAt(chance, daysAgo), at: shoppingHour(chance, end, daysAgo) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  const all: Sale[] = []
  drafts.forEach(({ creator, at }, i) => {
    const sale: Sale = {
      number: 1001 + i,
      creator,
      at,
      by: 'code',
      bag: bagOf(chance),
      currency: 'EUR',
      email: `shopper${i}@example.com`,
    }
    const came = chance.next()
    sale.by = came < creator.byCode ? 'code' : 'click'
    const known = chance.next() < 0.08 ? lastBuyer(all, sale) : undefined
    if (known) Object.assign(sale, { by: 'customer', email: known.email })
    const refund = chance.next() < 0.12 ? refundOf(chance, at, end) : undefined
    if (refund) sale.refund = refund
    all.push(sale)
  })
  return strange(all)
}

/** Someone who bought through the same creator in the last weeks and kept it. */
const lastBuyer = (all: Sale[], sale: Sale): Sale | undefined =>
  all.findLast((one) => one.creator === sale.creator && one.by !== 'customer' && !one.refund && one.at > days(sale.at, -27))

function bagOf(chance: Chance): Map<string, number> {
  const bag = new Map<string, number>()
  for (let n = chance.weighed([1, 2, 3], (count) => 6 / count); n > 0; n--) {
    const { sku } = chance.pick(products)
    bag.set(sku, (bag.get(sku) ?? 0) + 1)
  }
  return bag
}

function refundOf(chance: Chance, at: Date, end: Date): Sale['refund'] {
  const when = days(at, 2 + chance.next() * 22)
  const bps = chance.next() < 0.5 ? 5_000 : 10_000
  return when < minutes(end, -60) ? { at: when, bps } : undefined
}

/** A few orders that credit nobody, so that /why has something to explain. */
function strange(all: Sale[]): Sale[] {
  const alone = (i: number, change: Partial<Sale>) => Object.assign(all[i]!, { refund: undefined, ...change })
  alone(Math.round(all.length * 0.7), { by: 'nobody', creator: undefined })
  alone(Math.round(all.length * 0.9), { by: 'nobody', creator: undefined })
  const own = all.findLast((sale) => sale.by === 'code' && sale.at < days(all.at(-1)!.at, -10))!
  Object.assign(own, { email: emailOf(own.creator!), refund: undefined })
  const foreign = all.findLast((sale) => sale !== own && sale.by === 'code' && sale.at < days(all.at(-1)!.at, -4))!
  Object.assign(foreign, { currency: 'USD', refund: undefined })
  return all
}

/** The order as the shop's signed webhook tells it, with so many percent off. */
export function orderEvent(sale: Sale, percent: number, by: { code?: string | undefined; cid?: string | undefined }) {
  const bill = billFor(sale.bag, { percent }, sale.currency)
  return {
    type: 'order.created',
    data: {
      id: `demo-${sale.number}`,
      number: `#${sale.number}`,
      at: sale.at.toISOString(),
      currency: sale.currency,
      total: decimal(bill.total),
      discount: decimal(bill.discount),
      tax: decimal(bill.tax),
      shipping: decimal(bill.shipping),
      codes: by.code === undefined ? [] : [by.code],
      ...(by.cid === undefined ? {} : { cid: by.cid }),
      customer: { email: sale.email },
      items: [...sale.bag].map(([sku, quantity]) => ({ sku, quantity })),
    },
  }
}

/** The refund of a sale, as the same webhook tells it. */
export function refundEvent(sale: Sale, percent: number) {
  const { at, bps } = sale.refund!
  const { subtotal, discount } = billFor(sale.bag, { percent }, sale.currency)
  const base = share(subtract(subtotal, discount), bps)
  return {
    type: 'order.refunded',
    data: {
      id: `demo-r${sale.number}`,
      order_id: `demo-${sale.number}`,
      at: at.toISOString(),
      currency: sale.currency,
      base: decimal(base),
    },
  }
}

// What one order says by itself. Each rule is a pure function of what is known of the order and its click; it gives one sentence with
// its numbers, beside what is usual, so that a manager can judge the rule as well as the creator.
import { isBotAgent } from '../links/rules.ts'
import { adMarkIn, couponSiteOf, type OwnSites } from './rules-sources.ts'
import { limits, type RuleName } from './rules-weights.ts'

/** The click that led to an order, with how many others came within five minutes before and after it. */
export type ClickSeen = {
  at: Date
  ip: string | null
  agent: string | null
  referer: string | null
  country: string | null
  bot: boolean
  /** Clicks of the same visitor, of the same address, and of all on that link; the click itself counts. */
  byVisitor: number
  byAddress: number
  visitorsAtAddress: number
  all: number
}

export type OrderSeen = {
  orderId: string
  lineId: string
  creatorId: string
  number: string
  at: Date
  /** code, click or customer. */
  rule: string
  ownPurchase: boolean
  /** It went to where the creator says they live. */
  ownAddress?: boolean
  throwaway: boolean
  shopperEmail: string | null
  click: ClickSeen | null
  /** Orders of the same shopper through this creator in the week before, this one included. */
  shopperOrders: string[]
}

/** What a rule found: about whom, how strongly, and in one sentence why. */
export type Found = {
  rule: RuleName
  creatorId: string
  /** What is told of once: an order, or a creator's day. */
  subject: string
  strong: boolean
  says: string
  /** The orders whose lines it names. */
  orderIds: string[]
  /** The id of a code that strangers seem to have. */
  code?: string
}

/** What a program allows: paid ads, and orders as fast as somebody plays with the demo. */
export type Allowed = { adsAllowed: boolean; demo: boolean; couponSites?: OwnSites }

type OrderRule = (order: OrderSeen, allowed: Allowed) => Omit<Found, 'creatorId' | 'subject' | 'orderIds'> | null

const ownPurchase: OrderRule = ({ ownPurchase, ownAddress, number }) => {
  if (!ownPurchase) return null
  const says = ownAddress
    ? `Order ${number} went to the address that the creator gave for being paid; usual is none.`
    : `Order ${number} has the creator’s own e-mail as the shopper’s; usual is none.`
  return { rule: 'own_purchase', strong: true, says }
}

const clickFlood: OrderRule = ({ click, number }) => {
  if (!click) return null
  const { visitor, strongVisitor, minutes, address, addressPerVisitor, strongAddress } = limits.flood
  const said = (count: number, whose: string, strong: boolean) => ({
    rule: 'click_flood' as const,
    strong,
    says: `${count} clicks from one ${whose} within ${minutes} minutes around the click of order ${number}; usual is 1 to 3.`,
  })
  if (click.byVisitor >= visitor) return said(click.byVisitor, 'visitor', click.byVisitor >= strongVisitor)
  if (click.byAddress < address) return null
  // Behind one address of a mobile network stand many people, each of whom clicks once, and they are not the only visitors.
  const alone = click.byAddress >= 0.8 * click.all
  const insistent = click.byAddress >= addressPerVisitor * click.visitorsAtAddress
  return alone || insistent ? said(click.byAddress, 'address', click.byAddress >= strongAddress) : null
}

const machineClicks: OrderRule = ({ click, number }) => {
  // A browser that looks ahead is marked as a machine too, and its person may buy; only the agent's own name tells.
  if (!click?.bot || !isBotAgent(click.agent ?? '')) return null
  const agent = click.agent === null ? 'no browser at all' : `“${click.agent.slice(0, 60)}”`
  return { rule: 'machine_clicks', strong: true, says: `The click of order ${number} was made by ${agent}; usual is a browser.` }
}

const quickOrder: OrderRule = ({ click, at, number }, { demo }) => {
  if (!click || demo) return null
  const seconds = Math.round((at.getTime() - click.at.getTime()) / 1000)
  // Shops' clocks run a little ahead or behind; what lies before the click says nothing.
  if (seconds < 0 || seconds > limits.quick.seconds) return null
  const says = `Order ${number} came ${seconds} seconds after its click; usual is minutes to days.`
  return { rule: 'quick_order', strong: seconds <= limits.quick.strongSeconds, says }
}

const couponSite: OrderRule = ({ click, number }, { couponSites }) => {
  const site = click && couponSiteOf(click.referer, couponSites)
  return site
    ? {
        rule: 'coupon_site',
        strong: false,
        says: `The click of order ${number} came from ${site}, a site that collects coupons.`,
      }
    : null
}

const adTraffic: OrderRule = ({ click, number }, { adsAllowed }) => {
  const mark = click && !adsAllowed ? adMarkIn(click.referer) : null
  const says = `The click of order ${number} carries ${mark}, the mark of a paid ad; this program allows none.`
  return mark ? { rule: 'ad_traffic', strong: false, says } : null
}

const rules: OrderRule[] = [ownPurchase, clickFlood, machineClicks, quickOrder, couponSite, adTraffic]

/** What the rules find in one order. */
export function orderSignals(order: OrderSeen, allowed: Allowed): Found[] {
  const found = rules.flatMap((rule): Found[] => {
    const one = rule(order, allowed)
    return one ? [{ ...one, creatorId: order.creatorId, subject: order.orderId, orderIds: [order.orderId] }] : []
  })
  return [...found, ...repeatShopper(order)]
}

/** Tells of a shopper once, and names all of their orders. */
function repeatShopper({ shopperOrders, creatorId, shopperEmail }: OrderSeen): Found[] {
  const { days, orders, strongOrders } = limits.repeat
  if (shopperEmail === null || shopperOrders.length < orders) return []
  const says = `One shopper placed ${shopperOrders.length} orders within ${days} days through this creator; usual is 1 or 2.`
  const subject = `${creatorId}:${shopperEmail.slice(0, 16)}:${shopperOrders[0]}`
  const strong = shopperOrders.length >= strongOrders
  return [{ rule: 'repeat_shopper', creatorId, subject, strong, says, orderIds: shopperOrders }]
}

// How much each rule says, 0 to 100, and from which numbers on. `weight` is a first hint; `strong` is what hardly happens by chance.
// The labelled set of bench/trust-set.ts holds these numbers to account: precision and recall are asserted in its test.

export type RuleName = keyof typeof weights

export const weights = {
  /** The shopper is the creator. */
  own_purchase: { weight: 70, strong: 70 },
  /** Many clicks of one visitor or address around the click that led to the order. */
  click_flood: { weight: 62, strong: 75 },
  /** The click that led to the order was made by a machine. */
  machine_clicks: { weight: 62, strong: 75 },
  /** An order seconds after its click. */
  quick_order: { weight: 30, strong: 65 },
  /** One browser version in many networks, without any page it came from. */
  same_browser: { weight: 40, strong: 65 },
  /** Addresses that are rented to servers. */
  datacenter: { weight: 30, strong: 65 },
  /** Visitors who click again and again. Alone it is no reason to hold anything. */
  duplicate_clicks: { weight: 25, strong: 40 },
  coupon_site: { weight: 65, strong: 75 },
  /** A code that is redeemed by people who never clicked; `strong` when coupon sites send visitors on the same day. */
  leaked_code: { weight: 35, strong: 65 },
  ad_traffic: { weight: 65, strong: 75 },
  throwaway_email: { weight: 30, strong: 65 },
  repeat_shopper: { weight: 35, strong: 65 },
  fellow_purchase: { weight: 35, strong: 65 },
  conversion: { weight: 35, strong: 65 },
  geography: { weight: 30, strong: 62 },
  /** About persons and not about orders: managers look, nothing is held by it alone. */
  shared_payout: { weight: 45, strong: 45 },
  throwaway_creator: { weight: 25, strong: 25 },
  by_hand: { weight: 50, strong: 50 },
} as const satisfies Record<string, { weight: number; strong: number }>

/** From which numbers on a rule speaks. */
export const limits = {
  flood: { minutes: 10, visitor: 15, strongVisitor: 30, address: 40, addressPerVisitor: 4, strongAddress: 100 },
  quick: { seconds: 15, strongSeconds: 6 },
  repeat: { days: 7, orders: 4, strongOrders: 6 },
  throwaway: { orders: 4, share: 0.3, strongShare: 0.6 },
  datacenter: { orders: 4, share: 0.3, strongShare: 0.6 },
  sameBrowser: { clicks: 40, share: 0.7, strongShare: 0.9, networks: 8 },
  duplicates: { clicks: 60, share: 0.6, strongShare: 0.85, byVisitor: 3 },
  leak: { orders: 8, clicksPerOrder: 0.2, timesUsual: 5, couponClicks: 3 },
  conversion: { peers: 5, peerClicks: 50, orders: 8, times: 3, share: 0.2, strongShare: 0.5 },
  geography: { clicks: 40, share: 0.5, strongShare: 0.8, usualShare: 0.05, usualClicks: 200 },
  fellow: { orders: 2, strongOrders: 4 },
} as const

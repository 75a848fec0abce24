/**
 * Facts: what a shop told us, in our words. Facts are plain JSON (they are kept for ever and replayed), so amounts are
 * minor units as strings and instants are ISO strings in UTC.
 */
export type Amount = { minor: string; currency: string }

/**
 * Keyed hashes of a shopper; the plain values never leave the connector. `email` is their mailbox, and `typed` the address as they wrote
 * it where that is another spelling: orders of earlier versions have it. `address` is where the order went, else who paid lives.
 */
export type Shopper = { id?: string; email?: string; typed?: string; address?: string }

/** A network that pays its creators itself: its order is shown and ranked, and never paid by us. */
export type Mirror = {
  /** What the network says the creator earns there. */
  commission: Amount
  /** The creator as the network knows them: a tracking id, a user name or a partner key. */
  creatorKey: string
}

export type OrderPlaced = {
  type: 'order.placed'
  /** The shop's own id of the order; orders are unique by (program, source, orderId). */
  orderId: string
  /** What people call the order, "#1042". */
  number: string
  at: string
  /** True once the shop holds the money; an unpaid order is recorded and waits for OrderPaid. */
  paid: boolean
  /** A test order is recorded and earns nothing. */
  test: boolean
  /** Net of discounts, tax, shipping and gift cards: what commission is paid on. */
  base: Amount
  /** Every component that the base was made from, for the story behind an order; `paid` is what all of its payments brought together. */
  components: { total?: Amount; discounts?: Amount; tax?: Amount; shipping?: Amount; giftCards?: Amount; paid?: Amount }
  codes: string[]
  /** True where it was told that no code is on it; without this an empty list only says that none is known. */
  codeless?: boolean
  /** The click id that travelled through the shop's cart, as received; it is verified by the links room. */
  cid?: string
  shopper: Shopper
  /** `net` is what the item adds to the base, where the shop says it. */
  items: { sku: string; quantity: number; net?: Amount }[]
  mirror?: Mirror
}
export type OrderPaid = { type: 'order.paid'; orderId: string; at: string }
export type OrderRefunded = {
  type: 'order.refunded'
  refundId: string
  orderId: string
  at: string
  /** The part of the base given back, without tax and shipping; or, where `whole` is given, the part of that whole. */
  base: Amount
  /** What the shopper had paid in all, tax and shipping included: the base shrinks by the same share as this. */
  whole?: Amount
  /** True when `base` is all that was given back of the order so far, and not by this refund alone. */
  cumulative?: boolean
  /** Where several payments may have paid the order: the one that this is said of. What is given back of each adds up. */
  payment?: string
  /** What was told under this id never reached the shopper; it comes off what was said of the payment since it was `made`. */
  failed?: boolean
  made?: string
}
export type OrderCancelled = { type: 'order.cancelled'; orderId: string; at: string }

/** The shopper's bank asks for the money back. */
export type OrderDisputed = {
  type: 'order.disputed'
  orderId: string
  disputeId: string
  at: string
  outcome: 'open' | 'won' | 'lost'
}

/** A lead or signup that counts; it earns a fixed amount. Its id stands where an order's would. */
export type LeadQualified = {
  type: 'lead.qualified'
  orderId: string
  number: string
  at: string
  test: boolean
  codes: string[]
  cid?: string
  shopper: Shopper
}
export type LeadRejected = { type: 'lead.rejected'; orderId: string; at: string; reason?: string }

/** A shopper's rights, as the shop passes them on: tell what is kept, or forget it. */
export type ShopperAsked = {
  type: 'shopper.asked'
  wish: 'export' | 'forget'
  requestId: string
  at: string
  shopper: Shopper
  orderIds: string[]
}

/** What a shop says of its tie to us: the app was removed, or all of its shoppers are to be forgotten. */
export type ShopLeft = { type: 'shop.left'; at: string; forget: boolean }

/**
 * What became of a discount code in the shop. `code` is "id:…" where a shop names only its own id of the discount; `name` is then what
 * shoppers have to type for it now, where the shop says it.
 */
export type CodeChanged = { type: 'code.changed'; code: string; at: string; ended: boolean; ref?: string; name?: string }

/**
 * Ids that one shop gives the same order: its invoice, its payment, its charge. Stands before the facts told under any of them.
 * `awaited` says that another delivery about the same order may know who brought it, and is worth a short wait.
 */
export type OrderNamed = { type: 'order.named'; names: string[]; awaited?: boolean }

/** What a platform shows of a post: counts as whole numbers in words; what is not said is not known. `post` is its address or our id. */
export type PostMeasured = { type: 'post.measured'; post: string; at: string; counts: Record<string, string> }

/** How a creator's own account at a payment provider stands; `account` is the keyed hash of its id. */
export type AccountChanged = {
  type: 'account.changed'
  account: string
  at: string
  submitted: boolean
  chargesEnabled: boolean
  payoutsEnabled: boolean
  transfers: string
  due: number
}

/** What is told of one order; facts of one order are taken in one after the other. */
export type OrderFact = OrderPlaced | OrderPaid | OrderRefunded | OrderCancelled | OrderDisputed | LeadQualified | LeadRejected

export type Fact = OrderFact | ShopperAsked | ShopLeft | CodeChanged | OrderNamed | PostMeasured | AccountChanged

const others = ['shopper.asked', 'shop.left', 'code.changed', 'order.named', 'post.measured', 'account.changed']

export const isOrderFact = (fact: Fact): fact is OrderFact => !others.includes(fact.type)

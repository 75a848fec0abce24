/**
 * Facts: what a shop told us, in our words. Facts are plain JSON (they are kept for ever and replayed), so amounts are
 * minor units as strings and instants are ISO strings in UTC.
 */
export type Amount = { minor: string; currency: string }

/** Keyed hashes of a shopper; the plain values never leave the connector. */
export type Shopper = { id?: string; email?: string }

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
  /** Every component that the base was made from, for the story behind an order. */
  components: { total?: Amount; discounts?: Amount; tax?: Amount; shipping?: Amount; giftCards?: Amount }
  codes: string[]
  /** The click id that travelled through the shop's cart, as received; it is verified by the links room. */
  cid?: string
  shopper: Shopper
  items: { sku: string; quantity: number }[]
}
export type OrderPaid = { type: 'order.paid'; orderId: string; at: string }
export type OrderRefunded = {
  type: 'order.refunded'
  refundId: string
  orderId: string
  at: string
  /** The part of the base given back by this one refund, without tax and shipping. */
  base: Amount
}
export type OrderCancelled = { type: 'order.cancelled'; orderId: string; at: string }

export type Fact = OrderPlaced | OrderPaid | OrderRefunded | OrderCancelled

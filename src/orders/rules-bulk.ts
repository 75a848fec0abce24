/**
 * The law of taking in by the thousand: an order may be taken in with others at once only when nothing about it depends on anything
 * that another one changes, and then it must end as if its facts had been recorded one after the other. So it asks the same laws of
 * credit, rates and refunds, and whatever it is not sure of it leaves to them.
 */
import type { OrderCancelled, OrderFact, OrderPaid, OrderPlaced, OrderRefunded } from '../kernel/fact.ts'
import { type Left, type Part, reversal } from '../ledger/rules.ts'
import { earliest, exact, instant } from './rules.ts'
import { type Told, tally } from './rules-refunds.ts'

/** The facts of one order with their places in the list. */
export type Group = { orderId: string; facts: { at: number; fact: OrderFact }[] }

/** Facts by order, in the order in which each was first named. */
export function groupsOf(facts: readonly OrderFact[]): Group[] {
  const groups = new Map<string, Group>()
  facts.forEach((fact, at) => {
    const group = groups.get(fact.orderId) ?? { orderId: fact.orderId, facts: [] }
    groups.set(fact.orderId, group)
    group.facts.push({ at, fact })
  })
  return [...groups.values()]
}

export type Refunded = Told & { currency: string; place: number }

export type Plain = {
  placed: OrderPlaced
  /** Where in the list it was placed. */
  place: number
  at: Date
  base: bigint
  currency: string
  refunds: Refunded[]
  /** Where in the list it was cancelled first. */
  cancelled: { place: number } | null
  cancelledAt: Date | null
  /** After how many refunds the cancellation was told. */
  cancelledAfter: number
}

/**
 * What a group tells, when it is a paid order of the program's currency with nothing but a code to its credit, followed by refunds of
 * it and perhaps its end. Null for everything else. Told again in the same words changes nothing. Throws what the laws refuse.
 */
export function plainOf({ facts }: Group, currency: string): Plain | null {
  const [first] = facts
  if (first?.fact.type !== 'order.placed') return null
  const placed = first.fact
  const { test, paid, mirror, cid, items } = placed
  if (test || !paid || mirror || cid !== undefined || items.some((item) => item.net && item.net.currency !== currency))
    return null
  const base = exact(placed.base)
  if (base.currency !== currency || base.minor < 0n) return null
  const plain: Plain = {
    placed,
    place: first.at,
    at: instant(placed.at),
    base: base.minor,
    currency,
    refunds: [],
    cancelled: null,
    cancelledAt: null,
    cancelledAfter: 0,
  }
  const said = new Set([JSON.stringify(placed)])
  for (const { at: place, fact } of facts.slice(1)) {
    const words = JSON.stringify(fact)
    if (said.has(words)) continue
    said.add(words)
    if (!follows(plain, fact, place)) return null
  }
  return tally(plain.base, plain.refunds).over ? null : plain
}

function follows(plain: Plain, fact: OrderFact, place: number): boolean {
  if (fact.type === 'order.paid') return paidBefore(plain, fact)
  if (fact.type === 'order.cancelled') return cancel(plain, fact, place)
  return fact.type === 'order.refunded' && refund(plain, fact, place)
}

const paidBefore = ({ at }: Plain, fact: OrderPaid): boolean => instant(fact.at) >= at

function cancel(plain: Plain, fact: OrderCancelled, place: number): boolean {
  const at = instant(fact.at)
  plain.cancelledAt = earliest(plain.cancelledAt, at)
  if (plain.cancelled) return true
  plain.cancelled = { place }
  plain.cancelledAfter = plain.refunds.length
  return true
}

function refund(plain: Plain, fact: OrderRefunded, place: number): boolean {
  const base = exact(fact.base)
  const whole = fact.whole && exact(fact.whole)
  if (base.minor < 0n || base.currency !== plain.currency || fact.failed || fact.payment !== undefined) return false
  if (whole && (whole.currency !== plain.currency || whole.minor <= 0n)) return false
  // A name that is told again with another sum may have grown.
  if (plain.refunds.some(({ externalId }) => externalId === fact.refundId)) return false
  plain.refunds.push({
    externalId: fact.refundId,
    at: instant(fact.at),
    base: base.minor,
    whole: whole?.minor ?? null,
    cumulative: fact.cumulative ?? false,
    currency: base.currency,
    place,
  })
  return true
}

/** What one fact takes back of a line. `refund` is null for the cancellation. */
export type Taking = { refund: Refunded | null; place: number; left: Left; minor: bigint }

export type Taken = { takings: Taking[]; leftBase: bigint | null; leftMinor: bigint | null; taken: Map<string, bigint> }

/** What refunds and the end of a plain order take of its line, one after the other as they were told. */
export function takenOf(plain: Plain, booked: bigint, parts: readonly Part[]): Taken {
  const { base, currency, refunds, cancelled, cancelledAfter } = plain
  const takings: Taking[] = []
  let reversed = 0n
  let leftBase: bigint | null = null
  const take = (of: Refunded | null, place: number, part: bigint) => {
    const left = { part, of: base }
    const money = (minor: bigint) => ({ minor, currency })
    const { minor } = reversal(money(booked), parts, left, money(reversed))
    reversed += minor
    takings.push({ refund: of, place, left, minor })
  }
  const end = () => {
    if (!cancelled) return
    take(null, cancelled.place, 0n)
    leftBase = 0n
  }
  refunds.forEach((one, i) => {
    if (cancelled && cancelledAfter === i) end()
    const part = tally(base, refunds.slice(0, i + 1)).left
    take(one, one.place, part)
    leftBase = cancelled && cancelledAfter <= i ? 0n : part
  })
  if (cancelled && cancelledAfter === refunds.length) end()
  const leftMinor = takings.length === 0 ? null : booked - reversed
  return { takings, leftBase, leftMinor, taken: tally(base, refunds).taken }
}

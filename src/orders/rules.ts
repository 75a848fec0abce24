/**
 * The law of credit: an order credits one creator or nobody. Whatever may deserve it is a touch: a code on the order, the click
 * that led to it, or a customer whom a creator brought first. Touches that cannot earn fall away first (a creator who is not
 * approved, a code that had ended, a touch outside the attribution window, a customer who no longer counts). Of the others the
 * program's order of rules decides; within one rule the code that stands first, the last click, the first creator. Every touch
 * is kept with the reason why it won or lost, in words that name nobody else. Test orders earn nothing, orders in another currency
 * wait for its rate, and what creators buy themselves is credited and marked, for a person decides about that.
 */

import type { Amount } from '../kernel/fact.ts'
import { isCurrency, type Money } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addMonths, days, minutes } from '../kernel/time.ts'
import { paidByNetwork } from './rules-network.ts'

export type TouchKind = 'code' | 'click' | 'customer'

export type Candidate = {
  kind: TouchKind
  creatorId: string
  /** The code, the click's id, or the earlier order's id. */
  what: string
  at: Date
  creatorState: string
  /** The shopper is the creator, as far as hashes of e-mail and account tell. */
  own: boolean
  /** For a code that is no longer handed out. */
  endedAt?: Date | null
  /** Why it ended, where more is known than that it did. */
  endedBecause?: string | undefined
  /** The offer that it was under. */
  offer?: { id: string; name: string } | null
}

export type CreditPolicy = {
  attributionDays: number
  creditOrder: readonly TouchKind[]
  repeat: { rule: 'always' | 'first' | 'months' | 'lifetime'; months: number }
}

export type CreditedOrder = {
  at: Date
  test: boolean
  /** The currency that nothing can be converted from yet. */
  unconverted: { from: string; to: string } | null
  /** The shopper's first purchase before this one, and the first that was credited; null for a new customer. */
  firstBought: Date | null
  firstCredited: Date | null
  zone: string
  /** A network that reported the order too, and pays it. */
  payer?: string | null
  /** Its shop was connected only after it was placed, and tells it because something about it changed. */
  past?: boolean
}

/** What decided: the rule that won, or why nobody was credited. */
export type Cause =
  | TouchKind
  | 'test'
  | 'currency'
  | 'no touch'
  | 'network'
  | 'unknown partner'
  | typeof paidByNetwork
  | typeof fromBefore
  | 'returning'
  | 'over'
  | 'not approved'
  | 'paused'
  | 'banned'
  | 'left'
  | 'ended'
  | 'too old'
  | 'after the order'
  | 'not counted'

export type Judged = Candidate & { won: boolean; cause: Cause | 'beaten'; reason: string }

export type Verdict = { winner: Judged | null; rule: Cause; touches: Judged[] }

/** The word in `Order.rule` while an order waits for its money. */
export const unpaid = 'unpaid'
/** The word in `Order.rule` of an order that is older than the connection to its shop. */
export const fromBefore = 'before connecting'

/** Shops' clocks run a little ahead or behind. */
export const SKEW_MINUTES = 10

const nouns: Record<TouchKind, string> = { code: 'a code', click: 'a click', customer: 'a known customer' }
const plurals: Record<TouchKind, string> = { code: 'codes', click: 'clicks', customer: 'known customers' }
const wins: Record<TouchKind, string> = {
  code: 'the code was used on the order',
  click: 'it was the last click before the order',
  customer: 'the customer came through this creator before',
}
const beatenBySame: Record<TouchKind, string> = {
  code: 'another code stands first on the order',
  click: 'a later click counts',
  customer: 'an earlier order counts',
}

/** Decides who is credited. Codes come in the order in which the shop names them; how the others come does not matter. */
export function credit(candidates: readonly Candidate[], policy: CreditPolicy, order: CreditedOrder): Verdict {
  const ranked = rank(candidates, policy)
  const whole = unearning(order)
  if (whole)
    return { winner: null, rule: whole.cause, touches: ranked.map((candidate) => ({ ...candidate, won: false, ...whole })) }
  const judged = ranked.map((candidate) => ({ candidate, lost: disqualified(candidate, policy, order) }))
  const best = judged.find(({ lost }) => !lost)?.candidate
  const touches = judged.map(({ candidate, lost }): Judged => {
    if (lost) return { ...candidate, won: false, ...lost }
    if (candidate === best) return { ...candidate, won: true, cause: candidate.kind, reason: wins[candidate.kind] }
    return { ...candidate, won: false, cause: 'beaten', reason: beaten(candidate, best!) }
  })
  const winner = touches.find((touch) => touch.won) ?? null
  const [first] = touches
  return { winner, rule: winner ? winner.kind : ((first?.cause as Cause | undefined) ?? 'no touch'), touches }
}

type Lost = { cause: Cause; reason: string }

function unearning(order: CreditedOrder): Lost | undefined {
  if (order.test) return { cause: 'test', reason: 'a test order earns nothing' }
  if (order.payer) return { cause: paidByNetwork, reason: `${order.payer} reported the order too, and pays for it itself` }
  if (order.past) return { cause: fromBefore, reason: 'the order was placed before its shop was connected' }
  if (!order.unconverted) return undefined
  const { from, to } = order.unconverted
  return { cause: 'currency', reason: `the order is in ${from}, the program books ${to}, and it waits for a rate` }
}

const states = new Map<string, Lost>([
  ['paused', { cause: 'paused', reason: 'the creator was paused then' }],
  ['banned', { cause: 'banned', reason: 'the creator was banned from the program' }],
  ['left', { cause: 'left', reason: 'the creator has left the program' }],
])

function disqualified(touch: Candidate, policy: CreditPolicy, order: CreditedOrder): Lost | undefined {
  if (!policy.creditOrder.includes(touch.kind))
    return { cause: 'not counted', reason: `${plurals[touch.kind]} do not count in this program` }
  if (touch.endedAt && touch.endedAt <= order.at)
    return { cause: 'ended', reason: touch.endedBecause ?? 'the code had ended before the order' }
  const old = tooOld(touch, policy, order)
  if (old) return old
  if (touch.at > minutes(order.at, SKEW_MINUTES)) return { cause: 'after the order', reason: 'it came after the order' }
  if (touch.creatorState !== 'approved') {
    return states.get(touch.creatorState) ?? { cause: 'not approved', reason: 'the creator is not approved' }
  }
  return undefined
}

/** Where customers count for a time, that time holds for whatever leads to their orders; else each touch has the program's window. */
function tooOld(touch: Candidate, { attributionDays, repeat }: CreditPolicy, order: CreditedOrder): Lost | undefined {
  const { firstBought, firstCredited, at, zone } = order
  if (repeat.rule === 'first' && firstBought)
    return { cause: 'returning', reason: 'the customer had bought before, and only their first order earns' }
  if (repeat.rule === 'months' && firstCredited && addMonths(firstCredited, repeat.months, zone) <= at)
    return { cause: 'over', reason: `the customer's first order is ${repeat.months} months old, and later ones earn nothing` }
  if (touch.kind === 'customer' && (repeat.rule === 'months' || repeat.rule === 'lifetime')) return undefined
  if (touch.at >= days(at, -attributionDays)) return undefined
  return { cause: 'too old', reason: `it was more than ${plural(attributionDays, 'day')} before the order` }
}

const beaten = (loser: Candidate, winner: Candidate): string =>
  loser.kind === winner.kind
    ? beatenBySame[loser.kind]
    : `${nouns[winner.kind]} counts before ${nouns[loser.kind]} in this program`

/** Best first. Codes keep the order in which the shop names them. */
function rank(candidates: readonly Candidate[], policy: CreditPolicy): Candidate[] {
  const place = (kind: TouchKind) =>
    policy.creditOrder.includes(kind) ? policy.creditOrder.indexOf(kind) : policy.creditOrder.length
  return candidates
    .map((candidate, i) => ({ candidate, i }))
    .sort((a, b) => {
      const [one, two] = [a.candidate, b.candidate]
      if (one.kind !== two.kind) return place(one.kind) - place(two.kind) || (one.kind < two.kind ? -1 : 1)
      if (one.kind === 'code') return a.i - b.i
      const earlier = one.at.getTime() - two.at.getTime() || (one.what < two.what ? -1 : 1)
      return one.kind === 'click' ? -earlier : earlier
    })
    .map(({ candidate }) => candidate)
}

/** The earlier of two instants; which of two facts was heard first must not matter. */
export const earliest = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b))

/** Why an order credits nobody, in words that fit both a creator and a manager. */
export const uncreditedWords: Record<string, string> = {
  [unpaid]: 'The shop has not said that it is paid.',
  test: 'It is a test order, and test orders earn nothing.',
  currency: 'It is in another currency than the program books, and waits for the rate of its day.',
  'no touch': 'No code, click or known customer leads to a creator.',
  'click missing': 'It came with one of our clicks, and that click has not been found yet.',
  'unknown partner': 'A network reported it under a name that belongs to no creator here yet.',
  [paidByNetwork]: 'A network that pays its creators itself reported it too, and an order is paid once.',
  [fromBefore]: 'It was placed before its shop was connected. Such orders count once a list of past orders brings them.',
  returning: 'The customer had bought before, and only first orders earn.',
  over: 'The time in which orders of this customer earn is over.',
  'not approved': 'The creator behind it was not approved.',
  paused: 'The creator behind it was paused then.',
  banned: 'The creator behind it was banned from the program.',
  left: 'The creator behind it has left the program.',
  ended: 'Its code had ended before the order.',
  'too old': 'What led to it lies too far back.',
  'after the order': 'The click came after the order.',
  'not counted': 'What led to it does not count in this program.',
}

/** An amount as a shop states it; anything but whole minor units of a known currency is refused. */
export function exact({ minor, currency }: Amount): Money {
  if (!/^-?\d{1,18}$/.test(minor) || !isCurrency(currency)) {
    throw new Refusal(
      'invalid',
      'An amount is not whole minor units of a known currency.',
      'Check amounts and currencies in the shop.',
    )
  }
  return { minor: BigInt(minor), currency }
}

/** An instant as a shop states it. */
export function instant(at: string): Date {
  const date = new Date(at)
  if (Number.isNaN(date.getTime()))
    throw new Refusal('invalid', 'A date can not be read.', 'Send dates as ISO 8601, such as 2026-11-20T12:00:00Z.')
  return date
}

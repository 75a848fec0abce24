/**
 * The law of payouts: once a month, on the program's payday, each creator is paid what was payable the day before and still is. One
 * person prepares, another confirms. Preparing moves the money from payable to paying, so it can be promised once only; what arrived
 * moves on to paid, what failed or was taken out goes back to payable with the reason. A creator has one payment for a payday until
 * that one has failed. Nothing is paid below the minimum, except to those who have left, without details and the tax form that
 * their country needs, to a country that is closed, or within 72 hours after an account was changed. A case holds its own lines only.
 */
import { decimals, type Money, subtract } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { taxFormFor, taxFormLasts, taxForms } from './rules-tax.ts'

export const methods = {
  bank: 'Bank transfer',
  paypal: 'PayPal',
  wise: 'Wise',
  stripe: 'Stripe',
  credit: 'Store credit',
} as const
export type Method = keyof typeof methods

export const HOLD_HOURS = 72

export type PaymentState = 'prepared' | 'confirmed' | 'sending' | 'unknown' | 'sent' | 'settled' | 'failed' | 'cancelled'
export type BatchState = 'prepared' | 'confirmed' | 'sent' | 'settled' | 'cancelled'
export type Act = 'confirm' | 'cancel' | 'begin' | 'lose' | 'send' | 'settle' | 'fail'

/** What each act makes of a payment; in any other state it is refused. */
const acts: Record<Act, Partial<Record<PaymentState, PaymentState>>> = {
  confirm: { prepared: 'confirmed' },
  cancel: { prepared: 'cancelled', confirmed: 'cancelled' },
  begin: { confirmed: 'sending', sending: 'sending', unknown: 'sending' },
  lose: { sending: 'unknown' },
  send: { confirmed: 'sent' },
  settle: { confirmed: 'settled', sending: 'settled', unknown: 'settled', sent: 'settled' },
  fail: { confirmed: 'failed', sending: 'failed', unknown: 'failed', sent: 'failed' },
}

/** What an act makes of a payment in this state; undefined when it can't be done. */
export const after = (act: Act, state: string): PaymentState | undefined => acts[act][state as PaymentState]

const over = new Set<string>(['settled', 'failed', 'cancelled'])

/** Where a batch stands by what became of its payments. */
export function batchState(states: string[]): BatchState {
  if (states.some((state) => state === 'prepared')) return 'prepared'
  if (states.every((state) => state === 'cancelled')) return 'cancelled'
  if (states.every((state) => over.has(state))) return 'settled'
  return states.every((state) => over.has(state) || state === 'sent') ? 'sent' : 'confirmed'
}

/** What stands between a creator and their money, as a sentence with the command that mends it. `blocks` = nothing is paid until then. */
export type Missing = {
  kind: 'minimum' | 'details' | 'country' | 'tax' | 'held' | 'account' | 'case'
  what: string
  run: string
  blocks: boolean
}

export type Standing = {
  /** What would be paid. */
  amount: Money
  minimum: Money
  /** Has left or was banned: the rest is paid whatever it is. */
  leaves: boolean
  payee: { country: string; taxForm: string; taxSignedAt: Date | null; heldUntil: Date | null } | undefined
  /** How their own account at Stripe stands, where they are paid through one that was made here. */
  stripe?: { ready: boolean; due: number } | undefined
  /** They are paid through Stripe, and the program is not connected to it. */
  unreached?: boolean
  /** ISO codes that nobody may be paid in. */
  blocked: readonly string[]
  /** The country the brand pays from. */
  payer: string
  openCases: number
  /** When it would be paid. */
  at: Date
}

/** Everything that is missing, what a creator can mend first; empty when they are paid. Says amounts through `say`. */
export function missingFor(s: Standing, say: (money: Money) => string, day: (at: Date) => string): Missing[] {
  const found: Missing[] = []
  const miss = (kind: Missing['kind'], what: string, run: string, blocks = true) => found.push({ kind, what, run, blocks })
  if (!s.payee) miss('details', 'We do not know yet where to send your money.', 'details')
  else if (s.blocked.includes(s.payee.country))
    miss('country', 'We may not send money to the country in your details.', 'details')
  else {
    const needed = taxFormFor(s.payer, s.payee.country)
    if (!taxFormLasts(needed, s.payee, s.at)) miss('tax', `Your ${taxForms[needed]} form is missing or has run out.`, 'details')
    if (s.payee.heldUntil && s.payee.heldUntil > s.at)
      miss('held', `Your details were changed. For your safety nothing is paid before ${day(s.payee.heldUntil)}.`, 'details')
    if (s.unreached) miss('account', 'The program is not connected to Stripe now, so nothing can be paid through it.', 'details')
    else if (s.stripe && !s.stripe.ready)
      miss('account', `Stripe cannot pay this out yet: ${stripeAsks(s.stripe.due)}.`, 'details')
  }
  if (!s.leaves && s.amount.minor > 0n && s.amount.minor < s.minimum.minor) {
    const more = subtract(s.minimum, s.amount)
    miss('minimum', `${say(more)} more reach the minimum of ${say(s.minimum)}. Until then your balance is carried on.`, 'link')
  }
  if (s.openCases > 0)
    miss(
      'case',
      `${s.openCases === 1 ? 'A case holds' : `${s.openCases} cases hold`} some of your sales until it is decided.`,
      'earnings',
      false,
    )
  return found
}

const stripeAsks = (due: number): string =>
  due === 0 ? 'it is still looking at the account' : `it still asks for ${due === 1 ? 'one thing' : `${due} things`}`

/** What was payable the day before and still is; never more, whatever came or went since. */
export const amountToPay = (dayBefore: bigint, now: bigint): bigint => (dayBefore < now ? dayBefore : now)

/** PayPal takes no decimals of these (developer.paypal.com/docs/api/reference/currency-codes). */
const wholeAtPayPal = new Set(['HUF', 'JPY', 'TWD'])

/** The least that this way of paying can carry, in minor units. */
export const leastBy = (method: string | undefined, currency: string): bigint =>
  method === 'paypal' && wholeAtPayPal.has(currency) ? 10n ** BigInt(decimals(currency)) : 1n

/** What this way of paying can carry of an amount; the rest stays payable. */
export const carriedBy = (method: string | undefined, { minor, currency }: Money): Money => ({
  minor: minor - (minor % leastBy(method, currency)),
  currency,
})

export type Past = { minor: bigint; accountHash: string }
export type Difference = 'first' | 'changed' | 'unusual' | 'shared' | 'own'

const UNUSUAL_TIMES = 3n

/** In what a payment differs from what this creator was paid before; `past` are payments that were sent, newest first. */
export function differences(
  payment: { minor: bigint; accountHash: string },
  past: Past[],
  seen: { changedLately: boolean; shared: boolean; own: boolean },
): Difference[] {
  const sorted = past.map((one) => one.minor).sort((a, b) => (a < b ? -1 : 1))
  const median = sorted[Math.floor(sorted.length / 2)]
  const found: [Difference, boolean][] = [
    ['first', past.length === 0],
    ['changed', past.length > 0 && (seen.changedLately || past[0]!.accountHash !== payment.accountHash)],
    ['unusual', median !== undefined && payment.minor > median * UNUSUAL_TIMES],
    ['shared', seen.shared],
    ['own', seen.own],
  ]
  return found.filter(([, is]) => is).map(([kind]) => kind)
}

export const differenceWords: Record<Difference, string> = {
  first: 'paid for the first time',
  changed: 'account changed since the last payment',
  unusual: 'more than three times what they usually get',
  shared: 'another creator has the same account',
  own: 'prepared by the payee',
}

/** What finance and the creator find a payment by; taken from the random part of its id. */
export const referenceOf = (paymentId: string): string => `P-${paymentId.slice(-10)}`

export const notNow = (reference: string, state: string): Refusal =>
  new Refusal('conflict', `Payment ${reference} is ${state} by now.`, 'Look at it with /payout show.')

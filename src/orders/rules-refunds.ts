/**
 * The law of what is left: shops tell refunds in different ways, as a part of the base or of all that was paid, each by itself or
 * all so far. Every refund is kept as it was told; what is left of the base is worked out from all of them anew each time, in the
 * order of their dates and with one rounding at the end. So it never matters which of them was heard first, what adds up to the
 * whole leaves exactly nothing, and never more is taken than there was. What was added to an order after it was paid earns nothing, so
 * what is given back comes off that first: whoever exchanges a size has bought as much as before. An order may be paid by several
 * payments, and sums so far are then sums of one of them. A refund that failed is none.
 */
import { divideHalfEven, fromJson, type Money, type MoneyJson } from '../kernel/money.ts'

export type Told = {
  externalId: string
  at: Date
  base: bigint
  whole: bigint | null
  cumulative: boolean
  /** Whose sum so far it is, where several payments may have paid the order. */
  payment?: string | null
}

type Kept = Told & { currency: string; payment: string | null; failedAt: Date | null }

/**
 * Refunds as they stand once some have failed, with what all payments brought as the whole that each is a part of. One that was told by
 * itself counts for nothing then; what failed of a payment comes off what was said of it between its making and its failing.
 */
export function asTheyStand<T extends Kept>(refunds: readonly T[], paid: Money | null): T[] {
  return refunds.map((one) => {
    if (one.failedAt !== null) return { ...one, base: 0n, whole: null, cumulative: false }
    if (one.payment === null) return one
    const failed = refunds.filter(
      ({ payment, at, failedAt }) => failedAt !== null && payment === one.payment && at <= one.at && one.at <= failedAt,
    )
    const base = most(
      failed.reduce((left, { base: back }) => left - back, one.base),
      0n,
    )
    const all = paid?.currency === one.currency ? paid.minor : 0n
    return { ...one, base, whole: one.whole !== null && all > one.whole ? all : one.whole }
  })
}

/**
 * A payment's sum so far that is larger than any before one of its refunds failed: a shop may have taken the failed one out of it, or not.
 * It is taken as it was told.
 */
export function doubtful<T extends Kept>(refunds: readonly T[]): { sum: T; failed: T } | undefined {
  for (const failed of refunds.filter(({ failedAt, payment }) => failedAt !== null && payment !== null)) {
    const sums = refunds.filter((one) => one.cumulative && one.failedAt === null && one.payment === failed.payment)
    const [before, after] = [(one: T) => one.at <= failed.failedAt!, (one: T) => one.at > failed.failedAt!]
    const had = sums.filter((one) => before(one) && one.at >= failed.at).reduce((a, { base }) => most(a, base), 0n)
    const sum = sums.filter(after).find(({ base }) => had > 0n && base > had)
    if (sum) return { sum, failed }
  }
  return undefined
}

export type Tally = {
  left: bigint
  /** What each refund took off the base, by its external id. */
  taken: Map<string, bigint>
  /** More was given back than there was. */
  over: boolean
}

/** An exact number: nothing is rounded before the end. */
type Fraction = { top: bigint; bottom: bigint }
const nought: Fraction = { top: 0n, bottom: 1n }

/** What an order was worth beyond its base later, and how much of the base was given back before that was heard, which stays so. */
export type Added = { minor: bigint; kept: bigint }

const nothingAdded: Added = { minor: 0n, kept: 0n }

/** What an order's components say of it. */
export function addedTo({ components }: { components: unknown }): Added {
  const { added } = (components ?? {}) as { added?: { minor: string; kept: string } }
  return added ? { minor: BigInt(added.minor), kept: BigInt(added.kept) } : nothingAdded
}

/** What all payments of an order brought, where that is known. */
export function paidFor({ components }: { components: unknown }): Money | null {
  const { paid } = (components ?? {}) as { paid?: MoneyJson }
  return paid ? fromJson(paid) : null
}

/** What is left of a base after these refunds. */
export function tally(base: bigint, refunds: readonly Told[], added: Added = nothingAdded): Tally {
  const whole = base < 0n ? 0n : base
  const taken = new Map<string, bigint>()
  let total = nought
  let counted = 0n
  const soFar = new Map<string, Fraction>()
  for (const refund of [...refunds].sort(byDate)) {
    const told: Fraction =
      refund.whole === null ? { top: refund.base, bottom: 1n } : { top: whole * refund.base, bottom: refund.whole }
    const { payment, cumulative } = refund
    if (cumulative && payment) {
      soFar.set(payment, greater(soFar.get(payment) ?? nought, told))
      total = greater(total, [...soFar.values()].reduce(add, nought))
    } else total = cumulative ? greater(total, told) : add(total, told)
    const back = round(total)
    const upTo = least(most(back - added.minor, least(back, added.kept)), whole)
    taken.set(refund.externalId, upTo - counted)
    counted = upTo
  }
  return { left: whole - counted, taken, over: total.top > (whole + added.minor) * total.bottom }
}

function byDate(a: Told, b: Told): number {
  return a.at.getTime() - b.at.getTime() || (a.externalId < b.externalId ? -1 : 1)
}

const add = (a: Fraction, b: Fraction): Fraction =>
  a.bottom === b.bottom
    ? { top: a.top + b.top, bottom: a.bottom }
    : { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom }

const greater = (a: Fraction, b: Fraction): Fraction => (a.top * b.bottom >= b.top * a.bottom ? a : b)

const round = ({ top, bottom }: Fraction): bigint => divideHalfEven(top, bottom)

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)

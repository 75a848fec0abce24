/**
 * The law of what is left: shops tell refunds in different ways, as a part of the base or of all that was paid, each by itself or
 * all so far. Every refund is kept as it was told; what is left of the base is worked out from all of them anew each time, in the
 * order of their dates and with one rounding at the end. So it never matters which of them was heard first, what adds up to the
 * whole leaves exactly nothing, and never more is taken than there was. What was added to an order after it was paid earns nothing, so
 * what is given back comes off that first: whoever exchanges a size has bought as much as before.
 */
import { divideHalfEven } from '../kernel/money.ts'

export type Told = { externalId: string; at: Date; base: bigint; whole: bigint | null; cumulative: boolean }

export type Tally = {
  left: bigint
  /** What each refund took off the base, by its external id. */
  taken: Map<string, bigint>
  /** More was given back than there was. */
  over: boolean
}

/** An exact number: nothing is rounded before the end. */
type Fraction = { top: bigint; bottom: bigint }

/** What an order was worth beyond its base later, and how much of the base was given back before that was heard, which stays so. */
export type Added = { minor: bigint; kept: bigint }

const nothingAdded: Added = { minor: 0n, kept: 0n }

/** What an order's components say of it. */
export function addedTo({ components }: { components: unknown }): Added {
  const { added } = (components ?? {}) as { added?: { minor: string; kept: string } }
  return added ? { minor: BigInt(added.minor), kept: BigInt(added.kept) } : nothingAdded
}

/** What is left of a base after these refunds. */
export function tally(base: bigint, refunds: readonly Told[], added: Added = nothingAdded): Tally {
  const whole = base < 0n ? 0n : base
  const taken = new Map<string, bigint>()
  let total: Fraction = { top: 0n, bottom: 1n }
  let counted = 0n
  for (const refund of [...refunds].sort(byDate)) {
    const told: Fraction =
      refund.whole === null ? { top: refund.base, bottom: 1n } : { top: whole * refund.base, bottom: refund.whole }
    total = refund.cumulative ? greater(total, told) : add(total, told)
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

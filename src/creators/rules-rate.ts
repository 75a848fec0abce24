/**
 * The law of own rates: a rate that was agreed with one creator may change, and a sale gets the rate of its day, whenever a shop tells of
 * it. A higher one holds at once. A lower one holds when the program's notice is over, as all that gets worse; until then it can be
 * taken back by another.
 */

/** An own rate that is or will be over, and until when it holds; null = the program's. */
export type Past = { rateBps: number | null; until: string }

export type Rated = { rateBps: number | null; rated: unknown }

const ratedOf = ({ rated }: Rated): readonly Past[] => rated as Past[]

/** A creator's own rate at an instant; null = the program's. */
export function ownRateAt(creator: Rated, at: Date): number | null {
  const past = ratedOf(creator).find(({ until }) => at < new Date(until))
  return past === undefined ? creator.rateBps : past.rateBps
}

/** What was announced: from when on another rate holds; null where nothing was. */
export function comingRate(creator: Rated, now: Date): { rateBps: number | null; from: Date } | null {
  const last = ratedOf(creator).at(-1)
  return last && new Date(last.until) > now ? { rateBps: creator.rateBps, from: new Date(last.until) } : null
}

/** Of two creators who turn out to be one person, the rates of the first that were agreed with either. */
export function ratesOfBoth(stays: Rated, goes: Rated): { rateBps: number | null; rated: Past[] } {
  const agreed = stays.rateBps === null && ratedOf(stays).length === 0 ? goes : stays
  return { rateBps: agreed.rateBps, rated: [...ratedOf(agreed)] }
}

const KEPT = 60

/** The same creator with another rate from an instant on. What was announced and did not begin is gone. */
export function rateFrom(
  creator: Rated,
  rateBps: number | null,
  from: Date,
  now: Date,
): { rateBps: number | null; rated: Past[] } {
  const past = ratedOf(creator).filter(({ until }) => new Date(until) <= now)
  const holds = ownRateAt(creator, now)
  if (holds === rateBps) return { rateBps, rated: past }
  return { rateBps, rated: [...past, { rateBps: holds, until: from.toISOString() }].slice(-KEPT) }
}

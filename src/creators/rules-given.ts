/**
 * The law of tiers that are given by hand: a sale gets the one of its day, as with own rates (rules-rate.ts). What is worth less than
 * before begins when the program's notice is over; it stands beside the present one until its day has come.
 */

/** A given tier that is over, and until when it held; null = none. */
export type GivenPast = { tier: string | null; until: string }

export type Given = { tier: string | null; tiered: unknown; tierThen: string | null; tierThenAt: Date | null }
type Kept = Omit<Given, 'tiered'> & { tiered: GivenPast[] }

const pastOf = ({ tiered }: Given): readonly GivenPast[] => tiered as GivenPast[]

/** The tier that was given by hand and holds at an instant; null = none, so that sales decide. */
export function givenAt(creator: Given, at: Date): string | null {
  const past = pastOf(creator).find(({ until }) => at < new Date(until))
  if (past !== undefined) return past.tier
  return creator.tierThenAt !== null && at >= creator.tierThenAt ? creator.tierThen : creator.tier
}

/** Whether a tier was ever given: sales of then may have it. */
export const wasGiven = (creator: Given): boolean =>
  creator.tier !== null || creator.tierThenAt !== null || pastOf(creator).length > 0

const KEPT = 60

/** The creator once what was announced has come, as far as its day is here. */
export function turned(creator: Given, now: Date): Kept {
  const { tier, tierThen, tierThenAt } = creator
  const past = [...pastOf(creator)]
  if (tierThenAt === null || tierThenAt > now) return { tier, tiered: past, tierThen, tierThenAt }
  const over = { tier, until: tierThenAt.toISOString() }
  return { tier: tierThen, tiered: [...past, over].slice(-KEPT), tierThen: null, tierThenAt: null }
}

/** The same creator with another tier, or none, from an instant on. What was announced and did not begin is gone. */
export function giveFrom(creator: Given, wanted: string | null, from: Date, now: Date): Kept {
  const { tier, tiered } = turned(creator, now)
  if (tier === wanted) return { tier, tiered, tierThen: null, tierThenAt: null }
  const announced = { tier, tiered, tierThen: wanted, tierThenAt: from }
  return from > now ? announced : turned(announced, now)
}

/** Of two creators who turn out to be one person, the tier of the first that was given to either. */
export function givenToBoth(stays: Given, goes: Given): Kept {
  const { tier, tiered, tierThen, tierThenAt } = wasGiven(stays) ? stays : goes
  return { tier, tiered: [...(tiered as GivenPast[])], tierThen, tierThenAt }
}

/**
 * The law of seasons: one counts by one measure from a day to a day of the program and is frozen once, when it is over or a manager
 * ends it; what is refunded afterwards changes nothing. Months and quarters go on by themselves until a manager ends one for good; one that
 * was ended early can begin anew, for what is left of it.
 */
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf, type Range, sayMonth } from '../kernel/time.ts'
import { monthAt, periodAt, quarterAt } from './rules.ts'

export const kinds = { week: 'A week', month: 'A month', quarter: 'A quarter', custom: 'Days of my own' } as const
export type SeasonKind = keyof typeof kinds

const MOST_DAYS = 366

/** The period of a kind around an instant; `season` is its name among those of its kind. */
export function spanOf(kind: Exclude<SeasonKind, 'custom'>, at: Date, zone: string): Range & { season: string } {
  if (kind === 'week') return periodAt('this_week', at, zone)
  return kind === 'month' ? monthAt(at, zone) : quarterAt(at, zone)
}

/** Both days included. Refusal invalid for days that are none, stand the wrong way round, or are over. */
export function ownSpan(first: string | undefined, last: string | undefined, now: Date, zone: string): Range {
  if (first === undefined || last === undefined)
    throw new Refusal('invalid', 'A season of your own needs its first and its last day.', 'Write them like 2026-12-01.', 'from')
  const from = dayOf(first, 'from', zone)
  dayOf(last, 'until', zone)
  const to = dayOf(addDays(last, 1), 'until', zone)
  if (to <= from) throw new Refusal('invalid', 'The last day is before the first.', 'Swap them.', 'until')
  if (to <= now) throw new Refusal('too_late', 'These days are over.', 'Give a last day from today on.', 'until')
  if (to.getTime() - from.getTime() > (MOST_DAYS + 1) * 86_400_000)
    throw new Refusal('over_limit', 'A season is a year at most.', 'Give a nearer last day.', 'until')
  return { from, to }
}

function dayOf(day: string, field: string, zone: string): Date {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day))
    throw new Refusal('invalid', `"${day.slice(0, 20)}" is not a day.`, 'Write it like 2026-12-01.', field)
  return instantOf(day, '00:00', zone)
}

/** What the period of a season has that was begun anew after it was ended early: "2026-11+2". */
export const ANEW = '+'
export const againIn = (period: string, nth: number): string => `${period}${ANEW}${nth}`
/** The week, month or quarter that a season belongs to, begun anew or not. */
export const wholeOf = (period: string): string => period.split(ANEW)[0]!

type Named = { kind: string; period: string; title: string | null }

/** What a season is called: "Spring sprint", "week 47", "November 2026", "quarter 4 of 2026". */
export function seasonName({ kind, period: own, title }: Named, locale: string): string {
  if (title !== null) return title
  const period = wholeOf(own)
  if (kind === 'week') return `week ${Number(period.slice(-2))}`
  if (kind === 'month') return sayMonth(period, locale)
  if (kind === 'quarter') return `quarter ${period.slice(-1)} of ${period.slice(0, 4)}`
  return 'a season'
}

type Tiered = { tier: string | null; earnedTier: string | null; earnedUntil: Date | null }

export const noTier = 'No tier yet'

/** The board a creator is on beside that of all. */
export function divisionOf({ tier, earnedTier, earnedUntil }: Tiered, now: Date): string {
  return tier ?? (earnedUntil === null || earnedUntil > now ? earnedTier : null) ?? noTier
}

// A mission with seats takes as many creators as it has, and who comes later may wait in line. A seat is given to whoever asks first;
// who leaves gives it back, and the first in line gets it. A seat that was handed in or is done stays taken. Without a number everyone
// may take part, as long as the budget pays for one more.
import { days, hours, nextLocal } from '../kernel/time.ts'
import { left, type MissionTerms } from './rules.ts'

export type SeatState = 'claimed' | 'waiting' | 'left' | 'handed_in' | 'done' | 'missed'

/** The states that take a seat away from others. */
export const taken: SeatState[] = ['claimed', 'handed_in', 'done']

const steps: readonly string[] = ['left', 'missed', 'waiting', 'claimed', 'handed_in', 'done'] satisfies SeatState[]

/** Of two seats of one person in a mission the one that got further; of two alike the second. */
export const further = <S extends { state: string }>(one: S, other: S): S =>
  steps.indexOf(one.state) > steps.indexOf(other.state) ? one : other

/** Whether a seat ended because its mission was closed before its time: its holder missed nothing. */
export const cutShort = (
  { closedAt }: { closedAt: Date | null },
  { state, dueAt }: { state: string; dueAt: Date | null },
): boolean => state === 'missed' && closedAt !== null && (dueAt === null || closedAt < dueAt)

type Seated = Pick<MissionTerms, 'feeMinor' | 'budgetMinor' | 'spentMinor'> & { seats: number | null }

/** How many more may take part: none once the budget is used up, Infinity where nothing limits it. */
export function freeSeats(mission: Seated, takenCount: number): number {
  if (mission.feeMinor > 0n && left(mission) < mission.feeMinor) return 0
  return mission.seats === null ? Number.POSITIVE_INFINITY : Math.max(0, mission.seats - takenCount)
}

/** Until when a creator may hand in: the end of the mission or of their own window, whichever comes first; null = no end. */
export function dueFor(mission: { closesAt: Date | null; daysToJoin: number | null }, joinedAt: Date): Date | null {
  const own = mission.daysToJoin === null ? null : days(joinedAt, mission.daysToJoin)
  if (own === null || mission.closesAt === null) return own ?? mission.closesAt
  return new Date(Math.min(own.getTime(), mission.closesAt.getTime()))
}

export type Reminding = { remindAt: string; remindHours: number[] }

/**
 * The next reminder after `after`: for each number of hours before the end, the first time after it that a clock in the creator's
 * zone shows `remindAt`. With 48 and 24 that is the morning of the day before and of the last day. Null when none is left.
 */
export function nextReminder(dueAt: Date | null, zone: string, after: Date, { remindAt, remindHours }: Reminding): Date | null {
  if (dueAt === null) return null
  const rings = remindHours.map((before) => nextLocal({ every: 'day', at: remindAt }, zone, hours(dueAt, -before)))
  const left = rings.filter((ring) => ring > after && ring < dueAt).map((ring) => ring.getTime())
  return left.length === 0 ? null : new Date(Math.min(...left))
}

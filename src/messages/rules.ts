// The law of what is said by itself: a digest, brief or nudge belongs to one local week or day of its reader and is said once in it, at
// the local hour of its schedule. It may be said late, after a restart, but not so late that it is stale. What a reader stopped, paused
// or muted is not said and not made up for.
import { hours, isoWeek, localDay, monthOf, nextLocal, type Rhythm } from '../kernel/time.ts'

export type Planned = 'digest' | 'brief' | 'nudge' | 'recap'
export type MessageKind = Planned | 'news'

/** What a reader may stop, in words. */
export const stoppable: Record<MessageKind, string> = {
  digest: 'Weekly digest',
  brief: 'Daily brief',
  nudge: 'Hints for the next step',
  recap: 'Monthly recap',
  news: 'News of the program',
}

/** How long after its hour each is still worth saying, and the clock it has until somebody sets another. */
export const plans: Record<Planned, { lateHours: number; rhythm: Rhythm }> = {
  digest: { lateHours: 72, rhythm: { every: 'week', at: '09:00', weekday: 1 } },
  brief: { lateHours: 12, rhythm: { every: 'day', at: '09:00' } },
  nudge: { lateHours: 8, rhythm: { every: 'day', at: '10:00' } },
  recap: { lateHours: 72, rhythm: { every: 'month', at: '10:00', day: 1 } },
}

const monday: Rhythm = { every: 'week', at: '09:00', weekday: 1 }

/** The schedules that every program has, with their first clock; what is paused at first runs when somebody wants it. */
export const firstSchedules: Record<string, { rhythm: Rhythm; paused?: true }> = {
  star: { rhythm: monday },
  season: { rhythm: { every: 'day', at: '00:00' } },
  evaluation: { rhythm: { every: 'month', at: '09:00', day: 1 } },
  newsletter: { rhythm: { every: 'month', at: '10:00', day: 3 }, paused: true },
  ...Object.fromEntries(Object.entries(plans).map(([name, { rhythm }]) => [name, { rhythm }])),
}

/** Planned before the local day begins, so that other pushes of that day wait for it. */
export const AHEAD_HOURS = 26

/** The hour at which what waited since the day before is said. */
export const MORNING = '09:00'

/** A pause longer than this makes the rest of the period's words stale. */
export const STALE_DAYS = 3

export type Ring = { zone: string; period: string; due: Date }

export const periodOf = { day: localDay, week: isoWeek, month: monthOf } as const

/** The rings of a rhythm in a zone from `lateHours` ago to `aheadHours` from now. */
export function ringsIn(rhythm: Rhythm, zone: string, now: Date, lateHours: number, aheadHours: number): Ring[] {
  const rings: Ring[] = []
  for (let from = hours(now, -lateHours); ; from = rings.at(-1)!.due) {
    const due = nextLocal(rhythm, zone, from)
    if (due > hours(now, aheadHours)) return rings
    rings.push({ zone, due, period: periodOf[rhythm.every](due, zone) })
  }
}

/** The period that a rhythm is in now, said at once. */
export const ringNow = (rhythm: Rhythm, zone: string, now: Date): Ring => ({
  zone,
  due: now,
  period: periodOf[rhythm.every](now, zone),
})

// A mission may come again every week or month, at the local time it first opened and as long as the first. Where a time was missed,
// as while nothing ran, it is not made up for, unless its window is still open.
import { addDays, instantOf, localDay, localTime, nextLocal } from '../kernel/time.ts'

type Windowed = { opensAt: Date; closesAt: Date | null }

/** The next opening after `after`, in the program's zone. */
export function nextRepeat(mission: { opensAt: Date; repeat: string | null }, zone: string, after: Date): Date {
  const day = localDay(mission.opensAt, zone)
  const at = localTime(mission.opensAt, zone)
  const rhythm =
    mission.repeat === 'week'
      ? { every: 'week' as const, at, weekday: new Date(day).getUTCDay() || 7 }
      : { every: 'month' as const, at, day: Number(day.slice(8)) }
  return nextLocal(rhythm, zone, after)
}

/** When a copy that opens at `start` closes: as many days later as the first one did, at the same local time. */
export function endAfter({ opensAt, closesAt }: Windowed, start: Date, zone: string): Date | null {
  if (closesAt === null) return null
  const count = (Date.parse(localDay(closesAt, zone)) - Date.parse(localDay(opensAt, zone))) / 86_400_000
  const end = instantOf(addDays(localDay(start, zone), Math.max(0, count)), localTime(closesAt, zone), zone)
  return end > start ? end : instantOf(addDays(localDay(start, zone), count + 1), localTime(closesAt, zone), zone)
}

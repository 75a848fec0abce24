import { Temporal } from 'temporal-polyfill'
import { cut } from './cut.ts'
import { must, Refusal } from './refusal.ts'

// Time zones are known here and nowhere else. Outside, an instant is a Date, a calendar day is 'YYYY-MM-DD', a wall clock time is 'HH:MM'.
// The law for daylight saving: a local time that is skipped moves forward by the gap, one that comes twice means the first.

export type Range = { from: Date; to: Date }
/** Nobody is disturbed from `from` until just before `to`; it may cross midnight. Equal ends mean no quiet hours. */
export type QuietHours = { from: string; to: string }
/** `weekday` is 1 (Monday, the default) to 7; `day` is 1 (the default) to 31 and means the last day in shorter months. */
export type Rhythm = { every: 'day' | 'week' | 'month'; at: string; weekday?: number | undefined; day?: number | undefined }

const minute = 60_000
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** Whether this names an IANA zone such as Europe/Berlin; bare offsets are not zones. */
export function isZone(s: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(s)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: s })
    return true
  } catch {
    return false
  }
}

export const minutes = (d: Date, n: number): Date => new Date(d.getTime() + n * minute)
export const hours = (d: Date, n: number): Date => new Date(d.getTime() + n * 60 * minute)
/** n times 24 hours later; for the same wall clock time on another day use `addDays` and `instantOf`. */
export const days = (d: Date, n: number): Date => new Date(d.getTime() + n * 24 * 60 * minute)

/** The calendar day at this instant in the zone: '2026-11-21'. */
export const localDay = (d: Date, zone: string): string => local(d, zone).toPlainDate().toString()

/** The wall clock time at this instant in the zone: '09:00'. */
export const localTime = (d: Date, zone: string): string => local(d, zone).toPlainTime().toString().slice(0, 5)

/** The month at this instant in the zone: '2026-11'. */
export const monthOf = (d: Date, zone: string): string => localDay(d, zone).slice(0, -3)

/** The ISO week at this instant in the zone: '2026-W47'. Its year may differ from the calendar's around New Year. */
export function isoWeek(d: Date, zone: string): string {
  const at = local(d, zone)
  return `${at.yearOfWeek}-W${String(at.weekOfYear).padStart(2, '0')}`
}

/** The instant of a wall clock time: instantOf('2026-11-21', '09:00', 'Europe/Berlin'). Refuses what is not a day or a time. */
export function instantOf(day: string, at: string, zone: string): Date {
  return instant(plainDay(day), at, zone)
}

/** The calendar day n days later: addDays('2026-02-28', 1) is '2026-03-01'. */
export const addDays = (day: string, n: number): string => plainDay(day).add({ days: n }).toString()

/** The first instant of the local day; not always 00:00, some zones skip midnight. */
export const startOfDay = (d: Date, zone: string): Date => dayStart(local(d, zone).toPlainDate(), zone)

/** The local ISO week around this instant, `to` excluded. */
export function weekRange(d: Date, zone: string): Range {
  const today = local(d, zone).toPlainDate()
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  return { from: dayStart(monday, zone), to: dayStart(monday.add({ days: 7 }), zone) }
}

/** The month 'YYYY-MM' in the zone, `to` excluded. Refuses what is not a month. */
export function monthRange(month: string, zone: string): Range {
  if (!/^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(month))
    throw new Refusal('invalid', `"${cut(month, 40)}" is not a month.`, 'Write it like 2026-11.')
  const first = plainDay(`${month}-01`)
  return { from: dayStart(first, zone), to: dayStart(first.add({ months: 1 }), zone) }
}

/** The same local time of day so many months later; the month's last day where it has no such day. */
export const addMonths = (d: Date, n: number, zone: string): Date => new Date(local(d, zone).add({ months: n }).epochMilliseconds)

/**
 * The next time a rhythm rings, strictly after `after`. Each local day, week or month has exactly one ring, whatever the clocks do;
 * where a whole day is missing (Apia had no 30 December 2011) its ring falls together with the day after.
 */
export function nextLocal(rhythm: Rhythm, zone: string, after: Date): Date {
  const today = local(after, zone).toPlainDate()
  // A skipped late evening moves into the next period, so the period before is asked as well. Three tries reach past any gap;
  // the fourth is for a missing day.
  for (let n = -1; n <= 3; n++) {
    const ring = instant(dayInPeriod(rhythm, today, n), rhythm.at, zone)
    if (ring > after) return ring
  }
  throw new Error(`No next ring of ${sayRhythm(rhythm)} in ${zone} after ${after.toISOString()}`)
}

/** "every day at 09:00", "every Monday at 09:00", "every month on day 15 at 09:00", "every month on the last day at 18:30". */
export function sayRhythm(r: Rhythm): string {
  if (r.every === 'day') return `every day at ${r.at}`
  if (r.every === 'week') return `every ${weekdays[(r.weekday ?? 1) - 1]} at ${r.at}`
  return r.day === 31 ? `every month on the last day at ${r.at}` : `every month on day ${r.day ?? 1} at ${r.at}`
}

export function inQuietHours(d: Date, zone: string, quiet: QuietHours): boolean {
  must(isClock(quiet.from) && isClock(quiet.to), `quiet hours are HH:MM, not ${quiet.from} to ${quiet.to}`)
  const clock = local(d, zone).toPlainTime().toString().slice(0, 5)
  if (quiet.from <= quiet.to) return clock >= quiet.from && clock < quiet.to
  return clock >= quiet.from || clock < quiet.to
}

/** `d` itself when nobody sleeps, else the end of these quiet hours. */
export function nextOutsideQuiet(d: Date, zone: string, quiet: QuietHours): Date {
  if (!inQuietHours(d, zone, quiet)) return d
  const today = local(d, zone).toPlainDate()
  // When the clocks go back the end may come twice, and `d` may lie between the two; so both are candidates.
  for (let n = 0; n <= 2; n++) {
    for (const choice of ['earlier', 'later'] as const) {
      const end = instant(today.add({ days: n }), quiet.to, zone, choice)
      if (end > d && !inQuietHours(end, zone, quiet)) return end
    }
  }
  throw new Error(`Quiet hours ${quiet.from} to ${quiet.to} in ${zone} have no end after ${d.toISOString()}`)
}

/** "3 hours ago", "in 2 days", "now". */
export function sayAgo(d: Date, now: Date, locale: string): string {
  const seconds = (d.getTime() - now.getTime()) / 1000
  const steps = [
    ['year', 31_556_952],
    ['month', 2_629_746],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const
  const say = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return say.format(Math.trunc(seconds / size), unit)
  return say.format(0, 'second')
}

const clock = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const
const inYear = { day: 'numeric', month: 'short' } as const
const date = { ...inYear, year: 'numeric' } as const

/** "Sat, Nov 21, 2026, 9:00 AM GMT+1": the zone is always said. */
export const sayMoment = (d: Date, zone: string, locale: string): string =>
  spell(d, zone, locale, { weekday: 'short', ...clock, ...date })

/** "Nov 21, 9:00 AM GMT+1", or "Nov 21", for a column of a table: the year is said where it is not the present one. */
export function sayBrief(d: Date, zone: string, now: Date, locale: string, as: 'full' | 'day' = 'full'): string {
  const day = localDay(d, zone).slice(0, 4) === localDay(now, zone).slice(0, 4) ? inYear : date
  return spell(d, zone, locale, as === 'day' ? day : { ...clock, ...day })
}

/** "Nov 21, 2026". */
export const sayDay = (d: Date, zone: string, locale: string): string => spell(d, zone, locale, date)

/** "Nov 21, 2026", of a calendar day that has no zone. */
export const sayCalendarDay = (day: string, locale = 'en'): string => sayDay(instantOf(day, '12:00', 'UTC'), 'UTC', locale)

/** "October 2026", of a month like 2026-10. */
export const sayMonth = (month: string, locale = 'en'): string =>
  spell(monthRange(month, 'UTC').from, 'UTC', locale, { month: 'long', year: 'numeric' })

const spellings = new Map<string, Intl.DateTimeFormat>()

function spell(d: Date, zone: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${zone} ${options.timeZoneName ?? ''} ${options.month ?? ''} ${options.weekday ?? ''} ${options.year ?? ''}`
  const made = spellings.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })
  spellings.set(key, made)
  // Intl puts a narrow no-break space before AM, which some chat fonts draw as a box.
  return made.format(d).replace(/\u202f/g, ' ')
}

function local(d: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(d.getTime()).toZonedDateTimeISO(zone)
}

function dayStart(day: Temporal.PlainDate, zone: string): Date {
  return new Date(day.toZonedDateTime(zone).epochMilliseconds)
}

function instant(
  day: Temporal.PlainDate,
  at: string,
  zone: string,
  disambiguation: 'compatible' | 'earlier' | 'later' = 'compatible',
): Date {
  if (!isClock(at)) throw new Refusal('invalid', `"${cut(at, 40)}" is not a time of day.`, 'Write it like 09:00.')
  return new Date(day.toPlainDateTime(at).toZonedDateTime(zone, { disambiguation }).epochMilliseconds)
}

/** The rhythm's day in the period n periods after the one around `today`. */
function dayInPeriod(r: Rhythm, today: Temporal.PlainDate, n: number): Temporal.PlainDate {
  if (r.every === 'day') return today.add({ days: n })
  if (r.every === 'week') return today.add({ days: (r.weekday ?? 1) - today.dayOfWeek + 7 * n })
  const month = today.with({ day: 1 }).add({ months: n })
  return month.with({ day: Math.min(r.day ?? 1, month.daysInMonth) })
}

function plainDay(day: string): Temporal.PlainDate {
  try {
    if (/^[1-9]\d{3}-\d{2}-\d{2}$/.test(day)) return Temporal.PlainDate.from(day)
  } catch {
    // Falls through: the shape is right but the calendar has no such day.
  }
  throw new Refusal('invalid', `"${cut(day, 40)}" is not a day.`, 'Write it like 2026-11-21.')
}

const isClock = (s: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(s)

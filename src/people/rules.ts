// How someone wants to be spoken to is theirs alone: zone, language, quiet hours, the door that reaches them first, and how much
// they want to hear unasked. A pause holds back what nobody asked for; answers, decisions and paydays still come.
import { Refusal } from '../kernel/refusal.ts'
import { addDays, days, instantOf, localDay } from '../kernel/time.ts'

export const doors = { web: 'Web', discord: 'Discord', slack: 'Slack' } as const
export const languages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  nl: 'Nederlands',
  pl: 'Polski',
  pt: 'Português',
} as const
export const reaches = { chat: 'In my place in the chat', dm: 'By direct message', mail: 'By e-mail', off: 'Not at all' } as const
export const alerts = { all: 'Everything', sales: 'Only sales', none: 'Nothing unasked' } as const

const LONGEST_DAYS = 365

/** Until when a pause lasts: `7`, `7 days`, `2026-12-24` (that day included) or `off`, which is null. Throws Refusal('invalid'). */
export function parsePause(typed: string, now: Date, zone: string): Date | null {
  const said = typed.trim().toLowerCase()
  if (said === 'off' || said === '0') return null
  const count = /^(\d{1,3})(?: ?days?)?$/.exec(said)?.[1]
  const until = count === undefined ? lastDay(said, zone) : days(now, Number(count))
  if (until <= now) throw badPause('That day is over.')
  if (until > days(now, LONGEST_DAYS + 1)) throw badPause('A pause lasts at most a year.')
  return until
}

/** The end of a local day, which is the beginning of the next. */
function lastDay(said: string, zone: string): Date {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(said)) throw badPause('That is no number of days and no date.')
  return instantOf(addDays(said, 1), '00:00', zone)
}

const badPause = (sentence: string) =>
  new Refusal('invalid', sentence, `Write 7 for a week, a day such as 2026-12-24, or off.`, 'pause')

/** The day a pause is said to last until: the last one that it covers. */
export const lastPaused = (until: Date, zone: string): string => localDay(new Date(until.getTime() - 1), zone)

// A rhythm as people type it. What would never ring is refused with the reason, and not stored.
import { Refusal } from '../kernel/refusal.ts'
import type { Rhythm } from '../kernel/time.ts'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** `on` is a weekday for a week, a day of the month or `last` for a month, and nothing for a day. Throws Refusal('invalid'). */
export function readRhythm(every: Rhythm['every'], at: string, on: string | undefined): Rhythm {
  const said = on?.trim().toLowerCase() ?? ''
  if (every === 'day') {
    if (said !== '') throw never(`Every day has no “${clip(said)}”.`, 'Leave the day empty, or choose every week.')
    return { every, at }
  }
  if (every === 'week') {
    const weekday = said === '' ? 1 : weekdays.findIndex((name) => said.length >= 2 && name.startsWith(said)) + 1
    if (weekday === 0) throw never(`No week has a “${clip(said)}”, so this would never ring.`, 'Write a weekday such as Monday.')
    return { every, at, weekday }
  }
  if (said === 'last' || said === 'last day') return { every, at, day: 31 }
  const day = said === '' ? 1 : /^\d{1,2}$/.test(said) ? Number(said) : 0
  if (day < 1 || day > 31)
    throw never(`No month has a day “${clip(said)}”, so this would never ring.`, 'Write a day from 1 to 31, or last.')
  return { every, at, day }
}

const clip = (words: string): string => words.slice(0, 20)
const never = (sentence: string, fix: string): Refusal => new Refusal('invalid', sentence, fix, 'on')

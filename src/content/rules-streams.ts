// In a live stream viewers come and go, so the disclosure is said at the start and again every so many minutes, as the strictest territory of
// its audience and its mission want. Whoever goes live gets the times beforehand; when the stream is over, a reviewer says whether they
// were kept. No regulator names a number: the FTC asks for a disclosure that is "repeated periodically".
import { z } from 'zod'
import { Refusal } from '../kernel/refusal.ts'
import { days, instantOf, minutes } from '../kernel/time.ts'

const planSchema = z.object({
  startsAt: z.coerce.date(),
  lengthMinutes: z.number(),
  everyMinutes: z.number(),
  /** What is said, in the first words of each territory. */
  words: z.array(z.string()),
  territories: z.array(z.string()),
  ruleSet: z.string(),
  announcedAt: z.coerce.date(),
  /** Whether it was said at each time, by a person who looked. */
  check: z.object({ kept: z.boolean(), by: z.string(), at: z.coerce.date(), note: z.string().optional() }).optional(),
})
export type StreamPlan = z.infer<typeof planSchema>

export const planOf = ({ livePlan }: { livePlan: unknown }): StreamPlan | null =>
  livePlan === null || livePlan === undefined ? null : planSchema.parse(livePlan)

export const endOf = ({ startsAt, lengthMinutes }: Pick<StreamPlan, 'startsAt' | 'lengthMinutes'>): Date =>
  minutes(startsAt, lengthMinutes)

/** When it is said: at the start, and then as often as the interval fits in before the end. */
export function timesOf({ startsAt, lengthMinutes, everyMinutes }: StreamPlan): Date[] {
  const count = Math.max(1, Math.ceil(lengthMinutes / everyMinutes))
  return Array.from({ length: count }, (_, n) => minutes(startsAt, n * everyMinutes))
}

/** The longest stream, in minutes. */
export const LONGEST = 720

const AHEAD_DAYS = 180

/** "2026-12-01 20:00", as the clock of whoever typed it shows. Refusal invalid with the field; a start of today's past is taken. */
export function parseStart(typed: string, now: Date, zone: string): Date {
  const said = /^(\d{4}-\d{2}-\d{2})[ T]+(\d{1,2}:\d{2})$/.exec(typed.trim())
  const wrong = (sentence: string) =>
    new Refusal('invalid', sentence, 'Write day and time like 2026-12-01 20:00, as your own clock shows them.', 'start')
  if (!said) throw wrong('This is no start.')
  let start: Date
  try {
    start = instantOf(said[1]!, said[2]!.padStart(5, '0'), zone)
  } catch {
    throw wrong('There is no such day or time.')
  }
  if (start < days(now, -1)) throw wrong('That is over already.')
  if (start > days(now, AHEAD_DAYS)) throw wrong('That is more than half a year ahead.')
  return start
}

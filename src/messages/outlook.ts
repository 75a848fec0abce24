/** What becomes of what was planned by hand, before it is said: so that the answer promises nobody what they do not get. */
import type { Context } from '../context.ts'
import { plural } from '../kernel/plural.ts'
import { days, nextOutsideQuiet } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { type Planned, STALE_DAYS } from './rules.ts'

/** How many get it at once, tomorrow (their one message of today went out), after their quiet hours or a short pause, or not at all. */
export type Outlook = { now: number; tomorrow: number; later: number; never: number }

type Row = { zone: string; quietFrom: string | null; quietTo: string | null; pausedUntil: Date | null; heard: boolean }

/** Of those whose message of this kind is due now. */
export async function outlook(ctx: Context, kind: Planned): Promise<Outlook> {
  const leads = kind === 'digest' || kind === 'brief'
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT m."quietFrom", m."quietTo", m."pausedUntil", coalesce(m.zone, ${ctx.program.zone}) AS zone,
      EXISTS (SELECT FROM "PushDay" p WHERE p."programId" = m."programId" AND p."personId" = m."personId"
        AND p.day = to_char(${ctx.now}::timestamptz AT TIME ZONE coalesce(m.zone, ${ctx.program.zone}), 'YYYY-MM-DD'))
      OR (NOT ${leads} AND EXISTS (SELECT FROM "Outbox" o WHERE o."programId" = m."programId" AND o.kind = 'post' AND o.state = 'held'
        AND o.audience = 'person:' || m."personId")) AS heard
    FROM "Message" x JOIN "Membership" m ON m."programId" = x."programId" AND m."personId" = x."personId"
    WHERE x."programId" = ${ctx.program.id} AND x.kind = ${kind} AND x.state = 'planned' AND x."dueAt" = ${ctx.now}`
  const policy = policyOf(ctx.program)
  const found: Outlook = { now: 0, tomorrow: 0, later: 0, never: 0 }
  for (const { zone, quietFrom, quietTo, pausedUntil, heard } of rows) {
    const quiet = { from: quietFrom ?? policy.quietFrom, to: quietTo ?? policy.quietTo }
    const rests = pausedUntil !== null && pausedUntil > ctx.now
    if (rests && pausedUntil > days(ctx.now, STALE_DAYS)) found.never++
    else if (rests || nextOutsideQuiet(ctx.now, zone, quiet) > ctx.now) found.later++
    else if (heard) found.tomorrow++
    else found.now++
  }
  return found
}

/** "On its way to 3 of the creators. 5 get it tomorrow, for they had their one message of today." */
export function outlookWords({ now, tomorrow, later, never }: Outlook, who: string): string {
  const get = (n: number): string => `${plural(n, 'gets', 'get')} it`
  return [
    now > 0 ? `On its way to ${now} of ${who}.` : `Nobody of ${who} gets it at once.`,
    tomorrow > 0 && `${get(tomorrow)} tomorrow morning: one message a day, and today’s went out.`,
    later > 0 && `${get(later)} when quiet hours or a pause end.`,
    never > 0 && `${plural(never, 'rests and gets', 'rest and get')} none.`,
  ]
    .filter((sentence) => sentence !== false)
    .join(' ')
}

// Who did what, out of the trail that every call leaves in the transaction of what it changed.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf } from '../kernel/time.ts'
import { nameOfRun } from './rules-trail.ts'

const { sql, join } = Prisma

export type Act = { at: Date; name: string; run: string; given: Record<string, string>; outcome: string }

export type Trail = { acts: Act[]; before: string | undefined }

/** Acts on a card; a button asks for older ones. */
const SHOWN = 20

type Wanted = { person?: string | undefined; about?: string | undefined; day?: string | undefined; before?: string | undefined }

/**
 * Acts of a person, or about something, newest first: `about` is the name of a command (payout confirm) or an id or choice that was given
 * with it; `day` is YYYY-MM-DD in the program's zone; `before` continues a page. What people wrote is not in the trail.
 */
export async function trailOf(ctx: Context, wanted: Wanted): Promise<Trail> {
  const ids = await idsOf(ctx, wanted)
  const found = await ctx.db.audit.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    orderBy: { id: 'desc' },
  })
  const rows = found.slice(0, SHOWN)
  const members = await ctx.db.membership.findMany({
    where: { programId: ctx.program.id, personId: { in: rows.flatMap((row) => row.personId ?? []) } },
    select: { personId: true, name: true },
  })
  const names = new Map(members.map(({ personId, name }) => [personId, name]))
  return {
    acts: rows.map(({ at, personId, run, given, outcome }) => ({
      at,
      name: (personId === null ? undefined : names.get(personId)) ?? 'Troupe',
      run,
      given: given as Record<string, string>,
      outcome,
    })),
    before: found.length > SHOWN ? rows.at(-1)!.id : undefined,
  }
}

/**
 * The newest that are all of what is wanted, and one more than a page holds. Whom somebody connected with was them as well. PostgreSQL
 * looks through what was given, for it is small.
 */
async function idsOf(ctx: Context, { person, about, day, before }: Wanted): Promise<string[]> {
  const { id: programId, zone } = ctx.program
  const run = about === undefined ? '' : nameOfRun(about)
  const wanted = [
    sql`"programId" = ${programId}`,
    before !== undefined && sql`id < ${before}`,
    person !== undefined &&
      sql`"personId" IN (SELECT ${person} UNION SELECT "personId" FROM "Membership"
        WHERE "programId" = ${programId} AND "mergedInto" = ${person})`,
    day !== undefined && sql`at >= ${begin(day, zone)} AND at < ${begin(addDays(day, 1), zone)}`,
    about !== undefined &&
      sql`(run = ${run} OR starts_with(run, ${`${run} `}) OR EXISTS (SELECT FROM jsonb_each_text(given) g WHERE g.value = ${about.trim()}))`,
  ]
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Audit" WHERE ${join(
      wanted.filter((part) => part !== false),
      ' AND ',
    )} ORDER BY id DESC LIMIT ${SHOWN + 1}`
  return rows.map(({ id }) => id)
}

function begin(day: string, zone: string): Date {
  try {
    return instantOf(day, '00:00', zone)
  } catch {
    throw new Refusal('invalid', `${day} is not a day.`, 'Write it as 2026-11-20.', 'day')
  }
}

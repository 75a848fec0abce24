// Who did what, out of the trail that every call leaves in the transaction of what it changed.
import type { Context } from '../context.ts'
import type { Prisma } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf } from '../kernel/time.ts'
import { nameOfRun } from './rules-trail.ts'

export type Act = { at: Date; name: string; run: string; given: Record<string, string>; outcome: string }

export type Trail = { acts: Act[]; before: string | undefined }

/** Acts on a card; a button asks for older ones. */
const SHOWN = 20

type Wanted = { person?: string | undefined; about?: string | undefined; day?: string | undefined; before?: string | undefined }

/**
 * Acts of a person, or about something, newest first: `about` is the name of a command (payout confirm) or an id or choice that was given
 * with it; `day` is YYYY-MM-DD in the program's zone; `before` continues a page. What people wrote is not in the trail.
 */
export async function trailOf(ctx: Context, { person, about, day, before }: Wanted): Promise<Trail> {
  const where: Prisma.AuditWhereInput = {
    programId: ctx.program.id,
    ...(person === undefined ? {} : { personId: person }),
    ...(day === undefined ? {} : { at: { gte: begin(day, ctx.program.zone), lt: begin(addDays(day, 1), ctx.program.zone) } }),
    ...(before === undefined ? {} : { id: { lt: before } }),
  }
  const ids = about === undefined ? undefined : await idsAbout(ctx, about, before)
  const found = await ctx.db.audit.findMany({
    where: ids === undefined ? where : { AND: [where, { id: { in: ids } }] },
    orderBy: { id: 'desc' },
    take: SHOWN + 1,
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

/** Those of a command, or with this very value given; PostgreSQL looks through what was given, for it is small. */
async function idsAbout(ctx: Context, about: string, before = '~'): Promise<string[]> {
  const run = nameOfRun(about)
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Audit" WHERE "programId" = ${ctx.program.id} AND id < ${before}
      AND (run = ${run} OR starts_with(run, ${`${run} `}) OR EXISTS (SELECT FROM jsonb_each_text(given) g WHERE g.value = ${about.trim()}))
    ORDER BY id DESC LIMIT ${SHOWN + 1}`
  return rows.map(({ id }) => id)
}

function begin(day: string, zone: string): Date {
  try {
    return instantOf(day, '00:00', zone)
  } catch {
    throw new Refusal('invalid', `${day} is not a day.`, 'Write it as 2026-11-20.', 'day')
  }
}

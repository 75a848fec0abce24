/** The one place that every unasked push to a person passes, at the moment it would ring. */
import type { Context } from '../context.ts'
import { type PushKind, pushRule } from '../kernel/push.ts'
import { addDays, instantOf, localDay } from '../kernel/time.ts'
import { hushedFor, readerOf } from '../people/settings.ts'
import { policyOf } from '../programs/rules.ts'

/** May it ring now? `hold`: it waits for the next morning or digest. A moment: quiet hours or a pause last until then. */
export async function mayPush(ctx: Context, personId: string, kind: PushKind, key: string): Promise<'go' | 'hold' | Date> {
  const reader = await readerOf(ctx.db, ctx.program, personId)
  const until = hushedFor(ctx.program, reader, ctx.now)
  if (until > ctx.now) return until
  if (pushRule(kind).exempt) return 'go'
  await lockPushes(ctx, personId)
  return mayRing(ctx, { personId, zone: reader?.zone ?? ctx.program.zone }, kind, key)
}

type Reader = { personId: string; zone: string }

/** The same of somebody who is locked and whom a push may reach at this hour. */
export async function mayRing(ctx: Context, { personId, zone }: Reader, kind: PushKind, key: string): Promise<'go' | 'hold'> {
  const rule = pushRule(kind)
  if (rule.exempt) return 'go'
  if (!rule.leads && ((await isDigestDay(ctx, personId, zone)) || (await waits(ctx, personId, key)))) {
    // What had taken the day before the digest was planned is only tried once more.
    return (await taker(ctx, personId, zone)) === key ? 'go' : 'hold'
  }
  return (await takeDay(ctx, personId, zone, kind, key)) ? 'go' : 'hold'
}

/** Two that ring at once at one person are one after the other. */
export const lockPushes = (ctx: Context, personId: string): Promise<number> =>
  ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`push ${ctx.program.id} ${personId}`}, 0))`

/** Takes the local day for this key; false when another one has it. */
export async function takeDay(ctx: Context, personId: string, zone: string, kind: PushKind, key: string): Promise<boolean> {
  const row = { programId: ctx.program.id, personId, day: localDay(ctx.now, zone) }
  const { count } = await ctx.db.pushDay.createMany({ data: { ...row, kind, key, at: ctx.now }, skipDuplicates: true })
  return count === 1 || (await taker(ctx, personId, zone)) === key
}

async function taker(ctx: Context, personId: string, zone: string): Promise<string | undefined> {
  const id = { programId: ctx.program.id, personId, day: localDay(ctx.now, zone) }
  return (await ctx.db.pushDay.findUnique({ where: { programId_personId_day: id } }))?.key
}

/** A digest or brief is still to come on this local day. */
async function isDigestDay(ctx: Context, personId: string, zone: string): Promise<boolean> {
  const dueAt = { lt: instantOf(addDays(localDay(ctx.now, zone), 1), '00:00', zone) }
  const where = { programId: ctx.program.id, personId, kind: { in: ['digest', 'brief'] }, state: 'planned', dueAt }
  return (await ctx.db.message.count({ where })) > 0
}

async function waits(ctx: Context, personId: string, key: string): Promise<boolean> {
  const where = { programId: ctx.program.id, kind: 'post', audience: `person:${personId}`, state: 'held', key: { not: key } }
  return (await ctx.db.outbox.findFirst({ where, select: { id: true } })) !== null
}

/** Removes what is kept of days long gone; says how many. */
export async function forgetDays(ctx: Context): Promise<number> {
  const day = addDays(localDay(ctx.now, ctx.program.zone), -Math.max(7, policyOf(ctx.program).bodyDays))
  return (await ctx.db.pushDay.deleteMany({ where: { programId: ctx.program.id, day: { lt: day } } })).count
}

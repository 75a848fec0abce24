// Schedules of record: when each recurring post of a program is due next. A schedule has a local rhythm and a zone; whoever
// carries one out moves it on in the same transaction, so it is neither skipped nor doubled, and one that was missed while
// Troupe was down is caught up once, for the next ring is always after now.
import type { Context } from '../context.ts'
import type { Schedule } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, nextLocal, type Rhythm } from '../kernel/time.ts'

/** All schedules of the program, by name. */
export const schedules = (ctx: Context): Promise<Schedule[]> =>
  ctx.db.schedule.findMany({ where: { programId: ctx.program.id }, orderBy: { name: 'asc' } })

/** Whether a schedule is paused. */
export const rests = async (ctx: Context, name: string): Promise<boolean> =>
  (await ctx.db.schedule.count({ where: { programId: ctx.program.id, name, paused: true } })) > 0

/** Ids of the schedules with one of these names that are due now. */
export async function dueSchedules(ctx: Context, names: string[]): Promise<string[]> {
  const where = { programId: ctx.program.id, name: { in: names }, paused: false, nextAt: { lte: ctx.now } }
  const due = await ctx.db.schedule.findMany({ where, orderBy: { nextAt: 'asc' }, select: { id: true } })
  return due.map(({ id }) => id)
}

/** The rings that are carried out at once: more than one where Troupe was down for longer than the rhythm. */
export type Turn = { name: string; rings: Date[] }

/** What was missed for longer is made up for no more. */
const MISSED_DAYS = 366

/** Takes a due schedule and moves it to its next ring; null when another worker has it or it is no longer due. */
export async function takeTurn(ctx: Context, id: string): Promise<Turn | null> {
  const [mine] = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Schedule" WHERE "id" = ${id} AND "programId" = ${ctx.program.id} AND NOT "paused" AND "nextAt" <= ${ctx.now}
    FOR UPDATE SKIP LOCKED`
  if (!mine) return null
  const schedule = await ctx.db.schedule.findUniqueOrThrow({ where: { id: mine.id } })
  await moveOn(ctx, schedule, { lastAt: ctx.now })
  return { name: schedule.name, rings: ringsUntil(ctx.now, schedule) }
}

/** The turn that is due, not taken yet: what was missed may be too much for one transaction. */
export async function dueTurn(ctx: Context, id: string): Promise<Turn | null> {
  const where = { id, programId: ctx.program.id, paused: false, nextAt: { lte: ctx.now } }
  const schedule = await ctx.db.schedule.findFirst({ where })
  return schedule && { name: schedule.name, rings: ringsUntil(ctx.now, schedule) }
}

function ringsUntil(now: Date, { nextAt, rhythm, zone }: Schedule): Date[] {
  const next = (after: Date) => nextLocal(rhythm as Rhythm, zone, after)
  const oldest = days(now, -MISSED_DAYS)
  const rings: Date[] = []
  for (let at = nextAt < oldest ? next(oldest) : nextAt; at <= now; at = next(at)) rings.push(at)
  return rings
}

/** Notes that it was carried out by hand. The next ring stays as it is. */
export async function noteTurn(ctx: Context, name: string): Promise<Schedule> {
  const schedule = await locked(ctx, name)
  return ctx.db.schedule.update({ where: { id: schedule.id }, data: { lastAt: ctx.now } })
}

/** Stops or starts a schedule. What fell into the pause is not made up for. */
export async function setPaused(ctx: Context, name: string, paused: boolean): Promise<Schedule> {
  const schedule = await locked(ctx, name)
  if (schedule.paused === paused) return schedule
  if (paused) return ctx.db.schedule.update({ where: { id: schedule.id }, data: { paused } })
  return moveOn(ctx, schedule, { paused })
}

/** Gives a schedule another rhythm and zone; a paused one stays paused. */
export async function setRhythm(ctx: Context, name: string, rhythm: Rhythm, zone: string): Promise<Schedule> {
  const { id } = await locked(ctx, name)
  return ctx.db.schedule.update({ where: { id }, data: { rhythm, zone, nextAt: nextLocal(rhythm, zone, ctx.now) } })
}

function moveOn(ctx: Context, schedule: Schedule, data: { lastAt?: Date; paused?: boolean }): Promise<Schedule> {
  const nextAt = nextLocal(schedule.rhythm as Rhythm, schedule.zone, ctx.now)
  return ctx.db.schedule.update({ where: { id: schedule.id }, data: { ...data, nextAt } })
}

/** One by its name. Refusal not_found. */
export async function scheduleNamed(ctx: Context, name: string): Promise<Schedule> {
  const schedule = await ctx.db.schedule.findUnique({ where: { programId_name: { programId: ctx.program.id, name } } })
  if (!schedule) throw new Refusal('not_found', `This program has no schedule called ${name}.`, 'See /schedule list.', 'schedule')
  return schedule
}

async function locked(ctx: Context, name: string): Promise<Schedule> {
  await ctx.db.$queryRaw`SELECT "id" FROM "Schedule" WHERE "programId" = ${ctx.program.id} AND "name" = ${name} FOR UPDATE`
  return scheduleNamed(ctx, name)
}

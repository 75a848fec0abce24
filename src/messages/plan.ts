/** Who is to be told what and when: planned by one statement for each kind, again and again without harm. */
import type { Context } from '../context.ts'
import type { Schedule } from '../db/generated/client.ts'
import { Prisma } from '../db/generated/client.ts'
import { minutes, nextLocal, type Rhythm } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { scheduleNamed, schedules, setPaused, setRhythm } from '../programs/schedule.ts'
import { AHEAD_HOURS, firstSchedules, type Planned, plans, type Ring, ringsIn } from './rules.ts'

/** Schedules that a program does not have yet are made; what an admin set or paused stays. */
export async function ensureSchedules(ctx: Context): Promise<void> {
  const { id: programId, zone } = ctx.program
  const data = Object.entries(firstSchedules).map(([name, { rhythm, paused }]) => ({
    id: ctx.id('schedule'),
    programId,
    name,
    rhythm,
    zone,
    nextAt: nextLocal(rhythm, zone, ctx.now),
    paused: paused ?? false,
    createdAt: ctx.now,
  }))
  const names = data.map(({ name }) => name)
  // A page that only looks may ask too, and writes nothing.
  if ((await ctx.db.schedule.count({ where: { programId, name: { in: names } } })) < names.length)
    await ctx.db.schedule.createMany({ data, skipDuplicates: true })
}

/** Stops or starts a schedule, with what it has planned: nothing of it is said in a pause, and what fell into one is not made up for. */
export async function setResting(ctx: Context, name: string, rests: boolean): Promise<Schedule> {
  const before = await scheduleNamed(ctx, name)
  const schedule = await setPaused(ctx, name, rests)
  const plan = plans[name as Planned]
  if (plan === undefined || before.paused === rests) return schedule
  const planned = { programId: ctx.program.id, kind: name, state: 'planned' }
  if (rests) await ctx.db.message.deleteMany({ where: planned })
  else if (name !== 'nudge') {
    const rings = (await zonesOf(ctx)).flatMap((zone) => ringsIn(schedule.rhythm as Rhythm, zone, ctx.now, plan.lateHours, 0))
    if (rings.length > 0) await planFor(ctx, name as Exclude<Planned, 'nudge'>, rings)
    const data = { state: 'skipped', why: 'paused', doneAt: ctx.now }
    await ctx.db.message.updateMany({ where: { ...planned, dueAt: { lte: ctx.now } }, data })
  }
  return schedule
}

/** Gives a schedule another clock. What was planned by the one before is planned anew by this one. */
export async function setClock(ctx: Context, name: string, rhythm: Rhythm, zone: string): Promise<Schedule> {
  const planned = { programId: ctx.program.id, kind: name, state: 'planned', dueAt: { gt: ctx.now } }
  if (plans[name as Planned] !== undefined) await ctx.db.message.deleteMany({ where: planned })
  return setRhythm(ctx, name, rhythm, zone)
}

const EVERY_MINUTES = 10

/** Looking through everybody takes a moment, and ten minutes more or less are nothing to what is planned a day ahead. */
export async function planIsDue(ctx: Context): Promise<boolean> {
  const name = `plan ${ctx.program.id}`
  const last = await ctx.db.tick.findUnique({ where: { name } })
  if (last && last.at <= ctx.now && last.at > minutes(ctx.now, -EVERY_MINUTES)) return false
  await ctx.db.tick.upsert({ where: { name }, create: { name, at: ctx.now }, update: { at: ctx.now } })
  return true
}

/** Plans what falls due soon, and what fell due while nobody planned. Says how many were new. */
export async function planAll(ctx: Context, nudge: (ctx: Context, rings: Ring[]) => Promise<number>): Promise<number> {
  const zones = await zonesOf(ctx)
  const { messagesFrom } = policyOf(ctx.program)
  let planned = 0
  for (const { name, rhythm, paused } of await schedules(ctx)) {
    const plan = plans[name as Planned]
    if (plan === undefined || paused) continue
    // Who needs a hint is decided when it is due.
    const ahead = name === 'nudge' ? 0 : AHEAD_HOURS
    const all = zones.flatMap((zone) => ringsIn(rhythm as Rhythm, zone, ctx.now, plan.lateHours, ahead))
    const rings = name === 'brief' ? all : all.filter(({ due }) => messagesFrom === null || due >= new Date(messagesFrom))
    if (rings.length === 0) continue
    planned += name === 'nudge' ? await nudge(ctx, rings) : await planFor(ctx, name as Exclude<Planned, 'nudge'>, rings)
  }
  return planned
}

export async function zonesOf(ctx: Context): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ zone: string }[]>`
    SELECT DISTINCT coalesce(zone, ${ctx.program.zone}) AS zone FROM "Membership" WHERE "programId" = ${ctx.program.id} AND "mergedInto" IS NULL`
  return rows.map(({ zone }) => zone)
}

/** A digest goes to active creators, a brief to managers and admins; to nobody for a time before they came. */
const readers = {
  digest: Prisma.sql`EXISTS (SELECT FROM "Creator" c WHERE c."programId" = m."programId" AND c."personId" = m."personId"
    AND c.state = 'approved' AND c."decidedAt" <= ring.due)`,
  // The month that the ring closes, where the reader lives.
  recap: Prisma.sql`EXISTS (SELECT FROM "Creator" c WHERE c."programId" = m."programId" AND c."personId" = m."personId"
    AND c.state = 'approved' AND c."decidedAt" < date_trunc('month', ring.due AT TIME ZONE ring.zone) AT TIME ZONE ring.zone)`,
  brief: Prisma.sql`m.role IN ('manager', 'admin') AND m."createdAt" <= ring.due`,
}

/** One statement for everybody; the key (person, kind, local period) makes the second one empty. */
export const planFor = (ctx: Context, kind: Exclude<Planned, 'nudge'>, rings: Ring[]): Promise<number> =>
  ctx.db.$executeRaw`
    INSERT INTO "Message" ("programId", "personId", kind, period, "dueAt", "createdAt")
    SELECT m."programId", m."personId", ${kind}, ring.period, ring.due, ${ctx.now}
    FROM "Membership" m
    JOIN jsonb_to_recordset(${JSON.stringify(rings)}::jsonb) AS ring(zone text, period text, due timestamptz)
      ON ring.zone = coalesce(m.zone, ${ctx.program.zone})
    WHERE m."programId" = ${ctx.program.id} AND ${wanted(kind)} AND ${readers[kind]}
    ON CONFLICT DO NOTHING`

/** Whoever takes this kind of message at all. */
export const wanted = (kind: string): Prisma.Sql =>
  Prisma.sql`m."mergedInto" IS NULL AND m.alerts <> 'none' AND m.reach <> 'off' AND NOT (${kind} = ANY(coalesce(m.muted, '{}')))`

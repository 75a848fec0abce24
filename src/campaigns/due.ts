/** What has come due in missions: ends, reminders, repetitions, settlements. */
import type { Context } from '../context.ts'
import type { Mission } from '../db/generated/client.ts'
import { hours, localDay } from '../kernel/time.ts'
import { membershipOf } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { locked, missionOf, post } from './board.ts'
import { reminderCard } from './cards-seats.ts'
import { addMission, copyOf, shut } from './plans.ts'
import { endAfter, nextRepeat } from './rules-repeat.ts'
import { nextReminder } from './rules-seats.ts'
import { seatWaiting } from './seats.ts'
import { showSettlement } from './settlement.ts'

const AT_ONCE = 100

/** Does what has come due; returns how much there was. Run again, late or twice it does nothing twice. */
export async function due(ctx: Context): Promise<number> {
  return (
    (await endMissions(ctx)) + (await endSeats(ctx)) + (await remind(ctx)) + (await repeatMissions(ctx)) + (await settle(ctx))
  )
}

/** Closes missions whose time is over, so that their posts say so. */
async function endMissions(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Mission" WHERE "programId" = ${ctx.program.id} AND state = 'open' AND "closesAt" <= ${ctx.now}
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id } of rows) await shut(ctx, await missionOf(ctx, id))
  return rows.length
}

/** Seats whose own window is over in a mission that goes on; the next in line gets them. */
async function endSeats(ctx: Context): Promise<number> {
  const rows = await ctx.db.seat.findMany({
    where: { programId: ctx.program.id, dueAt: { lte: ctx.now }, state: { in: ['claimed', 'waiting'] } },
    orderBy: { id: 'asc' },
    take: AT_ONCE,
  })
  for (const missionId of [...new Set(rows.map((seat) => seat.missionId))].sort()) {
    const mission = await locked(ctx, missionId)
    const own = { programId: ctx.program.id, missionId, dueAt: { lte: ctx.now } }
    await ctx.db.seat.updateMany({ where: { ...own, state: 'claimed' }, data: { state: 'missed', remindAt: null } })
    await ctx.db.seat.updateMany({ where: { ...own, state: 'waiting' }, data: { state: 'left' } })
    await seatWaiting(ctx, mission)
    await post(ctx, mission)
  }
  return rows.length
}

/** Reminds those who claimed and have not handed in, by the clock where they are now. */
async function remind(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Seat" WHERE "programId" = ${ctx.program.id} AND state = 'claimed' AND "remindAt" <= ${ctx.now}
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  const policy = policyOf(ctx.program)
  for (const { id } of rows) {
    const seat = await ctx.db.seat.findUniqueOrThrow({ where: { id } })
    const creator = await ctx.db.creator.findFirstOrThrow({ where: { id: seat.creatorId, programId: ctx.program.id } })
    const { zone } = await membershipOf(ctx, creator.personId)
    const where = zone ?? ctx.program.zone
    // Whoever went to another zone since is reminded by its clock, which may be later than now.
    const before = seat.remindAt!
    const meant = nextReminder(seat.dueAt, where, new Date(before.getTime() - 1), policy)
    const late = meant !== null && meant > ctx.now
    const remindAt = late ? meant : nextReminder(seat.dueAt, where, ctx.now, policy)
    await ctx.db.seat.update({ where: { id }, data: { remindAt } })
    if (late || creator.state !== 'approved' || !seat.dueAt || seat.dueAt <= ctx.now) continue
    const card = reminderCard(await missionOf(ctx, seat.missionId), seat.dueAt, ctx.program.currency)
    // The last day is worth a push of its own.
    const unasked = seat.dueAt <= hours(ctx.now, 24) ? 'last_day' : 'other'
    await ctx.show({ person: creator.personId }, `remind:${seat.id}:${before.toISOString()}`, card, { unasked })
  }
  return rows.length
}

/** Makes the next copy of missions that come again. */
async function repeatMissions(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Mission" WHERE "programId" = ${ctx.program.id} AND repeat IS NOT NULL AND "repeatAt" <= ${ctx.now}
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id } of rows) {
    const root = await missionOf(ctx, id)
    const { zone } = ctx.program
    const next = (after: Date) => nextRepeat(root, zone, after)
    let at = root.repeatAt!
    for (let later = next(at); later <= ctx.now; later = next(at)) at = later
    const end = endAfter(root, at, zone)
    if (end === null || end > ctx.now) await repeat(ctx, root, at)
    const repeatAt = next(ctx.now)
    await ctx.db.mission.update({ where: { id }, data: { repeatAt } })
  }
  return rows.length
}

/** A copy for this time, published at once; made only once for each local day. */
async function repeat(ctx: Context, root: Mission, at: Date): Promise<void> {
  const copyKey = `${root.id}:${localDay(at, ctx.program.zone)}`
  const made = await ctx.db.mission.findFirst({ where: { programId: ctx.program.id, copyKey }, select: { id: true } })
  if (made) return
  const closesAt = endAfter(root, at, ctx.program.zone)
  await addMission(ctx, { ...copyOf(root), closesAt, copyOf: root.id, copyKey })
}

/** A closed mission is settled once everything that was handed in is decided, and no decision can be undone. */
async function settle(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Mission" m WHERE "programId" = ${ctx.program.id} AND state = 'closed' AND NOT EXISTS (
      SELECT 1 FROM "Submission" s WHERE s."programId" = m."programId" AND s."missionId" = m.id
      AND (s.state IN ('submitted', 'changes_requested') OR (s."decidedAt" IS NOT NULL AND s."toldAt" IS NULL)))
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE OF m SKIP LOCKED`
  for (const { id } of rows) {
    const mission = await ctx.db.mission.update({ where: { id }, data: { state: 'settled', settledAt: ctx.now } })
    if (mission.closedAt) await showSettlement(ctx, mission)
  }
  return rows.length
}

/** Seats of missions: who takes part, who waits, and who gets the seat that somebody gave back. */
import type { Context } from '../context.ts'
import type { Creator, Mission, Seat } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { membershipOf } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { fittingCreator } from './audience.ts'
import { locked, missionOf, post, takenSeats } from './board.ts'
import { seatGivenCard } from './cards-seats.ts'
import { checkOpen, stateAt } from './rules.ts'
import { checkFits } from './rules-audience.ts'
import { dueFor, freeSeats, nextReminder, type SeatState, taken } from './rules-seats.ts'

/** The seat of a creator in a mission, if they ever had one. */
export const seatOf = (ctx: Context, missionId: string, creatorId: string): Promise<Seat | null> =>
  ctx.db.seat.findFirst({ where: { programId: ctx.program.id, missionId, creatorId } })

/**
 * Gives the actor a seat. Refusal when the mission is over or for others, when they have one already, or (over_limit) when none is
 * free; with `wait` they are put on the waiting list instead.
 */
export async function claim(ctx: Context<'creator'>, missionId: string, options: { wait?: boolean } = {}): Promise<Seat> {
  // What needs no lock is asked before it, so that those who claim at once wait as short as can be.
  const creator = await active(ctx, ctx.actor.creatorId)
  await checkTakesPart(ctx, await missionOf(ctx, missionId), creator)
  const mission = await locked(ctx, missionId)
  if (stateAt(mission, ctx.now) !== 'full') checkOpen(mission, ctx.now)
  const dueAt = dueFor(mission, joinedAt(creator))
  const before = await seatOf(ctx, mission.id, creator.id)
  if (before && taken.includes(before.state as SeatState)) throw alreadySeated(mission, before)
  if (freeSeats(mission, await takenSeats(ctx, mission.id)) === 0) {
    if (!options.wait) throw await full(ctx, mission, before)
    return before?.state === 'waiting' ? before : keep(ctx, mission, creator, 'waiting', dueAt)
  }
  const seat = await keep(ctx, mission, creator, 'claimed', dueAt)
  await post(ctx, mission)
  return seat
}

/** Gives the actor's seat, or place in line, back; the first in line gets it. Refusal once something was handed in. */
export async function unclaim(ctx: Context<'creator'>, missionId: string): Promise<Mission> {
  const mission = await locked(ctx, missionId)
  const seat = await seatOf(ctx, mission.id, ctx.actor.creatorId)
  if (!seat || (seat.state !== 'claimed' && seat.state !== 'waiting')) {
    const handedIn = seat?.state === 'handed_in' || seat?.state === 'done'
    throw handedIn
      ? new Refusal(
          'conflict',
          `You handed in for “${mission.title}” already.`,
          'Withdraw what you handed in from /content first.',
        )
      : new Refusal('conflict', `You have no seat in “${mission.title}”.`, 'See the open ones with /mission list.')
  }
  await giveBack(ctx, mission, seat)
  return mission
}

/** Gives back every seat and place in line of whoever is in the program no longer: others wait for them. */
export async function vacate(ctx: Context, creatorId: string): Promise<void> {
  const where = { programId: ctx.program.id, creatorId, state: { in: ['claimed', 'waiting'] } }
  const held = await ctx.db.seat.findMany({ where, orderBy: { missionId: 'asc' } })
  for (const seat of held) await giveBack(ctx, await locked(ctx, seat.missionId), seat)
}

async function giveBack(ctx: Context, mission: Mission, { id }: Seat): Promise<void> {
  await ctx.db.seat.update({ where: { id }, data: { state: 'left', remindAt: null } })
  await seatWaiting(ctx, mission)
  await post(ctx, mission)
}

/**
 * Takes the seat that a hand-in needs: the creator's own, else a free one. Refusal too_late when the mission is over, not_allowed when
 * it is for others, over_limit (with the waiting list as the next press) when no seat is free.
 */
export async function seatForHandIn(ctx: Context, { id }: Pick<Mission, 'id'>, creatorId: string): Promise<void> {
  const mission = await locked(ctx, id)
  const before = await seatOf(ctx, mission.id, creatorId)
  // Whoever has a seat works on what they were promised: the approval waits for the budget, and not they.
  if (before?.state !== 'claimed' || stateAt(mission, ctx.now) !== 'full') checkOpen(mission, ctx.now)
  const creator = await active(ctx, creatorId)
  if (before?.state === 'handed_in' || before?.state === 'done') return refuseSecond(ctx, mission, creator.id)
  if (before?.state !== 'claimed') {
    await checkTakesPart(ctx, mission, creator)
    if (freeSeats(mission, await takenSeats(ctx, mission.id)) === 0) throw await full(ctx, mission, before)
  }
  await keep(ctx, mission, creator, 'handed_in', before?.dueAt ?? dueFor(mission, joinedAt(creator)))
  await post(ctx, mission)
}

/** A seat has one fee; what was turned down leaves room for another try. Where seats are not counted, the budget is the limit. */
async function refuseSecond(ctx: Context, { id, title, seats }: Mission, creatorId: string): Promise<void> {
  if (seats === null) return
  const where = {
    programId: ctx.program.id,
    missionId: id,
    creatorId,
    state: { in: ['submitted', 'changes_requested', 'approved', 'live', 'measured'] },
  }
  const first = await ctx.db.submission.findFirst({ where, select: { state: true } })
  if (!first) return
  const fix =
    first.state === 'changes_requested'
      ? 'Hand that one in again from /content.'
      : 'See it in /content; more files and links go to it with Add another, and you can withdraw it while it waits.'
  throw new Refusal('conflict', `You handed in for “${title}” already, and a seat is for one piece of work.`, fix, 'mission')
}

/** What was handed in is approved. */
export const seatDone = (ctx: Context, missionId: string, creatorId: string): Promise<void> =>
  move(ctx, missionId, creatorId, ['claimed', 'waiting', 'left', 'missed', 'handed_in'], 'done')

/** An approval was taken back: it waits again. */
export const seatOpenAgain = (ctx: Context, missionId: string, creatorId: string): Promise<void> =>
  move(ctx, missionId, creatorId, ['done'], 'handed_in')

/** What is handed in is withdrawn: the seat stays theirs until the end, with reminders. Once the mission is over, they missed it. */
export async function seatBack(ctx: Context, missionId: string, creatorId: string): Promise<void> {
  const state = stateAt(await missionOf(ctx, missionId), ctx.now)
  const over = state === 'closed' || state === 'settled'
  await move(ctx, missionId, creatorId, ['handed_in'], over ? 'missed' : 'claimed')
  const seat = await seatOf(ctx, missionId, creatorId)
  if (seat?.state !== 'claimed') return
  const { personId } = await active(ctx, creatorId, false)
  await ctx.db.seat.update({ where: { id: seat.id }, data: { remindAt: await reminderOf(ctx, personId, seat.dueAt) } })
}

/**
 * What was handed in is turned down: while the mission runs, the seat is a claimed one again, for another try or, where the days of its
 * holder are over, for the next in line.
 */
export async function seatAgain(ctx: Context, missionId: string, creatorId: string): Promise<void> {
  const state = stateAt(await missionOf(ctx, missionId), ctx.now)
  if (state === 'open' || state === 'full') await seatBack(ctx, missionId, creatorId)
}

/** Gives free seats to those who wait, first come first, and tells them. The mission is locked by the caller. Returns how many. */
export async function seatWaiting(ctx: Context, mission: Mission): Promise<number> {
  if (stateAt(mission, ctx.now) !== 'open') return 0
  const free = freeSeats(mission, await takenSeats(ctx, mission.id))
  if (free === 0) return 0
  const line = await ctx.db.seat.findMany({
    where: { programId: ctx.program.id, missionId: mission.id, state: 'waiting' },
    orderBy: [{ claimedAt: 'asc' }, { id: 'asc' }],
  })
  let given = 0
  for (const { creatorId } of line) {
    if (given === free) break
    const creator = await active(ctx, creatorId, false)
    const dueAt = dueFor(mission, joinedAt(creator))
    if (creator.state !== 'approved' || (dueAt && dueAt <= ctx.now)) continue
    const seat = await keep(ctx, mission, creator, 'claimed', dueAt)
    const told = seatGivenCard(mission, seat, ctx.program.currency)
    await ctx.show({ person: creator.personId }, `seat:${seat.id}:${ctx.now.toISOString()}`, told)
    given += 1
  }
  return given
}

/** Whoever was passed over in line while they were paused gets the seat that came free meanwhile. */
export async function rejoin(ctx: Context, creatorId: string): Promise<void> {
  const where = { programId: ctx.program.id, creatorId, state: 'waiting' }
  for (const { missionId } of await ctx.db.seat.findMany({ where, orderBy: { missionId: 'asc' } })) {
    const mission = await locked(ctx, missionId)
    if ((await seatWaiting(ctx, mission)) > 0) await post(ctx, mission)
  }
}

/** When the holder of a seat is reminded next, by their own clock. */
export async function reminderOf(ctx: Context, personId: string, dueAt: Date | null): Promise<Date | null> {
  const { zone } = await membershipOf(ctx, personId)
  return nextReminder(dueAt, zone ?? ctx.program.zone, ctx.now, policyOf(ctx.program))
}

/** Since when somebody is in the program. */
export const joinedAt = (creator: Pick<Creator, 'decidedAt' | 'appliedAt'>): Date => creator.decidedAt ?? creator.appliedAt

/** Which place in line somebody has, from 1. */
export async function placeInLine(ctx: Context, seat: Seat): Promise<number> {
  const line = await ctx.db.seat.findMany({
    where: { programId: ctx.program.id, missionId: seat.missionId, state: 'waiting' },
    orderBy: [{ claimedAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  return line.findIndex(({ id }) => id === seat.id) + 1
}

async function checkTakesPart(ctx: Context, mission: Mission, creator: Creator): Promise<Date | null> {
  const state = stateAt(mission, ctx.now)
  if (state !== 'full') checkOpen(mission, ctx.now)
  const fitting = await fittingCreator(ctx, creator.id)
  must(fitting, 'the creator was just read')
  checkFits(mission, fitting)
  const dueAt = dueFor(mission, joinedAt(creator))
  if (dueAt && dueAt <= ctx.now) {
    throw new Refusal(
      'too_late',
      `“${mission.title}” is for the first ${mission.daysToJoin} days after joining, and yours are over.`,
      'Pick an open one from /mission list.',
      'mission',
    )
  }
  return dueAt
}

async function active(ctx: Context, creatorId: string, strict = true): Promise<Creator> {
  const creator = await ctx.db.creator.findFirstOrThrow({ where: { id: creatorId, programId: ctx.program.id } })
  if (strict && creator.state !== 'approved') {
    throw new Refusal(
      'not_allowed',
      'Only active creators take part in missions.',
      'Ask a manager of the program what your state is.',
    )
  }
  return creator
}

async function keep(ctx: Context, mission: Mission, creator: Creator, state: SeatState, dueAt: Date | null): Promise<Seat> {
  const remindAt = state === 'claimed' ? await reminderOf(ctx, creator.personId, dueAt) : null
  const values = { state, claimedAt: ctx.now, dueAt, remindAt }
  const where = { missionId_creatorId: { missionId: mission.id, creatorId: creator.id } }
  const key = { programId: ctx.program.id, missionId: mission.id, creatorId: creator.id }
  return ctx.db.seat.upsert({ where, create: { id: ctx.id('seat'), ...key, ...values }, update: values })
}

async function move(ctx: Context, missionId: string, creatorId: string, from: SeatState[], to: SeatState): Promise<void> {
  const where = { programId: ctx.program.id, missionId, creatorId }
  const { count } = await ctx.db.seat.updateMany({
    where: { ...where, state: { in: from } },
    data: { state: to, remindAt: null },
  })
  if (count > 0 || to !== 'done' || (await seatOf(ctx, missionId, creatorId))) return
  const { closesAt } = await missionOf(ctx, missionId)
  await ctx.db.seat.create({ data: { id: ctx.id('seat'), ...where, state: to, claimedAt: ctx.now, dueAt: closesAt } })
}

const alreadySeated = (mission: Mission, seat: Seat): Refusal =>
  seat.state === 'claimed'
    ? new Refusal('conflict', `You have a seat in “${mission.title}” already.`, 'Hand in when it is ready.', 'mission', {
        label: 'Hand in',
        run: 'submit',
        given: { mission: mission.id },
        look: 'main',
      })
    : new Refusal('conflict', `You handed in for “${mission.title}” already.`, 'See how it goes in /content.', 'mission')

async function full(ctx: Context, mission: Mission, before: Seat | null): Promise<Refusal> {
  const sentence =
    mission.seats === null || stateAt(mission, ctx.now) === 'full'
      ? `The budget of “${mission.title}” is used up for now.`
      : `${mission.seats === 1 ? 'The only seat' : `All ${mission.seats} seats`} of “${mission.title}” ${mission.seats === 1 ? 'is' : 'are'} taken.`
  if (before?.state === 'waiting') {
    const place = await placeInLine(ctx, before)
    return new Refusal(
      'over_limit',
      sentence,
      `You are number ${place} in line and will be told when a seat is yours.`,
      'mission',
    )
  }
  return new Refusal('over_limit', sentence, 'Wait in line: whoever is first gets the next free seat.', 'mission', {
    label: 'Wait in line',
    run: 'mission claim',
    given: { mission: mission.id, wait: 'yes' },
    look: 'main',
  })
}

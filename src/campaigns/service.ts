import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Mission } from '../db/generated/client.ts'
import { format, type Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { fittingCreator, forCreator } from './audience.ts'
import { locked, missionOf, post } from './board.ts'
import { roomy } from './queries.ts'
import { byClosing, left, spentAfter, stateAt } from './rules.ts'
import { checkFits } from './rules-audience.ts'
import { dueFor } from './rules-seats.ts'
import { joinedAt, seatWaiting } from './seats.ts'
import { showSettlement } from './settlement.ts'

/** Missions that take content now and are for the actor, those that close first at the top. Managers see all of them. */
export async function openMissions(ctx: Context, creatorId = ctx.actor.creatorId): Promise<Mission[]> {
  const open = (await live(ctx)).filter((mission) => stateAt(mission, ctx.now) === 'open')
  return (await theirs(ctx, open, creatorId)).sort(byClosing)
}

/** The same with those whose budget is used up for now: one may wait for them. */
export async function claimableMissions(ctx: Context): Promise<Mission[]> {
  const open = (await live(ctx)).filter((mission) => mission.opensAt <= ctx.now)
  return (await theirs(ctx, open, ctx.actor.creatorId)).sort(byClosing)
}

const live = (ctx: Context): Promise<Mission[]> =>
  ctx.db.mission.findMany({
    where: { programId: ctx.program.id, state: 'open', OR: [{ closesAt: null }, { closesAt: { gt: ctx.now } }] },
  })

/** Those for this creator whose days for it, counted from when they joined, are not over. */
async function theirs(ctx: Context, missions: Mission[], creatorId: string | undefined): Promise<Mission[]> {
  if (creatorId === undefined) return missions
  const fitting = await forCreator(ctx, missions, creatorId)
  if (fitting.every(({ daysToJoin }) => daysToJoin === null)) return fitting
  const joined = joinedAt(await ctx.db.creator.findFirstOrThrow({ where: { id: creatorId, programId: ctx.program.id } }))
  return fitting.filter((mission) => {
    const until = dueFor(mission, joined)
    return until === null || until > ctx.now
  })
}

/** The open mission for this creator with a free seat that leaves a newcomer most time; null when there is none. */
export const firstMission = async (ctx: Context, creatorId: string): Promise<Mission | null> =>
  (await roomy(ctx, await openMissions(ctx, creatorId))).at(-1) ?? null

/** Open missions whose title holds what was typed, for autocomplete; with a seat of one's own those too whose budget is used up. */
export async function suggestMissions(ctx: Context, typed: string): Promise<Suggestion[]> {
  const own = { programId: ctx.program.id, creatorId: ctx.actor.creatorId ?? '', state: 'claimed' }
  const held = new Set((await ctx.db.seat.findMany({ where: own, select: { missionId: true } })).map((seat) => seat.missionId))
  const may = (mission: Mission) => held.has(mission.id) || stateAt(mission, ctx.now) === 'open'
  return named((await claimableMissions(ctx)).filter(may), typed)
}

/** Missions one may claim a seat in or wait for. */
export const suggestClaimable = async (ctx: Context, typed: string): Promise<Suggestion[]> =>
  named(await claimableMissions(ctx), typed)

/** All missions, drafts among them, for managers, who pay for what was handed in after one is full or closed; newest first. */
export async function suggestAllMissions(ctx: Context, typed: string): Promise<Suggestion[]> {
  return named(
    await ctx.db.mission.findMany({ where: { programId: ctx.program.id }, orderBy: { createdAt: 'desc' }, take: 200 }),
    typed,
  )
}

/** Drafts, newest first. */
export async function suggestDrafts(ctx: Context, typed: string): Promise<Suggestion[]> {
  const where = { programId: ctx.program.id, state: 'draft' }
  return named(await ctx.db.mission.findMany({ where, orderBy: { createdAt: 'desc' }, take: 200 }), typed)
}

/** Missions in which the actor has a seat or waits for one. */
export async function suggestMine(ctx: Context, typed: string): Promise<Suggestion[]> {
  if (ctx.actor.creatorId === undefined) return []
  const own = { programId: ctx.program.id, creatorId: ctx.actor.creatorId, state: { in: ['claimed', 'waiting'] } }
  const seats = await ctx.db.seat.findMany({ where: own, orderBy: { claimedAt: 'desc' }, take: 100 })
  const ids = seats.map(({ missionId }) => missionId)
  return named(await ctx.db.mission.findMany({ where: { programId: ctx.program.id, id: { in: ids } } }), typed)
}

/** A mission as the actor may see it: no draft, and for creators none that is for others. */
export async function visibleMission(ctx: Context, missionId: string): Promise<Mission> {
  const mission = await missionOf(ctx, missionId)
  if (atLeast(ctx.actor.role, 'manager')) return mission
  if (mission.state === 'draft')
    throw new Refusal('not_found', 'This mission does not exist.', 'Pick one from the list.', 'mission')
  const fitting = ctx.actor.creatorId === undefined ? undefined : await fittingCreator(ctx, ctx.actor.creatorId)
  if (fitting) checkFits(mission, fitting)
  return mission
}

function named(missions: Mission[], typed: string): Suggestion[] {
  const found = missions.filter((m) => m.title.toLowerCase().includes(typed.toLowerCase()))
  return found.slice(0, 25).map((m) => ({ label: m.title, value: m.id }))
}

/** What is paid out of a budget, and what to do after it was raised. */
const spending = {
  fee: 'Raise it with /campaign raise, then approve again. The submission keeps waiting.',
  bonus: 'Raise it with /campaign raise, then give the numbers again; nothing of them was kept.',
}

/**
 * Takes a fee from the mission's budget under its row lock and returns what is left. Refusal over_limit, with nothing
 * spent and raising it as the next press, when the budget does not pay for it.
 */
export async function spend(ctx: Context, missionId: string, fee: Money, what: keyof typeof spending = 'fee'): Promise<Money> {
  const mission = await locked(ctx, missionId)
  const spentMinor = spentAfter(mission, fee.minor)
  if (spentMinor === null) {
    const say = (minor: bigint) => format({ minor, currency: fee.currency }, ctx.actor.locale)
    throw new Refusal(
      'over_limit',
      `The budget of “${mission.title}” is used up: ${say(mission.spentMinor)} of ${say(mission.budgetMinor)} is spent and the ${what} is ${say(fee.minor)}.`,
      spending[what],
      undefined,
      { label: 'Raise the budget', run: 'campaign raise', given: { mission: mission.id }, look: 'main' },
    )
  }
  return refresh(ctx, await ctx.db.mission.update({ where: { id: mission.id }, data: { spentMinor } }))
}

/** Gives a fee back to the budget, when an approval is taken back; returns what is left. */
export async function unspend(ctx: Context, missionId: string, fee: Money): Promise<Money> {
  const mission = await locked(ctx, missionId)
  const spentMinor = mission.spentMinor > fee.minor ? mission.spentMinor - fee.minor : 0n
  return refresh(ctx, await ctx.db.mission.update({ where: { id: mission.id }, data: { spentMinor } }))
}

/** Sets a higher budget; who waited for it gets their seats. Refusal invalid when it is not higher than the present one. */
export async function raiseBudget(ctx: Context, missionId: string, budgetMinor: bigint): Promise<Mission> {
  const mission = await locked(ctx, missionId)
  if (budgetMinor <= mission.budgetMinor) {
    const now = format({ minor: mission.budgetMinor, currency: ctx.program.currency }, ctx.actor.locale)
    throw new Refusal('invalid', `The budget of “${mission.title}” is already ${now}.`, 'Give a higher one.', 'budget')
  }
  const raised = await ctx.db.mission.update({ where: { id: mission.id }, data: { budgetMinor } })
  await refresh(ctx, raised)
  return raised
}

/** After the money of a mission changed: seats for those who wait, and the post. */
async function refresh(ctx: Context, mission: Mission): Promise<Money> {
  await seatWaiting(ctx, mission)
  await post(ctx, mission)
  if (mission.state === 'closed' || mission.state === 'settled') await showSettlement(ctx, mission)
  return { minor: left(mission), currency: ctx.program.currency }
}

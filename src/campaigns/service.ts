import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Mission } from '../db/generated/client.ts'
import { format, type Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { missionCard } from './cards.ts'
import { byClosing, checkBudget, left, spentAfter, stateAt } from './rules.ts'

const CLOSE_AT_ONCE = 100

/** Missions that take content now, those that close first at the top. */
export async function openMissions(ctx: Context): Promise<Mission[]> {
  const rows = await ctx.db.mission.findMany({
    where: { programId: ctx.program.id, state: 'open', OR: [{ closesAt: null }, { closesAt: { gt: ctx.now } }] },
  })
  return rows.filter((mission) => stateAt(mission, ctx.now) === 'open').sort(byClosing)
}

/** The open mission that leaves a newcomer most time; null when none is open. */
export const firstMission = async (ctx: Context): Promise<Mission | null> => (await openMissions(ctx)).at(-1) ?? null

/** A mission of this program. Refusal not_found. */
export async function missionOf(ctx: Context, missionId: string): Promise<Mission> {
  const mission = await ctx.db.mission.findFirst({ where: { id: missionId, programId: ctx.program.id } })
  if (!mission) throw new Refusal('not_found', 'This mission does not exist.', 'Pick one from the list.', 'mission')
  return mission
}

/** Open missions whose title holds what was typed, for autocomplete. */
export const suggestMissions = async (ctx: Context, typed: string): Promise<Suggestion[]> => named(await openMissions(ctx), typed)

/** The same for managers, who pay for what was handed in after a mission is full or closed; newest first. */
export async function suggestAllMissions(ctx: Context, typed: string): Promise<Suggestion[]> {
  return named(
    await ctx.db.mission.findMany({ where: { programId: ctx.program.id }, orderBy: { createdAt: 'desc' }, take: 200 }),
    typed,
  )
}

function named(missions: Mission[], typed: string): Suggestion[] {
  const found = missions.filter((m) => m.title.toLowerCase().includes(typed.toLowerCase()))
  return found.slice(0, 25).map((m) => ({ label: m.title, value: m.id }))
}

/** Opens a mission and posts it in #missions. Amounts are minor units of the program's currency. */
export async function addMission(
  ctx: Context,
  plan: { title: string; brief: string; feeMinor: bigint; budgetMinor: bigint; closesAt?: Date },
): Promise<Mission> {
  checkBudget(plan.feeMinor, plan.budgetMinor)
  const mission = await ctx.db.mission.create({
    data: {
      id: ctx.id('mission'),
      programId: ctx.program.id,
      title: plan.title,
      brief: plan.brief,
      state: 'open',
      feeMinor: plan.feeMinor,
      budgetMinor: plan.budgetMinor,
      opensAt: ctx.now,
      closesAt: plan.closesAt ?? null,
      createdAt: ctx.now,
    },
  })
  await post(ctx, mission)
  return mission
}

/**
 * Takes a fee from the mission's budget under its row lock and returns what is left. Refusal over_limit, with nothing
 * spent, when the budget does not pay for it.
 */
export async function spend(ctx: Context, missionId: string, fee: Money): Promise<Money> {
  const mission = await locked(ctx, missionId)
  const spentMinor = spentAfter(mission, fee.minor)
  if (spentMinor === null) {
    const say = (minor: bigint) => format({ minor, currency: fee.currency }, ctx.actor.locale)
    throw new Refusal(
      'over_limit',
      `The budget of “${mission.title}” is used up: ${say(mission.spentMinor)} of ${say(mission.budgetMinor)} is spent and the fee is ${say(fee.minor)}.`,
      'Raise it with /mission raise, then approve again. The submission keeps waiting.',
    )
  }
  const after = await ctx.db.mission.update({ where: { id: mission.id }, data: { spentMinor } })
  await post(ctx, after)
  return { minor: left(after), currency: fee.currency }
}

/** Sets a higher budget. Refusal invalid when it is not higher than the present one. */
export async function raiseBudget(ctx: Context, missionId: string, budgetMinor: bigint): Promise<Mission> {
  const mission = await locked(ctx, missionId)
  if (budgetMinor <= mission.budgetMinor) {
    const now = format({ minor: mission.budgetMinor, currency: ctx.program.currency }, ctx.actor.locale)
    throw new Refusal('invalid', `The budget of “${mission.title}” is already ${now}.`, 'Give a higher one.', 'budget')
  }
  const raised = await ctx.db.mission.update({ where: { id: mission.id }, data: { budgetMinor } })
  await post(ctx, raised)
  return raised
}

/** Closes missions whose time is over, so that their posts say so; returns how many. */
export async function due(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Mission" WHERE "programId" = ${ctx.program.id} AND state = 'open' AND "closesAt" <= ${ctx.now}
    ORDER BY id LIMIT ${CLOSE_AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id } of rows) await post(ctx, await ctx.db.mission.update({ where: { id }, data: { state: 'closed' } }))
  return rows.length
}

const post = (ctx: Context, mission: Mission): Promise<void> =>
  ctx.show({ channel: 'missions' }, `mission:${mission.id}`, missionCard(mission, ctx.program.currency, ctx.now))

async function locked(ctx: Context, missionId: string): Promise<Mission> {
  await ctx.db.$queryRaw`SELECT id FROM "Mission" WHERE id = ${missionId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return missionOf(ctx, missionId)
}

import type { Context } from '../context.ts'
import type { Mission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { missionCard } from './cards.ts'
import { taken } from './rules-seats.ts'

/** A mission of this program. Refusal not_found. */
export async function missionOf(ctx: Context, missionId: string): Promise<Mission> {
  const mission = await ctx.db.mission.findFirst({ where: { id: missionId, programId: ctx.program.id } })
  if (!mission) throw new Refusal('not_found', 'This mission does not exist.', 'Pick one from the list.', 'mission')
  return mission
}

/** The mission under its row lock: seats and budget queue up here. */
export async function locked(ctx: Context, missionId: string): Promise<Mission> {
  await ctx.db.$queryRaw`SELECT id FROM "Mission" WHERE id = ${missionId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return missionOf(ctx, missionId)
}

/** How many seats of a mission are taken. */
export const takenSeats = (ctx: Context, missionId: string): Promise<number> =>
  ctx.db.seat.count({ where: { programId: ctx.program.id, missionId, state: { in: taken } } })

/** The live post in #missions. A draft is nobody's business yet. */
export async function post(ctx: Context, mission: Mission): Promise<void> {
  if (mission.state === 'draft') return
  const seen = { currency: ctx.program.currency, now: ctx.now, taken: await takenSeats(ctx, mission.id) }
  await ctx.show({ channel: 'missions' }, `mission:${mission.id}`, missionCard(mission, seen))
}

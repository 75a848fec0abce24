/** What cards of missions need to know beside the row. */
import type { Context } from '../context.ts'
import type { Creator, Mission, Seat } from '../db/generated/client.ts'
import { audienceCount } from './audience.ts'
import { takenSeats } from './board.ts'
import type { Mine, Seen } from './cards.ts'
import { type CampaignView, PER_PAGE } from './cards-campaign.ts'
import { ownRate, typicalRange } from './pay.ts'
import { stateAt } from './rules.ts'
import { audienceOf } from './rules-audience.ts'
import { dueFor, freeSeats, taken } from './rules-seats.ts'
import { joinedAt, placeInLine, seatOf } from './seats.ts'
import { settlementOf } from './settlement.ts'

export const seenOf = async (ctx: Context, mission: Mission): Promise<Seen> => ({
  currency: ctx.program.currency,
  now: ctx.now,
  taken: await takenSeats(ctx, mission.id),
})

/** A mission with all that it was copied from, newest first. */
export async function originsOf(ctx: Context, missionId: string): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE line AS (
      SELECT id, "copyOf", 1 AS n FROM "Mission" WHERE "programId" = ${ctx.program.id} AND id = ${missionId}
      UNION ALL SELECT m.id, m."copyOf", n + 1 FROM "Mission" m JOIN line ON m.id = line."copyOf"
        WHERE m."programId" = ${ctx.program.id} AND n < 100)
    SELECT id FROM line ORDER BY n`
  return rows.map(({ id }) => id)
}

/** A mission for managers: how many it is for, and how it goes once it is out. */
export const campaignView = async (ctx: Context, mission: Mission): Promise<CampaignView> => ({
  ...(await seenOf(ctx, mission)),
  fits: await audienceCount(ctx, audienceOf(mission)),
  settlement: mission.state === 'draft' ? null : await settlementOf(ctx, mission),
  again: await comesAgainBy(ctx, mission),
})

/** The mission whose repetition made this one or makes the next; null when no more come. */
async function comesAgainBy(ctx: Context, mission: Mission): Promise<Mission | null> {
  if (mission.repeat !== null) return mission
  if (mission.copyKey === null || mission.copyOf === null) return null
  return ctx.db.mission.findFirst({ where: { programId: ctx.program.id, id: mission.copyOf, repeat: { not: null } } })
}

/** A mission for one creator: their rate, what such posts earned, and where they stand. */
export async function mineOf(ctx: Context, mission: Mission, creatorId: string): Promise<Mine> {
  const creator = await ctx.db.creator.findFirstOrThrow({ where: { id: creatorId, programId: ctx.program.id } })
  const seat = await knownSeat(ctx, await seatOf(ctx, mission.id, creatorId))
  return {
    rate: await ownRate(ctx, creator),
    typical: await typicalRange(ctx),
    seat,
    line: seat?.state === 'waiting' ? await placeInLine(ctx, seat) : 0,
    dueAt: seat?.dueAt ?? dueFor(mission, joinedAt(creator)),
  }
}

/** The seat as its creator knows it: an approval that they have not been told of is none yet. */
async function knownSeat(ctx: Context, seat: Seat | null): Promise<Seat | null> {
  if (seat?.state !== 'done') return seat
  const { missionId, creatorId } = seat
  const approved = { programId: ctx.program.id, missionId, creatorId, state: { in: ['approved', 'live', 'measured'] } }
  const told = await ctx.db.submission.count({ where: { ...approved, toldAt: { not: null } } })
  return told > 0 ? seat : { ...seat, state: 'handed_in' }
}

/** How many seats are taken, by mission. */
export async function withTaken(ctx: Context, missions: Mission[]): Promise<{ mission: Mission; taken: number }[]> {
  const counts = await ctx.db.seat.groupBy({
    by: ['missionId'],
    where: { programId: ctx.program.id, missionId: { in: missions.map(({ id }) => id) }, state: { in: taken } },
    _count: true,
  })
  const byId = new Map(counts.map((row) => [row.missionId, row._count]))
  return missions.map((mission) => ({ mission, taken: byId.get(mission.id) ?? 0 }))
}

/** Those in which a seat is free. */
export const roomy = async (ctx: Context, missions: Mission[]): Promise<Mission[]> =>
  (await withTaken(ctx, missions)).flatMap(({ mission, taken }) => (freeSeats(mission, taken) > 0 ? [mission] : []))

export type NextMission = { mission: Mission; seated: boolean; dueAt: Date | null }

/**
 * What a creator hands in for next, of the missions that are open to them: a seat that they hold, the one that ends first; else a
 * mission with a free seat for which they handed nothing in and gave no seat back. Null when there is none.
 */
export async function nextMission(ctx: Context, creator: Creator, open: Mission[]): Promise<NextMission | null> {
  const own = { programId: ctx.program.id, creatorId: creator.id }
  const held = await heldSeat(ctx, own)
  if (held) return held
  const among = { ...own, missionId: { in: open.map(({ id }) => id) } }
  const seats = await ctx.db.seat.findMany({ where: among, select: { missionId: true } })
  const handed = await ctx.db.submission.findMany({ where: among, select: { missionId: true }, distinct: ['missionId'] })
  const known = new Set([...seats, ...handed].map(({ missionId }) => missionId))
  const until = (mission: Mission) => dueFor(mission, joinedAt(creator))
  const fresh = open.filter((mission) => !known.has(mission.id) && (until(mission) ?? ctx.now) >= ctx.now)
  const [free] = await roomy(ctx, fresh)
  return free ? { mission: free, seated: false, dueAt: until(free) } : null
}

/** The seat that ends first of those that somebody may still hand in for. */
async function heldSeat(ctx: Context, own: { programId: string; creatorId: string }): Promise<NextMission | null> {
  const seats = await ctx.db.seat.findMany({
    where: { ...own, state: 'claimed', OR: [{ dueAt: null }, { dueAt: { gt: ctx.now } }] },
    orderBy: [{ dueAt: { sort: 'asc', nulls: 'last' } }, { claimedAt: 'asc' }],
  })
  for (const { missionId, dueAt } of seats) {
    const mission = await ctx.db.mission.findFirstOrThrow({ where: { id: missionId, programId: own.programId } })
    if (['open', 'full'].includes(stateAt(mission, ctx.now))) return { mission, seated: true, dueAt }
  }
  return null
}

/** A page of all missions, newest first. */
export async function campaigns(ctx: Context, page: number): Promise<{ rows: Mission[]; total: number }> {
  const where = { programId: ctx.program.id }
  const order = {
    orderBy: [{ createdAt: 'desc' as const }, { id: 'desc' as const }],
    skip: (page - 1) * PER_PAGE,
    take: PER_PAGE,
  }
  return { rows: await ctx.db.mission.findMany({ where, ...order }), total: await ctx.db.mission.count({ where }) }
}

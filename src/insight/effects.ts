import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import { type Effect, effectOf, type Weeks } from './rules-effect.ts'

export const incentives = {
  tier: 'Reaching a tier',
  code: 'A code of one’s own choice',
  offer: 'An offer of one’s own',
  podium: 'The first three of a season',
  badge: 'A badge',
  shout: 'A shout-out or a feature',
  prize: 'A reward by rule',
  kudos: 'Thanks from a peer',
} as const
export type Incentive = keyof typeof incentives

const WEEKS = 26

/** Each incentive against creators like those who got it, over the last half year; in minor units of net revenue a week. */
export async function effectsOf(ctx: Context): Promise<Record<Incentive, Effect>> {
  const weeks = await weeklyOf(ctx)
  const firsts = await firstsOf(ctx)
  const effect = (what: Incentive) =>
    effectOf(weeks, new Map(firsts.filter((row) => row.what === what).map((row) => [row.creatorId, weekAt(ctx, row.at)])))
  return Object.fromEntries((Object.keys(incentives) as Incentive[]).map((what) => [what, effect(what)])) as Record<
    Incentive,
    Effect
  >
}

const start = (ctx: Context): Date => days(ctx.now, -7 * WEEKS)
const weekAt = (ctx: Context, at: Date): number => Math.floor((at.getTime() - start(ctx).getTime()) / (7 * 86_400_000))

/** Net revenue of each creator in each of the weeks up to now; null before they were in the program for the whole week. */
async function weeklyOf(ctx: Context): Promise<Map<string, Weeks>> {
  const from = start(ctx)
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, mergedInto: null, state: { in: ['approved', 'paused'] } },
    select: { id: true, decidedAt: true, createdAt: true },
  })
  // A row for each creator, its weeks in one text: as rows of their own they would take longer to read than to add up.
  const sold = await ctx.db.$queryRaw<{ creatorId: string; weeks: string }[]>`
    SELECT "creatorId", string_agg(week || ':' || net, ' ') AS weeks FROM (
      SELECT l."creatorId", floor(date_part('epoch', l.at - ${from}::timestamptz) / 604800)::int AS week,
        sum(coalesce(l."leftBase", greatest(0, l.base))) AS net
      FROM "Line" l WHERE l."programId" = ${ctx.program.id} AND l.at >= ${from} AND l.at < ${ctx.now} GROUP BY 1, 2) each_week
    GROUP BY 1`
  const nets = new Map(sold.map(({ creatorId, weeks }) => [creatorId, weeksIn(weeks)]))
  const begins = Array.from({ length: WEEKS }, (_, week) => days(from, 7 * week))
  return new Map(
    creators.map(({ id, decidedAt, createdAt }) => {
      const [own, since] = [nets.get(id), decidedAt ?? createdAt]
      return [id, begins.map((begin, week) => (since <= begin ? (own?.get(week) ?? 0) : null))]
    }),
  )
}

const weeksIn = (text: string): Map<number, number> =>
  new Map(
    text.split(' ').map((one) => {
      const [week, net] = one.split(':').map(Number)
      return [week!, net!]
    }),
  )

/** When each creator first got each incentive. What everybody has from their first day on is none. */
async function firstsOf(ctx: Context): Promise<{ what: Incentive; creatorId: string; at: Date }[]> {
  const programId = ctx.program.id
  return ctx.db.$queryRaw`
    SELECT 'tier' AS what, id AS "creatorId", "earnedAt" AS at FROM "Creator" WHERE "programId" = ${programId} AND "earnedAt" IS NOT NULL
    UNION ALL SELECT 'code', "creatorId", min("createdAt") FROM "Code" WHERE "programId" = ${programId} AND chosen GROUP BY 2
    UNION ALL SELECT 'offer', f.target, min(greatest(f.since, o."startsAt")) FROM "OfferFor" f JOIN "Offer" o ON o.id = f."offerId"
      WHERE f."programId" = ${programId} AND f.who = 'creator' GROUP BY 2
    UNION ALL SELECT 'podium', s."creatorId", min(e."frozenAt") FROM "Standing" s JOIN "Season" e ON e.id = s."seasonId"
      WHERE s."programId" = ${programId} AND s.rank <= 3 AND e."frozenAt" IS NOT NULL GROUP BY 2
    UNION ALL SELECT 'badge', "creatorId", min(at) FROM "Badge" WHERE "programId" = ${programId} GROUP BY 2
    UNION ALL SELECT 'shout', "creatorId", min("decidedAt") FROM "Shout" WHERE "programId" = ${programId} AND state = 'approved' GROUP BY 2
    UNION ALL SELECT 'prize', "creatorId", min(at) FROM "RuleReward" WHERE "programId" = ${programId} GROUP BY 2
    UNION ALL SELECT 'kudos', "toId", min(at) FROM "Kudos" WHERE "programId" = ${programId} GROUP BY 2`
}

import { fittingCreator, platformNames } from '../campaigns/audience.ts'
import { audienceOf, fits } from '../campaigns/rules-audience.ts'
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Moment } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import type { Counts, Intent } from './rules.ts'
import type { Known } from './rules-audience.ts'

/** A moment of this program. Refusal not_found. */
export async function momentOf(ctx: Context, momentId: string): Promise<Moment> {
  const moment = await ctx.db.moment.findFirst({ where: { id: momentId, programId: ctx.program.id } })
  if (!moment) throw new Refusal('not_found', 'This moment does not exist.', 'Pick one from /moment list.', 'moment')
  return moment
}

/** The moment under its row lock: those who join queue up here. */
export async function lockMoment(ctx: Context, momentId: string): Promise<Moment> {
  await ctx.db.$queryRaw`SELECT id FROM "Moment" WHERE id = ${momentId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return momentOf(ctx, momentId)
}

export const joinedCount = (ctx: Context, momentId: string): Promise<number> =>
  ctx.db.momentSeat.count({ where: { programId: ctx.program.id, momentId } })

export const hasJoined = async (ctx: Context, momentId: string, creatorId: string): Promise<boolean> =>
  (await ctx.db.momentSeat.count({ where: { programId: ctx.program.id, momentId, creatorId } })) > 0

/** Everything that counts for a moment, see rules.ts. Touches that won are asked, so that a late order counts for the day of its click. */
export async function countsOf(ctx: Context, moment: Moment): Promise<Counts> {
  const programId = ctx.program.id
  const { id, endsAt } = moment
  const [clicks] = await ctx.db.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM "MomentSeat" s JOIN "Link" l ON l."creatorId" = s."creatorId" AND l."programId" = s."programId"
    JOIN "Click" c ON c."linkId" = l.id AND c."programId" = l."programId"
    WHERE s."programId" = ${programId} AND s."momentId" = ${id} AND c.at >= s."joinedAt" AND c.at < ${endsAt}
      AND NOT c.bot AND c."uniqueInHour"`
  const [sales] = await ctx.db.$queryRaw<{ orders: bigint; byClick: bigint; revenue: string }[]>`
    SELECT count(*) AS orders, count(*) FILTER (WHERE o."cancelledAt" IS NULL AND o."lostAt" IS NULL
        AND coalesce(l."leftBase", l.base) > 0 AND starts_with(o.cid, 'clk_') AND EXISTS (SELECT FROM "Touch" y
          WHERE y."programId" = l."programId" AND y."orderId" = l."orderId" AND y.kind = 'click' AND y."creatorId" = l."creatorId")) AS "byClick",
      coalesce(sum(coalesce(l."leftBase", greatest(0, l.base))), 0)::text AS revenue
    FROM "MomentSeat" s JOIN "Touch" t ON t."creatorId" = s."creatorId" AND t."programId" = s."programId"
    JOIN "Line" l ON l."orderId" = t."orderId" AND l."programId" = t."programId"
    JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
    WHERE s."programId" = ${programId} AND s."momentId" = ${id} AND t.won AND t.kind IN ('code', 'click')
      AND t.at >= s."joinedAt" AND t.at < ${endsAt}
      AND (t."offerId" IS NULL OR t."offerId" = ${moment.offerId}
        OR NOT EXISTS (SELECT FROM "Moment" m WHERE m."programId" = ${programId} AND m."offerId" = t."offerId"))`
  const [posts] = await ctx.db.$queryRaw<{ engaged: string | null; shares: string | null; measured: bigint }[]>`
    SELECT sum(m.likes + m.comments + coalesce(m.saves, 0))::text AS engaged, sum(m.shares)::text AS shares, count(*) AS measured
    FROM "Submission" s
    JOIN LATERAL (SELECT * FROM "PostMetric" m WHERE m."submissionId" = s.id ORDER BY m.day DESC LIMIT 1) m ON true
    WHERE s."programId" = ${programId} AND s."momentId" = ${id} AND s.state IN ('approved', 'live', 'measured')`
  const made = await ctx.db.submission.findMany({
    where: { programId, momentId: id, state: { notIn: ['withdrawn', 'rejected'] } },
    select: { state: true, intent: true },
  })
  const byIntent: Counts['intents'] = {}
  for (const { intent } of made) if (intent) byIntent[intent as Intent] = (byIntent[intent as Intent] ?? 0) + 1
  return {
    joined: await joinedCount(ctx, id),
    clicks: Number(clicks?.n ?? 0n),
    orders: Number(sales?.orders ?? 0n),
    byClick: Number(sales?.byClick ?? 0n),
    revenueMinor: BigInt(sales?.revenue ?? '0'),
    content: made.length,
    approved: made.filter(({ state }) => ['approved', 'live', 'measured'].includes(state)).length,
    intents: byIntent,
    engaged: count(posts?.engaged),
    shares: count(posts?.shares),
    measured: Number(posts?.measured ?? 0n),
  }
}

const count = (sum: string | null | undefined): bigint | null => (sum === null || sum === undefined ? null : BigInt(sum))

/** Moments that run now, those that end first at the top. */
const runningMoments = (ctx: Context): Promise<Moment[]> =>
  ctx.db.moment.findMany({
    where: { programId: ctx.program.id, state: 'running', endsAt: { gt: ctx.now } },
    orderBy: [{ endsAt: 'asc' }, { id: 'asc' }],
    take: 25,
  })

/** What runs and is for the actor, with how many joined; managers see all of it. */
export async function listed(ctx: Context): Promise<{ moment: Moment; joined: number; mine: boolean }[]> {
  const { creatorId, role } = ctx.actor
  const running = await runningMoments(ctx)
  const fitting = creatorId === undefined || atLeast(role, 'manager') ? undefined : await fittingCreator(ctx, creatorId)
  const shown = fitting ? running.filter((moment) => fits(audienceOf(moment), fitting)) : running
  const where = { programId: ctx.program.id, momentId: { in: shown.map(({ id }) => id) } }
  const seats = await ctx.db.momentSeat.findMany({ where, select: { momentId: true, creatorId: true } })
  return shown.map((moment) => {
    const taken = seats.filter(({ momentId }) => momentId === moment.id)
    return { moment, joined: taken.length, mine: taken.some((seat) => seat.creatorId === creatorId) }
  })
}

/** The last ones that ended. */
export const endedMoments = (ctx: Context, take = 5): Promise<Moment[]> =>
  ctx.db.moment.findMany({
    where: { programId: ctx.program.id, OR: [{ state: 'ended' }, { endsAt: { lte: ctx.now } }] },
    orderBy: [{ endsAt: 'desc' }, { id: 'desc' }],
    take,
  })

/** The words that say for whom a moment is, as this program uses them. */
export async function knownWords(ctx: Context): Promise<Known> {
  const rows = await ctx.db.$queryRaw<{ kind: string; word: string }[]>`
    SELECT DISTINCT kind, word FROM (
      SELECT 'tags' AS kind, unnest(tags) AS word FROM "Creator" WHERE "programId" = ${ctx.program.id} AND state = 'approved'
      UNION ALL SELECT 'countries', country FROM "Creator" WHERE "programId" = ${ctx.program.id} AND state = 'approved'
      UNION ALL SELECT 'tiers', t FROM "Creator", unnest(ARRAY[tier, "earnedTier"]) t WHERE "programId" = ${ctx.program.id} AND state = 'approved'
    ) known WHERE word IS NOT NULL ORDER BY 1, 2`
  const of = (kind: string) => rows.filter((row) => row.kind === kind).map(({ word }) => word)
  const { niches, tiers } = policyOf(ctx.program)
  const named = [...new Set([...(tiers?.steps ?? []).map(({ name }) => name), ...of('tiers')])]
  return { tiers: named, tags: of('tags'), niches, countries: of('countries'), platforms: platformNames }
}

const named = (moments: Moment[], typed: string): Suggestion[] =>
  moments
    .filter(({ headline }) => headline.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, 25)
    .map(({ id, headline }) => ({ label: headline, value: id }))

export const suggestRunning = async (ctx: Context, typed: string): Promise<Suggestion[]> =>
  named(await runningMoments(ctx), typed)

export const suggestMoments = async (ctx: Context, typed: string): Promise<Suggestion[]> =>
  named([...(await runningMoments(ctx)), ...(await endedMoments(ctx, 25))], typed)

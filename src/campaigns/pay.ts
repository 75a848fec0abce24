/** What a mission pays, as far as it can be said before one takes part. */
import type { Context } from '../context.ts'
import { standardsOf } from '../creators/service.ts'
import type { Creator } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { tierOf } from '../orders/tiers.ts'
import { policyOf } from '../programs/rules.ts'

/** What a creator's sales earn: the higher of their own rate and their tier's, and whose it is. */
export type OwnRate = { rateBps: number; why: string }

/** The middle half of what approved posts earned, fee and commission, in minor units; null = too few to say. */
export type Typical = { low: bigint; high: bigint; posts: number } | null

const TYPICAL_DAYS = 180
const FEWEST = 5
/** So that nobody reads out of a range what one other creator earns. */
const FEWEST_CREATORS = 2
const COMMISSION_DAYS = 30

export async function ownRate(ctx: Context, creator: Creator): Promise<OwnRate> {
  const policy = policyOf(ctx.program)
  const tier = await tierOf(ctx, policy, creator, ctx.now)
  const byTier = tier?.step ? [{ rateBps: tier.step.rateBps, why: `the rate of tier ${tier.name}` }] : []
  const rates = [standardsOf(policy, creator, ctx.now), ...byTier]
  return rates.reduce((best, rate) => (rate.rateBps > best.rateBps ? rate : best))
}

/**
 * Quartiles of what the approved posts of the last 180 days earned: their fee, and their creator's commission from the approval until
 * the next one, 30 days at most, less refunds. Only real posts count; below five of them, or of one creator alone, nothing is said.
 */
export async function typicalRange(ctx: Context): Promise<Typical> {
  const [row] = await ctx.db.$queryRaw<{ posts: bigint; creators: bigint; low: bigint | null; high: bigint | null }[]>`
    WITH approved AS (
      SELECT "creatorId", "feeMinor", "decidedAt" AS at,
        lead("decidedAt") OVER (PARTITION BY "creatorId" ORDER BY "decidedAt", id) AS next
      FROM "Submission" WHERE "programId" = ${ctx.program.id} AND state IN ('approved', 'live', 'measured')
      AND "decidedAt" > ${days(ctx.now, -TYPICAL_DAYS)} AND "decidedAt" <= ${ctx.now}
    ), earned AS (
      SELECT a."creatorId", a."feeMinor" + coalesce((
        SELECT sum(coalesce(l."leftMinor", l.minor)) FROM "Line" l
        WHERE l."programId" = ${ctx.program.id} AND l."creatorId" = a."creatorId" AND NOT l.mirror
        AND l.currency = ${ctx.program.currency} AND l.at >= a.at
        AND l.at < least(coalesce(a.next, 'infinity'), a.at + ${`${COMMISSION_DAYS} days`}::interval)), 0)::bigint AS minor
      FROM approved a
    )
    SELECT count(*) AS posts, count(DISTINCT "creatorId") AS creators,
      percentile_disc(0.25) WITHIN GROUP (ORDER BY minor) AS low, percentile_disc(0.75) WITHIN GROUP (ORDER BY minor) AS high
    FROM earned`
  if (!row || row.posts < FEWEST || row.creators < FEWEST_CREATORS || row.low === null || row.high === null) return null
  return { low: row.low, high: row.high, posts: Number(row.posts) }
}

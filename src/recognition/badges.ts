import type { Context } from '../context.ts'
import { tierNow, tierRole } from '../creators/tiers.ts'
import { repeatOldGrants } from '../db/outbox.ts'
import { days, hours } from '../kernel/time.ts'
import { notForfeited } from '../ledger/taken.ts'
import { policyOf } from '../programs/rules.ts'
import { publicName } from './cards.ts'
import { badgesCard, badgeWinCard } from './cards-badges.ts'
import { streaks } from './measures.ts'
import { creatorsOf } from './queries.ts'
import { nameOn, onBoards } from './rules.ts'
import { type Badge, type BadgeMeasure, badgeNamed, badgeRole, badges, reachedBadges } from './rules-badges.ts'
import { refresh } from './tallies.ts'

/** What was reached longer ago, as with orders of an imported file, is told to its creator and no news to others. */
const NEWS_DAYS = 2

/** A badge as a role on every door of its creator. */
export async function grantBadge(ctx: Context, { personId }: { personId: string }, kind: string): Promise<void> {
  const badge = badgeNamed(kind)
  if (badge) await ctx.grant(personId, badgeRole(badge), true)
}

/** Counts again what is old, and gives those whom it concerns what they reached. Gives how many there were. */
export async function due(ctx: Context): Promise<number> {
  const ids = await refresh(ctx)
  if (ids.length > 0) await award(ctx, ids)
  return ids.length
}

type Reached = { measure: BadgeMeasure; creatorId: string; value: number; at: Date }

async function award(ctx: Context, ids: string[]): Promise<void> {
  const { id: programId } = ctx.program
  const sold = await ctx.db.$queryRaw<{ creatorId: string; value: number; at: Date }[]>`
    SELECT l."creatorId", count(*)::int AS value, max(l.at) AS at FROM "Line" l JOIN "Order" o ON o.id = l."orderId"
    JOIN "Creator" c ON c.id = l."creatorId" AND c.state = ANY(${onBoards})
    LEFT JOIN "Hold" h ON h.line = l.id
    WHERE l."programId" = ${programId} AND l."creatorId" = ANY(${ids}) AND o.kind = 'order' AND o."cancelledAt" IS NULL
      AND o."lostAt" IS NULL AND coalesce(l."leftBase", l.base) > 0 AND h."caseId" IS NULL AND ${notForfeited} GROUP BY 1`
  const weeks = await streaks(ctx, { from: days(ctx.now, -7), to: ctx.now }, ids)
  await give(ctx, [
    ...sold.map((row): Reached => ({ measure: 'sales', ...row })),
    ...weeks.map(
      ({ creatorId, value, reachedAt }): Reached => ({ measure: 'streak', creatorId, value: Number(value), at: reachedAt }),
    ),
  ])
}

/** The hourly look at visits goes so far back; what came to nobody's sight before is found with the next visit. */
const VISITED_HOURS = 6

/**
 * Nobody leaves a note of a visit, so once an hour the links of those are counted who had one lately and have not reached the most; of each
 * link no more than that is read.
 */
async function awardClicks(ctx: Context): Promise<void> {
  const { id: programId } = ctx.program
  const steps = badges.filter((badge) => badge.measure === 'clicks').map(({ at }) => at)
  const most = Math.max(...steps)
  const rows = await ctx.db.$queryRaw<{ creatorId: string; value: number; at: Date }[]>`
    WITH visited AS MATERIALIZED (
      SELECT DISTINCT k."creatorId" FROM (SELECT DISTINCT "linkId" FROM "Click"
        WHERE "programId" = ${programId} AND at >= ${hours(ctx.now, -VISITED_HOURS)} AND NOT bot AND "uniqueInHour") v
      JOIN "Link" k ON k.id = v."linkId"
      JOIN "Creator" c ON c.id = k."creatorId" AND c.state = ANY(${onBoards})
      WHERE NOT EXISTS (SELECT FROM "Badge" b
        WHERE b."programId" = ${programId} AND b."creatorId" = k."creatorId" AND b.kind = ${`clicks_${most}`}))
    SELECT k."creatorId", sum(v.n)::int AS value, max(v.at) AS at FROM visited JOIN "Link" k ON k."creatorId" = visited."creatorId"
    CROSS JOIN LATERAL (SELECT count(*) AS n, max(at) AS at FROM (SELECT c.at FROM "Click" c
      WHERE c."programId" = ${programId} AND c."linkId" = k.id AND NOT c.bot AND c."uniqueInHour" ORDER BY c.at DESC LIMIT ${most}) last) v
    WHERE k."programId" = ${programId} GROUP BY 1 HAVING sum(v.n) >= ${Math.min(...steps)}`
  await give(
    ctx,
    rows.map((row): Reached => ({ measure: 'clicks', ...row })),
  )
}

async function give(ctx: Context, reached: readonly Reached[]): Promise<void> {
  const programId = ctx.program.id
  const known = await creatorsOf(ctx, reached)
  const held = await ctx.db.badge.findMany({ where: { programId, creatorId: { in: [...known.keys()] } } })
  const given = new Map<string, Badge[]>()
  for (const { measure, creatorId, value, at } of reached) {
    const creator = known.get(creatorId)
    if (!creator) continue
    const fresh: Badge[] = []
    const has = new Set(held.filter((badge) => badge.creatorId === creatorId).map(({ kind }) => kind))
    for (const badge of reachedBadges(measure, value, has)) {
      const row = { id: ctx.id('badge'), programId, creatorId, kind: badge.kind, at: ctx.now }
      const { count } = await ctx.db.badge.createMany({ data: row, skipDuplicates: true })
      if (count === 0) continue
      await grantBadge(ctx, creator, badge.kind)
      fresh.push(badge)
    }
    const most = fresh.at(-1)
    if (!most) continue
    given.set(creatorId, [...(given.get(creatorId) ?? []), ...fresh])
    if (nameOn(creator) !== null && at > days(ctx.now, -NEWS_DAYS))
      await ctx.show({ channel: 'wins' }, `wins:${most.kind}:${creatorId}`, badgeWinCard(most, publicName(known, creatorId)))
  }
  // Those of one look are told in one message: after an import they may be many.
  for (const [creatorId, fresh] of given)
    await ctx.show({ person: known.get(creatorId)!.personId }, `badge:${fresh.at(-1)!.kind}`, badgesCard(fresh), {
      unasked: true,
    })
}

/** What a creator has, with its day. */
export async function badgesOf(ctx: Context, creatorId: string): Promise<(Badge & { since: Date })[]> {
  const rows = await ctx.db.badge.findMany({ where: { programId: ctx.program.id, creatorId }, orderBy: { at: 'asc' } })
  return rows.flatMap(({ kind, at }) => {
    const badge = badgeNamed(kind)
    return badge ? [{ ...badge, since: at }] : []
  })
}

/**
 * Roles follow badges and tiers: whoever holds one has its role, and nobody else. Of the grants that were carried out, the oldest
 * are carried out anew each time, for moderators can change roles on a door. Gives how many changed.
 */
export async function reconcile(ctx: Context): Promise<number> {
  await awardClicks(ctx)
  const programId = ctx.program.id
  // Whoever has no account on a door has no roles there.
  const reached = await ctx.db.$queryRaw<{ personId: string }[]>`
    SELECT DISTINCT i."personId" FROM "Identity" i
    JOIN "Space" s ON s.platform = i.platform AND s.workspace = i.workspace AND s."programId" = ${programId}`
  const within = { in: reached.map(({ personId }) => personId) }
  const members = await ctx.db.creator.findMany({
    where: { programId, personId: within, state: { in: onBoards }, mergedInto: null },
    select: {
      id: true,
      personId: true,
      earnedTier: true,
      earnedUntil: true,
      tier: true,
      tiered: true,
      tierThen: true,
      tierThenAt: true,
    },
  })
  const held = await ctx.db.badge.findMany({ where: { programId, creatorId: { in: members.map(({ id }) => id) } } })
  const wanted = new Map<string, { personId: string; role: string }>()
  const want = (personId: string, role: string) => wanted.set(`${personId} ${role}`, { personId, role })
  const personOf = new Map(members.map(({ id, personId }) => [id, personId]))
  for (const { creatorId, kind } of held) {
    const badge = badgeNamed(kind)
    if (badge) want(personOf.get(creatorId)!, badgeRole(badge))
  }
  const { tiers } = policyOf(ctx.program)
  for (const member of members) {
    const tier = tierNow(tiers, member, ctx.now)
    if (tier !== null) want(member.personId, tierRole(tier))
  }
  const said = await ctx.db.$queryRaw<{ personId: string; role: string; on: boolean }[]>`
    SELECT DISTINCT audience AS "personId", key AS role, (payload->>'on')::boolean AS on FROM "Outbox"
    WHERE "programId" = ${programId} AND kind = 'grant' AND (key LIKE 'badge:%' OR key LIKE 'tier:%')`
  const granted = new Set(said.filter(({ on }) => on).map(({ personId, role }) => `${personId} ${role}`))
  let changed = 0
  for (const [name, { personId, role }] of wanted)
    if (!granted.has(name)) {
      await ctx.grant(personId, role, true)
      changed++
    }
  for (const { personId, role, on } of said)
    if (on && !wanted.has(`${personId} ${role}`)) {
      await ctx.grant(personId, role, false)
      changed++
    }
  await repeatOldGrants(ctx.db, programId, ctx.now)
  return changed
}

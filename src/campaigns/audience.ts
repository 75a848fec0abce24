import type { Context } from '../context.ts'
import type { Creator, Mission } from '../db/generated/client.ts'
import { tierFor } from '../ledger/rules-tiers.ts'
import { policyOf } from '../programs/rules.ts'
import { type Audience, audienceOf, type Fitting, fits, isForAll } from './rules-audience.ts'
import { networkAt, networks } from './rules-networks.ts'

const columns = {
  id: true,
  niche: true,
  country: true,
  tags: true,
  tier: true,
  earnedTier: true,
  earnedAt: true,
  earnedUntil: true,
} as const

type Row = Pick<Creator, keyof typeof columns>

/** The creators, active ones unless said otherwise, that something of this audience is for, by their persons. */
export async function audienceMembers(
  ctx: Context,
  audience: Audience,
  states: string[] = ['approved'],
): Promise<{ id: string; personId: string }[]> {
  const where = { programId: ctx.program.id, state: { in: states } }
  const orderBy = { id: 'asc' } as const
  if (isForAll(audience)) return ctx.db.creator.findMany({ where, select: { id: true, personId: true }, orderBy })
  const rows = await ctx.db.creator.findMany({ where, select: { ...columns, personId: true }, orderBy })
  const fitting = await fittingOf(ctx, rows, audience)
  return rows.filter((_row, n) => fits(audience, fitting[n]!)).map(({ id, personId }) => ({ id, personId }))
}

/** Of the creators of the program, those that a mission of this audience is for. */
export async function audienceCount(ctx: Context, audience: Audience): Promise<number> {
  const where = { programId: ctx.program.id, state: 'approved' }
  if (isForAll(audience)) return ctx.db.creator.count({ where })
  const rows = await ctx.db.creator.findMany({ where, select: columns })
  return (await fittingOf(ctx, rows, audience)).filter((one) => fits(audience, one)).length
}

/** What decides whether a mission is for this creator; undefined when there is no such creator. */
export async function fittingCreator(ctx: Context, creatorId: string): Promise<Fitting | undefined> {
  const row = await ctx.db.creator.findFirst({ where: { id: creatorId, programId: ctx.program.id }, select: columns })
  return row ? (await fittingOf(ctx, [row]))[0] : undefined
}

/** Of these missions, those for this creator. */
export async function forCreator(ctx: Context, missions: Mission[], creatorId: string): Promise<Mission[]> {
  const fitting = await fittingCreator(ctx, creatorId)
  return fitting ? missions.filter((mission) => fits(audienceOf(mission), fitting)) : []
}

/** Everybody's platforms take a look at all that was ever handed in, so an audience that names none leaves them out. */
async function fittingOf(ctx: Context, rows: Row[], audience?: Audience): Promise<Fitting[]> {
  const asked = audience === undefined || audience.platforms.length > 0
  const platforms = asked ? await platformsOf(ctx, rows) : new Map<string, Set<string>>()
  const { tiers } = policyOf(ctx.program)
  const tierNow = ({ tier, earnedTier, earnedAt, earnedUntil }: Row) =>
    tierFor(tiers, { given: tier, earned: earnedTier, earnedAt, earnedUntil }, 0n, ctx.now)
  return rows.map((row) => ({
    tier: tierNow(row)?.name ?? null,
    tags: row.tags,
    niche: row.niche,
    country: row.country,
    platforms: [...(platforms.get(row.id) ?? [])],
  }))
}

/** The names a manager may target by. */
export const platformNames = [...new Set(Object.values(networks)), 'discord', 'slack']

/** Where each of them posted before (by the addresses they handed in, or by a tag of that name), and the chats they are in. */
async function platformsOf(ctx: Context, rows: Row[]): Promise<Map<string, Set<string>>> {
  const found = new Map(rows.map((row) => [row.id, new Set(row.tags.map((tag) => tag.toLowerCase()))]))
  const one = rows.length === 1 ? rows[0]!.id : null
  const posts = await ctx.db.$queryRaw<{ creatorId: string; host: string }[]>`
    SELECT DISTINCT s."creatorId", lower(substring(post.url FROM '^https?://([^/:]+)')) AS host
    FROM "Submission" s LEFT JOIN "Piece" p ON p."submissionId" = s.id
    CROSS JOIN LATERAL (VALUES (s.url), (s."liveUrl"), (p.url)) post(url)
    WHERE s."programId" = ${ctx.program.id} AND post.url IS NOT NULL AND (${one}::text IS NULL OR s."creatorId" = ${one})`
  for (const { creatorId, host } of posts) {
    const network = networkAt(host)
    if (network !== null) found.get(creatorId)?.add(network)
  }
  const accounts = await ctx.db.$queryRaw<{ creatorId: string; platform: string }[]>`
    SELECT DISTINCT c.id AS "creatorId", i.platform FROM "Creator" c JOIN "Identity" i ON i."personId" = c."personId"
    WHERE c."programId" = ${ctx.program.id} AND (${one}::text IS NULL OR c.id = ${one})`
  for (const { creatorId, platform } of accounts) found.get(creatorId)?.add(platform)
  return found
}

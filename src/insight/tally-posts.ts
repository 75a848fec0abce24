import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { localDay } from '../kernel/time.ts'
import { counts } from './counted.ts'
import { asked, type Cover, during, type Keyed, only } from './daily.ts'
import { noPosts, type Pair, type Posts } from './rules-kpi.ts'
import type { Split } from './splits.ts'
import type { Asked } from './tally.ts'

const { sql } = Prisma

type Row = Record<string, string> & { key: string | null }

/**
 * What posts showed. Numbers of a post are totals up to a day, so what it gained is the last of the window less the last before; of a
 * post that was up before and has none from then nobody knows the gain, and it is left out.
 */
export async function postsBy(ctx: Context, split: Split, { from, to, of }: Asked, cover: Cover): Promise<Keyed<Posts>> {
  const { join, key } = split.pieces!
  const live = cover.live.length > 0 ? during(sql`c.at`, cover.live) : sql`false`
  const first = localDay(from, ctx.program.zone)
  // A window that ends at midnight does not have the day that begins there.
  const last = localDay(new Date(to.getTime() - 1), ctx.program.zone)
  const rows = await ctx.db.$queryRaw<Row[]>`${asked(split.rolled?.way)}
    WITH seen AS (
      SELECT DISTINCT ON (m."submissionId") m.* FROM "PostMetric" m
      WHERE m."programId" = ${ctx.program.id} AND m.day >= ${first} AND m.day <= ${last} ORDER BY m."submissionId", m.day DESC),
    clicked AS (
      SELECT split_part(d.key, ' ', 1) AS piece, sum(d.clicks) AS n FROM "Daily" d
      WHERE d."programId" = ${ctx.program.id} AND d.part = 'clicks' AND d.way = 'piece' AND d.day = ANY(${cover.days}) GROUP BY 1),
    post AS (
      SELECT ${key} AS key, n.likes, n.comments, n.shares, n.reach, n.views, n.followers, k.id AS link,
        CASE WHEN fresh THEN n.views ELSE n.views - b.views END AS "newViews",
        CASE WHEN fresh THEN n.reach ELSE n.reach - b.reach END AS "newReach",
        CASE WHEN k.id IS NULL THEN NULL ELSE coalesce(w.n, 0) + (SELECT count(*) FROM "Click" c WHERE c."programId" = n."programId"
          AND c."linkId" = k.id AND ${live} AND ${counts}) END AS clicks
      FROM seen n JOIN "Submission" s ON s.id = n."submissionId" ${join}
      CROSS JOIN LATERAL (SELECT coalesce(s."liveAt", s."submittedAt") >= ${from} AS fresh) age
      LEFT JOIN "Link" k ON k."submissionId" = s.id LEFT JOIN clicked w ON w.piece = s.id
      LEFT JOIN LATERAL (SELECT e.views, e.reach FROM "PostMetric" e WHERE e."submissionId" = s.id AND e.day < ${first}
        ORDER BY e.day DESC LIMIT 1) b ON NOT fresh
      WHERE true ${only(key, of)})
    SELECT key,
      ${pair('clicks', '"newViews"', 'ctrViews')}, ${pair('clicks', '"newReach"', 'ctrReach')},
      ${pair('likes + comments', 'followers', 'erFollowers')}, ${pair('likes + comments', 'reach', 'erReach')},
      ${pair('likes + comments', 'views', 'erViews')}, ${pair('shares', 'reach', 'shares')}
    FROM post WHERE key IS NOT NULL GROUP BY 1`
  return new Map(rows.map((row) => [row.key!, postsIn(row)]))
}

/** The sums of a fraction over the posts of which both sides are known. */
function pair(top: string, under: string, name: keyof Posts) {
  const both = `WHERE (${top}) IS NOT NULL AND ${under} > 0`
  return Prisma.raw(
    `coalesce(sum(${top}) FILTER (${both}), 0)::text AS "${name}Top", coalesce(sum(${under}) FILTER (${both}), 0)::text AS "${name}Under", count(*) FILTER (${both})::text AS "${name}Posts"`,
  )
}

const postsIn = (row: Row): Posts =>
  Object.fromEntries(
    (Object.keys(noPosts) as (keyof Posts)[]).map((name): [string, Pair] => [
      name,
      { top: BigInt(row[`${name}Top`]!), under: BigInt(row[`${name}Under`]!), posts: Number(row[`${name}Posts`]) },
    ]),
  ) as Posts

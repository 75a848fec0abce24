// What boards rank by besides sales and approvals, as statements.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { days, localDay, type Range } from '../kernel/time.ts'
import { notForfeited } from '../ledger/taken.ts'
import { onBoards, type Tally } from './rules.ts'

/** Of a creator `c` in a statement: one of these, or anybody. */
export const among = (ids: readonly string[] | null): Prisma.Sql =>
  ids === null ? Prisma.sql`true` : Prisma.sql`c."id" = ANY(${[...ids]})`

/**
 * Of a submission `s` in a statement: whether its approval counts. While the span runs only what its creator was told of does, for until
 * then it may be undone and is not given away; of a span that is over, all that was approved in it.
 */
export const counted = ({ to }: Pick<Range, 'to'>, now: Date): Prisma.Sql =>
  to <= now ? Prisma.sql`true` : Prisma.sql`s."toldAt" IS NOT NULL`

/** So many people have to have seen the posts of a period, or a handful of likes would lead. */
const LEAST_REACH = 1_000

/**
 * Per creator: likes, comments, shares and saves in basis points of whom their approved posts reached (of views, of followers, where
 * that is all one knows), by the last confirmed numbers of each post in the span; `orders` are the posts.
 */
export async function engagements(ctx: Context, range: Range, ids: readonly string[] | null): Promise<Tally[]> {
  const { id: programId, zone } = ctx.program
  const { from, to } = range
  return ctx.db.$queryRaw<Tally[]>`
    WITH posts AS (
      SELECT DISTINCT ON (m."submissionId") s."creatorId", m."at",
        m."likes" + m."comments" + COALESCE(m."shares", 0) + COALESCE(m."saves", 0) AS acts,
        COALESCE(NULLIF(m."reach", 0), NULLIF(m."views", 0), NULLIF(m."followers", 0)) AS base
      FROM "PostMetric" m
      JOIN "Submission" s ON s."id" = m."submissionId" AND s."state" IN ('approved', 'live', 'measured') AND ${counted(range, ctx.now)}
      JOIN "Creator" c ON c."id" = s."creatorId" AND c."state" = ANY(${onBoards}) AND ${among(ids)}
      WHERE m."programId" = ${programId} AND m."day" >= ${localDay(from, zone)} AND m."day" < ${localDay(to, zone)}
        AND m."confirmedBy" IS NOT NULL
      ORDER BY m."submissionId", m."day" DESC
    )
    SELECT "creatorId", (SUM(acts) * 10000 / SUM(base))::bigint AS value, COUNT(*)::int AS orders, MAX("at") AS "reachedAt"
    FROM posts WHERE acts IS NOT NULL AND base IS NOT NULL GROUP BY "creatorId" HAVING SUM(base) >= ${LEAST_REACH}`
}

const LOOK_BACK_DAYS = 371

/** Per creator: the longest row of weeks with approved content or a sale that stands, which goes on in the span; at most a year. */
export async function streaks(ctx: Context, range: Range, ids: readonly string[] | null): Promise<Tally[]> {
  const { id: programId, zone } = ctx.program
  const { from, to } = range
  const since = days(from, -LOOK_BACK_DAYS)
  return ctx.db.$queryRaw<Tally[]>`
    WITH acts AS (
      SELECT l."creatorId", l."at" FROM "Creator" c
      JOIN "Line" l ON l."programId" = ${programId} AND l."creatorId" = c."id" AND l."at" >= ${since} AND l."at" < ${to}
        AND COALESCE(l."leftBase", l."base") > 0 AND ${notForfeited}
      JOIN "Order" o ON o."id" = l."orderId" AND o."cancelledAt" IS NULL AND o."lostAt" IS NULL
      WHERE c."programId" = ${programId} AND c."state" = ANY(${onBoards}) AND ${among(ids)}
      UNION ALL
      SELECT s."creatorId", s."decidedAt" FROM "Creator" c
      JOIN "Submission" s ON s."programId" = ${programId} AND s."creatorId" = c."id" AND s."state" IN ('approved', 'live', 'measured')
        AND s."decidedAt" >= ${since} AND s."decidedAt" < ${to} AND ${counted(range, ctx.now)}
      WHERE c."programId" = ${programId} AND c."state" = ANY(${onBoards}) AND ${among(ids)}
    ), weeks AS (
      SELECT "creatorId", date_trunc('week', "at" AT TIME ZONE ${zone})::date AS week, MIN("at") AS "at" FROM acts GROUP BY 1, 2
    ), runs AS (
      SELECT *, week - (ROW_NUMBER() OVER (PARTITION BY "creatorId" ORDER BY week))::int * 7 AS run FROM weeks
    ), lengths AS (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY "creatorId", run ORDER BY week) AS length FROM runs
    )
    SELECT DISTINCT ON ("creatorId") "creatorId", LEAST(length, 53)::bigint AS value, 0 AS orders, "at" AS "reachedAt"
    FROM lengths WHERE week + 6 >= (${from}::timestamptz AT TIME ZONE ${zone})::date
    ORDER BY "creatorId", length DESC, week`
}

import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import { notForfeited } from '../ledger/taken.ts'
import { policyOf } from '../programs/rules.ts'
import { earnedKinds } from './rules.ts'

/** How far back the sweep looks beyond the hold; what came earlier was found by an earlier sweep. */
const LOOK_BACK_DAYS = 60

/** Of each kind in one transaction, which has its time limit: after an import a hundred thousand orders may be over their hold at once. */
export const AT_ONCE = 5_000

/** Books points for what was earned since the last time, each thing once; gives how many entries, and where it is none, nothing is left. */
export async function due(ctx: Context): Promise<number> {
  const { points, holdDays } = policyOf(ctx.program)
  const since = days(ctx.now, -LOOK_BACK_DAYS - holdDays)
  let booked = 0
  if (points.content > 0) booked += await book(ctx, 'content', points.content, await contentSince(ctx, since))
  if (points.order > 0) booked += await book(ctx, 'order', points.order, await ordersSince(ctx, since))
  if (points.kudos > 0) booked += await book(ctx, 'kudos', points.kudos, await kudosSince(ctx, since, points.kudosPerWeek))
  return booked
}

type Earned = { id: string; creatorId: string }

/** Once its creator was told, an approval can't be undone any more. */
const contentSince = (ctx: Context, since: Date): Promise<Earned[]> => ctx.db.$queryRaw<Earned[]>`
  SELECT s.id, s."creatorId" FROM "Submission" s
  WHERE s."programId" = ${ctx.program.id} AND s.state IN ('approved', 'live', 'measured') AND s."decidedAt" >= ${since}
    AND s."toldAt" IS NOT NULL
    AND NOT EXISTS (SELECT FROM "PointEntry" p WHERE p."programId" = s."programId" AND p.key = 'content:' || s.id)
  LIMIT ${AT_ONCE}`

/** An order that a case withheld is found from the day the case was decided, or decided anew, however long that took. */
const ordersSince = (ctx: Context, since: Date): Promise<Earned[]> => ctx.db.$queryRaw<Earned[]>`
  SELECT l.id, l."creatorId" FROM "Line" l JOIN "Order" o ON o.id = l."orderId" LEFT JOIN "Hold" h ON h.line = l.id
  WHERE l."programId" = ${ctx.program.id} AND l.at <= ${days(ctx.now, -policyOf(ctx.program).holdDays)}
    AND (l.at >= ${since} OR l.id IN (SELECT k."lineId" FROM "CaseLine" k JOIN "CaseEvent" e ON e."caseId" = k."caseId"
      WHERE k."programId" = ${ctx.program.id} AND e."programId" = k."programId" AND e.at >= ${since}))
    AND h.line IS NULL AND o.kind = 'order' AND o."cancelledAt" IS NULL AND o."lostAt" IS NULL AND coalesce(l."leftBase", l.base) > 0
    AND ${notForfeited}
    AND NOT EXISTS (SELECT FROM "PointEntry" p WHERE p."programId" = l."programId" AND p.key = 'order:' || l.id)
  LIMIT ${AT_ONCE}`

/** Of the kudos of a week only the first so many count, so that a circle of friends can't make points without end. */
const kudosSince = (ctx: Context, since: Date, perWeek: number): Promise<Earned[]> => ctx.db.$queryRaw<Earned[]>`
  SELECT k.id, k."creatorId" FROM (
    SELECT id, "toId" AS "creatorId",
      row_number() OVER (PARTITION BY "toId", date_trunc('week', at AT TIME ZONE ${ctx.program.zone}) ORDER BY at, id) AS nth
    FROM "Kudos" WHERE "programId" = ${ctx.program.id}
      AND at >= date_trunc('week', ${since}::timestamptz AT TIME ZONE ${ctx.program.zone}) AT TIME ZONE ${ctx.program.zone}) k
  WHERE k.nth <= ${perWeek}
    AND NOT EXISTS (SELECT FROM "PointEntry" p WHERE p."programId" = ${ctx.program.id} AND p.key = 'kudos:' || k.id)
  LIMIT ${AT_ONCE}`

/** One text: Prisma would make seven parameters of each row. */
async function book(ctx: Context, kind: string, points: number, rows: readonly Earned[]): Promise<number> {
  if (rows.length === 0) return 0
  const entries = rows.map(({ id, creatorId }) => ({ id: ctx.id('points'), creatorId, key: `${kind}:${id}` }))
  return ctx.db.$executeRaw`
    INSERT INTO "PointEntry" (id, "programId", "creatorId", points, kind, key, at)
    SELECT id, ${ctx.program.id}, "creatorId", ${points}::int, ${kind}, key, ${ctx.now}
    FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) AS e(id text, "creatorId" text, key text) ON CONFLICT DO NOTHING`
}

/** Takes points of a creator, or gives them back; false when that was done before. */
export async function movePoints(
  ctx: Context,
  { creatorId, points, kind, key }: { creatorId: string; points: number; kind: 'spent' | 'back'; key: string },
): Promise<boolean> {
  const row = { id: ctx.id('points'), programId: ctx.program.id, creatorId, points, kind, key, at: ctx.now }
  return (await ctx.db.pointEntry.createMany({ data: row, skipDuplicates: true })).count === 1
}

export type Points = { has: number; earned: number; rank: number; of: number }

/** What a creator has to spend, what they ever earned, and their rank by that. */
export async function pointsOf(ctx: Context, creatorId: string): Promise<Points> {
  const programId = ctx.program.id
  const { _sum } = await ctx.db.pointEntry.aggregate({ where: { programId, creatorId }, _sum: { points: true } })
  const [row] = await ctx.db.$queryRaw<{ earned: number; higher: number; of: number }[]>`
    WITH sums AS (
      SELECT p."creatorId", sum(p.points)::int AS earned FROM "PointEntry" p
      JOIN "Creator" c ON c.id = p."creatorId" AND c.state IN ('approved', 'paused')
      WHERE p."programId" = ${programId} AND p.kind = ANY(${earnedKinds}) GROUP BY 1
    ), mine AS (SELECT coalesce(max(earned), 0) AS earned FROM sums WHERE "creatorId" = ${creatorId})
    SELECT mine.earned, (SELECT count(*)::int FROM sums WHERE sums.earned > mine.earned) AS higher,
      (SELECT count(*)::int FROM sums) AS of FROM mine`
  const { earned = 0, higher = 0, of = 0 } = row ?? {}
  return { has: _sum.points ?? 0, earned, rank: higher + 1, of }
}

import type { Context } from '../context.ts'
import type { Prisma } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { type Keyed, only } from './daily.ts'
import type { Answers, People } from './rules-kpi.ts'
import type { Split } from './splits.ts'
import type { Asked } from './tally.ts'

/** Creators whose days ended in the window: the fourteen in which to begin, the sixty in which to stay. */
export async function peopleBy(ctx: Context, key: Prisma.Sql, { from, to, of }: Asked): Promise<Keyed<People>> {
  const begun = await ctx.db.$queryRaw<{ key: string; n: bigint; active: bigint }[]>`
    SELECT ${key} AS key, count(*) AS n, count(*) FILTER (WHERE
        EXISTS (SELECT FROM "Line" l WHERE l."programId" = p."programId" AND l."creatorId" = p.id
          AND l.at >= p."decidedAt" AND l.at < p."decidedAt" + interval '336 hours')
        OR EXISTS (SELECT FROM "Submission" s WHERE s."programId" = p."programId" AND s."creatorId" = p.id
          AND s.state IN ('approved', 'live', 'measured') AND s."decidedAt" < p."decidedAt" + interval '336 hours')) AS active
    FROM "Creator" p
    WHERE p."programId" = ${ctx.program.id} AND p."mergedInto" IS NULL AND p.state IN ('approved', 'paused', 'left')
      AND p."decidedAt" >= ${days(from, -14)} AND p."decidedAt" < ${days(to, -14)} ${only(key, of)} GROUP BY 1`
  const stayed = await ctx.db.$queryRaw<{ key: string; n: bigint; active: bigint }[]>`
    SELECT ${key} AS key, count(*) AS n, count(*) FILTER (WHERE
        EXISTS (SELECT FROM "Line" l WHERE l."programId" = p."programId" AND l."creatorId" = p.id
          AND l.at >= p."decidedAt" + interval '720 hours' AND l.at < p."decidedAt" + interval '1440 hours')
        OR EXISTS (SELECT FROM "Submission" s WHERE s."programId" = p."programId" AND s."creatorId" = p.id
          AND s."submittedAt" >= p."decidedAt" + interval '720 hours' AND s."submittedAt" < p."decidedAt" + interval '1440 hours')) AS active
    FROM "Creator" p
    WHERE p."programId" = ${ctx.program.id} AND p."mergedInto" IS NULL AND p.state IN ('approved', 'paused', 'left')
      AND p."decidedAt" >= ${days(from, -60)} AND p."decidedAt" < ${days(to, -60)} ${only(key, of)} GROUP BY 1`
  const second = new Map(stayed.map((row) => [row.key, row]))
  const firsts = new Map(begun.map((row) => [row.key, row]))
  return new Map(
    [...new Set([...firsts.keys(), ...second.keys()])].map((name) => [
      name,
      {
        joined: Number(firsts.get(name)?.n ?? 0n),
        activated: Number(firsts.get(name)?.active ?? 0n),
        twoMonths: Number(second.get(name)?.n ?? 0n),
        stayed: Number(second.get(name)?.active ?? 0n),
      },
    ]),
  )
}

/** How long those waited whose content was decided in the window: the median. */
export async function answersBy(ctx: Context, pieces: NonNullable<Split['pieces']>, asked: Asked): Promise<Keyed<Answers>> {
  const { join, key } = pieces
  const rows = await ctx.db.$queryRaw<{ key: string | null; n: bigint; hours: number | null }[]>`
    SELECT ${key} AS key, count(*) AS n,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s."decidedAt" - s."submittedAt") / 3600)::float8 AS hours
    FROM "Submission" s ${join}
    WHERE s."programId" = ${ctx.program.id} AND s."decidedAt" >= ${asked.from} AND s."decidedAt" < ${asked.to}
      AND s.state IN ('approved', 'live', 'measured', 'rejected', 'changes_requested') ${only(key, asked.of)} GROUP BY 1`
  return new Map(
    rows.flatMap((row) => (row.key === null ? [] : [[row.key, { decided: Number(row.n), hours: row.hours }] as const])),
  )
}

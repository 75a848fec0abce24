// What everybody brought in the periods that run is kept as rows, so that a board is read from its top and a place by adding up
// how many there are in each band of values, and no order is looked at. Triggers note whose rows are old by now; they are counted again here, and a reader counts those
// few for itself meanwhile, so that what is shown is always what a recount would say.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { localDay, type Range } from '../kernel/time.ts'
import { tallies } from './queries.ts'
import { type Metric, metrics, monthAt, periodAt, quarterAt, type Tally } from './rules.ts'
import { ANEW } from './rules-seasons.ts'

export type Span = Range & { period: string }

/** Each may have won some badges, which are told in the same transaction. */
const AT_ONCE = 100

/** Week, month and quarter around now, and seasons that run and begin on another day. */
async function openSpans(ctx: Context): Promise<Span[]> {
  const { id: programId, zone } = ctx.program
  const own = await ctx.db.season.findMany({
    where: {
      programId,
      OR: [{ kind: 'custom' }, { period: { contains: ANEW } }],
      frozenAt: null,
      from: { lte: ctx.now },
      to: { gt: ctx.now },
    },
  })
  const fixed = [periodAt('this_week', ctx.now, zone), monthAt(ctx.now, zone), quarterAt(ctx.now, zone)]
  return [
    ...fixed.map(({ season, from, to }) => ({ period: season, from, to })),
    ...own.map(({ period, from, to }) => ({ period, from, to })),
  ]
}

/** Counts again whose rows are old, at most a hundred creators; gives their ids. */
export async function refresh(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  // Two at once would each count what the other has taken away.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`tallies ${programId}`}, 0))`
  const spans = await openSpans(ctx)
  const built = await ctx.db.tallied.findMany({ where: { programId }, distinct: ['period'] })
  const over = built.filter(({ period }) => !spans.some((span) => span.period === period)).map(({ period }) => period)
  if (over.length > 0) {
    await ctx.db.tally.deleteMany({ where: { programId, period: { in: over } } })
    await ctx.db.tallied.deleteMany({ where: { programId, period: { in: over } } })
  }
  for (const span of spans) if (!built.some(({ period }) => period === span.period)) await begin(ctx, span)
  const ids = await takeStale(ctx)
  if (ids.length > 0) for (const span of spans) await recount(ctx, span, ids)
  return ids
}

async function takeStale(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ creatorId: string }[]>`${staleRows(programId, AT_ONCE)}`
  const ids = rows.map(({ creatorId }) => creatorId)
  // What is added from here on stands behind a later snapshot, and so does what it stands for.
  if (ids.length > 0) await ctx.db.stale.deleteMany({ where: { programId, creatorId: { in: ids } } })
  return ids
}

/** Selects creators whose rows are old, each once. */
export const staleRows = (programId: string, most: number): Prisma.Sql => Prisma.sql`
  SELECT DISTINCT "creatorId" FROM (SELECT "creatorId" FROM "Stale" WHERE "programId" = ${programId} ORDER BY seq LIMIT ${most * 20}) s
  ORDER BY 1 LIMIT ${most}`

/** A period that is new begins empty, and whoever did something in it already is counted with the next ones: short steps, however many. */
async function begin(ctx: Context, { period, from, to }: Span): Promise<void> {
  const { id: programId, zone } = ctx.program
  await ctx.db.tallied.createMany({ data: metrics.map((metric) => ({ programId, period, metric, to, ranked: 0 })) })
  await ctx.db.$executeRaw`
    INSERT INTO "Stale" ("programId", "creatorId")
    SELECT ${programId}, "creatorId" FROM "Line" WHERE "programId" = ${programId} AND at >= ${from} AND at < ${to}
    UNION SELECT ${programId}, "creatorId" FROM "Submission" WHERE "programId" = ${programId} AND "decidedAt" >= ${from} AND "decidedAt" < ${to}
    UNION SELECT ${programId}, s."creatorId" FROM "PostMetric" m JOIN "Submission" s ON s.id = m."submissionId"
      WHERE m."programId" = ${programId} AND m.day >= ${localDay(from, zone)} AND m.day < ${localDay(to, zone)}`
}

async function recount(ctx: Context, span: Span, ids: string[]): Promise<void> {
  const programId = ctx.program.id
  const { period } = span
  const gone = await ctx.db.$queryRaw<{ metric: string; n: number }[]>`
    WITH gone AS (DELETE FROM "Tally" WHERE "programId" = ${programId} AND period = ${period} AND "creatorId" = ANY(${ids}) RETURNING metric)
    SELECT metric, count(*)::int AS n FROM gone GROUP BY 1`
  const found = await tallies(ctx, span, metrics, ids)
  for (const metric of metrics) {
    const rows = found.get(metric) ?? []
    await insert(ctx, span, metric, rows)
    const more = rows.length - (gone.find((row) => row.metric === metric)?.n ?? 0)
    if (more !== 0)
      await ctx.db.tallied.update({
        where: { programId_period_metric: { programId, period, metric } },
        data: { ranked: { increment: more } },
      })
  }
}

async function insert(ctx: Context, { period }: Span, metric: Metric, rows: readonly Tally[]): Promise<void> {
  if (rows.length === 0) return
  const json = JSON.stringify(rows.map((row) => ({ ...row, value: row.value.toString() })))
  await ctx.db.$executeRaw`
    INSERT INTO "Tally" ("programId", period, metric, "creatorId", value, below, orders, "reachedAt")
    SELECT ${ctx.program.id}, ${period}, ${metric}, "creatorId", value, -value, orders, "reachedAt"
    FROM jsonb_to_recordset(${json}::jsonb) AS t("creatorId" text, value bigint, orders int, "reachedAt" timestamptz)`
}

/** Nudges: the rule table read against everybody at once, for planning and for looking at it dry. */
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { wanted } from './plan.ts'
import type { Ring } from './rules.ts'
import { ACTIVE_DAYS, nudgeCap, nudges } from './rules-nudges.ts'

/** Of a creator `c` with membership `m` and local days `d`: what was done already, by the names of rules-nudges. */
const did = (ctx: Context): Prisma.Sql => Prisma.sql`
  array_remove(ARRAY[
    CASE WHEN EXISTS (SELECT FROM "Link" l JOIN "Click" k ON k."programId" = l."programId" AND k."linkId" = l.id WHERE l."programId" = c."programId" AND l."creatorId" = c.id AND NOT k.bot) THEN 'clicked' END,
    CASE WHEN EXISTS (SELECT FROM "Seat" s WHERE s."programId" = c."programId" AND s."creatorId" = c.id) THEN 'claimed' END,
    CASE WHEN d.handed IS NOT NULL THEN 'handed_in' END,
    CASE WHEN d.handed IS NOT NULL THEN 'claimed' END,
    CASE WHEN d.sold IS NOT NULL THEN 'sold' END,
    CASE WHEN greatest(d.handed, d.sold) > ${ctx.now}::timestamptz - make_interval(days => ${ACTIVE_DAYS}) THEN 'active' END
  ], NULL)`

/**
 * Each pair of an active creator and a rule whose days have come and which is not needless: `personId`, `name`, `step` (what makes it
 * happen once), `zone`, `says` (why), and `held`, why they get nothing all the same. One creator or all.
 */
function due(ctx: Context, personId: string | null = null): Prisma.Sql {
  const programId = ctx.program.id
  const rules = JSON.stringify(
    nudges.map(({ name, since, from, to, unless }) => ({ name, since, first: from, last: to, unless })),
  )
  return Prisma.sql`
    SELECT c."personId", c.name AS creator, r.name, r.since, n.days, coalesce(m.zone, ${ctx.program.zone}) AS zone,
      r.name || CASE WHEN r.since = 'active' THEN ':' || to_char(n.day, 'YYYY-MM-DD') ELSE '' END AS step,
      CASE WHEN NOT (${wanted('nudge')}) THEN 'stopped'
           WHEN m."pausedUntil" > ${ctx.now} THEN 'paused'
           WHEN (SELECT count(*) FROM "Message" x WHERE x."programId" = m."programId" AND x."personId" = m."personId" AND x.kind = 'nudge'
                 AND x.state <> 'skipped' AND x."dueAt" > ${ctx.now}::timestamptz - make_interval(days => ${nudgeCap.days})) >= ${nudgeCap.count} THEN 'enough this week'
      END AS held
    FROM "Creator" c
    JOIN "Membership" m ON m."programId" = c."programId" AND m."personId" = c."personId"
    CROSS JOIN LATERAL (SELECT
      (SELECT max(s."submittedAt") FROM "Submission" s WHERE s."programId" = c."programId" AND s."creatorId" = c.id) AS handed,
      (SELECT max(l.at) FROM "Line" l WHERE l."programId" = c."programId" AND l."creatorId" = c.id) AS sold) d
    JOIN jsonb_to_recordset(${rules}::jsonb) AS r(name text, since text, first int, last int, unless text) ON true
    CROSS JOIN LATERAL (SELECT (CASE WHEN r.since = 'active' THEN greatest(c."decidedAt", d.handed, d.sold) ELSE c."decidedAt" END
      AT TIME ZONE coalesce(m.zone, ${ctx.program.zone}))::date AS day) b
    CROSS JOIN LATERAL (SELECT b.day, (${ctx.now}::timestamptz AT TIME ZONE coalesce(m.zone, ${ctx.program.zone}))::date - b.day AS days) n
    WHERE c."programId" = ${programId} AND c.state = 'approved' AND c."decidedAt" IS NOT NULL
      AND (${personId}::text IS NULL OR c."personId" = ${personId})
      AND n.days BETWEEN r.first AND r.last
      AND (r.unless IS NULL OR NOT (r.unless = ANY(${did(ctx)})))`
}

/** One statement; the key (person, step) makes each hint happen once, whatever was planned before. */
export const planNudges = (ctx: Context, rings: Ring[]): Promise<number> =>
  ctx.db.$executeRaw`
    INSERT INTO "Message" ("programId", "personId", kind, period, "dueAt", "createdAt")
    SELECT DISTINCT ON (due."personId") ${ctx.program.id}, due."personId", 'nudge', due.step, ring.due, ${ctx.now}
    FROM (${due(ctx)}) due
    JOIN jsonb_to_recordset(${JSON.stringify(rings)}::jsonb) AS ring(zone text, period text, due timestamptz) ON ring.zone = due.zone
    WHERE due.held IS NULL AND ring.due <= ${ctx.now} AND NOT EXISTS (SELECT FROM "Message" x WHERE x."programId" = ${ctx.program.id}
      AND x."personId" = due."personId" AND x.kind = 'nudge' AND x.period = due.step)
    ORDER BY due."personId", due.days
    ON CONFLICT DO NOTHING`

/** Whether the rule behind a planned step still fits this person. */
export async function stillFits(ctx: Context, personId: string, step: string): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ step: string }[]>`SELECT due.step FROM (${due(ctx, personId)}) due`
  return rows.some((row) => row.step === step)
}

export type Dry = { personId: string; creator: string; name: string; since: string; days: number; held: string | null }

/** Who would get what now, and why; who had it already is left out. */
export const dryRun = (ctx: Context): Promise<Dry[]> =>
  ctx.db.$queryRaw<Dry[]>`
    SELECT due."personId", due.creator, due.name, due.since, due.days, due.held FROM (${due(ctx)}) due
    WHERE NOT EXISTS (SELECT FROM "Message" x WHERE x."programId" = ${ctx.program.id} AND x."personId" = due."personId"
      AND x.kind = 'nudge' AND x.period = due.step)
    ORDER BY due.name, due.days, due.creator, due."personId" LIMIT 500`

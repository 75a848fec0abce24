import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { hours, localDay, weekRange } from '../kernel/time.ts'
import { net } from './counted.ts'
import { type Cover, coversOf, during, nameOf } from './daily.ts'
import { type Effect, effectsAmong, type Weeks } from './rules-effect.ts'

const { sql } = Prisma

export const incentives = {
  tier: 'Reaching a tier',
  code: 'A code of one’s own choice',
  offer: 'An offer of one’s own',
  podium: 'The first three of a season',
  badge: 'A badge',
  shout: 'A shout-out or a feature',
  prize: 'A reward by rule',
  kudos: 'Thanks from a peer',
} as const
export type Incentive = keyof typeof incentives

const WEEKS = 26

type Effects = Record<Incentive, Effect>

/** The last answer of each program, with all that it hangs on. */
const answers = new Map<string, { hangsOn: string; effects: Effects }>()

/**
 * Each incentive against creators like those who got it, over the last half year; in minor units of net revenue a week. As long as nothing
 * of these weeks has changed the answer is the last one.
 */
export async function effectsOf(ctx: Context): Promise<Effects> {
  const begins = mondays(ctx)
  const hangsOn = await whatTheyHangOn(ctx, begins)
  const last = answers.get(ctx.program.id)
  if (last && last.hangsOn === hangsOn) return last.effects
  const among = effectsAmong(await weeklyOf(ctx, begins))
  const got = await ctx.db.$queryRaw<{ what: Incentive; creatorId: string; at: Date }[]>(firsts(ctx))
  const weekAt = (at: Date) => begins.filter((begin) => begin <= at).length - 1
  const effect = (what: Incentive) =>
    among(new Map(got.filter((row) => row.what === what).map((row) => [row.creatorId, weekAt(row.at)])))
  const effects = Object.fromEntries((Object.keys(incentives) as Incentive[]).map((what) => [what, effect(what)])) as Effects
  if (hangsOn !== null) answers.set(ctx.program.id, { hangsOn, effects })
  return effects
}

/**
 * A print of the weeks as they were last counted, of who was there and of who got what in them; null where some week has to be counted
 * live. A week's row is written anew whenever its sums are (roll-longer.ts), and xmin says by whom.
 */
async function whatTheyHangOn(ctx: Context, begins: readonly Date[]): Promise<string | null> {
  const { id: programId, zone } = ctx.program
  const { days, live } = await weeksKept(ctx, begins)
  if (live.length > 0) return null
  const [print] = await ctx.db.$queryRaw<{ weeks: string; creators: string; firsts: string }[]>`
    SELECT (SELECT sum(hashtextextended(day || ' ' || xmin, 0)) FROM "DayDone" WHERE "programId" = ${programId} AND part = 'sales' AND day = ANY(${days}))::text AS weeks,
      (SELECT sum(hashtextextended(id || ' ' || ${sinceWeek(begins)}, 0)) FROM "Creator" c WHERE ${isThere(ctx)} AND ${sinceWeek(begins)} < ${WEEKS})::text AS creators,
      (SELECT sum(hashtextextended(what || ' ' || "creatorId" || ' ' || ${weekIn(begins, sql`at`)}, 0)) FROM (${firsts(ctx)}) f WHERE at < ${begins.at(-1)})::text AS firsts`
  return JSON.stringify([zone, begins.at(-1), days.length, print])
}

/** When the weeks that are over began, oldest first; the last is the one that runs. */
export function mondays({ now, program }: Context): Date[] {
  const begins = [weekRange(now, program.zone).from]
  while (begins.length <= WEEKS) begins.unshift(weekRange(hours(begins[0]!, -1), program.zone).from)
  return begins
}

/** The weeks that are kept, and what is not. */
async function weeksKept(ctx: Context, begins: readonly Date[]): Promise<Cover> {
  const { sales } = await coversOf(ctx, { from: begins[0]!, to: begins.at(-1)! }, ['week'])
  return sales
}

const weekIn = (begins: readonly Date[], at: Prisma.Sql) => sql`width_bucket(${at}, ${begins}::timestamptz[]) - 1`
/** Of c: the first week that they were there for the whole of. */
const sinceWeek = (begins: readonly Date[]) =>
  sql`(${weekIn(begins, sql`coalesce(c."decidedAt", c."createdAt") - interval '1 microsecond'`)} + 1)`
/** Of c: whether they are compared at all. */
const isThere = ({ program }: Context) =>
  sql`c."programId" = ${program.id} AND c."mergedInto" IS NULL AND c.state IN ('approved', 'paused')`

/** Net revenue of each creator in each week that is over; null before they were in the program for the whole week. */
export async function weeklyOf(ctx: Context, begins: readonly Date[]): Promise<Map<string, Weeks>> {
  const { id: programId, zone } = ctx.program
  const names = begins.slice(0, WEEKS).map((begin) => nameOf(localDay(begin, zone), 'week'))
  const sales = await weeksKept(ctx, begins)
  const live = sales.live.length > 0 ? during(sql`l.at`, sales.live) : sql`false`
  // A row for each creator, its weeks in one text: as rows of their own they would take longer to read than to add up.
  const rows = await ctx.db.$queryRaw<{ id: string; joined: number; weeks: string | null }[]>`
    WITH each_week AS (
      SELECT d.key AS creator, array_position(${names}, d.day) - 1 AS week, d.net FROM "Daily" d
      WHERE d."programId" = ${programId} AND d.part = 'sales' AND d.way = 'creator' AND d.day = ANY(${sales.days})
      UNION ALL
      SELECT l."creatorId", ${weekIn(begins, sql`l.at`)} AS week, sum(${net})::bigint
      FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
      WHERE l."programId" = ${programId} AND ${live} GROUP BY 1, 2),
    sold AS (SELECT creator, string_agg(week || ':' || net, ' ') AS weeks FROM each_week GROUP BY 1)
    SELECT c.id, ${sinceWeek(begins)} AS joined, sold.weeks FROM "Creator" c LEFT JOIN sold ON sold.creator = c.id WHERE ${isThere(ctx)}`
  return new Map(rows.map(({ id, joined, weeks }) => [id, weeksIn(joined, weeks ?? '')]))
}

/** `joined` is the first week that they were there for the whole of; of weeks without a sale the text says nothing. */
function weeksIn(joined: number, text: string): Weeks {
  const weeks = Array.from({ length: WEEKS }, (_, week): number | null => (week < joined ? null : 0))
  for (const [week, sum] of text === '' ? [] : text.split(' ').map((one) => one.split(':').map(Number)))
    if (week! >= joined) weeks[week!] = sum!
  return weeks
}

/** When each creator first got each incentive. What everybody has from their first day on is none; a tier whose time is over was one. */
const firsts = ({ program: { id: programId } }: Context) => sql`
    SELECT * FROM (SELECT 'tier' AS what, id AS "creatorId", least("earnedAt",
        (SELECT min((held->>'from')::timestamptz(3)) FROM jsonb_array_elements("earnedBefore") held)) AS at
      FROM "Creator" WHERE "programId" = ${programId}) t WHERE at IS NOT NULL
    UNION ALL SELECT 'code', "creatorId", min("createdAt") FROM "Code" WHERE "programId" = ${programId} AND chosen GROUP BY 2
    UNION ALL SELECT 'offer', f.target, min(greatest(f.since, o."startsAt")) FROM "OfferFor" f JOIN "Offer" o ON o.id = f."offerId"
      WHERE f."programId" = ${programId} AND f.who = 'creator' GROUP BY 2
    UNION ALL SELECT 'podium', s."creatorId", min(e."frozenAt") FROM "Standing" s JOIN "Season" e ON e.id = s."seasonId"
      WHERE s."programId" = ${programId} AND s.rank <= 3 AND e."frozenAt" IS NOT NULL GROUP BY 2
    UNION ALL SELECT 'badge', "creatorId", min(at) FROM "Badge" WHERE "programId" = ${programId} GROUP BY 2
    UNION ALL SELECT 'shout', "creatorId", min("decidedAt") FROM "Shout" WHERE "programId" = ${programId} AND state = 'approved' GROUP BY 2
    UNION ALL SELECT 'prize', "creatorId", min(at) FROM "RuleReward" WHERE "programId" = ${programId} GROUP BY 2
    UNION ALL SELECT 'kudos', "toId", min(at) FROM "Kudos" WHERE "programId" = ${programId} GROUP BY 2`

/** The review queue: what waits, oldest first, one at a time or as a count that everyone sees. */
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { hours, localDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { subject, type View } from './cards.ts'
import { lateCard, pinnedCard } from './cards-queue.ts'
import { views } from './queries.ts'

/** What waits for review, oldest first, and how much there is in all. */
export async function queue(ctx: Context, limit = 10): Promise<{ waiting: View[]; total: number }> {
  const where = { programId: ctx.program.id, state: 'submitted' }
  const rows = await ctx.db.submission.findMany({ where, orderBy: [{ submittedAt: 'asc' }, { id: 'asc' }], take: limit })
  const total = rows.length < limit ? rows.length : await ctx.db.submission.count({ where })
  return { waiting: await views(ctx, rows), total }
}

type Spot = Pick<Submission, 'submittedAt' | 'id'>
export type Way = 'next' | 'previous'

/**
 * The one that waits after or before a spot; from the end it goes on at the other end. Without a spot, the oldest that nobody else has
 * taken. What the reader handed in themselves, or said yes to already, is passed over. Null when nothing is left for them.
 */
export async function neighbour(ctx: Context, spot: Spot | null, way: Way): Promise<Submission | null> {
  const found = spot && (await beside(ctx, spot, way))
  return found ?? (await beside(ctx, null, way, spot?.id)) ?? (spot ? null : await beside(ctx, null, way, undefined, true))
}

async function beside(
  ctx: Context,
  spot: Spot | null,
  way: Way,
  not?: string,
  taken = spot !== null,
): Promise<Submission | null> {
  const programId = ctx.program.id
  const me = ctx.actor.personId
  const own = ctx.actor.creatorId ?? ''
  const forward = way === 'next'
  const rows = forward
    ? await ctx.db.$queryRaw<{ id: string }[]>`
        SELECT id FROM "Submission" WHERE "programId" = ${programId} AND state = 'submitted'
          AND (${spot === null} OR ("submittedAt", id) > (${spot?.submittedAt ?? ctx.now}::timestamptz, ${spot?.id ?? ''}))
          AND id <> ${not ?? ''} AND "creatorId" <> ${own} AND "firstBy" IS DISTINCT FROM ${me}
          AND (${taken} OR "takenBy" IS NULL OR "takenBy" = ${me} OR "takenUntil" <= ${ctx.now})
        ORDER BY "submittedAt", id LIMIT 1`
    : await ctx.db.$queryRaw<{ id: string }[]>`
        SELECT id FROM "Submission" WHERE "programId" = ${programId} AND state = 'submitted'
          AND (${spot === null} OR ("submittedAt", id) < (${spot?.submittedAt ?? ctx.now}::timestamptz, ${spot?.id ?? ''}))
          AND id <> ${not ?? ''} AND "creatorId" <> ${own} AND "firstBy" IS DISTINCT FROM ${me}
          AND (${taken} OR "takenBy" IS NULL OR "takenBy" = ${me} OR "takenUntil" <= ${ctx.now})
        ORDER BY "submittedAt" DESC, id DESC LIMIT 1`
  const id = rows[0]?.id
  return id === undefined ? null : ctx.db.submission.findUnique({ where: { id } })
}

/** "3 of 41": where a submission stands in the queue. */
export async function placeOf(ctx: Context, { submittedAt, id }: Spot): Promise<{ place: number; total: number }> {
  const [row] = await ctx.db.$queryRaw<{ place: bigint; total: bigint }[]>`
    SELECT count(*) FILTER (WHERE ("submittedAt", id) <= (${submittedAt}::timestamptz, ${id})) AS place, count(*) AS total
    FROM "Submission" WHERE "programId" = ${ctx.program.id} AND state = 'submitted'`
  return { place: Number(row?.place ?? 0n), total: Number(row?.total ?? 0n) }
}

async function waiting(ctx: Context, before?: Date): Promise<{ count: number; oldest: Date | null }> {
  const where = { programId: ctx.program.id, state: 'submitted', ...(before ? { submittedAt: { lte: before } } : {}) }
  const found = await ctx.db.submission.aggregate({ where, _count: true, _min: { submittedAt: true } })
  return { count: found._count, oldest: found._min.submittedAt }
}

/** The pinned count in #review, as it is now. */
export async function showQueue(ctx: Context): Promise<void> {
  // Two changes at once would each count without the other; the second waits here until the first is committed.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`queue ${ctx.program.id}`}, 0))`
  const { count, oldest } = await waiting(ctx)
  const customers = await ctx.db.share.count({ where: { programId: ctx.program.id, state: 'submitted' } })
  await ctx.show({ channel: 'review' }, 'queue', pinnedCard(count, oldest, customers), { pin: true })
}

/** Once a day, where content waits longer than creators were told. True when managers were reminded now. */
export async function remindLate(ctx: Context): Promise<boolean> {
  const { answerHours } = policyOf(ctx.program)
  const late = await waiting(ctx, hours(ctx.now, -answerHours))
  if (late.count === 0 || late.oldest === null) return false
  const key = `late:${localDay(ctx.now, ctx.program.zone)}`
  const said = await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', audience: 'managers', key } })
  if (said > 0) return false
  await ctx.show({ channel: 'managers' }, key, lateCard(late.count, late.oldest, answerHours), { unasked: true })
  return true
}

/** Waiting submissions whose creator or mission holds what was typed, for autocomplete. */
export async function suggestWaiting(ctx: Context, typed: string): Promise<Suggestion[]> {
  const { waiting } = await queue(ctx, 100)
  const named = waiting.map((view) => ({ label: `${view.creator.name}: ${subject(view)}`, value: view.submission.id }))
  return named.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

/** The review queue: what waits, oldest first, one at a time or as a count that everyone sees. */
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
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

/** Where something stands in what waits: a creator's submission or a customer's entry. */
export type Spot = { id: string; submittedAt: Date }
export type Way = 'next' | 'previous'

/**
 * What waits after or before a spot, submissions and customers' entries by when they came; from the end it goes on at the other end.
 * Without a spot, the oldest that nobody else has taken. What the reader handed in themselves, or said yes to already, is passed over.
 * Null when nothing is left for them.
 */
export async function neighbour(ctx: Context, spot: Spot | null, way: Way): Promise<string | null> {
  const found = spot && (await beside(ctx, spot, way))
  return found ?? (await beside(ctx, null, way, spot?.id)) ?? (spot ? null : await beside(ctx, null, way, undefined, true))
}

async function beside(ctx: Context, spot: Spot | null, way: Way, not?: string, taken = spot !== null): Promise<string | null> {
  const programId = ctx.program.id
  const me = ctx.actor.personId
  const own = ctx.actor.creatorId ?? ''
  const at = spot?.submittedAt ?? ctx.now
  const id = spot?.id ?? ''
  const forward = way === 'next'
  // Each half reads one row of its index; the two are compared after.
  const rows = forward
    ? await ctx.db.$queryRaw<{ id: string }[]>`
        (SELECT id, "submittedAt" FROM "Submission" WHERE "programId" = ${programId} AND state = 'submitted'
          AND (${spot === null} OR ("submittedAt", id) > (${at}::timestamptz, ${id}))
          AND id <> ${not ?? ''} AND "creatorId" <> ${own} AND "firstBy" IS DISTINCT FROM ${me}
          AND (${taken} OR "takenBy" IS NULL OR "takenBy" = ${me} OR "takenUntil" <= ${ctx.now})
        ORDER BY "submittedAt", id LIMIT 1)
        UNION ALL
        (SELECT id, "submittedAt" FROM "Share" WHERE "programId" = ${programId} AND state = 'submitted'
          AND (${spot === null} OR ("submittedAt", id) > (${at}::timestamptz, ${id})) AND id <> ${not ?? ''}
        ORDER BY "submittedAt", id LIMIT 1)
        ORDER BY "submittedAt", id LIMIT 1`
    : await ctx.db.$queryRaw<{ id: string }[]>`
        (SELECT id, "submittedAt" FROM "Submission" WHERE "programId" = ${programId} AND state = 'submitted'
          AND (${spot === null} OR ("submittedAt", id) < (${at}::timestamptz, ${id}))
          AND id <> ${not ?? ''} AND "creatorId" <> ${own} AND "firstBy" IS DISTINCT FROM ${me}
          AND (${taken} OR "takenBy" IS NULL OR "takenBy" = ${me} OR "takenUntil" <= ${ctx.now})
        ORDER BY "submittedAt" DESC, id DESC LIMIT 1)
        UNION ALL
        (SELECT id, "submittedAt" FROM "Share" WHERE "programId" = ${programId} AND state = 'submitted'
          AND (${spot === null} OR ("submittedAt", id) < (${at}::timestamptz, ${id})) AND id <> ${not ?? ''}
        ORDER BY "submittedAt" DESC, id DESC LIMIT 1)
        ORDER BY "submittedAt" DESC, id DESC LIMIT 1`
  return rows[0]?.id ?? null
}

/** "3 of 41": where something stands among all that waits. */
export async function placeOf(ctx: Context, { submittedAt, id }: Spot): Promise<{ place: number; total: number }> {
  const [row] = await ctx.db.$queryRaw<{ place: bigint; total: bigint }[]>`
    SELECT count(*) FILTER (WHERE ("submittedAt", id) <= (${submittedAt}::timestamptz, ${id})) AS place, count(*) AS total
    FROM (SELECT "submittedAt", id FROM "Submission" WHERE "programId" = ${ctx.program.id} AND state = 'submitted'
      UNION ALL SELECT "submittedAt", id FROM "Share" WHERE "programId" = ${ctx.program.id} AND state = 'submitted') waiting`
  return { place: Number(row?.place ?? 0n), total: Number(row?.total ?? 0n) }
}

async function waiting(ctx: Context, before?: Date): Promise<{ count: number; oldest: Date | null }> {
  const where = { programId: ctx.program.id, state: 'submitted', ...(before ? { submittedAt: { lte: before } } : {}) }
  const found = await ctx.db.submission.aggregate({ where, _count: true, _min: { submittedAt: true } })
  return { count: found._count, oldest: found._min.submittedAt }
}

/** What customers sent and nobody has answered yet. */
export async function entriesWaiting(ctx: Context): Promise<{ count: number; oldest: Date | null }> {
  const where = { programId: ctx.program.id, state: 'submitted' }
  const found = await ctx.db.share.aggregate({ where, _count: true, _min: { submittedAt: true } })
  return { count: found._count, oldest: found._min.submittedAt }
}

/** The pinned count in #review, as it is now. */
export async function showQueue(ctx: Context): Promise<void> {
  // Two changes at once would each count without the other; the second waits here until the first is committed.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`queue ${ctx.program.id}`}, 0))`
  const creators = await waiting(ctx)
  const customers = await entriesWaiting(ctx)
  const oldest = [creators.oldest, customers.oldest].filter((one) => one !== null).sort((a, b) => a.getTime() - b.getTime())[0]
  await ctx.show({ channel: 'review' }, 'queue', pinnedCard(creators.count, customers.count, oldest), { pin: true })
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
export const suggestWaiting = async (ctx: Context, typed: string): Promise<Suggestion[]> =>
  named((await queue(ctx, 100)).waiting, typed)

/** The same with what its creators were asked to change: they may never come back to it, and it can be turned down as well. */
export async function suggestOpen(ctx: Context, typed: string): Promise<Suggestion[]> {
  const asked = { programId: ctx.program.id, state: 'changes_requested', toldAt: { not: null } }
  const idle = await ctx.db.submission.findMany({ where: asked, orderBy: [{ decidedAt: 'asc' }, { id: 'asc' }], take: 100 })
  return named([...(await queue(ctx, 100)).waiting, ...(await views(ctx, idle))], typed)
}

function named(found: View[], typed: string): Suggestion[] {
  const all = found.map((view) => ({ label: `${view.creator.name}: ${subject(view)}`, value: view.submission.id }))
  return all.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

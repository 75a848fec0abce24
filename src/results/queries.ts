import type { Suggestion } from '../command.ts'
import { subject } from '../content/cards.ts'
import { submissionOf, views } from '../content/queries.ts'
import type { Context } from '../context.ts'
import type { Link, PostMetric } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { atLeast } from '../people/service.ts'
import type { Dimension, Numbers, Piece } from './rules.ts'
import { numbersOf } from './service.ts'

/** What the link of a piece brought; amounts in minor units of the program's currency, net of refunds. */
export type Sold = { clicks: number; orders: number; netMinor: bigint }

export type Results = {
  submissionId: string
  title: string
  creator: { name: string; own: boolean }
  /** What it is and how it begins, as a manager named them. */
  format: string | null
  hook: string | null
  /** Newest day first. */
  metrics: PostMetric[]
  link: Link | null
  sold: Sold | null
}

const states = ['approved', 'live', 'measured']

/** Everything known of one piece. Creators reach their own alone. */
export async function resultsOf(ctx: Context, submissionId: string): Promise<Results> {
  const submission = await submissionOf(ctx, submissionId)
  const own = submission.creatorId === ctx.actor.creatorId
  if (!own && !atLeast(ctx.actor.role, 'manager'))
    throw new Refusal('not_found', 'This submission does not exist.', 'Pick one from the list.', 'submission')
  const programId = ctx.program.id
  const [view] = await views(ctx, [submission])
  const metrics = await ctx.db.postMetric.findMany({ where: { programId, submissionId }, orderBy: { day: 'desc' }, take: 10 })
  const link = await ctx.db.link.findFirst({ where: { programId, submissionId } })
  const sold = (await soldBy(ctx, [submissionId])).get(submissionId) ?? null
  const { format, hook } = submission
  return { submissionId, title: subject(view!), creator: { name: view!.creator.name, own }, format, hook, metrics, link, sold }
}

/** What the links of pieces brought; a piece without a link of its own is missing, for nobody knows what it sold. */
async function soldBy(ctx: Context, submissionIds: readonly string[]): Promise<Map<string, Sold>> {
  const rows = await ctx.db.$queryRaw<{ submissionId: string; clicks: bigint; orders: bigint; net: string }[]>`
    SELECT k."submissionId",
      (SELECT count(*) FROM "Click" c WHERE c."programId" = k."programId" AND c."linkId" = k.id AND NOT c.bot AND c."uniqueInHour") AS clicks,
      count(l.id) AS orders, coalesce(sum(coalesce(l."leftBase", greatest(0, l.base))), 0)::text AS net
    FROM "Link" k
    LEFT JOIN "Click" won ON won."programId" = k."programId" AND won."linkId" = k.id
    LEFT JOIN "Touch" t ON t."programId" = k."programId" AND t.kind = 'click' AND t.what = won.id AND t.won
    LEFT JOIN "Line" l ON l."orderId" = t."orderId" AND l."creatorId" = t."creatorId"
      AND EXISTS (SELECT FROM "Order" o WHERE o.id = l."orderId" AND o.kind = 'order')
    WHERE k."programId" = ${ctx.program.id} AND k."submissionId" = ANY(${[...submissionIds]})
    GROUP BY k.id, k."submissionId"`
  return new Map(
    rows.map((row) => [row.submissionId, { clicks: Number(row.clicks), orders: Number(row.orders), netMinor: BigInt(row.net) }]),
  )
}

const MOST_PIECES = 5_000

/** Pieces of the last half year with their newest numbers, grouped as asked. */
export async function piecesBy(ctx: Context, dimension: Dimension): Promise<Piece[]> {
  const rows = await ctx.db.$queryRaw<
    (Numbers & { id: string; kind: string; format: string | null; hook: string | null; niche: string })[]
  >`
    SELECT s.id, s.kind, s.format, s.hook, c.niche, m.views, m.likes, m.comments, m.shares, m.saves, m.reach, m.followers
    FROM "Submission" s JOIN "Creator" c ON c.id = s."creatorId"
    JOIN LATERAL (SELECT * FROM "PostMetric" m WHERE m."submissionId" = s.id ORDER BY m.day DESC LIMIT 1) m ON true
    WHERE s."programId" = ${ctx.program.id} AND s.state = ANY(${states}) AND s."submittedAt" >= ${days(ctx.now, -180)}
    ORDER BY s."submittedAt" DESC LIMIT ${MOST_PIECES}`
  const sold = await soldBy(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const brought = sold.get(row.id)
    const group = row[dimension]?.trim().toLowerCase() || null
    return { group, numbers: numbersOf(row), orders: brought?.orders ?? null, netMinor: brought?.netMinor ?? null }
  })
}

/** Approved pieces for autocomplete: one's own, or all of them for managers; newest first. */
export async function suggestPieces(ctx: Context, typed: string): Promise<Suggestion[]> {
  const manager = atLeast(ctx.actor.role, 'manager')
  if (!manager && ctx.actor.creatorId === undefined) return []
  // An approval that its creator has not heard of is not given away.
  const own = manager ? {} : { creatorId: ctx.actor.creatorId!, toldAt: { not: null } }
  const rows = await ctx.db.submission.findMany({
    where: { programId: ctx.program.id, state: { in: states }, ...own },
    orderBy: { submittedAt: 'desc' },
    take: 100,
  })
  const named = (await views(ctx, rows)).map((view) => ({
    label: manager ? `${view.creator.name}: ${subject(view)}` : subject(view),
    value: view.submission.id,
  }))
  return named.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

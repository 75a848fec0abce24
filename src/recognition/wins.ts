import type { Context } from '../context.ts'
import { days, localDay, type Range, sayDay, startOfDay } from '../kernel/time.ts'
import { notForfeited } from '../ledger/taken.ts'
import { isWithheld, ordersLetGo } from '../trust/queries.ts'
import { grantBadge } from './badges.ts'
import { publicName } from './cards.ts'
import { dayCard, firstCard } from './cards-wins.ts'
import { creatorsOf, heldSales, sales, toldApprovals } from './queries.ts'
import { fold, nameOn, onBoards } from './rules.ts'
import type { BadgeKind } from './rules-badges.ts'

const NAMED = 20
/** An order that a shop tells late is counted on its own day; older ones are no news any more. */
const NEWS_DAYS = 2

/**
 * Celebrates a credited order in #wins, without its amount: a creator's first in a post of its own, others in the card of their day,
 * which is left to `tellSales`. On a good day, making it anew for each order would cost more with each.
 */
export async function celebrateSale(ctx: Context, { creatorId, orderId }: { creatorId: string; orderId: string }): Promise<void> {
  const where = { id: orderId, programId: ctx.program.id }
  const order = await ctx.db.order.findFirstOrThrow({ where, select: { at: true, kind: true, base: true } })
  // Boards and tiers count no order that cost nothing, such as the first month of a trial; a lead never costs anything.
  if (order.kind === 'order' && order.base <= 0n) return
  // What a person has still to look at is no reason to cheer yet.
  if (await isWithheld(ctx, orderId)) return
  if ((await celebrateFirst(ctx, creatorId, 'first_sale', order.at)) || !isNews(ctx, order.at)) return
  const data = { orderId, programId: ctx.program.id, at: order.at }
  await ctx.db.winsDue.createMany({ data, skipDuplicates: true })
}

/** Shows the days of all sales that are not counted in #wins yet; says how many sales these were. */
export async function tellSales(ctx: Context): Promise<number> {
  const due = await ctx.db.$queryRaw<{ at: Date }[]>`DELETE FROM "WinsDue" WHERE "programId" = ${ctx.program.id} RETURNING at`
  const told = new Map(due.map(({ at }) => [localDay(at, ctx.program.zone), at]))
  for (const [, at] of [...told].sort()) await showDay(ctx, at)
  return due.length
}

/**
 * Celebrates what a case let go: a first sale that was held back becomes the first in #wins now, others count on their own day while
 * that is news. Each is celebrated once, like other sales.
 */
export async function celebrateLetGo(ctx: Context, { caseId, creatorId }: { caseId: string; creatorId: string }): Promise<void> {
  for (const { id } of await ordersLetGo(ctx, caseId)) await celebrateSale(ctx, { creatorId, orderId: id })
  await tellSales(ctx)
}

/** Celebrates approved content in #wins: a creator's first in a post of its own, others in the card of their day. */
export async function celebrateApproval(
  ctx: Context,
  { creatorId, submissionId }: { creatorId: string; submissionId: string },
): Promise<void> {
  const where = { id: submissionId, programId: ctx.program.id }
  const submission = await ctx.db.submission.findFirstOrThrow({ where, select: { decidedAt: true } })
  const at = submission.decidedAt ?? ctx.now
  if (!(await celebrateFirst(ctx, creatorId, 'first_approval', at)) && isNews(ctx, at)) await showDay(ctx, at)
}

const isNews = (ctx: Context, at: Date): boolean => at > days(ctx.now, -NEWS_DAYS)

/** The badge and the post of a creator's first; false when this was not the first, or has no post of its own. */
async function celebrateFirst(
  ctx: Context,
  creatorId: string,
  kind: 'first_sale' | 'first_approval',
  at: Date,
): Promise<boolean> {
  const { count } = await ctx.db.badge.createMany({
    data: { id: ctx.id('badge'), programId: ctx.program.id, creatorId, kind, at },
    skipDuplicates: true,
  })
  const known = await creatorsOf(ctx, [{ creatorId }])
  const creator = known.get(creatorId)
  if (count === 1 && creator) await grantBadge(ctx, creator, kind)
  if (count === 1 && kind === 'first_sale' && (await soldBefore(ctx, creatorId, at))) return false
  // Whoever is hidden gets no post of their own; their first counts in the card of the day.
  if (count === 1 && creator && nameOn(creator) !== null) {
    await ctx.show({ channel: 'wins' }, `wins:${kind}:${creatorId}`, firstCard(kind, publicName(known, creatorId)))
    return true
  }
  return false
}

/**
 * Whether somebody had sold long before, as by orders of an imported file, of which nobody was told. Their badge is of that day then, and
 * no post says of a later sale that it was the first.
 */
async function soldBefore(ctx: Context, creatorId: string, at: Date): Promise<boolean> {
  const programId = ctx.program.id
  const [row] = await ctx.db.$queryRaw<{ at: Date | null }[]>`
    SELECT min(l.at) AS at FROM "Line" l JOIN "Order" o ON o.id = l."orderId" LEFT JOIN "Hold" h ON h.line = l.id
    WHERE l."programId" = ${programId} AND l."creatorId" = ${creatorId} AND l.at < ${days(at, -NEWS_DAYS)} AND o.kind = 'order'
      AND o."cancelledAt" IS NULL AND o."lostAt" IS NULL AND coalesce(l."leftBase", l.base) > 0 AND h."caseId" IS NULL AND ${notForfeited}`
  if (!row?.at) return false
  await ctx.db.badge.updateMany({ where: { programId, creatorId, kind: 'first_sale' }, data: { at: row.at } })
  return true
}

/** The card of a local day, made anew from everything that counts on it. */
async function showDay(ctx: Context, at: Date): Promise<void> {
  const { id, zone, locale } = ctx.program
  const day = localDay(at, zone)
  // Two sales at once would each count without the other; the second waits here until the first is committed.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`wins ${id} ${day}`}, 0))`
  const from = startOfDay(at, zone)
  const wins = await winsOf(ctx, { from, to: startOfDay(days(from, 1.5), zone) })
  if (wins) await ctx.show({ channel: 'wins' }, `wins:${day}`, dayCard(sayDay(at, zone, locale), wins))
}

/** Sales and approvals of the day by creator, without the firsts that had a post of their own; undefined when none are left. */
async function winsOf(ctx: Context, range: Range) {
  const held = await heldSales(ctx, range)
  const sold = (await sales(ctx, range)).map((row) => ({ ...row, orders: row.orders - (held.get(row.creatorId) ?? 0) }))
  const approved = await toldApprovals(ctx, range)
  const known = await creatorsOf(ctx, [...sold, ...approved])
  const badges = await ctx.db.badge.findMany({
    where: { programId: ctx.program.id, creatorId: { in: [...known.keys()] }, at: { gte: range.from, lt: range.to } },
  })
  const firsts = new Set(badges.map(({ creatorId, kind }) => `${creatorId} ${kind}`))
  const first = (creatorId: string, kind: BadgeKind) => {
    const creator = known.get(creatorId)
    return creator !== undefined && nameOn(creator) !== null && firsts.has(`${creatorId} ${kind}`) ? 1 : 0
  }
  const orders = new Map(sold.map((row) => [row.creatorId, row.orders]))
  const pieces = new Map(approved.map((row) => [row.creatorId, row.count]))
  const here = [...known].filter(([, { state }]) => onBoards.includes(state))
  const all = here.map(([creatorId, creator]) => {
    const own = orders.get(creatorId) ?? 0
    const accepted = pieces.get(creatorId) ?? 0
    const sum = {
      sales: Math.max(0, own - first(creatorId, 'first_sale')),
      approvals: Math.max(0, accepted - first(creatorId, 'first_approval')),
    }
    return { creatorId, name: nameOn(creator), ...sum, count: sum.sales + sum.approvals }
  })
  const { named, rest } = fold(all, NAMED)
  if (named.length === 0 && rest.length === 0) return undefined
  return {
    named: named.map((row) => ({ ...row, name: publicName(known, row.creatorId) })),
    restSales: rest.reduce((sum, row) => sum + row.sales, 0),
    restApprovals: rest.reduce((sum, row) => sum + row.approvals, 0),
  }
}

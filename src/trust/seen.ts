/** What the rules look at, read for many orders at once: the order, the click that led to it, and what came around that click. */
import type { Context } from '../context.ts'
import { days, minutes } from '../kernel/time.ts'
import type { ClickSeen, OrderSeen } from './rules-orders.ts'
import { limits } from './rules-weights.ts'

type Row = Omit<OrderSeen, 'click' | 'shopperOrders'> & {
  clickId: string | null
  clickAt: Date | null
  shopperOrders: string[] | null
}

/** These orders, as far as they are credited and booked here. */
export async function ordersSeen(ctx: Context, orderIds: string[]): Promise<OrderSeen[]> {
  const programId = ctx.program.id
  const week = `${limits.repeat.days} days`
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT o."id" AS "orderId", l."id" AS "lineId", l."creatorId", o."number", o."at", o."rule", o."shopperEmail", o."ownPurchase",
      EXISTS (SELECT FROM "Payee" p JOIN "Creator" c ON c."id" = p."creatorId" WHERE p."programId" = ${programId}
        AND p."addressHash" = o."shopperAddress" AND coalesce(c."mergedInto", c."id") = l."creatorId") AS "ownAddress",
      EXISTS (SELECT 1 FROM "Throwaway" t WHERE t."programId" = ${programId} AND t."email" = o."shopperEmail") AS throwaway,
      touch."what" AS "clickId", touch."at" AS "clickAt", same."orders" AS "shopperOrders"
    FROM "Order" o
    JOIN "Line" l ON l."orderId" = o."id"
    LEFT JOIN LATERAL (
      SELECT t."what", t."at" FROM "Touch" t
      WHERE t."programId" = ${programId} AND t."orderId" = o."id" AND t."kind" = 'click' AND t."creatorId" = l."creatorId"
      ORDER BY t."at" DESC LIMIT 1) touch ON true
    LEFT JOIN LATERAL (
      SELECT array_agg(s."id" ORDER BY s."at", s."id") AS orders FROM "Order" s
      WHERE s."programId" = ${programId} AND s."shopperEmail" = o."shopperEmail" AND s."creatorId" = l."creatorId"
        AND s."at" > o."at" - ${week}::interval AND s."at" <= o."at") same ON o."shopperEmail" IS NOT NULL
    WHERE o."programId" = ${programId} AND o."id" = ANY(${orderIds}) AND NOT l."mirror"
    ORDER BY o."id"`
  const clicks = await clicksSeen(
    ctx,
    rows.flatMap(({ clickId, clickAt }) => (clickId && clickAt ? [{ id: clickId, at: clickAt }] : [])),
  )
  return rows.map(({ clickId, clickAt: _, ...order }) => ({
    ...order,
    shopperOrders: order.shopperOrders ?? [],
    click: (clickId && clicks.get(clickId)) || null,
  }))
}

/** These clicks by id, with what came around each. Their dates are given, so that only the months they fall in are looked at. */
async function clicksSeen(ctx: Context, clicks: { id: string; at: Date }[]): Promise<Map<string, ClickSeen>> {
  if (clicks.length === 0) return new Map()
  const programId = ctx.program.id
  const half = `${limits.flood.minutes / 2} minutes`
  const ats = clicks.map(({ at }) => at.getTime())
  const [first, last] = [new Date(Math.min(...ats)), new Date(Math.max(...ats))]
  const [from, to] = [minutes(first, -limits.flood.minutes / 2), minutes(last, limits.flood.minutes / 2)]
  const rows = await ctx.db.$queryRaw<(ClickSeen & { id: string })[]>`
    SELECT c."id", c."at", c."ip", c."userAgent" AS agent, c."referer", c."country", c."bot",
      COALESCE(near."byVisitor", 0)::int AS "byVisitor", COALESCE(near."byAddress", 0)::int AS "byAddress",
      COALESCE(near."visitorsAtAddress", 0)::int AS "visitorsAtAddress", COALESCE(near."all", 0)::int AS "all"
    FROM "Click" c LEFT JOIN LATERAL (
      SELECT COUNT(*) FILTER (WHERE k."visitor" = c."visitor") AS "byVisitor", COUNT(*) FILTER (WHERE k."ip" = c."ip") AS "byAddress",
        COUNT(DISTINCT k."visitor") FILTER (WHERE k."ip" = c."ip") AS "visitorsAtAddress", COUNT(*) AS "all"
      FROM "Click" k WHERE k."programId" = ${programId} AND k."linkId" = c."linkId" AND k."at" BETWEEN ${from} AND ${to}
        AND k."at" BETWEEN c."at" - ${half}::interval AND c."at" + ${half}::interval) near ON true
    WHERE c."programId" = ${programId} AND c."id" = ANY(${clicks.map(({ id }) => id)}) AND c."at" BETWEEN ${first} AND ${last}`
  return new Map(rows.map(({ id, ...click }) => [id, click]))
}

/** Ids of the orders that were credited since `since`, oldest first; mirrors of other networks are theirs to watch. */
export async function creditedSince(ctx: Context, since: Date): Promise<string[]> {
  const rows = await ctx.db.line.findMany({
    where: { programId: ctx.program.id, at: { gt: since, lte: days(ctx.now, 1) }, mirror: false },
    select: { orderId: true },
    orderBy: { at: 'asc' },
  })
  return rows.map(({ orderId }) => orderId)
}

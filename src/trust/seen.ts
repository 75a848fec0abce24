/** What the rules look at, read for many orders at once: the order, the click that led to it, and what came around that click. */
import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import type { ClickSeen, OrderSeen } from './rules-orders.ts'
import { limits } from './rules-weights.ts'

type Row = Omit<OrderSeen, 'click' | 'shopperOrders'> &
  Omit<ClickSeen, 'at'> & { clickAt: Date | null; shopperOrders: string[] | null }

/** These orders, as far as they are credited and booked here. */
export async function ordersSeen(ctx: Context, orderIds: string[]): Promise<OrderSeen[]> {
  const programId = ctx.program.id
  const half = `${limits.flood.minutes / 2} minutes`
  const week = `${limits.repeat.days} days`
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT o."id" AS "orderId", l."id" AS "lineId", l."creatorId", o."number", o."at", o."rule", o."shopperEmail", o."ownPurchase",
      EXISTS (SELECT 1 FROM "Throwaway" t WHERE t."programId" = ${programId} AND t."email" = o."shopperEmail") AS throwaway,
      c."at" AS "clickAt", c."ip", c."userAgent" AS agent, c."referer", c."country", c."bot",
      COALESCE(near."byVisitor", 0)::int AS "byVisitor", COALESCE(near."byAddress", 0)::int AS "byAddress",
      COALESCE(near."visitorsAtAddress", 0)::int AS "visitorsAtAddress", COALESCE(near."all", 0)::int AS "all",
      same."orders" AS "shopperOrders"
    FROM "Order" o
    JOIN "Line" l ON l."orderId" = o."id"
    LEFT JOIN LATERAL (
      SELECT t."what", t."at" FROM "Touch" t
      WHERE t."programId" = ${programId} AND t."orderId" = o."id" AND t."kind" = 'click' AND t."creatorId" = l."creatorId"
      ORDER BY t."at" DESC LIMIT 1) touch ON true
    LEFT JOIN "Click" c ON c."id" = touch."what" AND c."at" = touch."at" AND c."programId" = ${programId}
    LEFT JOIN LATERAL (
      SELECT COUNT(*) FILTER (WHERE k."visitor" = c."visitor") AS "byVisitor", COUNT(*) FILTER (WHERE k."ip" = c."ip") AS "byAddress",
        COUNT(DISTINCT k."visitor") FILTER (WHERE k."ip" = c."ip") AS "visitorsAtAddress", COUNT(*) AS "all"
      FROM "Click" k WHERE k."programId" = ${programId} AND k."linkId" = c."linkId"
        AND k."at" BETWEEN c."at" - ${half}::interval AND c."at" + ${half}::interval) near ON c."id" IS NOT NULL
    LEFT JOIN LATERAL (
      SELECT array_agg(s."id" ORDER BY s."at", s."id") AS orders FROM "Order" s
      WHERE s."programId" = ${programId} AND s."shopperEmail" = o."shopperEmail" AND s."creatorId" = l."creatorId"
        AND s."at" > o."at" - ${week}::interval AND s."at" <= o."at") same ON o."shopperEmail" IS NOT NULL
    WHERE o."programId" = ${programId} AND o."id" = ANY(${orderIds}) AND NOT l."mirror"
    ORDER BY o."id"`
  return rows.map(({ clickAt, ip, agent, referer, country, bot, byVisitor, byAddress, visitorsAtAddress, all, ...order }) => ({
    ...order,
    shopperOrders: order.shopperOrders ?? [],
    click: clickAt && { at: clickAt, ip, agent, referer, country, bot, byVisitor, byAddress, visitorsAtAddress, all },
  }))
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

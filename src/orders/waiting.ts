import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import { type Waiting, waitingCard } from './cards-shops.ts'

const MOST = 50

/** What was told of orders that have not come for a day, oldest first. What Stripe says was paid may have been paid for no order at all. */
export async function longWaiting(ctx: Context): Promise<(Waiting & { id: string })[]> {
  const programId = ctx.program.id
  const before = days(ctx.now, -1)
  return ctx.db.$queryRaw<(Waiting & { id: string })[]>`
    SELECT w.id, w.source, w."orderExternalId" AS "order", w.what, w."createdAt" AS at FROM (
      SELECT id, source, "orderExternalId", "createdAt", 'refund' AS what FROM "Refund"
        WHERE "programId" = ${programId} AND "appliedAt" IS NULL AND "failedAt" IS NULL AND "createdAt" <= ${before}
      UNION ALL SELECT id, source, "orderExternalId", "createdAt", 'payment or cancellation' FROM "OpenFact"
        WHERE "programId" = ${programId} AND "createdAt" <= ${before} AND NOT (source ~ '^stripe' AND fact->>'type' = 'order.paid')
      UNION ALL SELECT id, source, "orderExternalId", "createdAt", 'dispute' FROM "Chargeback"
        WHERE "programId" = ${programId} AND told IS NULL AND "createdAt" <= ${before}) w
    WHERE NOT EXISTS (SELECT FROM "Order" o
      WHERE o."programId" = ${programId} AND o.source = w.source AND o."externalId" = w."orderExternalId")
    ORDER BY w."createdAt", w.id LIMIT ${MOST}`
}

/** Managers hear of what waits for its order; anew when more has come to wait, else the card they have is kept up. */
export async function due(ctx: Context): Promise<void> {
  const rows = await longWaiting(ctx)
  const newest = rows.at(-1)
  if (newest) await ctx.show({ channel: 'managers' }, `waiting:${newest.id}`, waitingCard(rows))
}

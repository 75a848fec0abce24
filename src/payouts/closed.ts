/** Closed countries hold at once, so what was prepared before and nobody sent yet goes back to its creators. */
import type { Context } from '../context.ts'
import type { Payment } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { act } from './payments.ts'
import { termsOf } from './terms.ts'

/** `out` is payable again; `late` is how many payments to such a country are in a file or on their way already. */
export type TakenOut = { out: Payment[]; late: number }

/** Takes payments to closed countries out of their batches. */
export async function takeOutClosed(ctx: Context): Promise<TakenOut> {
  const programId = ctx.program.id
  const blocked = [...termsOf(ctx).blocked]
  // Whoever makes a file or confirms at this moment is waited for, and what they did is seen.
  await ctx.db.$queryRaw`
    SELECT id FROM "Batch" b WHERE "programId" = ${programId} AND EXISTS (SELECT FROM "Payment" p WHERE p."programId" = ${programId}
      AND p."batchId" = b.id AND p.country = ANY(${blocked}) AND p.state IN ('prepared', 'confirmed')) ORDER BY id FOR UPDATE`
  const open = await ctx.db.payment.findMany({
    where: { programId, country: { in: blocked }, state: { in: ['prepared', 'confirmed', 'sending', 'unknown', 'sent'] } },
    select: { id: true, country: true, state: true, exportedAt: true },
  })
  const held = open.filter(({ state, exportedAt }) => (state === 'prepared' || state === 'confirmed') && exportedAt === null)
  const reason = 'Nobody is paid in this country any more.'
  const out = await act(
    ctx,
    'cancel',
    held.map(({ id }) => id),
    { reason },
  )
  return { out, late: open.length - out.length }
}

/** Throws if any of these payments goes to a country that was closed while it was being prepared. */
export function checkOpen(ctx: Context, payments: Payment[]): void {
  const { blocked } = termsOf(ctx)
  const closed = payments.find(({ country }) => blocked.includes(country))
  if (!closed) return
  throw new Refusal(
    'conflict',
    `Payment ${closed.reference} goes to ${closed.country}, where nobody is paid any more.`,
    'Take the batch back with /payout cancel and prepare it anew.',
  )
}

import type { Context } from '../context.ts'
import type { Fact } from '../kernel/fact.ts'

/** Whether everything that these facts tell is in the books already. Of what is no order nothing is looked up, and it counts as new. */
export async function isKnown(ctx: Context, source: string, facts: readonly Fact[]): Promise<boolean> {
  for (const fact of facts) if (!(await knows(ctx, source, fact))) return false
  return true
}

async function knows(ctx: Context, source: string, fact: Fact): Promise<boolean> {
  const programId = ctx.program.id
  if (fact.type === 'order.refunded') {
    const where = { programId_source_externalId: { programId, source, externalId: fact.refundId } }
    const refund = await ctx.db.refund.findUnique({ where, select: { base: true, failedAt: true } })
    if (fact.failed) return refund !== null && refund.failedAt !== null
    // What is told as a sum so far grows under one name.
    return refund !== null && (fact.cumulative !== true || refund.base >= BigInt(fact.base.minor))
  }
  if (fact.type !== 'order.placed' && fact.type !== 'order.paid' && fact.type !== 'order.cancelled') return false
  const where = { programId_source_externalId: { programId, source, externalId: fact.orderId } }
  const order = await ctx.db.order.findUnique({ where, select: { paidAt: true, cancelledAt: true } })
  if (!order) return false
  if (fact.type === 'order.cancelled') return order.cancelledAt !== null
  return order.paidAt !== null || (fact.type === 'order.placed' && !fact.paid)
}

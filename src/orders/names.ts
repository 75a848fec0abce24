import type { Context } from '../context.ts'
import type { LeadRejected, OrderCancelled, OrderPaid } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { record } from './service.ts'
import { type Outcome, settle } from './settle.ts'

export type Named = {
  /** The id that facts of this order are kept under. */
  orderId: string
  /** Whether the order itself is here already. */
  known: boolean
  outcomes: Outcome[]
}

/**
 * The one id behind several that a shop gives the same order. Facts that were told under another of them, before anything tied the
 * two together, come along. Refuses names of orders that stand side by side already: which of the two is real is for people to say.
 */
export async function sameOrder(ctx: Context, source: string, names: string[]): Promise<Named> {
  const programId = ctx.program.id
  // One after the other for the whole shop: two deliveries that tie the same ids must not each begin an order of its own.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`order names ${programId} ${source}`}, 0))`
  const rows = await ctx.db.orderName.findMany({ where: { programId, source, name: { in: names } } })
  const ids = [...new Set([...rows.map((row) => row.orderExternalId), ...names])]
  const orders = await ctx.db.order.findMany({
    where: { programId, source, externalId: { in: ids } },
    select: { externalId: true, number: true },
    orderBy: { id: 'asc' },
  })
  if (orders.length > 1) throw twoOrders(orders.map((order) => order.number))
  const orderId = orders[0]?.externalId ?? ids[0]!
  const others = ids.filter((id) => id !== orderId)
  await ctx.db.orderName.updateMany({
    where: { programId, source, orderExternalId: { in: others } },
    data: { orderExternalId: orderId },
  })
  await ctx.db.orderName.createMany({
    data: names.map((name) => ({ programId, source, name, orderExternalId: orderId })),
    skipDuplicates: true,
  })
  return { orderId, known: orders.length > 0, outcomes: others.length > 0 ? await bringAlong(ctx, source, others, orderId) : [] }
}

async function bringAlong(ctx: Context, source: string, from: string[], to: string): Promise<Outcome[]> {
  const programId = ctx.program.id
  const where = { programId, source, orderExternalId: { in: from } }
  const open = await ctx.db.openFact.findMany({ where, orderBy: { id: 'asc' } })
  const refunds = await ctx.db.refund.updateMany({ where, data: { orderExternalId: to } })
  const disputes = await ctx.db.chargeback.updateMany({ where, data: { orderExternalId: to } })
  await ctx.db.openFact.deleteMany({ where })
  const outcomes: Outcome[] = []
  for (const { fact } of open)
    outcomes.push(...(await record(ctx, source, { ...(fact as OrderPaid | OrderCancelled | LeadRejected), orderId: to })))
  const key = { programId_source_externalId: { programId, source, externalId: to } }
  const order = refunds.count + disputes.count > 0 ? await ctx.db.order.findUnique({ where: key }) : null
  if (order) outcomes.push(...(await settle(ctx, order, {})))
  return outcomes
}

const twoOrders = (numbers: string[]): Refusal =>
  new Refusal(
    'conflict',
    `The shop says that the orders ${numbers.join(' and ')} are one, and both were counted.`,
    'Look at both with /why; a refund in the shop takes one of them back.',
  )

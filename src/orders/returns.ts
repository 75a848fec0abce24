import type { Context } from '../context.ts'
import type { OrderRefunded } from '../kernel/fact.ts'
import { days } from '../kernel/time.ts'
import type { Return } from './rules-import.ts'
import { record } from './service.ts'
import type { Outcome } from './settle.ts'

/** Takes back what a network says was sent back; undefined, and nothing done, when less than that was bought. */
export async function giveBack(ctx: Context, source: string, back: Return): Promise<Outcome[] | undefined> {
  const refunds = await refundsFor(ctx, source, back)
  const outcomes: Outcome[] = []
  for (const refund of refunds ?? []) outcomes.push(...(await record(ctx, source, refund, { quiet: true })))
  return refunds && outcomes
}

/** The purchases that a return takes from, the newest first; none when it is here already, undefined when too little was bought. */
async function refundsFor(ctx: Context, source: string, back: Return): Promise<OrderRefunded[] | undefined> {
  const programId = ctx.program.id
  const key = { programId_source_externalId: { programId, source, externalId: back.id } }
  if (await ctx.db.refund.findUnique({ where: key, select: { id: true } })) return []
  const orders = await ctx.db.order.findMany({
    where: {
      programId,
      source,
      externalId: { startsWith: back.under },
      currency: back.base.currency,
      paidAt: { not: null },
      at: { lte: days(new Date(back.at), 1) },
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  })
  const taken = await ctx.db.refund.groupBy({
    by: ['orderExternalId'],
    where: { programId, source, orderExternalId: { in: orders.map((order) => order.externalId) } },
    _sum: { base: true },
  })
  const gone = new Map(taken.map((row) => [row.orderExternalId, row._sum.base ?? 0n]))
  let open = BigInt(back.base.minor)
  const refunds: OrderRefunded[] = []
  for (const { externalId, base } of orders) {
    const left = base - (gone.get(externalId) ?? 0n)
    const part = left < open ? left : open
    if (part <= 0n) continue
    open -= part
    const refundId = refunds.length === 0 ? back.id : `${back.id}#${refunds.length + 1}`
    const amount = { minor: part.toString(), currency: back.base.currency }
    refunds.push({ type: 'order.refunded', refundId, orderId: externalId, at: back.at, base: amount })
  }
  return open > 0n ? undefined : refunds
}

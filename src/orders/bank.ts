/**
 * What the shopper's bank asks and decides about an order. Lost, the order is worth nothing; won after it was lost, it is worth what
 * its refunds left of it, and what was taken comes again.
 */
import type { Context } from '../context.ts'
import type { Chargeback, Line, Order } from '../db/generated/client.ts'
import { partsOf, standing } from '../ledger/rules.ts'
import { disputed } from '../trust/service.ts'
import { baseLeftOf } from './left.ts'
import { countAgain } from './recount.ts'

/** The order as it stands then; `heard` when there was something new to tell. */
type Answered = { order: Order; heard: boolean }

/** Tells of what the bank asks or decided, once each, and marks an order that it decided against. */
export async function answerBank(ctx: Context, order: Order, line: Line | null): Promise<Answered> {
  const where = { programId: ctx.program.id, source: order.source, orderExternalId: order.externalId }
  const asked = await ctx.db.chargeback.findMany({ where, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const lost = asked.find(({ outcome }) => outcome === 'lost')
  // What is decided against the order is taken first and marked then; what is won back is unmarked before it is given again.
  const won = order.lostAt !== null && !lost
  const now = won ? await ctx.db.order.update({ where: { id: order.id }, data: { lostAt: null } }) : order
  if (won && line) await standAgain(ctx, now, line)
  let heard = false
  for (const one of asked) if (await tell(ctx, now, line, one)) heard = true
  if (won && line && !line.mirror) await countAgain(ctx, now, line)
  if (!lost || order.lostAt) return { order: now, heard }
  return { order: await ctx.db.order.update({ where: { id: order.id }, data: { lostAt: lost.at } }), heard }
}

/** True when the trust room heard of it now. */
async function tell(
  ctx: Context,
  order: Order,
  line: Line | null,
  { id, externalId, outcome, told }: Chargeback,
): Promise<boolean> {
  if (!line || line.mirror || told === outcome) return false
  const seen = { orderId: order.id, lineId: line.id, creatorId: line.creatorId, disputeId: externalId }
  await disputed(ctx, { ...seen, outcome: outcome as 'open' | 'won' | 'lost' })
  await ctx.db.chargeback.update({ where: { id }, data: { told: outcome } })
  return true
}

/** The line is worth again what refunds and a cancellation leave of it. */
async function standAgain(ctx: Context, order: Order, line: Line): Promise<void> {
  const leftBase = await baseLeftOf(ctx, order)
  const left = { part: leftBase, of: line.base > 0n ? line.base : 1n }
  // What a network pays is no transfer of ours; of everything else the transfers say what is left.
  const shown = line.mirror ? { leftMinor: standing(line, partsOf(line), left).minor } : {}
  await ctx.db.line.update({ where: { id: line.id }, data: { leftBase, ...shown } })
}

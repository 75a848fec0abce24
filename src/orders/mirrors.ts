import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { Mirror } from '../kernel/fact.ts'
import type { Money } from '../kernel/money.ts'
import { ownerOf } from '../ledger/owners.ts'
import { convert } from '../programs/rules-fx.ts'
import { addLine } from './book.ts'
import { unknownPartnerCard } from './cards.ts'
import { exchangeOf, inBooks } from './exchange.ts'
import { creatorByKey } from './network-keys.ts'
import { exact } from './rules.ts'
import { paidByNetwork } from './rules-network.ts'
import type { Decision } from './settle.ts'

/**
 * An order that a network reports and pays: the network says who is credited and what they earn, and we show it. It waits while the
 * network's name for the creator is unknown here, and while a currency has no rate. `payer` is another network that reported it first.
 */
export async function mirror(ctx: Context, order: Order, payer: string | null): Promise<Decision> {
  const told = order.mirror as unknown as Mirror
  const commission = exact(told.commission)
  const exchange = await exchangeOf(ctx, order.currency, order.at)
  const paid = await exchangeOf(ctx, commission.currency, order.at)
  if (order.test) return leave(ctx, order, 'test')
  if (payer !== null) return leave(ctx, order, paidByNetwork)
  if (!exchange || !paid) return leave(ctx, order, 'currency')
  const known = await creatorByKey(ctx, order.source, told.creatorKey)
  if (!known) {
    await ctx.show(
      { channel: 'managers' },
      `partner:${order.source}:${told.creatorKey}`,
      unknownPartnerCard(order, told.creatorKey),
    )
    return leave(ctx, order, 'unknown partner')
  }
  const creatorId = await ownerOf(ctx, known)
  const kept = await ctx.db.order.update({ where: { id: order.id }, data: { creatorId, rule: 'network', ...exchange } })
  await keepTouch(ctx, order, creatorId, told.creatorKey)
  const earned: Money = paid.exchange === null ? commission : convert(commission, paid.exchange, ctx.program.currency)
  const why = `as ${order.source} says`
  const base = inBooks(ctx, kept, order.base)
  const part = { base: base.minor, rateBps: null, fixedMinor: earned.minor, minor: earned.minor, why, of: null }
  const because = {
    rule: 'network',
    network: order.source,
    key: told.creatorKey,
    rate: why,
    told: told.commission,
    order: order.id,
  }
  const { line, first } = await addLine(ctx, order, creatorId, {
    base,
    commission: earned,
    parts: [part],
    because,
    cappedBy: null,
    mirror: true,
  })
  const outcome = { kind: 'credited' as const, creatorId, orderId: order.id, lineId: line.id, commission: earned, first }
  return { outcome: { ...outcome, mirror: true }, order: kept, line }
}

async function leave(ctx: Context, order: Order, rule: string): Promise<Decision> {
  const kept = await ctx.db.order.update({ where: { id: order.id }, data: { rule } })
  return { outcome: { kind: 'uncredited', orderId: order.id, reason: rule }, order: kept, line: null }
}

async function keepTouch(ctx: Context, order: Order, creatorId: string, key: string): Promise<void> {
  await ctx.db.touch.create({
    data: {
      id: ctx.id('touch'),
      programId: ctx.program.id,
      orderId: order.id,
      kind: 'network',
      creatorId,
      what: key,
      at: order.at,
      won: true,
      reason: 'the network names them',
    },
  })
}

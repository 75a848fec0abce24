import type { Context } from '../context.ts'
import { standardsOf } from '../creators/service.ts'
import type { Creator, Line, Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { days } from '../kernel/time.ts'
import { rulesAt } from '../ledger/rates.ts'
import { earn, type Part, partsToJson } from '../ledger/rules.ts'
import { price } from '../ledger/rules-rates.ts'
import { bookCommission } from '../ledger/service.ts'
import type { Policy } from '../programs/rules.ts'
import { clamp, lockEarning } from './caps.ts'
import { inBooks } from './exchange.ts'
import { becauseOf, rateOfAll, saleToPrice } from './rules-book.ts'
import { climb, tierOf } from './tiers.ts'

/** `offer` is the name of the offer that the sale came under. */
export type Winner = { creatorId: string; returning: boolean; offer: string | null }
export type Booked = { line: Line; commission: Money; first: boolean }

/** Books what an order earns its creator: parts with their rates, cut by limits, pending under a hold; then counts it for the tier. */
export async function book(ctx: Context, order: Order, policy: Policy, winner: Winner): Promise<Booked> {
  const { creatorId, returning, offer } = winner
  const { caps, tiers } = policy
  if (tiers || Object.values(caps).some((cap) => cap !== null)) await lockEarning(ctx, creatorId, caps)
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  const base = inBooks(ctx, order, order.base)
  const tier = await tierOf(ctx, policy, creator, order.at)
  const unbooked = order.kind === 'lead' ? leadParts(policy) : await orderParts(ctx, order, policy, creator, tier, winner)
  const { earned, parts } = earn(unbooked, base.currency)
  const { commission, cappedBy } = await clamp(ctx, caps, order, creatorId, earned)
  const because = becauseOf(order, { base, parts, earned, tier: tier?.name ?? null, returning, offer, cappedBy })
  const { line, first } = await addLine(ctx, order, creatorId, { base, commission, parts, because, cappedBy, mirror: false })
  const availableAt = days(order.at, policy.holdDays)
  const rateBps = line.rateBps
  await bookCommission(ctx, { line: line.id, creatorId, commission, availableAt, because: { ...because, rateBps } })
  if (order.kind === 'order') await climb(ctx, policy, creatorId, order.at)
  // A tier that pays backwards may have raised it.
  const now = tiers ? await ctx.db.line.findUniqueOrThrow({ where: { id: line.id } }) : line
  return { line: now, commission, first }
}

const leadParts = ({ leadMinor }: Policy): Omit<Part, 'minor'>[] => [
  { base: 0n, rateBps: null, fixedMinor: BigInt(leadMinor), why: 'the fixed amount for a lead', of: null },
]

type TierNow = Awaited<ReturnType<typeof tierOf>>

async function orderParts(ctx: Context, order: Order, policy: Policy, creator: Creator, tier: TierNow, winner: Winner) {
  const { returning, offer } = winner
  const base = inBooks(ctx, order, order.base)
  const sale = saleToPrice(order, base, { returning, tier: tier?.name ?? null, tags: creator.tags, offer })
  const byTier = tier?.step ? [{ rateBps: tier.step.rateBps, why: `the rate of tier ${tier.name}` }] : []
  return price(sale, await rulesAt(ctx, order.at), [standardsOf(policy, creator, order.at), ...byTier])
}

type NewLine = { base: Money; commission: Money; parts: Part[]; because: object; cappedBy: string | null; mirror: boolean }

/** Writes a line; `first` is true for a creator's first one. */
export async function addLine(
  ctx: Context,
  order: Order,
  creatorId: string,
  plan: NewLine,
): Promise<{ line: Line; first: boolean }> {
  const { base, commission, parts, because, cappedBy, mirror } = plan
  const programId = ctx.program.id
  const first = (await ctx.db.line.findFirst({ where: { programId, creatorId }, select: { id: true } })) === null
  const line = await ctx.db.line.create({
    data: {
      id: ctx.id('line'),
      programId,
      orderId: order.id,
      creatorId,
      base: base.minor,
      rateBps: rateOfAll(parts, base.minor),
      minor: commission.minor,
      currency: commission.currency,
      at: order.at,
      because: { ...because, first },
      parts: partsToJson(parts),
      mirror,
      cappedBy,
    },
  })
  return { line, first }
}

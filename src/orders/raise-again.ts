import type { Context } from '../context.ts'
import type { Money } from '../kernel/money.ts'
import { days } from '../kernel/time.ts'
import { partsOf, standing } from '../ledger/rules.ts'
import { bookedOf, topUp } from '../ledger/service.ts'
import type { Policy } from '../programs/rules.ts'
import { limitOn } from './caps.ts'

/**
 * A tier raised what was left of a sale while a refund counted that has failed since: it pays for what came again too. A sale whose
 * raise a limit cut stays cut.
 */
export async function raiseAgain(ctx: Context, { caps, tiers, holdDays }: Policy, lineId: string, refundId: string) {
  const line = await ctx.db.line.findUniqueOrThrow({ where: { id: lineId } })
  const { raisedBps, currency } = line
  if (raisedBps === null || line.cappedBy !== null) return
  const left = { part: line.leftBase ?? line.base, of: line.base }
  const all: Money = { minor: 2n ** 62n, currency }
  const { booked, reversed } = await bookedOf(ctx, line.id)
  const has = { minor: booked.minor - reversed.minor, currency }
  const { most, cappedBy } = await limitOn(ctx, caps, line, { has, worth: standing(all, partsOf(line), left) })
  if (most <= has.minor) return
  await ctx.db.line.update({ where: { id: line.id }, data: { leftMinor: most, cappedBy } })
  await topUp(ctx, {
    line: line.id,
    creatorId: line.creatorId,
    tier: tiers?.steps.find((step) => step.rateBps === raisedBps)?.name ?? 'a tier',
    again: refundId,
    money: { minor: most - has.minor, currency },
    availableAt: days(line.at, holdDays),
    because: { rule: 'tier', rateBps: raisedBps, order: line.orderId, left: left.part.toString(), of: left.of.toString() },
  })
}

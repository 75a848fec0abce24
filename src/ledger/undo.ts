// A refund may fail after it was told: the bank sent the money back, and the shop has it as before.
import type { Context } from '../context.ts'
import { type Money, subtract } from '../kernel/money.ts'
import { ownerOf } from './owners.ts'
import { regrowReferral } from './rewards.ts'
import { commissionAccount, purse, standing, undoneKey } from './rules.ts'
import { bookedOf, move, purseOf, type Reversal } from './service.ts'
import { forfeitedOn } from './taken.ts'

/**
 * Gives again what refunds took of a line that have failed since, to wherever the line's money is now; what a case has taken stays so.
 * Returns it, zero when nothing is owed, with what the line is worth then.
 */
export async function undo(ctx: Context, plan: Reversal): Promise<{ money: Money; stands: bigint }> {
  const { line, parts, left, refundId } = plan
  const creatorId = await ownerOf(ctx, plan.creatorId)
  const to = await purseOf(ctx, line)
  const { booked, reversed } = await bookedOf(ctx, line)
  const before = subtract(booked, reversed)
  const open = subtract(standing(booked, parts, left), before)
  const money = { ...open, minor: (await forfeitedOn(ctx, [line])).has(line) || open.minor < 0n ? 0n : open.minor }
  if (money.minor === 0n) return { money, stands: before.minor }
  const because = { line, rule: 'refund failed', left: left.part.toString(), of: left.of.toString(), ...plan.because }
  const key = undoneKey(refundId, line)
  const given = await move(ctx, { from: commissionAccount, to: purse(creatorId, to), money, key, because })
  if (!given) return { money: { ...money, minor: 0n }, stands: before.minor }
  const stands = before.minor + money.minor
  if (to === 'payable') await regrowReferral(ctx, refundId, { line, creatorId, minor: stands })
  return { money, stands }
}

/** What a case took of a line comes again: an appeal was granted, or the bank decided for the shop after all. */
import type { Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { must } from '../kernel/refusal.ts'
import { forfeited, restore } from '../ledger/forfeit.ts'
import { partsOf, standing } from '../ledger/rules.ts'
import { bookedOf } from '../ledger/service.ts'

type Named = { lineId: string; availableAt: Date | null }

/** Gives again what the case took, less what refunds would have taken of it since; once, under the case's own key. */
export async function giveAgain(ctx: Context, found: Case, { lineId, availableAt }: Named, reason: string): Promise<void> {
  const line = await ctx.db.line.findUnique({ where: { id: lineId } })
  must(line, 'a case names lines')
  const taken = await forfeited(ctx, found.id, lineId)
  const { booked, reversed } = await bookedOf(ctx, lineId)
  const order = await ctx.db.order.findUniqueOrThrow({ where: { id: line.orderId }, select: { cancelledAt: true, lostAt: true } })
  const gone = order.cancelledAt !== null || order.lostAt !== null
  // A lead has no base: it is there or gone.
  const whole = line.base > 0n ? line.base : 1n
  const stands = standing(booked, partsOf(line), { part: gone ? 0n : (line.leftBase ?? whole), of: whole })
  const open = stands.minor - (booked.minor - reversed.minor)
  const minor = open > taken ? taken : open > 0n ? open : 0n
  const rule = found.kind === 'chargeback' ? 'chargeback won' : 'appeal granted'
  const plan = { caseId: found.id, line: lineId, creatorId: found.creatorId, because: { rule, reason }, availableAt }
  await restore(ctx, { ...plan, money: { minor, currency: booked.currency } })
  await ctx.db.caseLine.update({ where: { caseId_lineId: { caseId: found.id, lineId } }, data: { outcome: 'restored' } })
}

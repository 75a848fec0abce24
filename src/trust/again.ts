/** What a case took of a line comes again: an appeal was granted, or the bank decided for the shop after all. */
import type { Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { must } from '../kernel/refusal.ts'
import { forfeited, restore } from '../ledger/forfeit.ts'
import { partsOf, standing } from '../ledger/rules.ts'
import { bookedOf } from '../ledger/service.ts'
import { undo } from '../ledger/undo.ts'

/**
 * Gives again what cases took of a line, less what refunds would have taken of it since; once, under the case's own key. Several cases
 * may be about one line, and only the first had anything to take: it comes again with the last of them, whichever took it. What another
 * has taken for good stays taken, and what another withholds is withheld again.
 */
export async function giveAgain(ctx: Context, found: Case, lineId: string, reason: string): Promise<void> {
  const programId = ctx.program.id
  const named = await ctx.db.caseLine.findMany({ where: { programId, lineId } })
  const where = { caseId_lineId: { caseId: found.id, lineId } }
  await ctx.db.caseLine.update({ where, data: { outcome: 'restored' } })
  const others = named.filter(({ caseId }) => caseId !== found.id)
  if (others.some(({ outcome }) => outcome === 'forfeited')) return
  const line = await ctx.db.line.findUnique({ where: { id: lineId } })
  must(line, 'a case names lines')
  const cases = named.map(({ caseId }) => caseId)
  const taken = await forfeited(ctx, cases, lineId)
  const { booked, reversed, matured } = await bookedOf(ctx, lineId)
  const order = await ctx.db.order.findUniqueOrThrow({ where: { id: line.orderId }, select: { cancelledAt: true, lostAt: true } })
  const gone = order.cancelledAt !== null || order.lostAt !== null
  // A lead has no base: it is there or gone.
  const whole = line.base > 0n ? line.base : 1n
  const left = { part: gone ? 0n : (line.leftBase ?? whole), of: whole }
  const stands = standing(booked, partsOf(line), left)
  const open = stands.minor - (booked.minor - reversed.minor)
  const minor = open > taken ? taken : open > 0n ? open : 0n
  // The first that took it ended its hold, and it alone knows until when that was.
  const ends = named.flatMap(({ availableAt }) => availableAt?.getTime() ?? [])
  const availableAt = ends.length > 0 && matured.minor === 0n ? new Date(Math.max(...ends)) : null
  const rule = found.kind === 'chargeback' ? 'chargeback won' : 'appeal granted'
  const plan = { caseId: found.id, line: lineId, creatorId: found.creatorId, because: { rule, reason }, availableAt }
  const waits = others.filter(({ outcome }) => outcome === null).map(({ caseId }) => caseId)
  await restore(ctx, { ...plan, money: { minor, currency: booked.currency }, heldBy: await withholding(ctx, waits) })
  // While it was taken nothing was given again of refunds that failed.
  await undo(ctx, {
    line: lineId,
    creatorId: line.creatorId,
    parts: partsOf(line),
    left,
    refundId: found.id,
    because: { case: found.id },
  })
}

/** Of these cases the first that withholds what it names. */
async function withholding(ctx: Context, caseIds: string[]): Promise<string | null> {
  const where = { programId: ctx.program.id, id: { in: caseIds }, state: 'held' }
  const found = await ctx.db.case.findFirst({ where, select: { id: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return found?.id ?? null
}

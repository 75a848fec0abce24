import type { Context } from '../context.ts'
import { forfeit } from '../ledger/forfeit.ts'
import { ownerOf } from '../ledger/owners.ts'
import { policyOf } from '../programs/rules.ts'
import { letGo, nameLines, note, open, showManagers, tellDecided, tellHeld, withhold } from './cases.ts'
import { raise } from './raise.ts'
import { orderSignals } from './rules-orders.ts'
import { ordersSeen } from './seen.ts'

export type Credited = { orderId: string; lineId: string | null; creatorId: string; ownPurchase: boolean }

/**
 * Looks at an order that was just credited, with the rules that need nothing but the order and its click. What takes a day to see is
 * seen by the hourly sweep. An own purchase always opens a case.
 */
export async function inspect(ctx: Context, seen: Credited): Promise<void> {
  if (seen.lineId === null) return
  const [order] = await ordersSeen(ctx, [seen.orderId])
  if (!order) return
  const { adsAllowed, couponSites } = policyOf(ctx.program)
  const allowed = { adsAllowed, couponSites, demo: ctx.program.demo }
  const found = orderSignals({ ...order, ownPurchase: seen.ownPurchase || order.ownPurchase }, allowed)
  if (found.length > 0) await raise(ctx, found)
}

export type Disputed = {
  orderId: string
  lineId: string | null
  creatorId: string
  disputeId: string
  outcome: 'open' | 'won' | 'lost'
}

/**
 * What became of a chargeback: while the bank has not decided the line is held; won it is released, lost it is taken back whole. Told
 * again it does nothing, and an outcome that is heard first counts.
 */
export async function disputed(ctx: Context, { orderId, lineId, creatorId, disputeId, outcome }: Disputed): Promise<void> {
  if (lineId === null) return
  const programId = ctx.program.id
  const subject = `chargeback:${orderId}:${disputeId}`
  const owner = await ownerOf(ctx, creatorId)
  const opened = await open(ctx, { creatorId: owner, kind: 'chargeback', subject, orderId })
  await ctx.db.$queryRaw`SELECT "id" FROM "Case" WHERE "programId" = ${programId} AND "subject" = ${subject} FOR UPDATE`
  const found = await ctx.db.case.findUniqueOrThrow({ where: { programId_subject: { programId, subject } } })
  if (found.state === 'released' || found.state === 'upheld') return
  if (opened) await nameLines(ctx, found.id, [{ lineId, orderId }])
  if (outcome === 'open') {
    if (!opened) return
    await ctx.db.case.update({ where: { id: found.id }, data: { state: 'held' } })
    await note(ctx, found.id, 'held', 'The shopper’s bank asks for the money back.')
    await withhold(ctx, found.id)
    await tellHeld(ctx, found.id, null)
    return showManagers(ctx, found.id)
  }
  const reason =
    outcome === 'won'
      ? 'The bank decided for the shop.'
      : 'The bank gave the shopper the money back, so the order earned nothing.'
  const state = outcome === 'won' ? 'released' : 'upheld'
  await ctx.db.case.update({ where: { id: found.id }, data: { state, reason, decidedAt: ctx.now } })
  await note(ctx, found.id, state, reason)
  if (outcome === 'won') await letGo(ctx, found.id, [lineId])
  else {
    const { availableAt } = await forfeit(ctx, { caseId: found.id, line: lineId, creatorId: owner, because: { reason } })
    await ctx.db.caseLine.update({
      where: { caseId_lineId: { caseId: found.id, lineId } },
      data: { outcome: 'forfeited', availableAt },
    })
  }
  await tellDecided(ctx, found.id)
  await showManagers(ctx, found.id)
}

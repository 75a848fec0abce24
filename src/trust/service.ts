import type { Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { forfeit } from '../ledger/forfeit.ts'
import { ownerOf } from '../ledger/owners.ts'
import { policyOf } from '../programs/rules.ts'
import { giveAgain } from './again.ts'
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
 * again it does nothing. Lost and later won, what was taken comes again; lost after it was won, a case of its own takes it.
 */
export async function disputed(ctx: Context, { orderId, lineId, creatorId, disputeId, outcome }: Disputed): Promise<void> {
  if (lineId === null) return
  const owner = await ownerOf(ctx, creatorId)
  const round = await roundOf(ctx, `chargeback:${orderId}:${disputeId}`, outcome)
  const opened = await open(ctx, { creatorId: owner, kind: 'chargeback', subject: round, orderId })
  const found = await lockSubject(ctx, round)
  if (found.state === 'released') return
  if (found.state === 'upheld') return outcome === 'won' ? wonAfterAll(ctx, found) : undefined
  if (opened) await nameLines(ctx, found.id, [{ lineId, orderId }])
  if (outcome !== 'open') return decided(ctx, found, lineId, outcome)
  if (!opened) return
  await ctx.db.case.update({ where: { id: found.id }, data: { state: 'held' } })
  await note(ctx, found.id, 'held', 'The shopper’s bank asks for the money back.')
  await withhold(ctx, found.id)
  await tellHeld(ctx, found.id, null)
  await showManagers(ctx, found.id)
}

/** The subject of the case that this is told to: the last of a dispute, or the next where the bank takes what it had left. */
async function roundOf(ctx: Context, subject: string, outcome: Disputed['outcome']): Promise<string> {
  const cases = await ctx.db.case.findMany({
    where: { programId: ctx.program.id, OR: [{ subject }, { subject: { startsWith: `${subject}:again-` } }] },
    select: { subject: true, state: true },
  })
  const last = cases.toSorted((a, b) => a.subject.length - b.subject.length || (a.subject < b.subject ? -1 : 1)).at(-1)
  return last?.state === 'released' && outcome === 'lost' ? `${subject}:again-${cases.length + 1}` : (last?.subject ?? subject)
}

async function lockSubject(ctx: Context, subject: string): Promise<Case> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`SELECT "id" FROM "Case" WHERE "programId" = ${programId} AND "subject" = ${subject} FOR UPDATE`
  return ctx.db.case.findUniqueOrThrow({ where: { programId_subject: { programId, subject } } })
}

async function decided(ctx: Context, found: Case, lineId: string, outcome: 'won' | 'lost'): Promise<void> {
  const reason =
    outcome === 'won'
      ? 'The bank decided for the shop.'
      : 'The bank gave the shopper the money back, so the order earned nothing.'
  const state = outcome === 'won' ? 'released' : 'upheld'
  await ctx.db.case.update({ where: { id: found.id }, data: { state, reason, decidedAt: ctx.now } })
  await note(ctx, found.id, state, reason)
  if (outcome === 'won') await letGo(ctx, found.id, [lineId])
  else {
    const plan = { caseId: found.id, line: lineId, creatorId: found.creatorId, because: { reason } }
    const { availableAt } = await forfeit(ctx, plan)
    await ctx.db.caseLine.update({
      where: { caseId_lineId: { caseId: found.id, lineId } },
      data: { outcome: 'forfeited', availableAt },
    })
  }
  await tellDecided(ctx, found.id)
  await showManagers(ctx, found.id)
}

async function wonAfterAll(ctx: Context, found: Case): Promise<void> {
  const reason = 'The bank has decided for the shop after all.'
  await ctx.db.case.update({ where: { id: found.id }, data: { state: 'released', reason, decidedAt: ctx.now } })
  await note(ctx, found.id, 'won', reason)
  const lines = await ctx.db.caseLine.findMany({
    where: { programId: ctx.program.id, caseId: found.id, outcome: 'forfeited' },
  })
  for (const { lineId } of lines) await giveAgain(ctx, found, lineId, reason)
  await tellDecided(ctx, found.id)
  await showManagers(ctx, found.id)
}

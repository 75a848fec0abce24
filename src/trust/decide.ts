/** What people do with a case: hold it, decide it with a reason, answer an appeal. Each under the case's lock, so that it happens once. */
import type { Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { format, type Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { forfeit } from '../ledger/forfeit.ts'
import { bonus } from '../ledger/service.ts'
import { personNow } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { giveAgain } from './again.ts'
import { judgesOf, letGo, note, showManagers, tellDecided, tellHeld, withhold } from './cases.ts'
import { lockCase, nameOf, orderOf, personOf } from './queries.ts'
import { closedSubject } from './raise.ts'
import {
  bareNumber,
  checkAppeal,
  checkFilled,
  checkJudge,
  checkVerdict,
  isOpen,
  numbersIn,
  orderNames,
  stateAfter,
  type Verdict,
} from './rules.ts'

/** A manager withholds the lines of a suspicion that did not hold them by itself. Refuses a case that is held or decided. */
export async function hold(ctx: Context, caseId: string, because: string): Promise<Case> {
  const found = await lockCase(ctx, caseId)
  if (found.kind !== 'fraud' || !isOpen(found) || found.state !== 'open')
    throw new Refusal('conflict', 'This case is not one that waits to be held.', 'Look at it with /case show.')
  await mayJudge(ctx, found)
  const held = await ctx.db.case.update({ where: { id: caseId }, data: { state: 'held' } })
  await note(ctx, caseId, 'held', because)
  await withhold(ctx, caseId)
  await tellHeld(ctx, caseId, because)
  await showManagers(ctx, caseId)
  return held
}

export type Decision = {
  verdict: Verdict
  reason: string
  /** Only these orders are taken back; the others of the case are released. */
  only?: string | undefined
  /** What a goodwill bonus comes to. */
  amount?: Money | undefined
}

/**
 * Decides a case, or the appeal against its decision. What a verdict does to the lines of a suspicion and a bonus happens here; that an
 * order is credited to somebody is for the orders room, in the same unit of work. Refuses the second of two who decide at once.
 */
export async function decide(ctx: Context, caseId: string, decision: Decision): Promise<Case> {
  const found = await lockCase(ctx, caseId)
  checkVerdict(found, decision.verdict, await nameOf(ctx, found.appealBy ?? found.decidedBy))
  checkFilled(found, decision)
  await mayJudge(ctx, found)
  const appealed = found.appeal === 'open'
  const state = stateAfter(decision.verdict)
  const { verdict, reason } = decision
  const remedy = verdict === 'credit' || verdict === 'move' || verdict === 'bonus' ? verdict : null
  const by = ctx.actor.personId
  const answer = appealed
    ? { appeal: 'decided', appealReason: reason, appealBy: by }
    : { reason, decidedBy: by, decidedAt: ctx.now }
  const subject = found.kind === 'fraud' ? closedSubject(caseId) : found.subject
  const orderId = (await orderOf(ctx, found))?.id ?? null
  const decided = await ctx.db.case.update({ where: { id: caseId }, data: { state, remedy, subject, orderId, ...answer } })
  await note(ctx, caseId, appealed ? `appeal_${verdict}` : verdict, reason)
  if (found.kind === 'fraud') await settleLines(ctx, decided, decision, appealed)
  if (verdict === 'bonus') await payBonus(ctx, decided, decision)
  return decided
}

/** Shows what was decided to both sides; comes after all that the decision did. */
export async function announce(ctx: Context, caseId: string): Promise<void> {
  await tellDecided(ctx, caseId)
  await showManagers(ctx, caseId)
}

async function mayJudge(ctx: Context, found: Case): Promise<void> {
  checkJudge(ctx.actor, {
    creatorPersonId: await personOf(ctx, found.creatorId),
    appeal: found.appeal,
    decidedBy: found.decidedBy && (await personNow(ctx, found.decidedBy)),
    judges: await judgesOf(ctx),
  })
}

async function settleLines(ctx: Context, found: Case, { verdict, reason, only }: Decision, appealed: boolean): Promise<void> {
  const programId = ctx.program.id
  const lines = await ctx.db.caseLine.findMany({ where: { programId, caseId: found.id }, orderBy: { lineId: 'asc' } })
  if (appealed) {
    if (verdict !== 'release') return
    for (const { lineId, outcome } of lines) if (outcome === 'forfeited') await giveAgain(ctx, found, lineId, reason)
    return
  }
  if (verdict === 'release') {
    return letGo(
      ctx,
      found.id,
      lines.map(({ lineId }) => lineId),
    )
  }
  const taken = only === undefined ? lines : await namedOnly(ctx, lines, only)
  for (const { lineId } of taken) {
    const { availableAt } = await forfeit(ctx, {
      caseId: found.id,
      line: lineId,
      creatorId: found.creatorId,
      because: { reason },
    })
    await ctx.db.caseLine.update({
      where: { caseId_lineId: { caseId: found.id, lineId } },
      data: { outcome: 'forfeited', availableAt },
    })
  }
  await letGo(
    ctx,
    found.id,
    lines.filter((line) => !taken.includes(line)).map(({ lineId }) => lineId),
  )
}

/** The lines of the orders whose numbers were typed. Refuses numbers that the case does not name, and one that two shops have. */
async function namedOnly<L extends { orderId: string }>(ctx: Context, lines: L[], typed: string): Promise<L[]> {
  const wanted = numbersIn(typed)
  const orders = await ctx.db.order.findMany({
    where: { programId: ctx.program.id, id: { in: lines.map(({ orderId }) => orderId) } },
    select: { id: true, number: true, source: true },
  })
  const names = orderNames(orders)
  const meant = wanted.map((said) => {
    const named = orders.filter(({ id }) => said === id || said === bareNumber(names.get(id)!))
    return { said, found: named.length > 0 ? named : orders.filter(({ number }) => said === bareNumber(number)) }
  })
  const unknown = meant.find(({ found }) => found.length === 0)
  if (unknown !== undefined || wanted.length === 0) {
    const sentence = unknown === undefined ? 'No order was named.' : `Order ${unknown.said} is not part of this case.`
    throw new Refusal('invalid', sentence, 'Use numbers from the case, such as #1042, #1043.', 'orders')
  }
  const unclear = meant.find(({ found }) => found.length > 1)
  if (unclear) {
    const which = unclear.found.map(({ id }) => names.get(id)).join(' or ')
    throw new Refusal('invalid', `Several orders of this case are ${unclear.said}.`, `Say which: ${which}.`, 'orders')
  }
  return lines.filter(({ orderId }) => meant.some(({ found }) => found[0]?.id === orderId))
}

async function payBonus(ctx: Context, found: Case, { amount, reason }: Decision): Promise<void> {
  if (!amount || amount.minor <= 0n) {
    throw new Refusal('invalid', 'A goodwill bonus needs an amount above zero.', 'Write it like 8.00.', 'amount')
  }
  const { bonusAloneMinor } = policyOf(ctx.program)
  if (amount.minor > BigInt(bonusAloneMinor)) {
    const most = format({ minor: BigInt(bonusAloneMinor), currency: amount.currency })
    throw new Refusal(
      'over_limit',
      `One manager alone may give up to ${most}.`,
      'Give less here, or use /bonus give, where a second manager confirms.',
      'amount',
    )
  }
  const { id, creatorId, named } = found
  await bonus(ctx, { creatorId, money: amount, key: `bonus:${id}`, because: { case: id, order: named, reason } })
}

/** A creator objects to a decision against them, once. */
export async function appeal(ctx: Context, caseId: string, words: string): Promise<Case> {
  const found = await lockCase(ctx, caseId)
  if (found.creatorId !== ctx.actor.creatorId)
    throw new Refusal('not_found', 'There is no such case of yours.', 'Pick one from /case list.', 'case')
  checkAppeal(found)
  const appealed = await ctx.db.case.update({
    where: { id: caseId },
    data: { appeal: 'open', appealWords: words, appealedAt: ctx.now, dueAt: days(ctx.now, policyOf(ctx.program).caseDays) },
  })
  await note(ctx, caseId, 'appealed', words)
  await showManagers(ctx, caseId)
  return appealed
}

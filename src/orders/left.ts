import type { Context } from '../context.ts'
import type { Line, Order, Refund } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { shrinkReferral } from '../ledger/rewards.ts'
import { type Left, partsOf, standing } from '../ledger/rules.ts'
import { reverse } from '../ledger/service.ts'
import { undo } from '../ledger/undo.ts'
import { policyAt } from '../programs/rules.ts'
import { lockEarning } from './caps.ts'
import { doubtfulRefundCard, foreignRefundCard, overRefundCard } from './cards-refunds.ts'
import { inBooks } from './exchange.ts'
import { raiseAgain } from './raise-again.ts'
import { countAgain } from './recount.ts'
import { paidByNetwork } from './rules-network.ts'
import { addedTo, asTheyStand, doubtful, paidFor, tally } from './rules-refunds.ts'
import type { Outcome } from './settle.ts'
import { fellBelow } from './tiers.ts'

type Taken = Extract<Outcome, { kind: 'refunded' }>
/** `news` is true when this took or gave anything at all, also of a line that nothing is booked for. */
type Result = { taken: Taken[]; left: bigint; news: boolean }

/**
 * Applies the refunds that wait, oldest first, and a cancellation or a lost dispute as the refund of whatever is left. A line that
 * has just been booked takes account of all of them anew. Gives what was taken, and what is left of the commission.
 */
export async function takeBack(ctx: Context, order: Order, line: Line | null, fresh: boolean): Promise<Result> {
  const { known, foreign, doubt } = await refundsOf(ctx, order)
  for (const refund of foreign.filter((one) => !one.appliedAt))
    await ctx.show({ channel: 'managers' }, `refund:${refund.id}`, foreignRefundCard(order, refund))
  const waiting = known.filter((refund) => fresh || !refund.appliedAt)
  const told = known.filter((refund) => !waiting.includes(refund))
  const ended = order.cancelledAt !== null || order.lostAt !== null || order.rule === paidByNetwork
  const takings: Taking[] = waiting.map((refund) => {
    told.push(refund)
    const because = { refund: refund.externalId }
    // A sum so far may grow, and what it grew by is taken under a name of its own.
    const id = refund.cumulative ? `${refund.id}-${refund.base}` : refund.id
    const left = leftOf(ctx, order, tally(order.base, told, addedTo(order)).left)
    return { id, left, because, failed: refund.failedAt !== null && !ended }
  })
  const end = tally(order.base, known, addedTo(order))
  if (order.cancelledAt) takings.push({ id: order.id, left: nothingLeft(ctx, order), because: { cancelled: true } })
  if (order.lostAt) takings.push({ id: `lost-${order.id}`, left: nothingLeft(ctx, order), because: { rule: 'chargeback' } })
  if (order.rule === paidByNetwork)
    takings.push({ id: `network-${order.id}`, left: nothingLeft(ctx, order), because: { rule: paidByNetwork } })
  const result = line ? await take(ctx, order, line, takings) : { taken: [], left: 0n, news: false }
  await keepTaken(ctx, order, known, end.taken)
  if (doubt && waiting.length > 0 && line)
    await ctx.show({ channel: 'managers' }, `refund-doubt:${doubt.sum.id}`, doubtfulRefundCard(order, doubt))
  if (end.over && waiting.length > 0) await ctx.show({ channel: 'managers' }, `over-refund:${order.id}`, overRefundCard(order))
  return result
}

type Refunds = { known: Refund[]; foreign: Refund[]; doubt: { sum: Refund; failed: Refund } | undefined }

/**
 * An order's refunds as they stand, oldest first: those that can be counted, in its own currency or as a share of a whole, and those in
 * a foreign one. What a person said a foreign one comes to counts as if the shop had told it so. `doubt` is for managers to look at.
 */
export async function refundsOf(ctx: Context, order: Order): Promise<Refunds> {
  const where = { programId: ctx.program.id, source: order.source, orderExternalId: order.externalId }
  const all = await ctx.db.refund.findMany({ where, orderBy: [{ at: 'asc' }, { externalId: 'asc' }] })
  const isForeign = (one: Refund) => one.whole === null && one.currency !== order.currency && one.settledMinor === null
  const foreign = all.filter((one) => isForeign(one) && one.payment === null && one.failedAt === null)
  const known = all
    .filter((one) => !foreign.includes(one))
    .map((one) => (one.settledMinor === null ? one : { ...one, base: one.settledMinor, currency: order.currency }))
  return { known: asTheyStand(known, paidFor(order)), foreign, doubt: doubtful(known) }
}

/** What is left of an order's base in the books after its refunds and its end; zero for a lead, which has none. */
export async function baseLeftOf(ctx: Context, order: Order): Promise<bigint> {
  if (order.cancelledAt || order.lostAt || order.kind === 'lead') return 0n
  const { left } = tally(order.base, (await refundsOf(ctx, order)).known, addedTo(order))
  return baseLeft(order, leftOf(ctx, order, left))
}

type Taking = { id: string; left: Left; because: object; failed?: boolean }

/** What is left of the base as the line counts it. A lead has no base: it is there or gone. */
const leftOf = (ctx: Context, order: Order, minor: bigint): Left =>
  order.kind === 'lead'
    ? { part: 1n, of: 1n }
    : { part: inBooks(ctx, order, minor).minor, of: inBooks(ctx, order, order.base).minor }

const nothingLeft = (ctx: Context, order: Order): Left => ({ ...leftOf(ctx, order, order.base), part: 0n })

async function take(ctx: Context, order: Order, line: Line, takings: Taking[]): Promise<Result> {
  if (takings.length === 0) return { taken: [], left: line.leftMinor ?? line.minor, news: false }
  // What is given again may reach a tier, which is locked before its lines.
  if (takings.some((one) => one.failed)) await lockEarning(ctx, line.creatorId, policyAt(ctx.program, order.at).caps)
  // A tier that pays backwards may be raising it at this moment.
  const [held] = await ctx.db.$queryRaw<Pick<Line, 'leftMinor' | 'raisedBps'>[]>`
    SELECT "leftMinor", "raisedBps" FROM "Line" WHERE "programId" = ${ctx.program.id} AND id = ${line.id} FOR UPDATE`
  must(held, 'a line is never deleted')
  const { leftMinor, raisedBps } = held
  const before = leftMinor ?? line.minor
  let stands = before
  const parts = partsOf({ ...line, raisedBps })
  const taken: Taken[] = []
  for (const { id, left, because, failed } of line.mirror ? [] : takings) {
    const { creatorId } = line
    const plan = {
      line: line.id,
      creatorId,
      parts,
      left,
      refundId: id,
      because: { order: order.id, number: order.number, ...because },
    }
    const { money: reversal, stands: now } = await (failed ? undo(ctx, plan) : reverse(ctx, plan))
    stands = now
    if (failed) continue
    if (reversal.minor > 0n) taken.push({ kind: 'refunded', creatorId, orderId: order.id, reversal })
  }
  // The last one counts all that was told, and an end stands behind every refund.
  const last = takings.at(-1)!.left
  const left = line.mirror ? standing(money(line), parts, last).minor : stands
  if (taken.length > 0) await shrinkReferral(ctx, line.id, takings.at(-1)!.id, left)
  await ctx.db.line.update({ where: { id: line.id }, data: { leftBase: baseLeft(order, last), leftMinor: left } })
  const failed = takings.findLast((one) => one.failed)
  if (failed && left > 0n && !line.mirror) {
    await raiseAgain(ctx, policyAt(ctx.program, order.at), line.id, failed.id)
    await countAgain(ctx, order, line)
  }
  if (left < before && !line.mirror) await fellBelow(ctx, line.creatorId, order.at)
  return { taken, left, news: left !== before }
}

/** A lead that is there has no base either. */
const baseLeft = (order: Order, left: Left): bigint => (order.kind === 'lead' || left.part < 0n ? 0n : left.part)

const money = ({ minor, currency }: Line): Money => ({ minor, currency })

/** Boards and figures ask what each refund took of the line's base, in the program's currency. */
async function keepTaken(ctx: Context, order: Order, refunds: Refund[], taken: Map<string, bigint>): Promise<void> {
  let before = order.base
  for (const [externalId, part] of taken) {
    const after = before - part
    // Differences of what is left, so that rounding never lets them add up to more than the base.
    const minor = inBooks(ctx, order, before).minor - inBooks(ctx, order, after).minor
    before = after
    const refund = refunds.find((one) => one.externalId === externalId)!
    if (refund.appliedAt && refund.taken === minor) continue
    await ctx.db.refund.update({ where: { id: refund.id }, data: { appliedAt: refund.appliedAt ?? ctx.now, taken: minor } })
  }
}

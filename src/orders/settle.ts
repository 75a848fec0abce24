import type { Context } from '../context.ts'
import type { Line, Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { type Policy, policyAt } from '../programs/rules.ts'
import { inspect } from '../trust/service.ts'
import { answerBank } from './bank.ts'
import { book, type Winner } from './book.ts'
import { uncreditedCard } from './cards.ts'
import { exchangeOf } from './exchange.ts'
import { takeBack } from './left.ts'
import { mirror } from './mirrors.ts'
import { payerOf, reportedBy } from './payer.ts'
import { credit, fromBefore, unpaid, type Verdict } from './rules.ts'
import { paidByNetwork } from './rules-network.ts'
import { isPast } from './shop.ts'
import { tell } from './telling.ts'
import { touchesOf } from './touches.ts'

/** What a fact did. A mirror is paid by its network and not by us. */
export type Outcome =
  | { kind: 'credited'; creatorId: string; orderId: string; lineId: string; commission: Money; first: boolean; mirror?: true }
  | { kind: 'refunded'; creatorId: string; orderId: string; reversal: Money }
  | { kind: 'uncredited'; orderId: string; reason: string }
  | { kind: 'waiting' }
  | { kind: 'nothing' }

export type RecordOptions = {
  /** Throw when the order names a click that was not shipped yet, so that the caller tries again in a moment. */
  waitForClick?: boolean
  /** Tell no creator: a file of past orders is no news, and thousands of posts are none either. */
  quiet?: boolean
  /** A person brings a list of past orders: it counts also what is older than the connection to the shop. */
  listed?: boolean
}

export const nothing: Outcome[] = [{ kind: 'nothing' }]
export const waiting: Outcome[] = [{ kind: 'waiting' }]

/** Rules that stand for waiting: they are asked again as soon as something is heard. */
const undecided = new Set([unpaid, 'currency', 'unknown partner', 'click missing'])

/**
 * Brings an order's money to where all that is known of it says it should be. Its lock is held. `alone` says that no refund and no
 * dispute was told of it, so that none is looked for.
 */
export async function settle(ctx: Context, order: Order, options: RecordOptions, alone = false): Promise<Outcome[]> {
  if (!order.paidAt) return waiting
  const open = undecided.has(order.rule) || (order.rule === fromBefore && options.listed === true)
  const decision = open ? await decide(ctx, order, options) : undefined
  const decided = decision?.outcome
  // What was said before is no news, though it was asked again.
  const credited = decided?.kind === 'uncredited' && decided.reason === order.rule ? undefined : decided
  const now = decision?.order ?? order
  if (decided?.kind === 'credited' && !decided.mirror) await inspect(ctx, { ...decided, ownPurchase: now.ownPurchase })
  const line = decision ? decision.line : await ctx.db.line.findUnique({ where: { orderId: order.id } })
  const yielded = decision && order.mirror !== null ? await yieldTo(ctx, now, options) : []
  if (alone) {
    if (line && credited && !options.quiet) await tell(ctx, now, line, { fresh: true, untouched: true })
    return credited || yielded.length > 0 ? [...(credited ? [credited] : []), ...yielded] : nothing
  }
  const { order: lost, heard } = await answerBank(ctx, now, line)
  const { taken, left, news } = await takeBack(ctx, lost, line, credited?.kind === 'credited')
  // An order that was given back before it could be credited is no reason to cheer.
  const stillborn = credited?.kind === 'credited' && (lost.cancelledAt !== null || (left === 0n && news))
  if (line && (credited || news || heard) && !stillborn && !options.quiet)
    await tell(ctx, lost, line, { fresh: credited !== undefined })
  const outcomes = [...(credited && !stillborn ? [credited] : []), ...taken, ...yielded]
  return outcomes.length > 0 ? outcomes : nothing
}

/** What the shop told of the same order is not ours to pay any more; what was booked for it is taken back. */
async function yieldTo(ctx: Context, report: Order, options: RecordOptions): Promise<Outcome[]> {
  if (report.test || report.rule === paidByNetwork) return []
  const order = await reportedBy(ctx, report)
  if (!order) return []
  const kept = await ctx.db.order.update({ where: { id: order.id }, data: { rule: paidByNetwork } })
  return (await settle(ctx, kept, options)).filter((outcome) => outcome.kind === 'refunded')
}

export type Decided = Extract<Outcome, { kind: 'credited' | 'uncredited' }>
/** What was decided, with the order and its line as they stand then. */
export type Decision = { outcome: Decided; order: Order; line: Line | null }

/** Asks the law of credit; what it says is kept with every touch and, unless the order still waits, never asked again. */
async function decide(ctx: Context, order: Order, options: RecordOptions): Promise<Decision> {
  const policy = policyAt(ctx.program, order.at)
  const payer = await payerOf(ctx, order)
  if (order.mirror !== null) return mirror(ctx, order, payer)
  const exchange = await exchangeOf(ctx, order.currency, order.at)
  const { candidates, clickMissing, buyer } = await touchesOf(ctx, order)
  // What was decided without it before is told something else now, which need not wait.
  if (clickMissing && options.waitForClick && order.rule === unpaid)
    throw new Error(`The click of order ${order.id} is not in the database yet.`)
  const unconverted = exchange ? null : { from: order.currency, to: ctx.program.currency }
  // Whatever waits for something else was found to be of its time, or came with a list.
  const past = order.rule === unpaid && !options.listed && (await isPast(ctx, order))
  const about = { at: order.at, test: order.test, zone: ctx.program.zone, unconverted, payer, past }
  const verdict = credit(candidates, policy, { ...about, ...buyer })
  const rule = clickMissing && verdict.rule === 'no touch' ? 'click missing' : verdict.rule
  await keepTouches(ctx, order, verdict, clickMissing)
  const { winner } = verdict
  const offer = winner?.offer ?? null
  const credited = { creatorId: winner?.creatorId ?? null, rule, ownPurchase: winner?.own ?? false }
  const data = { ...credited, offerId: offer?.id ?? null, ...exchange }
  const kept = await ctx.db.order.update({ where: { id: order.id }, data })
  if (winner)
    return bookFor(ctx, kept, policy, {
      creatorId: winner.creatorId,
      returning: buyer.firstBought !== null,
      offer: offer?.name ?? null,
    })
  if (rule === 'currency' && order.rule !== rule)
    await ctx.show({ channel: 'managers' }, `order:${order.id}`, uncreditedCard(order, ctx.program.currency))
  return { outcome: { kind: 'uncredited', orderId: order.id, reason: rule }, order: kept, line: null }
}

async function bookFor(ctx: Context, order: Order, policy: Policy, winner: Winner): Promise<Decision> {
  const { creatorId } = winner
  const { line, commission, first } = await book(ctx, order, policy, winner)
  return { outcome: { kind: 'credited', creatorId, orderId: order.id, lineId: line.id, commission, first }, order, line }
}

async function keepTouches(ctx: Context, order: Order, verdict: Verdict, clickMissing: boolean): Promise<void> {
  const note = clickMissing ? '; the click that the order came with was not found in time' : ''
  // An order that is decided for the first time has none yet.
  if (order.rule !== unpaid) await ctx.db.touch.deleteMany({ where: { programId: ctx.program.id, orderId: order.id } })
  await ctx.db.touch.createMany({
    data: verdict.touches.map(({ kind, creatorId, what, at, won, reason, offer }) => ({
      id: ctx.id('touch'),
      programId: ctx.program.id,
      orderId: order.id,
      kind,
      creatorId,
      what,
      at,
      won,
      reason: reason + note,
      offerId: offer?.id ?? null,
    })),
  })
}

import type { Context } from '../context.ts'
import type { Line, Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import type { Working } from '../ledger/cards-working.ts'
import { partsOf } from '../ledger/rules.ts'
import { bookedOf } from '../ledger/service.ts'
import { type Policy, policyAt } from '../programs/rules.ts'
import { inspect } from '../trust/service.ts'
import { book } from './book.ts'
import { saleCard, uncreditedCard } from './cards.ts'
import { exchangeOf } from './exchange.ts'
import { answerBank, takeBack } from './left.ts'
import { mirror } from './mirrors.ts'
import { credit, unpaid, type Verdict } from './rules.ts'
import { buyerOf, touchesOf } from './touches.ts'

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
}

export const nothing: Outcome[] = [{ kind: 'nothing' }]
export const waiting: Outcome[] = [{ kind: 'waiting' }]

/** Rules that stand for waiting: they are asked again as soon as something is heard. */
const undecided = new Set([unpaid, 'currency', 'unknown partner'])

/** Brings an order's money to where all that is known of it says it should be. Its lock is held. */
export async function settle(ctx: Context, order: Order, options: RecordOptions): Promise<Outcome[]> {
  if (!order.paidAt) return waiting
  const decided = undecided.has(order.rule) ? await decide(ctx, order, options) : undefined
  // What was said before is no news, though it was asked again.
  const credited = decided?.kind === 'uncredited' && decided.reason === order.rule ? undefined : decided
  const now = decided ? await ctx.db.order.findUniqueOrThrow({ where: { id: order.id } }) : order
  if (decided?.kind === 'credited' && !decided.mirror) await inspect(ctx, { ...decided, ownPurchase: now.ownPurchase })
  const line = await ctx.db.line.findUnique({ where: { orderId: order.id } })
  const lost = await answerBank(ctx, now, line)
  const { taken, left, news } = await takeBack(ctx, lost, line, credited?.kind === 'credited')
  // An order that was given back before it could be credited is no reason to cheer.
  const stillborn = credited?.kind === 'credited' && (lost.cancelledAt !== null || (left === 0n && news))
  if (line && (credited || news) && !stillborn && !options.quiet) await tell(ctx, lost, line)
  const outcomes = [...(credited && !stillborn ? [credited] : []), ...taken]
  return outcomes.length > 0 ? outcomes : nothing
}

export type Decided = Extract<Outcome, { kind: 'credited' | 'uncredited' }>

/** Asks the law of credit; what it says is kept with every touch and, unless the order still waits, never asked again. */
async function decide(ctx: Context, order: Order, options: RecordOptions): Promise<Decided> {
  const policy = policyAt(ctx.program, order.at)
  if (order.mirror !== null) return mirror(ctx, order)
  const exchange = await exchangeOf(ctx, order.currency, order.at)
  const { candidates, clickMissing } = await touchesOf(ctx, order)
  if (clickMissing && options.waitForClick) throw new Error(`The click of order ${order.id} is not in the database yet.`)
  const buyer = await buyerOf(ctx, order)
  const unconverted = exchange ? null : { from: order.currency, to: ctx.program.currency }
  const verdict = credit(candidates, policy, { at: order.at, test: order.test, zone: ctx.program.zone, unconverted, ...buyer })
  const rule = clickMissing && verdict.rule === 'no touch' ? 'click missing' : verdict.rule
  await keepTouches(ctx, order, verdict, clickMissing)
  const { winner } = verdict
  const data = { creatorId: winner?.creatorId ?? null, rule, ownPurchase: winner?.own ?? false, ...exchange }
  const kept = await ctx.db.order.update({ where: { id: order.id }, data })
  if (winner) return bookFor(ctx, kept, policy, winner.creatorId, buyer.firstBought !== null)
  if (rule === 'currency' && order.rule !== rule)
    await ctx.show({ channel: 'managers' }, `order:${order.id}`, uncreditedCard(order, ctx.program.currency))
  return { kind: 'uncredited', orderId: order.id, reason: rule }
}

async function bookFor(ctx: Context, order: Order, policy: Policy, creatorId: string, returning: boolean): Promise<Decided> {
  const { line, commission, first } = await book(ctx, order, policy, { creatorId, returning })
  return { kind: 'credited', creatorId, orderId: order.id, lineId: line.id, commission, first }
}

async function keepTouches(ctx: Context, order: Order, verdict: Verdict, clickMissing: boolean): Promise<void> {
  const note = clickMissing ? '; the click that the order came with was not found in time' : ''
  await ctx.db.touch.deleteMany({ where: { programId: ctx.program.id, orderId: order.id } })
  await ctx.db.touch.createMany({
    data: verdict.touches.map(({ kind, creatorId, what, at, won, reason }) => ({
      id: ctx.id('touch'),
      programId: ctx.program.id,
      orderId: order.id,
      kind,
      creatorId,
      what,
      at,
      won,
      reason: reason + note,
    })),
  })
}

/** The sale's post in the creator's private place; a refund edits it silently. */
async function tell(ctx: Context, order: Order, line: Line): Promise<void> {
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: line.creatorId }, select: { personId: true } })
  const member = await ctx.db.membership.findUnique({
    where: { programId_personId: { programId: ctx.program.id, personId: creator.personId } },
    select: { alerts: true },
  })
  if (member?.alerts === 'none') return
  await ctx.show({ person: creator.personId }, `sale:${order.id}`, saleCard(await saleOf(ctx, order, line.id)))
}

/** A sale as its post tells it. */
async function saleOf(ctx: Context, order: Order, lineId: string) {
  const line = await ctx.db.line.findUniqueOrThrow({ where: { id: lineId } })
  const hold = await ctx.db.hold.findUnique({ where: { line: lineId }, select: { availableAt: true } })
  return {
    orderId: order.id,
    number: order.number,
    lead: order.kind === 'lead',
    paidBy: line.mirror ? order.source : null,
    first: (line.because as { first?: boolean }).first ?? false,
    ...(await workingOf(ctx, line)),
    availableAt: hold?.availableAt ?? null,
  }
}

/** A line's arithmetic: its parts, what it booked in all and what was taken back. */
export async function workingOf(ctx: Context, line: Line): Promise<Working> {
  const money = (minor: bigint): Money => ({ minor, currency: line.currency })
  const moved = line.mirror
    ? { booked: money(line.minor), reversed: money(line.minor - (line.leftMinor ?? line.minor)) }
    : await bookedOf(ctx, line.id)
  const { booked, reversed } = moved
  return {
    base: money(line.base),
    parts: partsOf(line),
    booked,
    reversed,
    toppedUp: line.mirror ? money(0n) : money(booked.minor - line.minor),
    cappedBy: line.cappedBy,
  }
}

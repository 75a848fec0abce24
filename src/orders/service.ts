import type { Context } from '../context.ts'
import { rateOf } from '../creators/service.ts'
import type { Line, Order } from '../db/generated/client.ts'
import type { OrderCancelled, OrderFact, OrderPaid, OrderPlaced, OrderRefunded } from '../kernel/fact.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { commission } from '../ledger/rules.ts'
import { bookCommission, bookedOf, reverse } from '../ledger/service.ts'
import { policyOf } from '../programs/rules.ts'
import { foreignRefundCard, saleCard, uncreditedCard } from './cards.ts'
import { credit, earliest, exact, instant, unpaid, type Verdict } from './rules.ts'
import { touchesOf } from './touches.ts'

/** What a fact did. */
export type Outcome =
  | { kind: 'credited'; creatorId: string; orderId: string; lineId: string; commission: Money; first: boolean }
  | { kind: 'refunded'; creatorId: string; orderId: string; reversal: Money }
  | { kind: 'uncredited'; orderId: string; reason: string }
  | { kind: 'waiting' }
  | { kind: 'nothing' }

export type RecordOptions = {
  /** Throw when the order names a click that was not shipped yet, so that the caller tries again in a moment. */
  waitForClick?: boolean
}

const nothing: Outcome[] = [{ kind: 'nothing' }]
const waiting: Outcome[] = [{ kind: 'waiting' }]

/**
 * Takes in what a shop told us. Facts of one order may come twice, in any order and through several workers at once: what is
 * known of the order is kept first, then the order is settled from all of it. Refuses amounts that are none.
 */
export async function record(ctx: Context, source: string, fact: OrderFact, options: RecordOptions = {}): Promise<Outcome[]> {
  // The order's row may not exist yet, so its name is locked: a refund and its order never pass each other unseen.
  const name = `order ${ctx.program.id} ${source} ${fact.orderId}`
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`
  switch (fact.type) {
    case 'order.placed':
      return placed(ctx, source, fact, options)
    case 'order.paid':
    case 'order.cancelled':
      return progressed(ctx, source, fact, options)
    case 'order.refunded':
      return refunded(ctx, source, fact, options)
    default:
      return nothing
  }
}

const orderOf = (ctx: Context, source: string, externalId: string): Promise<Order | null> =>
  ctx.db.order.findUnique({ where: { programId_source_externalId: { programId: ctx.program.id, source, externalId } } })

async function placed(ctx: Context, source: string, fact: OrderPlaced, options: RecordOptions): Promise<Outcome[]> {
  const base = exact(fact.base)
  const at = instant(fact.at)
  const paidAt = fact.paid ? at : null
  const known = await orderOf(ctx, source, fact.orderId)
  if (known) return advance(ctx, known, { paidAt, cancelledAt: null }, options)
  const open = await takeOpenFacts(ctx, source, fact.orderId)
  const order = await ctx.db.order.create({
    data: {
      id: ctx.id('order'),
      programId: ctx.program.id,
      source,
      externalId: fact.orderId,
      number: fact.number.slice(0, 100),
      at,
      currency: base.currency,
      base: base.minor,
      components: fact.components,
      codes: fact.codes.slice(0, 20),
      cid: fact.cid ?? null,
      shopperId: fact.shopper.id ?? null,
      shopperEmail: fact.shopper.email ?? null,
      test: fact.test,
      paidAt: earliest(paidAt, open.paidAt),
      cancelledAt: open.cancelledAt,
      rule: unpaid,
      createdAt: ctx.now,
    },
  })
  return settle(ctx, order, options)
}

async function progressed(
  ctx: Context,
  source: string,
  fact: OrderPaid | OrderCancelled,
  options: RecordOptions,
): Promise<Outcome[]> {
  const at = instant(fact.at)
  const order = await orderOf(ctx, source, fact.orderId)
  if (order) {
    const paid = fact.type === 'order.paid'
    return advance(ctx, order, { paidAt: paid ? at : null, cancelledAt: paid ? null : at }, options)
  }
  await ctx.db.openFact.create({
    data: { id: ctx.id('fact'), programId: ctx.program.id, source, orderExternalId: fact.orderId, fact, createdAt: ctx.now },
  })
  return waiting
}

async function refunded(ctx: Context, source: string, fact: OrderRefunded, options: RecordOptions): Promise<Outcome[]> {
  const base = exact(fact.base)
  if (base.minor < 0n) throw new Refusal('invalid', 'A refund is below zero.', 'Send what was given back as a positive amount.')
  const { count } = await ctx.db.refund.createMany({
    data: {
      id: ctx.id('refund'),
      programId: ctx.program.id,
      source,
      externalId: fact.refundId,
      orderExternalId: fact.orderId,
      base: base.minor,
      currency: base.currency,
      at: instant(fact.at),
      createdAt: ctx.now,
    },
    skipDuplicates: true,
  })
  if (count === 0) return nothing
  const order = await orderOf(ctx, source, fact.orderId)
  return order ? settle(ctx, order, options) : waiting
}

type Progress = { paidAt: Date | null; cancelledAt: Date | null }

/** Notes that an order was paid or cancelled; the earliest date stays, whichever was heard first. */
async function advance(ctx: Context, order: Order, told: Progress, options: RecordOptions): Promise<Outcome[]> {
  const next = { paidAt: earliest(order.paidAt, told.paidAt), cancelledAt: earliest(order.cancelledAt, told.cancelledAt) }
  if (+(next.paidAt ?? 0) === +(order.paidAt ?? 0) && +(next.cancelledAt ?? 0) === +(order.cancelledAt ?? 0)) return nothing
  return settle(ctx, await ctx.db.order.update({ where: { id: order.id }, data: next }), options)
}

/** What was told of an order before it came. */
async function takeOpenFacts(ctx: Context, source: string, orderExternalId: string): Promise<Progress> {
  const where = { programId: ctx.program.id, source, orderExternalId }
  const facts = (await ctx.db.openFact.findMany({ where })).map((row) => row.fact as OrderPaid | OrderCancelled)
  if (facts.length > 0) await ctx.db.openFact.deleteMany({ where })
  const first = (type: OrderFact['type']) =>
    facts.filter((fact) => fact.type === type).reduce<Date | null>((at, fact) => earliest(at, instant(fact.at)), null)
  return { paidAt: first('order.paid'), cancelledAt: first('order.cancelled') }
}

/** Brings an order's money to where all that is known of it says it should be. */
async function settle(ctx: Context, order: Order, options: RecordOptions): Promise<Outcome[]> {
  if (!order.paidAt) return waiting
  const credited = order.rule === unpaid ? await decide(ctx, order, options) : undefined
  const line = await ctx.db.line.findUnique({ where: { orderId: order.id } })
  const reversals = await takeBack(ctx, order, line)
  const left = (line?.minor ?? 0n) - reversals.reduce((sum, { reversal }) => sum + reversal.minor, 0n)
  // An order that was given back before it could be credited is no reason to cheer.
  const stillborn = credited?.kind === 'credited' && (order.cancelledAt !== null || (left === 0n && reversals.length > 0))
  if (line && (credited || reversals.length > 0) && !stillborn) await tell(ctx, order, line)
  const outcomes = [...(credited && !stillborn ? [credited] : []), ...reversals]
  return outcomes.length > 0 ? outcomes : nothing
}

type Decided = Extract<Outcome, { kind: 'credited' | 'uncredited' }>

/** Asks the law of credit once; what it says is kept with every touch and never asked again. */
async function decide(ctx: Context, order: Order, options: RecordOptions): Promise<Decided> {
  const policy = policyOf(ctx.program)
  const { candidates, clickMissing } = await touchesOf(ctx, order)
  if (clickMissing && options.waitForClick) throw new Error(`The click of order ${order.id} is not in the database yet.`)
  const verdict = credit(candidates, policy, { ...order, programCurrency: ctx.program.currency })
  const rule = clickMissing && verdict.rule === 'no touch' ? 'click missing' : verdict.rule
  await keepTouches(ctx, order, verdict, clickMissing)
  const creatorId = verdict.winner?.creatorId ?? null
  await ctx.db.order.update({ where: { id: order.id }, data: { creatorId, rule } })
  if (creatorId === null) {
    if (rule === 'currency')
      await ctx.show({ channel: 'managers' }, `order:${order.id}`, uncreditedCard(order, ctx.program.currency))
    return { kind: 'uncredited', orderId: order.id, reason: rule }
  }
  return book(ctx, order, creatorId, rule)
}

async function keepTouches(ctx: Context, order: Order, verdict: Verdict, clickMissing: boolean): Promise<void> {
  const note = clickMissing ? '; the click that the order came with was not found in time' : ''
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

async function book(ctx: Context, order: Order, creatorId: string, rule: string): Promise<Decided> {
  const programId = ctx.program.id
  const policy = policyOf(ctx.program)
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  const rateBps = rateOf(ctx, creator)
  const base = { minor: order.base, currency: order.currency }
  const earned = commission(base, rateBps)
  const first = (await ctx.db.line.findFirst({ where: { programId, creatorId }, select: { id: true } })) === null
  const because = {
    rule,
    first,
    base: order.base.toString(),
    rateBps,
    rate: creator.rateBps === null ? 'the rate of the program' : 'an own rate',
    order: order.id,
    number: order.number,
    components: order.components,
  }
  const line = await ctx.db.line.create({
    data: {
      id: ctx.id('line'),
      programId,
      orderId: order.id,
      creatorId,
      base: order.base,
      rateBps,
      minor: earned.minor,
      currency: earned.currency,
      at: order.at,
      because,
    },
  })
  await bookCommission(ctx, {
    line: line.id,
    creatorId,
    commission: earned,
    availableAt: days(order.at, policy.holdDays),
    because,
  })
  return { kind: 'credited', creatorId, orderId: order.id, lineId: line.id, commission: earned, first }
}

type Taken = Extract<Outcome, { kind: 'refunded' }>

/** Applies the refunds that wait, oldest first, and a cancellation as the refund of whatever is left. */
async function takeBack(ctx: Context, order: Order, line: Line | null): Promise<Taken[]> {
  const where = { programId: ctx.program.id, source: order.source, orderExternalId: order.externalId }
  const refunds = await ctx.db.refund.findMany({ where, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const taken: Taken[] = []
  const base = { minor: order.base, currency: order.currency }
  let total = refunds.reduce((sum, refund) => (refund.appliedAt ? sum + refund.base : sum), 0n)
  const take = async (refundId: string, minor: bigint, because: object) => {
    if (!line) return
    const { id, creatorId, rateBps } = line
    const reversal = await reverse(ctx, { line: id, creatorId, base, rateBps, refunded: { ...base, minor }, refundId, because })
    taken.push({ kind: 'refunded', creatorId, orderId: order.id, reversal })
  }
  for (const refund of refunds.filter((one) => !one.appliedAt)) {
    if (refund.currency !== order.currency) {
      await ctx.show({ channel: 'managers' }, `refund:${refund.id}`, foreignRefundCard(order, refund))
      continue
    }
    total += refund.base
    await take(refund.id, total, { order: order.id, number: order.number, refund: refund.externalId })
    await ctx.db.refund.update({ where: { id: refund.id }, data: { appliedAt: ctx.now } })
  }
  if (order.cancelledAt) await take(order.id, order.base, { order: order.id, number: order.number, cancelled: true })
  return taken.filter(({ reversal }) => reversal.minor > 0n)
}

/** The sale's post in the creator's private place; a refund edits it silently. */
async function tell(ctx: Context, order: Order, line: Line): Promise<void> {
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: line.creatorId }, select: { personId: true } })
  const member = await ctx.db.membership.findUnique({
    where: { programId_personId: { programId: ctx.program.id, personId: creator.personId } },
    select: { alerts: true },
  })
  if (member?.alerts === 'none') return
  const hold = await ctx.db.hold.findUnique({ where: { line: line.id }, select: { availableAt: true } })
  const sale = {
    orderId: order.id,
    number: order.number,
    first: (line.because as { first?: boolean }).first ?? false,
    base: { minor: line.base, currency: line.currency },
    rateBps: line.rateBps,
    booked: { minor: line.minor, currency: line.currency },
    reversed: (await bookedOf(ctx, line.id)).reversed,
    availableAt: hold?.availableAt ?? null,
  }
  await ctx.show({ person: creator.personId }, `sale:${order.id}`, saleCard(sale))
}

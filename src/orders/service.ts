import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { LeadRejected, OrderCancelled, OrderDisputed, OrderFact, OrderPaid, OrderRefunded } from '../kernel/fact.ts'
import { type Money, zero } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { CLICK_ID_LENGTH } from '../links/click-id.ts'
import { asPaid, bought, checkSameOrder, type Placed } from './as-paid.ts'
import { lockOrder, takeTurn } from './payer.ts'
import { earliest, exact, fromBefore, instant, unpaid } from './rules.ts'
import { nothing, type Outcome, type RecordOptions, settle, waiting } from './settle.ts'
import { respell } from './shopper.ts'

/**
 * Takes in what a shop told us. Facts of one order may come twice, in any order and through several workers at once: what is
 * known of the order is kept first, then the order is settled from all of it. Refuses amounts that are none.
 */
export async function record(ctx: Context, source: string, fact: OrderFact, options: RecordOptions = {}): Promise<Outcome[]> {
  await lockOrder(ctx, source, fact.orderId)
  switch (fact.type) {
    case 'order.placed':
    case 'lead.qualified':
      return placed(ctx, source, fact, options)
    case 'order.paid':
    case 'order.cancelled':
    case 'lead.rejected':
      return progressed(ctx, source, fact, options)
    case 'order.refunded':
      return refunded(ctx, source, fact, options)
    case 'order.disputed':
      return disputed(ctx, source, fact, options)
  }
}

const AT_ONCE = 50
/** A journal that its process left behind is shipped when that one is back. */
const LATE_CLICK_DAYS = 14

/**
 * Decides orders that waited for something which has come since: a rate of their currency, whom a network means, or their click. At most
 * fifty at once, one unit of work; gives what became of them.
 */
export async function settleWaiting(ctx: Context): Promise<Outcome[]> {
  // Taking the turn keeps every other order of the program waiting, and nearly always there is nothing to take it for.
  if ((await settleable(ctx)).length === 0) return []
  await takeTurn(ctx, true)
  const outcomes: Outcome[] = []
  // Locks are taken in one order everywhere, or two bells could wait for each other.
  for (const { source, externalId } of (await settleable(ctx)).toSorted((a, b) =>
    a.source + a.externalId < b.source + b.externalId ? -1 : 1,
  )) {
    await lockOrder(ctx, source, externalId)
    const order = await orderOf(ctx, source, externalId)
    if (order) outcomes.push(...(await settle(ctx, order, {})))
  }
  return outcomes
}

/** Orders that waited for what has come since. The first condition is that of their index. */
const settleable = (ctx: Context) => ctx.db.$queryRaw<{ source: string; externalId: string }[]>`
  SELECT o.source, o."externalId" FROM "Order" o
  WHERE o."programId" = ${ctx.program.id} AND o.rule IN ('currency', 'click missing', 'unknown partner') AND (
    (o.rule = 'currency' AND NOT EXISTS (
      SELECT FROM unnest(ARRAY[o.currency::text, o.mirror->'commission'->>'currency']) AS c(code)
      WHERE c.code IS NOT NULL AND c.code <> ${ctx.program.currency}
        AND NOT EXISTS (SELECT FROM "FxRate" f WHERE f."programId" = o."programId" AND f.currency = c.code)))
    OR (o.rule = 'click missing' AND o."createdAt" > ${days(ctx.now, -LATE_CLICK_DAYS)}
      AND EXISTS (SELECT FROM "Click" c WHERE c."programId" = o."programId" AND c.id = left(o.cid, ${CLICK_ID_LENGTH}::int)))
    OR (o.rule = 'unknown partner' AND EXISTS (
      SELECT FROM "NetworkKey" k WHERE k."programId" = o."programId" AND k.source = o.source AND k.key = lower(regexp_replace(trim(o.mirror->>'creatorKey'), '^@', '')))))
  ORDER BY o.at, o.id LIMIT ${AT_ONCE}`

const orderOf = (ctx: Context, source: string, externalId: string): Promise<Order | null> =>
  ctx.db.order.findUnique({ where: { programId_source_externalId: { programId: ctx.program.id, source, externalId } } })

async function placed(ctx: Context, source: string, fact: Placed, options: RecordOptions): Promise<Outcome[]> {
  const at = instant(fact.at)
  const told = fact.type === 'order.placed' ? bought(fact) : lead(ctx)
  const paidAt = told.paid ? at : null
  const before = await toldBefore(ctx, source, fact.orderId)
  const known = before.known ? await orderOf(ctx, source, fact.orderId) : null
  if (known && !options.listed) checkSameOrder(ctx, known, fact)
  if (known?.rule === fromBefore && options.listed) return settle(ctx, known, options)
  if (known)
    return advance(ctx, await asPaid(ctx, known, fact, told, options.listed), { paidAt, cancelledAt: null, note: null }, options)
  await respell(ctx, [fact.shopper])
  const open = before.anything ? await takeOpenFacts(ctx, source, fact.orderId) : progressOf([])
  const order = await ctx.db.order.create({
    data: {
      id: ctx.id('order'),
      programId: ctx.program.id,
      source,
      externalId: fact.orderId,
      number: fact.number.slice(0, 100),
      at,
      kind: told.kind,
      currency: told.base.currency,
      base: told.base.minor,
      components: told.components,
      items: told.items,
      ...(told.mirror ? { mirror: told.mirror } : {}),
      codes: fact.codes.slice(0, 20),
      cid: fact.cid ?? null,
      shopperId: fact.shopper.id ?? null,
      shopperEmail: fact.shopper.email ?? null,
      shopperAddress: fact.shopper.address ?? null,
      test: fact.test,
      paidAt: earliest(paidAt, open.paidAt),
      cancelledAt: open.cancelledAt,
      note: open.note,
      rule: unpaid,
      createdAt: ctx.now,
    },
  })
  return settle(ctx, order, options, !before.anything)
}

/** Most orders are heard of once, and nothing else was told of them: one look says so. */
async function toldBefore(ctx: Context, source: string, orderId: string): Promise<{ known: boolean; anything: boolean }> {
  const programId = ctx.program.id
  const [row] = await ctx.db.$queryRaw<{ known: boolean; anything: boolean }[]>`
    SELECT EXISTS (SELECT FROM "Order" WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ${orderId}) AS known,
      EXISTS (SELECT FROM "OpenFact" WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ${orderId})
      OR EXISTS (SELECT FROM "Refund" WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ${orderId})
      OR EXISTS (SELECT FROM "Chargeback" WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ${orderId}) AS anything`
  return row!
}

/** A lead has no revenue; what it earns is a fixed amount in the program's currency. */
const lead = (ctx: Context): Omit<ReturnType<typeof bought>, 'kind'> & { kind: string } => ({
  kind: 'lead',
  base: zero(ctx.program.currency) as Money,
  paid: true,
  components: {},
  items: [],
  mirror: undefined,
})

async function progressed(
  ctx: Context,
  source: string,
  fact: OrderPaid | OrderCancelled | LeadRejected,
  options: RecordOptions,
): Promise<Outcome[]> {
  const order = await orderOf(ctx, source, fact.orderId)
  if (order) return advance(ctx, order, progressOf([fact]), options)
  instant(fact.at)
  await ctx.db.openFact.create({
    data: { id: ctx.id('fact'), programId: ctx.program.id, source, orderExternalId: fact.orderId, fact, createdAt: ctx.now },
  })
  return waiting
}

async function refunded(ctx: Context, source: string, fact: OrderRefunded, options: RecordOptions): Promise<Outcome[]> {
  const base = exact(fact.base)
  const whole = fact.whole && exact(fact.whole)
  if (base.minor < 0n) throw new Refusal('invalid', 'A refund is below zero.', 'Send what was given back as a positive amount.')
  if (whole && (whole.minor < 0n || whole.currency !== base.currency))
    throw new Refusal('invalid', 'A refund and its whole do not fit.', 'Send both as positive amounts of one currency.')
  // A share of nothing is nothing.
  if (whole?.minor === 0n && base.minor > 0n)
    throw new Refusal('invalid', 'A refund is a part of a whole of zero.', 'Send what the shopper had paid in all.')
  const failedAt = fact.failed ? instant(fact.at) : null
  const { count } = await ctx.db.refund.createMany({
    data: {
      id: ctx.id('refund'),
      programId: ctx.program.id,
      source,
      externalId: fact.refundId,
      orderExternalId: fact.orderId,
      base: base.minor,
      currency: base.currency,
      whole: whole && whole.minor > 0n ? whole.minor : null,
      cumulative: fact.cumulative ?? false,
      payment: fact.payment ?? null,
      failedAt,
      at: instant(fact.made ?? fact.at),
      createdAt: ctx.now,
    },
    skipDuplicates: true,
  })
  if (count === 0) await checkSame(ctx, source, fact)
  const news = count > 0 || (failedAt ? await failed(ctx, source, fact, failedAt) : await grown(ctx, source, fact, base.minor))
  if (!news) return nothing
  const order = await orderOf(ctx, source, fact.orderId)
  return order ? settle(ctx, order, options) : waiting
}

/** A refund is known by its own id, so one of another order under the same id would be passed over as a repeat. */
async function checkSame(ctx: Context, source: string, { refundId, orderId }: OrderRefunded): Promise<void> {
  const key = { programId: ctx.program.id, source, externalId: refundId }
  const known = await ctx.db.refund.findUnique({ where: { programId_source_externalId: key } })
  if (!known || known.orderExternalId === orderId) return
  const own = { programId: ctx.program.id, source, orderExternalId: known.orderExternalId, name: orderId }
  if ((await ctx.db.orderName.count({ where: own })) > 0) return
  throw new Refusal(
    'conflict',
    `The refund ${refundId} of order ${orderId} has the id of a refund of order ${known.orderExternalId}.`,
    'Send it again with an id that no other refund has.',
    'refund',
  )
}

/** What is told as a sum so far may grow under one name; the largest that was told is kept. */
async function grown(ctx: Context, source: string, fact: OrderRefunded, base: bigint): Promise<boolean> {
  if (!fact.cumulative) return false
  const where = {
    programId: ctx.program.id,
    source,
    externalId: fact.refundId,
    cumulative: true,
    failedAt: null,
    base: { lt: base },
  }
  const whole = fact.whole ? BigInt(fact.whole.minor) : null
  const { count } = await ctx.db.refund.updateMany({
    where,
    // What a person said it comes to was said of less.
    data: { base, whole, at: instant(fact.at), appliedAt: null, settledMinor: null, settledBy: null, settledAt: null },
  })
  return count > 0
}

/** A refund that failed stays so, whichever of the two was heard first. */
async function failed(ctx: Context, source: string, fact: OrderRefunded, failedAt: Date): Promise<boolean> {
  const where = { programId: ctx.program.id, source, externalId: fact.refundId }
  const { count } = await ctx.db.refund.updateMany({
    where: { ...where, OR: [{ failedAt: null }, { failedAt: { gt: failedAt } }] },
    data: { failedAt, appliedAt: null },
  })
  return count > 0
}

/** A bank's dispute has an end: what is told of it later counts, and an outcome counts more than the opening of the same moment. */
async function disputed(ctx: Context, source: string, fact: OrderDisputed, options: RecordOptions): Promise<Outcome[]> {
  const told = { outcome: fact.outcome, at: instant(fact.at) }
  const key = { programId_source_externalId: { programId: ctx.program.id, source, externalId: fact.disputeId } }
  const known = await ctx.db.chargeback.findUnique({ where: key })
  if (known && !(told.at > known.at || (+told.at === +known.at && known.outcome === 'open' && told.outcome !== 'open')))
    return nothing
  const own = {
    id: ctx.id('event'),
    programId: ctx.program.id,
    source,
    externalId: fact.disputeId,
    orderExternalId: fact.orderId,
  }
  await ctx.db.chargeback.upsert({ where: key, create: { ...own, ...told, createdAt: ctx.now }, update: told })
  const order = await orderOf(ctx, source, fact.orderId)
  return order ? settle(ctx, order, options) : waiting
}

type Progress = { paidAt: Date | null; cancelledAt: Date | null; note: string | null }

/** Notes that an order was paid or cancelled; the earliest date stays, whichever was heard first. */
async function advance(ctx: Context, order: Order, told: Progress, options: RecordOptions): Promise<Outcome[]> {
  const next = {
    paidAt: earliest(order.paidAt, told.paidAt),
    cancelledAt: earliest(order.cancelledAt, told.cancelledAt),
    note: told.note ?? order.note,
  }
  if (+(next.paidAt ?? 0) === +(order.paidAt ?? 0) && +(next.cancelledAt ?? 0) === +(order.cancelledAt ?? 0)) return nothing
  return settle(ctx, await ctx.db.order.update({ where: { id: order.id }, data: next }), options)
}

/** What was told of an order before it came. */
async function takeOpenFacts(ctx: Context, source: string, orderExternalId: string): Promise<Progress> {
  const where = { programId: ctx.program.id, source, orderExternalId }
  const facts = (await ctx.db.openFact.findMany({ where })).map((row) => row.fact as OrderPaid | OrderCancelled | LeadRejected)
  if (facts.length > 0) await ctx.db.openFact.deleteMany({ where })
  return progressOf(facts)
}

function progressOf(facts: (OrderPaid | OrderCancelled | LeadRejected)[]): Progress {
  const first = (paid: boolean) =>
    facts
      .filter((fact) => (fact.type === 'order.paid') === paid)
      .reduce<Date | null>((at, fact) => earliest(at, instant(fact.at)), null)
  const reasons = facts.flatMap((fact) => (fact.type === 'lead.rejected' && fact.reason ? [fact.reason.slice(0, 200)] : []))
  return { paidAt: first(true), cancelledAt: first(false), note: reasons.sort()[0] ?? null }
}

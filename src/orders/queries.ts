import type { Context } from '../context.ts'
import type { Line, Order, Touch } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import type { MoneyJson } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sayDay } from '../kernel/time.ts'
import { commissionAccount, matureKey, recreditKey, restoreKey, topUpKey } from '../ledger/rules.ts'
import { offerOf } from '../links/offers.ts'
import { saidEnd } from '../links/rules-offers.ts'
import { paymentWith } from '../payouts/covers.ts'
import { atLeast } from '../people/service.ts'
import type { LineStory, Story, TouchStory } from './cards-why.ts'
import { workingOf } from './telling.ts'

const MANY = 25

/**
 * The story behind an order by its id or number (with or without #). A creator reaches orders that a touch of theirs led to, won
 * or lost, and learns nobody else's name, code or amounts; any other order is not found. Managers reach every order.
 */
export async function whyOrder(ctx: Context, orderIdOrNumber: string): Promise<Story> {
  const manager = atLeast(ctx.actor.role, 'manager')
  const found = await find(ctx, orderIdOrNumber.trim())
  const touches = await ctx.db.touch.findMany({
    where: { programId: ctx.program.id, orderId: { in: found.map((order) => order.id) } },
    orderBy: { id: 'asc' },
  })
  const mine = (touch: Touch) => touch.creatorId === ctx.actor.creatorId
  const order = found.find(({ id }) => manager || touches.some((touch) => touch.orderId === id && mine(touch)))
  if (!order) {
    throw new Refusal(
      'not_found',
      'No order of yours has this number.',
      'Pick one from the list, or check the number on the receipt.',
      'order',
    )
  }
  return tellStory(
    ctx,
    order,
    touches.filter((touch) => touch.orderId === order.id),
    manager,
  )
}

async function offerSaid(ctx: Context, offerId: string): Promise<Story['offer']> {
  const { name, endsAt } = await offerOf(ctx, offerId)
  return { name, until: saidEnd(endsAt, ctx.program.zone) }
}

function find(ctx: Context, name: string): Promise<Order[]> {
  const programId = ctx.program.id
  if (isId('order', name)) return ctx.db.order.findMany({ where: { programId, id: name } })
  const bare = name.replace(/^#/, '')
  return ctx.db.order.findMany({
    where: { programId, number: { in: [bare, `#${bare}`] } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: MANY,
  })
}

async function tellStory(ctx: Context, order: Order, touches: Touch[], manager: boolean): Promise<Story> {
  const programId = ctx.program.id
  const own = order.creatorId !== null && order.creatorId === ctx.actor.creatorId
  const line = own || manager ? await ctx.db.line.findUnique({ where: { orderId: order.id } }) : null
  const creators = await ctx.db.creator.findMany({
    where: { programId, id: { in: touches.map((touch) => touch.creatorId) } },
    select: { id: true, name: true },
  })
  const nameOf = (creatorId: string) => creators.find(({ id }) => id === creatorId)?.name ?? null
  return {
    orderId: order.id,
    number: order.number,
    at: order.at,
    rule: order.rule,
    lead: order.kind === 'lead',
    cancelledAt: order.cancelledAt,
    lostAt: order.lostAt,
    note: order.note,
    ownPurchase: order.ownPurchase,
    offer: order.offerId !== null && (own || manager) ? await offerSaid(ctx, order.offerId) : null,
    own,
    manager,
    touches: touches
      .map((touch) =>
        tellTouch(touch, touch.creatorId === ctx.actor.creatorId, manager ? nameOf(touch.creatorId) : null, manager),
      )
      // Why another creator lost is theirs to know.
      .filter((touch) => manager || touch.own || touch.won)
      .sort((a, b) => Number(b.won) - Number(a.won)),
    line: line && (await tellLine(ctx, order, line)),
  }
}

function tellTouch(touch: Touch, own: boolean, who: string | null, manager: boolean): TouchStory {
  const known = own || manager
  const what = known && touch.kind === 'code' ? touch.what : null
  return {
    kind: touch.kind as TouchStory['kind'],
    who,
    own,
    what,
    at: touch.at,
    won: touch.won,
    reason: known ? touch.reason : null,
  }
}

async function tellLine(ctx: Context, order: Order, line: Line): Promise<LineStory> {
  const because = line.because as { tier?: string; customer?: string }
  const hold = await ctx.db.hold.findUnique({ where: { line: line.id } })
  const refunds = await ctx.db.refund.findMany({
    where: { programId: ctx.program.id, source: order.source, orderExternalId: order.externalId },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const { exchange, exchangeDay } = order
  const from = { minor: order.base, currency: order.currency }
  return {
    ...(await workingOf(ctx, line)),
    components: order.components as Record<string, MoneyJson>,
    availableAt: hold?.availableAt ?? null,
    heldByCase: (hold?.caseId ?? null) !== null,
    converted: exchange !== null && exchangeDay !== null ? { from, rate: exchange, day: exchangeDay } : null,
    paidBy: line.mirror ? order.source : null,
    payment: hold || line.mirror ? null : await paymentOf(ctx, line),
    tier: because.tier ?? null,
    customer: because.customer ?? null,
    topUps: line.raisedBps === null ? [] : await topUpsOf(ctx, line),
    refunds: refunds.map(({ at, base, currency, whole, cumulative, appliedAt, failedAt, settledMinor, taken }) => ({
      at,
      base: { minor: base, currency },
      whole: whole === null ? null : { minor: whole, currency },
      cumulative,
      applied: appliedAt !== null,
      failed: failedAt !== null,
      settled: settledMinor === null ? null : { minor: settledMinor, currency: order.currency },
      taken: taken === null ? null : { minor: taken, currency: line.currency },
    })),
  }
}

/** The payment that a line went out with: it became payable when it ripened, was given again, or came from another creator. */
async function paymentOf(ctx: Context, line: Line): Promise<LineStory['payment']> {
  const programId = ctx.program.id
  const cases = await ctx.db.caseLine.findMany({ where: { programId, lineId: line.id }, select: { caseId: true } })
  const keys = [matureKey(line.id), ...cases.flatMap(({ caseId }) => [restoreKey(caseId, line.id), recreditKey(caseId, line.id)])]
  const last = await ctx.db.transfer.findFirst({
    where: { programId, key: { in: keys } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: { at: true },
  })
  return last && paymentWith(ctx, line.creatorId, last.at)
}

async function topUpsOf(ctx: Context, line: Line): Promise<LineStory['topUps']> {
  const rows = await ctx.db.transfer.findMany({
    where: {
      programId: ctx.program.id,
      from: commissionAccount,
      at: { gte: line.at },
      key: { startsWith: topUpKey(line.id, '') },
    },
    orderBy: { at: 'asc' },
  })
  return rows.map(({ because, minor, currency, at }) => ({
    tier: (because as { tier: string }).tier,
    money: { minor, currency },
    at,
  }))
}

/** What may be typed for an order: a creator's own sales, for managers every order; newest first. */
export async function suggestOrders(ctx: Context, typed: string): Promise<{ label: string; value: string }[]> {
  const whose = atLeast(ctx.actor.role, 'manager') ? {} : { creatorId: ctx.actor.creatorId ?? '' }
  const number = typed.trim() === '' ? {} : { number: { contains: typed.trim(), mode: 'insensitive' as const } }
  const orders = await ctx.db.order.findMany({
    where: { programId: ctx.program.id, ...whose, ...number },
    orderBy: { id: 'desc' },
    take: MANY,
  })
  return orders.map((order) => ({
    label: `${order.number} of ${sayDay(order.at, ctx.actor.zone, ctx.actor.locale)}`,
    value: order.id,
  }))
}

/** What no key can hold alone about orders; a sentence for each law that is broken, none when all hold. */
export async function audit(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const found = await ctx.db.$queryRaw<{ what: string; count: bigint }[]>`
    SELECT 'orders whose creator has no line, or another''s' AS what, COUNT(*) AS count FROM "Order" o
      LEFT JOIN "Line" l ON l."orderId" = o."id"
      WHERE o."programId" = ${programId} AND o."creatorId" IS DISTINCT FROM l."creatorId"
    UNION ALL SELECT 'orders without exactly one winning touch', COUNT(*) FROM "Order" o
      LEFT JOIN (SELECT "orderId", COUNT(*) AS count FROM "Touch" WHERE "programId" = ${programId} AND "won" GROUP BY 1) t ON t."orderId" = o."id"
      WHERE o."programId" = ${programId} AND o."creatorId" IS NOT NULL AND t.count IS DISTINCT FROM 1
    UNION ALL SELECT 'lines that say another base than their order at its rate', COUNT(*) FROM "Order" o JOIN "Line" l ON l."orderId" = o."id"
      WHERE o."programId" = ${programId} AND o."exchange" IS NULL AND (o."currency" <> l."currency" OR o."base" <> l."base")
    UNION ALL SELECT 'refunds of paid orders that were not taken into account', COUNT(*) FROM "Refund" r
      JOIN "Order" o ON o."programId" = r."programId" AND o."source" = r."source" AND o."externalId" = r."orderExternalId"
      WHERE r."programId" = ${programId} AND o."paidAt" IS NOT NULL AND r."appliedAt" IS NULL`
  return found.filter(({ count }) => count > 0n).map(({ what, count }) => `${count} ${what}`)
}

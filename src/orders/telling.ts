// What a creator reads of their sales: the first of a day at once, with its arithmetic; later ones of the day in one card that grows,
// so that a good day is no storm. What a case withholds has a post of its own.
import type { Context } from '../context.ts'
import { type Line, type Order, Prisma } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { days, localDay, sayDay, startOfDay } from '../kernel/time.ts'
import type { Working } from '../ledger/cards-working.ts'
import { partsOf } from '../ledger/rules.ts'
import { bookedOf } from '../ledger/service.ts'
import { forfeitedOn } from '../ledger/taken.ts'
import { whyHeld } from '../trust/queries.ts'
import { daySalesCard, type Sale, saleCard } from './cards.ts'

/**
 * A sale in the creator's private place. `fresh`: it was credited just now; told again, the post that has it is edited silently, as
 * after a refund. `untouched` says that nothing was taken back of it.
 */
export async function tell(
  ctx: Context,
  order: Order,
  line: Line,
  { fresh, untouched = false }: { fresh: boolean; untouched?: boolean },
): Promise<void> {
  const programId = ctx.program.id
  const [creator] = await ctx.db.$queryRaw<{ personId: string; alerts: string | null }[]>`
    SELECT c."personId", m.alerts FROM "Creator" c
    LEFT JOIN "Membership" m ON m."programId" = c."programId" AND m."personId" = c."personId"
    WHERE c."programId" = ${programId} AND c.id = ${line.creatorId}`
  must(creator, 'a line belongs to a creator')
  if (creator.alerts === 'none') return
  const day = localDay(order.createdAt, ctx.program.zone)
  // Two sales at once would each be the first, or leave the other out of the day's card.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`sales ${line.creatorId} ${day}`}, 0))`
  const audience = { person: creator.personId }
  const isTold = (key: string | { in: string[] }) =>
    ctx.db.outbox.findFirst({
      where: { programId, kind: 'post', audience: `person:${creator.personId}`, key },
      select: { id: true },
    })
  const sale = await saleOf(ctx, order, line, untouched)
  const alone = () => ctx.show(audience, saleKey(order.id), saleCard(sale))
  const apart =
    sale.held !== null || sale.lead || sale.paidBy !== null || sale.first || day !== localDay(ctx.now, ctx.program.zone)
  if ((fresh && apart) || (await isTold(saleKey(order.id)))) return alone()
  const today = await salesOf(ctx, line.creatorId, order.createdAt)
  const keys = today.map((one) => saleKey(one.order.id))
  if (!(await isTold({ in: [dayKey(day), ...(fresh ? keys : [])] }))) return alone()
  const told = await ctx.db.outbox.findMany({ where: { programId, kind: 'post', key: { in: keys } }, select: { key: true } })
  const later = today.filter((one) => !told.some(({ key }) => key === saleKey(one.order.id)))
  const shown: Sale[] = []
  for (const one of later.slice(0, LISTED)) shown.push(await saleOf(ctx, one.order, one.line, false))
  const said = sayDay(order.createdAt, ctx.program.zone, ctx.program.locale)
  await ctx.show(audience, dayKey(day), daySalesCard(said, shown, later.length - shown.length))
}

/** The card of a day has room for so many, and counts so many. */
const LISTED = 10
const MOST = 200

const saleKey = (orderId: string): string => `sale:${orderId}`
const dayKey = (day: string): string => `sales:${day}`

/** What was sold longer before it was heard of came with a file, and is no news. */
const NEWS_DAYS = 2

/** Sales of a creator that were heard of on the day of `at`, newest first. */
async function salesOf(ctx: Context, creatorId: string, at: Date): Promise<{ order: Order; line: Line }[]> {
  const programId = ctx.program.id
  const from = startOfDay(at, ctx.program.zone)
  const heard = { gte: from, lt: startOfDay(days(from, 1.5), ctx.program.zone) }
  const orders = await ctx.db.order.findMany({
    where: {
      programId,
      creatorId,
      kind: 'order',
      mirror: { equals: Prisma.DbNull },
      createdAt: heard,
      at: { gte: days(from, -NEWS_DAYS) },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: MOST,
  })
  const lines = await ctx.db.line.findMany({ where: { programId, creatorId, orderId: { in: orders.map(({ id }) => id) } } })
  return orders.flatMap((order) => {
    const line = lines.find(({ orderId }) => orderId === order.id)
    return line ? [{ order, line }] : []
  })
}

/** Tells sales as they stand now, where they were told before: what a case withholds, lets go or takes back changes their posts. */
export async function retell(ctx: Context, orderIds: string[]): Promise<void> {
  const programId = ctx.program.id
  for (const id of [...new Set(orderIds)].sort()) {
    const order = await ctx.db.order.findFirst({ where: { programId, id } })
    const line = order && (await ctx.db.line.findUnique({ where: { orderId: id } }))
    if (!line) continue
    const keys = [saleKey(id), dayKey(localDay(order.createdAt, ctx.program.zone))]
    if (await ctx.db.outbox.findFirst({ where: { programId, kind: 'post', key: { in: keys } }, select: { id: true } }))
      await tell(ctx, order, line, { fresh: false })
  }
}

/** A sale as its post tells it. */
async function saleOf(ctx: Context, order: Order, given: Line, untouched: boolean): Promise<Sale> {
  const line = untouched ? given : await ctx.db.line.findUniqueOrThrow({ where: { id: given.id } })
  const hold = await ctx.db.hold.findUnique({ where: { line: line.id }, select: { availableAt: true, caseId: true } })
  return {
    orderId: order.id,
    number: order.number,
    lead: order.kind === 'lead',
    paidBy: line.mirror ? order.source : null,
    first: (line.because as { first?: boolean }).first ?? false,
    ...(await workingOf(ctx, line, untouched)),
    availableAt: hold?.availableAt ?? null,
    held: hold?.caseId ? await whyHeld(ctx, hold.caseId, order.id) : null,
  }
}

/**
 * A line's arithmetic: its parts, what it booked in all and what was taken back. `untouched` says that nothing was, so that the
 * transfers are asked only for what a tier has added.
 */
export async function workingOf(ctx: Context, line: Line, untouched = false): Promise<Working> {
  const money = (minor: bigint): Money => ({ minor, currency: line.currency })
  const known = line.mirror || (untouched && line.raisedBps === null)
  const moved = known
    ? { booked: money(line.minor), reversed: money(line.minor - (line.leftMinor ?? line.minor)) }
    : await bookedOf(ctx, line.id)
  const { booked, reversed } = moved
  const forfeited = money((await forfeitedOn(ctx, [line.id])).get(line.id) ?? 0n)
  return {
    base: money(line.base),
    parts: partsOf(line),
    booked,
    reversed,
    forfeited,
    toppedUp: line.mirror ? money(0n) : money(booked.minor - line.minor),
    cappedBy: line.cappedBy,
  }
}

// What a creator reads of their sales: the first of a day at once, with its arithmetic; later ones of the day in one card that grows,
// so that a good day is no storm. What a case withholds has a post of its own.
import type { Context } from '../context.ts'
import type { Line, Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { days, localDay, sayDay, startOfDay } from '../kernel/time.ts'
import type { Working } from '../ledger/cards-working.ts'
import { partsOf } from '../ledger/rules.ts'
import { bookedOn, reversedOf } from '../ledger/service.ts'
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
  const toldOf = async (keys: string[]) => {
    const where = { programId, kind: 'post', audience: `person:${creator.personId}`, key: { in: keys } }
    return new Set((await ctx.db.outbox.findMany({ where, select: { key: true } })).map(({ key }) => key))
  }
  const [sale] = await salesAs(ctx, [{ order, line: untouched ? line : await lineNow(ctx, line) }], untouched)
  must(sale, 'one line, one sale')
  const alone = () => ctx.show(audience, saleKey(order.id), saleCard(sale))
  const apart =
    sale.held !== null || sale.lead || sale.paidBy !== null || sale.first || day !== localDay(ctx.now, ctx.program.zone)
  if ((fresh && apart) || (await toldOf([saleKey(order.id)])).size > 0) return alone()
  const today = await soldOn(ctx, line.creatorId, order.createdAt)
  const told = await toldOf([dayKey(day), ...today.map(saleKey)])
  if (!told.has(dayKey(day)) && !(fresh && told.size > 0)) return alone()
  const later = today.filter((id) => !told.has(saleKey(id)))
  const shown = await salesAs(ctx, await linesOf(ctx, later.slice(0, LISTED)))
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

/** The orders of a creator's sales that were heard of on the day of `at`, newest first. */
async function soldOn(ctx: Context, creatorId: string, at: Date): Promise<string[]> {
  const from = startOfDay(at, ctx.program.zone)
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT o.id FROM "Order" o WHERE o."programId" = ${ctx.program.id} AND o."creatorId" = ${creatorId}
      AND o.kind = 'order' AND o.mirror IS NULL AND o.at >= ${days(from, -NEWS_DAYS)}
      AND o."createdAt" >= ${from} AND o."createdAt" < ${startOfDay(days(from, 1.5), ctx.program.zone)}
      AND (SELECT l."creatorId" FROM "Line" l WHERE l."orderId" = o.id) = ${creatorId}
    ORDER BY o."createdAt" DESC, o.id DESC LIMIT ${MOST}`
  return rows.map(({ id }) => id)
}

/** Orders with their lines, in the order of their ids as given. */
async function linesOf(ctx: Context, ids: string[]): Promise<{ order: Order; line: Line }[]> {
  const programId = ctx.program.id
  const orders = await ctx.db.order.findMany({ where: { programId, id: { in: ids } } })
  const lines = await ctx.db.line.findMany({ where: { programId, orderId: { in: ids } } })
  return ids.flatMap((id) => {
    const order = orders.find((one) => one.id === id)
    const line = lines.find((one) => one.orderId === id)
    return order && line ? [{ order, line }] : []
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

const lineNow = (ctx: Context, { id }: Line): Promise<Line> => ctx.db.line.findUniqueOrThrow({ where: { id } })

/** Sales as their posts tell them; `untouched` as in workingsOf. */
async function salesAs(ctx: Context, sold: { order: Order; line: Line }[], untouched = false): Promise<Sale[]> {
  const lines = sold.map(({ line }) => line)
  const workings = await workingsOf(ctx, lines, untouched)
  const holds = await ctx.db.hold.findMany({
    where: { line: { in: lines.map(({ id }) => id) } },
    select: { line: true, availableAt: true, caseId: true },
  })
  const sales: Sale[] = []
  for (const { order, line } of sold) {
    const hold = holds.find((one) => one.line === line.id)
    sales.push({
      orderId: order.id,
      number: order.number,
      lead: order.kind === 'lead',
      paidBy: line.mirror ? order.source : null,
      first: (line.because as { first?: boolean }).first ?? false,
      ...workings.get(line.id)!,
      availableAt: hold?.availableAt ?? null,
      held: hold?.caseId ? await whyHeld(ctx, hold.caseId, order.id) : null,
    })
  }
  return sales
}

/**
 * The arithmetic of each line: its parts, what it booked in all and what was taken back. `untouched` says that nothing was, so that
 * the transfers are asked only for what a tier has added.
 */
async function workingsOf(ctx: Context, lines: Line[], untouched = false): Promise<Map<string, Working>> {
  const known = (line: Line): boolean => line.mirror || (untouched && line.raisedBps === null)
  const unknown = lines.filter((line) => !known(line))
  const ids = unknown.map(({ id }) => id)
  const booked = ids.length === 0 ? new Map<string, bigint>() : await bookedOn(ctx, ids)
  const creators = [...new Set(unknown.map(({ creatorId }) => creatorId))]
  const reversed = booked.size === 0 ? booked : await reversedOf(ctx, creators, ids)
  const forfeited = await forfeitedOn(
    ctx,
    lines.map(({ id }) => id),
  )
  return new Map(
    lines.map((line) => {
      const money = (minor: bigint): Money => ({ minor, currency: line.currency })
      const all = known(line) ? line.minor : (booked.get(line.id) ?? 0n)
      const back = known(line) ? line.minor - (line.leftMinor ?? line.minor) : all === 0n ? 0n : (reversed.get(line.id) ?? 0n)
      const working: Working = {
        base: money(line.base),
        parts: partsOf(line),
        booked: money(all),
        reversed: money(back),
        forfeited: money(forfeited.get(line.id) ?? 0n),
        toppedUp: money(line.mirror ? 0n : all - line.minor),
        cappedBy: line.cappedBy,
      }
      return [line.id, working]
    }),
  )
}

/** The arithmetic of one line; see workingsOf. */
export async function workingOf(ctx: Context, line: Line): Promise<Working> {
  const working = (await workingsOf(ctx, [line])).get(line.id)
  must(working, 'a line has its arithmetic')
  return working
}

import type { Context } from '../context.ts'
import type { Case, CaseEvent, CaseLine, Creator, Order, Signal } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { leftOf } from '../ledger/forfeit.ts'
import { forfeitKey, restoreKey } from '../ledger/rules.ts'
import { atLeast } from '../people/service.ts'
import type { Told } from './cards-told.ts'
import { heldWhy, isOpen, numbersIn, orderNames } from './rules.ts'

/** `taken` and `given` are what the case itself took of the line and gave again. */
export type LineSeen = CaseLine & {
  number: string
  left: bigint
  taken: bigint
  given: bigint
  held: boolean
  /** Another case has taken it for good. */
  elsewhere: boolean
  availableAt: Date | null
}

/** A case with all that belongs to it. */
export type View = {
  found: Case
  creator: Pick<Creator, 'id' | 'name' | 'handle' | 'personId'>
  lines: LineSeen[]
  signals: Signal[]
  events: (CaseEvent & { name: string })[]
  /** The number of the disputed order, as it is known here or as the creator called it. */
  number: string | null
  /** For a dispute: who has the order now, and whether it could be credited at all. */
  holder: string | null
  currency: string
}

/** The case for whoever may see it: managers see all, a creator their own. */
export async function viewOf(ctx: Context, caseId: string): Promise<View> {
  const found = await ctx.db.case.findFirst({ where: { id: caseId, programId: ctx.program.id } })
  const mayLook = found && (atLeast(ctx.actor.role, 'manager') || found.creatorId === ctx.actor.creatorId)
  if (!mayLook) throw new Refusal('not_found', 'There is no such case of yours.', 'Pick one from /case list.', 'case')
  return look(ctx, found)
}

/** All that belongs to a case, whoever asks. */
export async function look(ctx: Context, found: Case): Promise<View> {
  const programId = ctx.program.id
  const where = { programId, caseId: found.id }
  const creator = await ctx.db.creator.findUniqueOrThrow({
    where: { id: found.creatorId },
    select: { id: true, name: true, handle: true, personId: true },
  })
  const order = await orderOf(ctx, found)
  const holder =
    order?.creatorId && order.creatorId !== found.creatorId
      ? await ctx.db.creator.findUnique({ where: { id: order.creatorId }, select: { name: true } })
      : null
  const events = await ctx.db.caseEvent.findMany({ where, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const people = await ctx.db.membership.findMany({
    where: { programId, personId: { in: events.flatMap(({ personId }) => personId ?? []) } },
    select: { personId: true, name: true },
  })
  return {
    found: { ...found, orderId: order?.id ?? null },
    creator,
    lines: await linesOf(ctx, found.id),
    signals: await ctx.db.signal.findMany({ where, orderBy: [{ weight: 'desc' }, { at: 'asc' }, { id: 'asc' }] }),
    events: events.map((event) => ({
      ...event,
      name: people.find(({ personId }) => personId === event.personId)?.name ?? 'Troupe',
    })),
    number: found.named ?? order?.number ?? null,
    holder: holder?.name ?? null,
    currency: ctx.program.currency,
  }
}

/** The order of a case. That of a dispute may have come from its shop after its creator named it. */
export async function orderOf(ctx: Context, found: Case): Promise<Order | null> {
  if (found.orderId !== null) return ctx.db.order.findUnique({ where: { id: found.orderId } })
  if (found.kind !== 'dispute' || !isOpen(found) || found.named === null) return null
  return (await orderMeant(ctx, found.creatorId, found.named)) ?? null
}

/** The order that a creator means by its number or id: one that something of theirs led to, else the newest. */
export async function orderMeant(
  ctx: Context,
  creatorId: string,
  typed: string,
): Promise<(Order & { mine: boolean }) | undefined> {
  const programId = ctx.program.id
  const [number = ''] = numbersIn(typed)
  const where = typed.startsWith('ord_') ? { id: typed } : { number: { in: [number, `#${number}`] } }
  const touched = await ctx.db.touch.findMany({ where: { programId, creatorId }, select: { orderId: true } })
  const found = await ctx.db.order.findMany({
    where: { programId, ...where },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 25,
  })
  const orders = found.map((order) => ({ ...order, mine: touched.some(({ orderId }) => orderId === order.id) }))
  return orders.find(({ mine }) => mine) ?? orders[0]
}

async function linesOf(ctx: Context, caseId: string): Promise<LineSeen[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.caseLine.findMany({ where: { programId, caseId }, orderBy: { lineId: 'asc' } })
  const ids = rows.map(({ lineId }) => lineId)
  const orders = await ctx.db.order.findMany({
    where: { programId, id: { in: rows.map(({ orderId }) => orderId) } },
    select: { id: true, number: true, source: true },
  })
  const numbers = orderNames(orders)
  const holds = new Map(
    (await ctx.db.hold.findMany({ where: { programId, line: { in: ids } } })).map((hold) => [hold.line, hold]),
  )
  const left = await leftOf(ctx, ids)
  const moved = await movedBy(ctx, rows)
  const others = { programId, lineId: { in: ids }, caseId: { not: caseId }, outcome: 'forfeited' }
  const lost = new Set((await ctx.db.caseLine.findMany({ where: others, select: { lineId: true } })).map(({ lineId }) => lineId))
  return rows.map((row) => ({
    ...row,
    number: numbers.get(row.orderId) ?? row.orderId,
    left: left.get(row.lineId) ?? 0n,
    taken: moved.get(forfeitKey(caseId, row.lineId)) ?? 0n,
    given: moved.get(restoreKey(caseId, row.lineId)) ?? 0n,
    held: holds.get(row.lineId)?.caseId === caseId,
    elsewhere: lost.has(row.lineId),
    availableAt: holds.get(row.lineId)?.availableAt ?? row.availableAt,
  }))
}

/** What cases took of these lines and gave again, by the keys it was booked under. */
async function movedBy(ctx: Context, rows: readonly { caseId: string; lineId: string }[]): Promise<Map<string, bigint>> {
  const keys = rows.flatMap(({ caseId, lineId }) => [forfeitKey(caseId, lineId), restoreKey(caseId, lineId)])
  const moved = await ctx.db.transfer.findMany({
    where: { programId: ctx.program.id, key: { in: keys } },
    select: { key: true, minor: true },
  })
  return new Map(moved.map(({ key, minor }) => [key, minor]))
}

/** The cases of a creator that nobody has decided yet, for whoever pays or merges them. */
export async function openCases(ctx: Context, creatorId: string): Promise<Case[]> {
  return ctx.db.case.findMany({
    where: { programId: ctx.program.id, creatorId, OR: [{ state: { in: ['open', 'held'] } }, { appeal: 'open' }] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
}

/** What cases say about an order, as far as the reader may know: managers all of them, a creator what is theirs. */
export async function casesOf(ctx: Context, orderId: string): Promise<Told[]> {
  const programId = ctx.program.id
  const lines = await ctx.db.caseLine.findMany({ where: { programId, orderId } })
  const own = atLeast(ctx.actor.role, 'manager') ? {} : { creatorId: ctx.actor.creatorId ?? '' }
  const cases = await ctx.db.case.findMany({
    where: { programId, ...own, OR: [{ orderId }, { id: { in: lines.map(({ caseId }) => caseId) } }] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const signals = await ctx.db.signal.findMany({
    where: { programId, caseId: { in: cases.map(({ id }) => id) }, orderIds: { has: orderId } },
    select: { caseId: true, rule: true },
  })
  const moved = await movedBy(ctx, lines)
  const { currency } = ctx.program
  return cases.map((found) => ({
    found,
    ...againOf(found, lines, moved, currency),
    rules: signals.filter(({ caseId }) => caseId === found.id).map(({ rule }) => rule),
    outcome: lines.find(({ caseId }) => caseId === found.id)?.outcome ?? null,
  }))
}

function againOf(
  found: Case,
  lines: readonly CaseLine[],
  moved: ReadonlyMap<string, bigint>,
  currency: string,
): Pick<Told, 'again'> {
  const line = lines.find(({ caseId }) => caseId === found.id)
  if (line?.outcome !== 'restored') return { again: null }
  // What another case has taken for good is said of that one.
  if (lines.some(({ lineId, outcome }) => lineId === line.lineId && outcome === 'forfeited')) return { again: null }
  const money = (key: string) => ({ minor: moved.get(key) ?? 0n, currency })
  return { again: { taken: money(forfeitKey(found.id, line.lineId)), given: money(restoreKey(found.id, line.lineId)) } }
}

/** Why a case withholds an order's line, as its creator may know it. */
export async function whyHeld(ctx: Context, caseId: string, orderId: string): Promise<string[]> {
  const programId = ctx.program.id
  const found = await ctx.db.case.findFirstOrThrow({ where: { id: caseId, programId }, select: { kind: true } })
  const signals = await ctx.db.signal.findMany({
    where: { programId, caseId, orderIds: { has: orderId } },
    select: { rule: true },
  })
  return heldWhy(
    found.kind,
    signals.map(({ rule }) => rule),
  )
}

/** Whether money of an order is withheld or was taken back by a case. */
export async function isWithheld(ctx: Context, orderId: string): Promise<boolean> {
  const found = await ctx.db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Line" l WHERE l."programId" = ${ctx.program.id} AND l."orderId" = ${orderId} AND (
      EXISTS (SELECT FROM "Hold" h WHERE h."programId" = l."programId" AND h."line" = l."id" AND h."caseId" IS NOT NULL)
      OR EXISTS (SELECT FROM "CaseLine" k WHERE k."programId" = l."programId" AND k."lineId" = l."id" AND k."outcome" = 'forfeited'))`
  return found.length > 0
}

/** The orders that a case names lines of. */
export const ordersOf = async (ctx: Context, caseId: string): Promise<string[]> =>
  (await ctx.db.caseLine.findMany({ where: { programId: ctx.program.id, caseId }, select: { orderId: true } })).map(
    ({ orderId }) => orderId,
  )

/** The orders whose lines a case let go or gave again, and that were not given back meanwhile; oldest first. */
export const ordersLetGo = (ctx: Context, caseId: string): Promise<{ id: string; at: Date }[]> =>
  ctx.db.$queryRaw<{ id: string; at: Date }[]>`
    SELECT o."id", o."at" FROM "CaseLine" k JOIN "Line" l ON l."id" = k."lineId" JOIN "Order" o ON o."id" = k."orderId"
    WHERE k."programId" = ${ctx.program.id} AND k."caseId" = ${caseId} AND k."outcome" IN ('released', 'restored')
      AND o."cancelledAt" IS NULL AND o."lostAt" IS NULL AND coalesce(l."leftBase", l."base") > 0
    ORDER BY o."at", o."id"`

const RETOLD = 200

/** Orders that a case withholds now, or that one decided since `since` names: what was said of them may be true no longer. */
export async function ordersOfCases(ctx: Context, since: Date): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ orderId: string }[]>`
    SELECT DISTINCT k."orderId" FROM "CaseLine" k JOIN "Case" c ON c."id" = k."caseId"
    WHERE k."programId" = ${ctx.program.id} AND (c."decidedAt" >= ${since}
      OR EXISTS (SELECT FROM "Hold" h WHERE h."programId" = k."programId" AND h."line" = k."lineId" AND h."caseId" = c."id"))
    ORDER BY k."orderId" DESC LIMIT ${RETOLD}`
  return rows.map(({ orderId }) => orderId)
}

/** The case under a lock, so that two who decide at once do it one after the other. Refusal when there is none. */
export async function lockCase(ctx: Context, caseId: string): Promise<Case> {
  await ctx.db.$queryRaw`SELECT "id" FROM "Case" WHERE "id" = ${caseId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const found = await ctx.db.case.findFirst({ where: { id: caseId, programId: ctx.program.id } })
  if (!found) throw new Refusal('not_found', 'There is no such case.', 'Pick one from /case list.', 'case')
  return found
}

/** Who decided, by name; null for nobody and for Troupe itself. */
export async function nameOf(ctx: Context, personId: string | null): Promise<string | null> {
  if (personId === null) return null
  const member = await ctx.db.membership.findFirst({ where: { programId: ctx.program.id, personId }, select: { name: true } })
  return member?.name ?? null
}

/** The person behind a creator. */
export async function personOf(ctx: Context, creatorId: string): Promise<string> {
  const creator = await ctx.db.creator.findUnique({ where: { id: creatorId }, select: { personId: true } })
  must(creator, 'a case is about a creator of the program')
  return creator.personId
}

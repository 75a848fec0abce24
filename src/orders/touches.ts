import type { Context } from '../context.ts'
import type { Code, Creator, Order } from '../db/generated/client.ts'
import { ownersOf } from '../ledger/owners.ts'
import { clickAt, openClick } from '../links/click-id.ts'
import { endWords } from '../links/rules-codes.ts'
import type { Candidate } from './rules.ts'
import { ownerOfCode } from './rules-book.ts'

export type Touches = {
  candidates: Candidate[]
  /** The order names a click of ours that is not in the database yet. */
  clickMissing: boolean
}

type Found = Pick<Candidate, 'kind' | 'creatorId' | 'what' | 'at' | 'endedBecause'> & { endedAt?: Date | null }

/** Everything that may deserve the credit for an order: its codes, its click, and who brought the customer first. */
export async function touchesOf(ctx: Context, order: Order): Promise<Touches> {
  const click = await clickOf(ctx, order)
  const customer = await customerOf(ctx, order)
  const found = [...(await codesOf(ctx, order)), ...(click === 'missing' ? [] : click), ...customer]
  // What was read a moment ago may name someone who has just turned out to be another.
  const owners = await ownersOf(ctx, [...new Set(found.map((touch) => touch.creatorId))])
  const ids = [...new Set(owners.values())]
  const known = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, OR: [{ id: { in: ids } }, { mergedInto: { in: ids } }] },
    select: { id: true, state: true, email: true, mergedInto: true },
    orderBy: { id: 'asc' },
  })
  const own = await ownShopper(ctx, order, known)
  const candidates = found.flatMap((touch) => {
    const creator = known.find(({ id }) => id === owners.get(touch.creatorId))
    if (!creator) return []
    return [{ ...touch, creatorId: creator.id, creatorState: creator.state, own: own.has(creator.id) }]
  })
  return { candidates, clickMissing: click === 'missing' }
}

type Known = Pick<Creator, 'id' | 'email' | 'mergedInto'>

/**
 * Those of these creators who are the shopper themselves, as far as hashes tell: by an address they gave, now or when they were
 * somebody else, by the one they are paid at, or by a shop account that one of these addresses ordered with before.
 */
async function ownShopper(ctx: Context, order: Order, known: readonly Known[]): Promise<Set<string>> {
  const { shopperEmail, shopperId } = order
  if (shopperEmail === null && shopperId === null) return new Set()
  const programId = ctx.program.id
  const payees = await ctx.db.payee.findMany({
    where: { programId, creatorId: { in: known.map(({ id }) => id) }, emailHash: { not: null } },
    select: { creatorId: true, emailHash: true },
  })
  const ordered =
    shopperId === null
      ? []
      : await ctx.db.order.findMany({
          where: { programId, source: order.source, shopperId, shopperEmail: { not: null } },
          select: { shopperEmail: true },
          distinct: ['shopperEmail'],
          take: 20,
        })
  const shopper = new Set([shopperEmail, ...ordered.map((row) => row.shopperEmail)].filter((hash) => hash !== null))
  const isOwn = ({ id, email }: Known) =>
    (email !== '' && shopper.has(ctx.hash(email.trim().toLowerCase()))) ||
    payees.some(({ creatorId, emailHash }) => creatorId === id && shopper.has(emailHash!))
  return new Set(known.filter(isOwn).map((creator) => creator.mergedInto ?? creator.id))
}

export type Buyer = { firstBought: Date | null; firstCredited: Date | null }

/** When the shopper bought here first, and first through a creator; leads are no purchases. Nulls for whoever is new or unknown. */
export async function buyerOf(ctx: Context, order: Order): Promise<Buyer> {
  const { id, shopperEmail, shopperId, at } = order
  if (shopperEmail === null && shopperId === null) return { firstBought: null, firstCredited: null }
  const [row] = await ctx.db.$queryRaw<{ bought: Date | null; credited: Date | null }[]>`
    SELECT min(at) AS bought, min(at) FILTER (WHERE "creatorId" IS NOT NULL) AS credited FROM (
      SELECT at, "creatorId", "cancelledAt", "lostAt", "paidAt", kind, test FROM "Order"
        WHERE "programId" = ${ctx.program.id} AND "shopperEmail" = ${shopperEmail} AND at < ${at} AND id <> ${id}
      UNION ALL SELECT at, "creatorId", "cancelledAt", "lostAt", "paidAt", kind, test FROM "Order"
        WHERE "programId" = ${ctx.program.id} AND "shopperId" = ${shopperId} AND at < ${at} AND id <> ${id}) earlier
    WHERE kind = 'order' AND NOT test AND "paidAt" IS NOT NULL AND "cancelledAt" IS NULL AND "lostAt" IS NULL`
  return { firstBought: row?.bought ?? null, firstCredited: row?.credited ?? null }
}

/** Codes change hands: the one that was active at the order's time counts, else the newest, which then says that it had ended. */
async function codesOf(ctx: Context, order: Order): Promise<Found[]> {
  const used = upper(order.codes as string[])
  return used.length === 0 ? [] : codeTouches(await codeRows(ctx, used), used, order.at)
}

/** Codes as they are looked for, each once. */
export const upper = (codes: readonly string[]): string[] => [...new Set(codes.map((code) => code.trim().toUpperCase()))]

/** Everyone who was ever given one of these codes, newest first. */
export const codeRows = (ctx: Context, codes: string[]): Promise<Code[]> => ctx.db.$queryRaw<Code[]>`
    SELECT * FROM "Code" WHERE "programId" = ${ctx.program.id} AND state <> 'wanted' AND upper("code") = ANY(${codes}) ORDER BY "createdAt" DESC, "id" DESC`

/** Whom these codes name at an instant. */
export function codeTouches(rows: readonly Code[], used: readonly string[], at: Date): Found[] {
  return used.flatMap((code): Found[] => {
    const owners = rows.filter((row) => row.code.toUpperCase() === code)
    const owner = ownerOfCode(owners, at)
    if (!owner) return []
    const ended = { endedAt: owner.endedAt, endedBecause: endWords[owner.endReason ?? ''] }
    return [{ kind: 'code', creatorId: owner.creatorId, what: owner.code, at: at, ...ended }]
  })
}

async function clickOf(ctx: Context, order: Order): Promise<Found[] | 'missing'> {
  const id = order.cid === null ? null : openClick(order.cid, ctx.clickKey)
  if (id === null) return []
  const programId = ctx.program.id
  const click = await ctx.db.click.findFirst({ where: { id, at: clickAt(id), programId } })
  if (!click) return 'missing'
  const link = await ctx.db.link.findFirst({ where: { id: click.linkId, programId }, select: { creatorId: true } })
  return link ? [{ kind: 'click', creatorId: link.creatorId, what: click.id, at: click.at }] : []
}

/** The creator of the customer's first credited order; the shopper is known by a keyed hash alone. */
async function customerOf(ctx: Context, order: Order): Promise<Found[]> {
  const before = {
    programId: ctx.program.id,
    creatorId: { not: null },
    at: { lt: order.at },
    cancelledAt: null,
    lostAt: null,
    id: { not: order.id },
  }
  const orderBy = [{ at: 'asc' as const }, { id: 'asc' as const }]
  const found = []
  for (const shopper of [{ shopperEmail: order.shopperEmail }, { shopperId: order.shopperId }]) {
    if (Object.values(shopper)[0] === null) continue
    found.push(
      await ctx.db.order.findFirst({
        where: { ...before, ...shopper },
        orderBy,
        select: { id: true, at: true, creatorId: true },
      }),
    )
  }
  const [first] = found.filter((earlier) => earlier !== null).sort((a, b) => a.at.getTime() - b.at.getTime())
  return first?.creatorId ? [{ kind: 'customer', creatorId: first.creatorId, what: first.id, at: first.at }] : []
}

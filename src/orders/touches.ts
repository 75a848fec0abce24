import type { Context } from '../context.ts'
import type { Code, Order } from '../db/generated/client.ts'
import { ownersOf } from '../ledger/owners.ts'
import { clickAt, openClick } from '../links/click-id.ts'
import type { Candidate } from './rules.ts'

export type Touches = {
  candidates: Candidate[]
  /** The order names a click of ours that is not in the database yet. */
  clickMissing: boolean
}

type Found = Pick<Candidate, 'kind' | 'creatorId' | 'what' | 'at'> & { endedAt?: Date | null }

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
  const candidates = found.flatMap((touch) => {
    const creator = known.find(({ id }) => id === owners.get(touch.creatorId))
    if (!creator) return []
    // Whoever gave several addresses over time is their own customer with each of them.
    const emails = [creator, ...known.filter((row) => row.mergedInto === creator.id)].map((row) => row.email.trim().toLowerCase())
    const hashes = emails.map((email) => ctx.hash(email))
    const emailHash = hashes.find((hash) => hash === order.shopperEmail) ?? hashes[0]!
    return [{ ...touch, creatorId: creator.id, creatorState: creator.state, emailHash }]
  })
  return { candidates, clickMissing: click === 'missing' }
}

/** Codes change hands: the one that was active at the order's time counts, else the newest, which then says that it had ended. */
async function codesOf(ctx: Context, order: Order): Promise<Found[]> {
  const used = [...new Set((order.codes as string[]).map((code) => code.trim().toUpperCase()))]
  if (used.length === 0) return []
  const rows = await ctx.db.$queryRaw<Code[]>`
    SELECT * FROM "Code" WHERE "programId" = ${ctx.program.id} AND upper("code") = ANY(${used}) ORDER BY "createdAt" DESC, "id" DESC`
  return used.flatMap((code): Found[] => {
    const owners = rows.filter((row) => row.code.toUpperCase() === code)
    const open = owners.filter((row) => !row.endedAt || row.endedAt > order.at)
    const owner = open.find((row) => row.createdAt <= order.at) ?? open[0] ?? owners[0]
    return owner ? [{ kind: 'code', creatorId: owner.creatorId, what: owner.code, at: order.at, endedAt: owner.endedAt }] : []
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

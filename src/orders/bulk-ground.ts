import type { Context } from '../context.ts'
import type { Code, Creator } from '../db/generated/client.ts'
import type { OrderFact } from '../kernel/fact.ts'
import { mailboxOf } from '../kernel/mailbox.ts'
import { ownersOf } from '../ledger/owners.ts'
import type { Rule } from '../ledger/rules-rates.ts'
import { offersBetween } from '../links/offers.ts'
import type { Offered } from '../links/rules-offers.ts'
import { reportedNames, takeTurn } from './payer.ts'
import { isNetwork } from './rules-network.ts'
import { respell } from './shopper.ts'
import { codeRows, upper } from './touches.ts'

/** Everything that is read for many orders at once. */
export type Ground = {
  /** Orders that the database knows something of already, by the shop's own id. */
  known: Set<string>
  /** Orders that a network may have reported too. */
  reported: Set<string>
  /** Shoppers who are here already, or more than once in the list. */
  regulars: Set<string>
  codes: Map<string, Code[]>
  owners: Map<string, string>
  creators: Map<string, Creator>
  /** Hashes of the e-mail and postal addresses that creators gave or are paid at. */
  ownHashes: Set<string>
  rules: Rule[]
  /** Offers of the days of these orders. */
  offers: Offered[]
  /** Creators who have not sold anything yet. */
  unsold: Set<string>
}

/** Locks these orders by their names, in one order for everyone, and reads what their credit may depend on. */
export async function layGround(ctx: Context, source: string, facts: readonly OrderFact[]): Promise<Ground> {
  const programId = ctx.program.id
  await takeTurn(ctx, isNetwork(source))
  const ids = [...new Set(facts.map((fact) => fact.orderId))].sort()
  const names = ids.map((id) => `order ${programId} ${source} ${id}`)
  await ctx.db
    .$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(n, 0)) FROM unnest(${names}::text[]) WITH ORDINALITY AS u(n, i) ORDER BY i`
  const placed = facts.filter((fact) => fact.type === 'order.placed')
  await respell(
    ctx,
    placed.map(({ shopper }) => shopper),
  )
  const codes = new Map<string, Code[]>()
  for (const row of await codeRows(ctx, upper(placed.flatMap((fact) => fact.codes)))) {
    const code = row.code.toUpperCase()
    codes.set(code, [...(codes.get(code) ?? []), row])
  }
  const named = [...new Set([...codes.values()].flat().map((row) => row.creatorId))]
  const owners = await ownersOf(ctx, named)
  const people = [...new Set(owners.values())]
  const family = await ctx.db.creator.findMany({
    where: { programId, OR: [{ id: { in: people } }, { mergedInto: { in: people } }] },
  })
  const payees = await ctx.db.payee.findMany({
    where: { programId, creatorId: { in: family.map(({ id }) => id) } },
    select: { emailHash: true, addressHash: true },
  })
  const sold = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM unnest(${people}::text[]) AS p(id)
    WHERE EXISTS (SELECT FROM "Line" l WHERE l."programId" = ${programId} AND l."creatorId" = p.id)`
  const withLine = new Set(sold.map(({ id }) => id))
  return {
    known: await knownOf(ctx, source, ids, facts),
    reported: await reportedNames(ctx, placed),
    regulars: await regularsOf(ctx, placed),
    codes,
    owners,
    creators: new Map(family.map((creator) => [creator.id, creator])),
    ownHashes: new Set([
      ...family.flatMap(({ email }) => (email === '' ? [] : [ctx.hash(mailboxOf(email))])),
      ...payees.flatMap(({ emailHash, addressHash }) => [emailHash, addressHash]).filter((hash) => hash !== null),
    ]),
    rules: await ctx.db.rateRule.findMany({ where: { programId }, orderBy: { id: 'asc' } }),
    offers: await offersOf(ctx, placed),
    unsold: new Set(people.filter((id) => !withLine.has(id))),
  }
}

async function offersOf(ctx: Context, placed: readonly { at: string }[]): Promise<Offered[]> {
  const times = placed.map(({ at }) => new Date(at).getTime()).filter((at) => !Number.isNaN(at))
  if (times.length === 0) return []
  const [first, last] = times.reduce(([a, b], at) => [Math.min(a, at), Math.max(b, at)], [times[0]!, times[0]!])
  return offersBetween(ctx, new Date(first), new Date(last))
}

async function knownOf(ctx: Context, source: string, ids: string[], facts: readonly OrderFact[]): Promise<Set<string>> {
  const programId = ctx.program.id
  const refunds = facts.flatMap((fact) => (fact.type === 'order.refunded' ? [fact.refundId] : []))
  const rows = await ctx.db.$queryRaw<{ id: string; refund: string | null }[]>`
    SELECT "externalId" AS id, NULL AS refund FROM "Order" WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ANY(${ids})
    UNION ALL SELECT "orderExternalId", NULL FROM "OpenFact" WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ANY(${ids})
    UNION ALL SELECT "orderExternalId", NULL FROM "Refund" WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ANY(${ids})
    UNION ALL SELECT "orderExternalId", NULL FROM "Chargeback" WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ANY(${ids})
    UNION ALL SELECT "orderExternalId", "externalId" FROM "Refund" WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ANY(${refunds})`
  const taken = new Set(rows.flatMap(({ refund }) => refund ?? []))
  // A refund's name may have been used for another order, here or in the list itself.
  const count = new Map<string, Set<string>>()
  for (const fact of facts)
    if (fact.type === 'order.refunded') count.set(fact.refundId, (count.get(fact.refundId) ?? new Set()).add(fact.orderId))
  const twice = facts.filter(
    (fact) => fact.type === 'order.refunded' && (taken.has(fact.refundId) || count.get(fact.refundId)!.size > 1),
  )
  return new Set([...rows.map(({ id }) => id), ...twice.map((fact) => fact.orderId)])
}

async function regularsOf(ctx: Context, placed: Extract<OrderFact, { type: 'order.placed' }>[]): Promise<Set<string>> {
  const programId = ctx.program.id
  const seen = new Map<string, string>()
  const regulars = new Set<string>()
  for (const { orderId, shopper } of placed)
    for (const hash of [shopper.email, shopper.id]) {
      if (hash === undefined) continue
      if ((seen.get(hash) ?? orderId) !== orderId) regulars.add(hash)
      seen.set(hash, orderId)
    }
  if (seen.size === 0) return regulars
  const hashes = [...seen.keys()]
  const rows = await ctx.db.$queryRaw<{ hash: string }[]>`
    SELECT "shopperEmail" AS hash FROM "Order" WHERE "programId" = ${programId} AND "shopperEmail" = ANY(${hashes})
    UNION SELECT "shopperId" FROM "Order" WHERE "programId" = ${programId} AND "shopperId" = ANY(${hashes})`
  for (const { hash } of rows) regulars.add(hash)
  return regulars
}

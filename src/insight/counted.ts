// What is counted of a click, a line, a transfer and a new customer: one text for the live count and for the days that are kept, so
// that both always mean the same. Whoever changes the meaning of one raises the version in daily.ts.
import { Prisma } from '../db/generated/client.ts'
import { bonusAccount, commissionAccount, feeAccount, referralAccount } from '../ledger/rules.ts'

const { sql } = Prisma

/** Of c: one visitor an hour, and no bots. */
export const counts = sql`NOT c.bot AND c."uniqueInHour"`

/** Of an order: whether it is a purchase, as orders/touches.ts has it. Whoever paid nothing, took it back or tried the shop bought nothing. */
const bought = (row: 'o' | 'e') => {
  const of = Prisma.raw(row)
  return sql`${of}.kind = 'order' AND ${of}.base > 0 AND NOT ${of}.test AND ${of}."paidAt" IS NOT NULL AND ${of}."cancelledAt" IS NULL AND ${of}."lostAt" IS NULL`
}
const earlier = (same: Prisma.Sql) =>
  sql`EXISTS (SELECT FROM "Order" e WHERE e."programId" = o."programId" AND ${same} AND ${bought('e')} AND (e.at, e.id) < (o.at, o.id))`
/** Whether an order is the first that its shopper bought; null where nobody knows the shopper. */
export const first = sql`(CASE WHEN o."shopperEmail" IS NULL AND o."shopperId" IS NULL THEN NULL ELSE ${bought('o')}
  AND NOT ${earlier(sql`e."shopperEmail" = o."shopperEmail"`)} AND NOT ${earlier(sql`e."shopperId" = o."shopperId"`)} END)`
/** Of l: what refunds left of it. */
export const net = sql`coalesce(l."leftBase", greatest(0, l.base))`
const left = sql`coalesce(l."leftMinor", l.minor)`
/** Of o: whether it came by a click of ours. Others use the same parameter in addresses, and shops pass on whatever stands there. */
export const came = sql`coalesce(starts_with(o.cid, 'clk_'), false)`
/** Of l and o: whether the click was one on a link of whoever has the order. A code may win over the click of another creator. */
export const cameByOwn = sql`(${came} AND EXISTS (SELECT FROM "Touch" y WHERE y."programId" = l."programId" AND y."orderId" = l."orderId"
  AND y.kind = 'click' AND y."creatorId" = l."creatorId"))`
export const kept = sql`(o."cancelledAt" IS NULL AND o."lostAt" IS NULL AND ${net} > 0)`

/** What the shopper did not have to pay, in the order's currency; the line's base says what that is in the program's. */
const discounts = sql`(o.components->'discounts'->>'minor')::numeric`

/** Of l and o, a column each; `isFirst` says of o whether it is its shopper's first. Which click counts is said by the way (splits.ts). */
const factsOf = (isFirst: Prisma.Sql) => sql`${kept} AS kept, ${isFirst} AS first, greatest(0, l.base) AS gross, ${net} AS net,
  CASE WHEN l.mirror THEN 0 ELSE ${left} END AS commission, CASE WHEN l.mirror THEN ${left} ELSE 0 END AS mirror,
  CASE WHEN o.base <> 0 THEN round(${discounts} * l.base / o.base) WHEN o.exchange IS NULL THEN ${discounts} END AS discount`
export const soldFacts = factsOf(first)
/** Without a look at shoppers. */
export const soldBrief = factsOf(sql`false`)
export const soldColumns = [
  'orders',
  'approved',
  'byClick',
  'newCustomers',
  'gross',
  'net',
  'commission',
  'mirror',
  'discount',
] as const
/** Over rows r of those; as soldColumns are ordered. */
export const soldSums = sql`count(*) AS orders, count(*) FILTER (WHERE r.kept) AS approved,
  count(*) FILTER (WHERE r.kept AND r.clicked) AS "byClick", count(*) FILTER (WHERE r.first) AS "newCustomers",
  coalesce(sum(r.gross), 0)::bigint AS gross, coalesce(sum(r.net), 0)::bigint AS net, coalesce(sum(r.commission), 0)::bigint AS commission,
  coalesce(sum(r.mirror), 0)::bigint AS mirror, coalesce(sum(r.discount), 0)::bigint AS discount`

/**
 * Of l and o: how far an order got that came by a click, to the end of its hold (ledger/rules.ts, matureKey). `OFFSET 0` lets the transfer
 * be looked up by its key: before a row's tenant is certain, row-level security joins by nothing that is made of the other row, and all
 * transfers would be read.
 */
export const funnelFacts = sql`${came} AND ${kept} AND EXISTS (
  SELECT FROM "Transfer" m WHERE m."programId" = l."programId" AND m.key = 'mature:' || l.id OFFSET 0) AS ripe`
export const funnelColumns = ['clicked', 'ripe'] as const
/** Over rows r of those; as funnelColumns are ordered. */
export const funnelSums = sql`count(*) FILTER (WHERE r.clicked) AS clicked, count(*) FILTER (WHERE r.clicked AND r.ripe) AS ripe`

/** Fees, bonuses and referrals. */
export const beside = [feeAccount, bonusAccount, referralAccount]
/** What is spent on creators is booked between theirs and these. */
export const costAccounts = [commissionAccount, ...beside]
/** Of t: whether it is a cost, for whom it was booked, and what it comes to. A reversal takes away. */
export const isCost = sql`(t."from" = ANY(${costAccounts}) OR t."to" = ANY(${costAccounts}))`
export const bookedFor = sql`split_part(CASE WHEN t."from" = ANY(${costAccounts}) THEN t."to" ELSE t."from" END, ':', 2)`
/**
 * What disputes moved from one creator to another (ledger/forfeit.ts): as if the one gave it back and it was booked for the other, so that
 * it is a cost of whoever has the order. Of all creators together that is nothing. `OFFSET 0` is there as in
 * `funnelFacts`: each transfer is looked up by its key.
 */
export const handedOver = (programId: string): Prisma.Sql => sql`
  SELECT side."from", side."to", t.minor, t.currency, t.at FROM "Case" k JOIN "Line" l ON l."orderId" = k."orderId"
  CROSS JOIN LATERAL (SELECT * FROM "Transfer" t WHERE t."programId" = ${programId} AND t.key = 'recredit:' || k.id || ':' || l.id OFFSET 0) t
  CROSS JOIN LATERAL (VALUES (t."from", ${commissionAccount}), (${commissionAccount}, t."to")) AS side("from", "to")
  WHERE k."programId" = ${programId} AND k.remedy = 'move'`
export const bookedColumns = ['commission', 'fees'] as const
export const bookedSums = sql`
  coalesce(sum(CASE WHEN t."from" = ${commissionAccount} THEN t.minor WHEN t."to" = ${commissionAccount} THEN -t.minor ELSE 0 END), 0)::bigint AS commission,
  coalesce(sum(CASE WHEN t."from" = ANY(${beside}) THEN t.minor WHEN t."to" = ANY(${beside}) THEN -t.minor ELSE 0 END), 0)::bigint AS fees`

/** All that the shopper of o bought in so many days from then on. A shopper is known by mail or by the shop's number; one condition for both could use neither index. */
export const spentIn = (days: number): Prisma.Sql => {
  const bought = (same: Prisma.Sql) => sql`(
    SELECT coalesce(sum(coalesce(x."leftBase", greatest(0, x.base))), 0) FROM "Order" y JOIN "Line" x ON x."orderId" = y.id
    WHERE y."programId" = o."programId" AND ${same} AND y.kind = 'order' AND y.at >= o.at AND y.at < o.at + ${days} * interval '24 hours')`
  return sql`CASE WHEN o."shopperEmail" IS NOT NULL THEN ${bought(sql`y."shopperEmail" = o."shopperEmail"`)}
    ELSE ${bought(sql`y."shopperId" = o."shopperId"`)} END`
}

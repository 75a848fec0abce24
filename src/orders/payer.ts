/**
 * One order, one payer: where a network that pays its creators reports an order which the brand's own shop reports too, the network
 * pays it and we don't. The two are known to be one by a name: what the network says is the shop's number or id of the order is one of
 * the names that the shop has for it, within a week. Which of the two is heard first changes nothing in what is owed; of two networks
 * the one that is heard first counts. What was said once stays, also when the network takes its report back.
 */
import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { isNetwork, networks, paidByNetwork } from './rules-network.ts'

/** A number says little by itself: two shops begin at the same one. */
const DAYS_APART = 7

const networkSources = Object.keys(networks)
/** Whoever is no network is a shop, also the second of its kind. */
const shops = { notIn: networkSources }

/**
 * Locks an order by its name, for its row may not exist yet. Networks and shops never decide at the same time, or neither would see
 * what the other has just said; shops go on beside each other.
 */
export async function lockOrder(ctx: Context, source: string, externalId: string): Promise<void> {
  const turn = turnOf(ctx)
  const name = `order ${ctx.program.id} ${source} ${externalId}`
  if (isNetwork(source))
    await ctx.db
      .$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0)), pg_advisory_xact_lock(hashtextextended(${name}, 0))`
  else
    await ctx.db
      .$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${turn}, 0)), pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}

const turnOf = (ctx: Context): string => `payers ${ctx.program.id}`

/** Before many orders are locked: alone for networks and for whoever settles both, beside each other for shops. */
export async function takeTurn(ctx: Context, alone: boolean): Promise<void> {
  const turn = turnOf(ctx)
  if (alone) await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0))`
  else await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${turn}, 0))`
}

type Told = Pick<Order, 'source' | 'externalId' | 'number' | 'at'>

const bare = (name: string): string => name.trim().replace(/^#/, '')

/** Everything this order is called by its source, without the sign that shops put before numbers. */
async function namesOf(ctx: Context, { source, externalId, number }: Told): Promise<string[]> {
  const where = { programId: ctx.program.id, source, orderExternalId: externalId }
  const others = await ctx.db.orderName.findMany({ where, select: { name: true } })
  return [...new Set([number, externalId, ...others.map((row) => row.name)].map(bare))].filter((name) => name !== '')
}

const near = ({ at }: Told, other: Date): boolean => days(at, -DAYS_APART) <= other && other <= days(at, DAYS_APART)

/** The network that reported this order and pays it; null when no other does. The program's turn is held. */
export async function payerOf(ctx: Context, order: Order): Promise<string | null> {
  if (order.kind !== 'order') return null
  const { programId, source, externalId, number } = order
  const own = [bare(number), bare(externalId)]
  const found = await ctx.db.$queryRaw<{ source: string; externalId: string; at: Date; pays: string | null }[]>`
    WITH names AS (SELECT unnest(${own}::text[]) AS name UNION SELECT name FROM "OrderName"
      WHERE "programId" = ${programId} AND source = ${source} AND "orderExternalId" = ${externalId})
    SELECT o.source, o."externalId", o.at, (SELECT n.name FROM "OrderName" n
      WHERE n."programId" = o."programId" AND n.source = o.source AND n."orderExternalId" = o."externalId" AND n.name LIKE ${`${PAYS}%`}
      LIMIT 1) AS pays
    FROM "Order" o WHERE o."programId" = ${programId} AND o.source = ANY(${networkSources}) AND o.source <> ${source}
      AND o.mirror IS NOT NULL AND o."paidAt" IS NOT NULL AND NOT o.test AND o.rule <> ${paidByNetwork}
      AND (o.number IN (SELECT name FROM names UNION SELECT '#' || name FROM names) OR o."externalId" IN (SELECT name FROM names))
    ORDER BY o.id`
  const close = found.filter((one) => near(order, one.at))
  // Networks pay beside each other what is one order, and the first counts; of shops each report means one.
  if (order.mirror !== null) return close[0]?.source ?? null
  const report = close.find((one) => one.pays === null || one.pays === paysName(order))
  if (report?.pays === null) await tie(ctx, report, order)
  return report?.source ?? null
}

const PAYS = 'pays '
const paysName = ({ source, externalId }: Told): string => `${PAYS}${source} ${externalId}`

/** Writes down which order of the shop a network's report means. */
async function tie(ctx: Context, report: Pick<Told, 'source' | 'externalId'>, order: Told): Promise<void> {
  const data = {
    programId: ctx.program.id,
    source: report.source,
    name: paysName(order),
    orderExternalId: report.externalId,
  }
  await ctx.db.orderName.createMany({ data, skipDuplicates: true })
}

/** Which of these names any network has reported, whenever that was. */
export async function reportedNames(ctx: Context, orders: readonly { orderId: string; number: string }[]): Promise<Set<string>> {
  const names = [...new Set(orders.flatMap(({ orderId, number }) => [bare(orderId), bare(number)]))]
  const found = await ctx.db.$queryRaw<{ number: string; externalId: string }[]>`
    SELECT number, "externalId" FROM "Order" WHERE "programId" = ${ctx.program.id} AND source = ANY(${networkSources})
      AND (number = ANY(${[...names, ...names.map((name) => `#${name}`)]}) OR "externalId" = ANY(${names}))`
  const reported = new Set(found.flatMap(({ number, externalId }) => [bare(number), bare(externalId)]))
  return new Set(
    orders.filter((one) => reported.has(bare(one.orderId)) || reported.has(bare(one.number))).map((one) => one.orderId),
  )
}

/** The shop's order that a network reports, once: undefined when it is not here, or was found before. */
export async function reportedBy(ctx: Context, report: Order): Promise<Order | undefined> {
  const programId = ctx.program.id
  const names = await namesOf(ctx, report)
  if (names.some((name) => name.startsWith(PAYS))) return undefined
  const aliases = await ctx.db.orderName.findMany({
    where: { programId, source: shops, name: { in: names } },
    select: { orderExternalId: true },
  })
  const ids = [...names, ...aliases.map((row) => row.orderExternalId)]
  const found = await ctx.db.order.findMany({
    where: {
      programId,
      source: shops,
      kind: 'order',
      test: false,
      rule: { not: paidByNetwork },
      OR: [{ number: { in: [...names, ...names.map((name) => `#${name}`)] } }, { externalId: { in: ids } }],
    },
    orderBy: { id: 'asc' },
  })
  const apart = (one: Order) => Math.abs(one.at.getTime() - report.at.getTime())
  const [nearest] = found.filter((one) => near(report, one.at)).toSorted((a, b) => apart(a) - apart(b))
  if (nearest) await tie(ctx, report, nearest)
  return nearest
}

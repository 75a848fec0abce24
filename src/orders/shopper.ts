import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import { forgetTold } from '../db/inbox.ts'
import type { Shopper, ShopperAsked } from '../kernel/fact.ts'
import { respellPayees } from '../payouts/payees.ts'
import { shopperKeptCard } from './cards-shops.ts'

/**
 * Earlier versions kept the hash of an address as it was typed. Once one of these shoppers orders again, what was kept of them before
 * stands under their mailbox too, or they would be new here, and nobody who buys for themselves.
 */
export async function respell(ctx: Context, shoppers: readonly Shopper[]): Promise<void> {
  const spelled = new Map(shoppers.flatMap(({ typed, email }) => (typed && email ? [[typed, email] as const] : [])))
  if (spelled.size === 0) return
  const [typed, emails] = [[...spelled.keys()], [...spelled.values()]]
  await ctx.db.$executeRaw`
    UPDATE "Order" o SET "shopperEmail" = s.email FROM unnest(${typed}::text[], ${emails}::text[]) AS s(typed, email)
    WHERE o."programId" = ${ctx.program.id} AND o."shopperEmail" = s.typed`
  await respellPayees(ctx, typed, emails)
}

/**
 * What a shopper asks for, passed on by the shop. Their orders are counted on and their creators keep what they earned; what goes is
 * everything that ties an order to the shopper: the keyed hashes, and the shop's own words about it.
 */
export async function shopperAsked(ctx: Context, source: string, fact: ShopperAsked): Promise<void> {
  const orders = await ordersOf(ctx, source, fact)
  if (fact.wish === 'forget') {
    await clear(
      ctx,
      orders.map((order) => order.id),
    )
    const orderIds = [...new Set([...orders.map((order) => order.externalId), ...fact.orderIds])]
    await forgetTold(ctx.db, ctx.program.id, source, { orderIds, hashes: hashesOf(fact.shopper) })
    return
  }
  await ctx.show(
    { channel: 'managers' },
    `privacy:${source}:${fact.requestId}`,
    shopperKeptCard(source, new Date(fact.at), orders),
  )
}

/** All shoppers of a source are forgotten; gives how many orders spoke of one. */
export async function forgetAll(ctx: Context, source: string): Promise<number> {
  const { count } = await ctx.db.order.updateMany({
    where: { programId: ctx.program.id, source, OR: anyOf },
    data: forgotten,
  })
  await forgetTold(ctx.db, ctx.program.id, source)
  return count
}

const forgotten = { shopperId: null, shopperEmail: null, shopperAddress: null }
const anyOf = [{ shopperId: { not: null } }, { shopperEmail: { not: null } }, { shopperAddress: { not: null } }]

// Nobody is known by an address alone: a household shares it, and a shop tells the orders that are meant.
const hashesOf = ({ id, ...shopper }: Shopper): string[] => [...(id === undefined ? [] : [id]), ...emailsOf(shopper)]
const emailsOf = ({ email, typed }: Shopper): string[] => [email, typed].filter((hash) => hash !== undefined)

/** The orders that the shop names, and those that the shopper's hashes are on: an e-mail in every shop, an id in its own. */
async function ordersOf(ctx: Context, source: string, { shopper, orderIds }: ShopperAsked): Promise<Order[]> {
  const own = [
    ...(orderIds.length > 0 ? [{ source, externalId: { in: orderIds } }] : []),
    ...(shopper.id === undefined ? [] : [{ source, shopperId: shopper.id }]),
    ...emailsOf(shopper).map((shopperEmail) => ({ source, shopperEmail })),
  ]
  if (own.length === 0) return []
  return ctx.db.order.findMany({ where: { programId: ctx.program.id, OR: own }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
}

async function clear(ctx: Context, ids: string[]): Promise<void> {
  await ctx.db.order.updateMany({ where: { programId: ctx.program.id, id: { in: ids } }, data: forgotten })
}

/** What an order says of itself, and that it is taken in as it was when it was paid. */
import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { LeadQualified, OrderPlaced } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { exact } from './rules.ts'
import { respell } from './shopper.ts'

export type Placed = OrderPlaced | LeadQualified

/** What an order says it is worth and made of. Refuses amounts that are none. */
export function bought(fact: OrderPlaced) {
  const base = exact(fact.base)
  const items = fact.items.slice(0, 200).map(({ sku, quantity, net }) => ({
    sku: sku.slice(0, 100),
    quantity,
    // What is told in another currency than the order's says nothing about shares of its base.
    ...(net && exact(net).currency === base.currency ? { net: net.minor } : {}),
  }))
  if (fact.mirror && exact(fact.mirror.commission).minor < 0n)
    throw new Refusal('invalid', 'The commission of a network is below zero.', 'Send what the creator earns, or a refund.')
  return { kind: 'order', base, paid: fact.paid, components: fact.components, items, mirror: fact.mirror }
}

/**
 * Until it is paid an order may be changed in the shop: what it earns by is what was paid, whichever of the two is heard first. Who tells
 * that may know less of it, as an invoice of Stripe's names no code of its checkout: what is told of nothing stays. A
 * code that was taken off names nobody any more. Whoever paid may have given their name only then.
 */
export async function asPaid(ctx: Context, known: Order, fact: Placed, told: ReturnType<typeof bought>): Promise<Order> {
  if (known.paidAt || !told.paid || known.kind !== told.kind) return known
  const { base, components, items } = told
  const { id, email, address } = fact.shopper
  await respell(ctx, [fact.shopper])
  const data = {
    ...{ test: known.test || fact.test, shopperId: id ?? known.shopperId },
    ...{ shopperEmail: email ?? known.shopperEmail, shopperAddress: address ?? known.shopperAddress },
    ...{ currency: base.currency, base: base.minor, components, cid: fact.cid ?? known.cid },
    ...(items.length > 0 ? { items } : {}),
    ...(fact.codes.length > 0 || ('codeless' in fact && fact.codeless) ? { codes: fact.codes.slice(0, 20) } : {}),
  }
  return ctx.db.order.update({ where: { id: known.id }, data })
}

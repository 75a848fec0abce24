/** What an order says of itself: it is taken in as it was when it was paid, and what is added to it afterwards is only kept beside. */
import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { LeadQualified, OrderPlaced } from '../kernel/fact.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { kindOf } from '../programs/rules-shops.ts'
import { refundsOf } from './left.ts'
import { exact } from './rules.ts'
import { addedTo, tally } from './rules-refunds.ts'
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
export async function asPaid(
  ctx: Context,
  known: Order,
  fact: Placed,
  told: ReturnType<typeof bought>,
  listed = false,
): Promise<Order> {
  if (known.kind !== told.kind) return known
  // A list of past orders may count what they are worth in another way; only the shop tells that one has grown.
  if (known.paidAt) return listed ? known : grown(ctx, known, told.base)
  if (!told.paid) return known
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

/** Shops in whose orders goods may be put, or exchanged for others, after they were paid; they tell each refund as goods and not as a share. */
const editing = new Set(['shopify'])

/** What was added to an order after it was paid. It earns nothing, and what is given back from then on comes off it first. */
async function grown(ctx: Context, known: Order, now: Money): Promise<Order> {
  const before = addedTo(known)
  const minor = now.minor - known.base
  if (!editing.has(kindOf(known.source)) || now.currency !== known.currency || minor <= before.minor) return known
  const { left } = tally(known.base, (await refundsOf(ctx, known)).known, before)
  const added = { minor: minor.toString(), currency: now.currency, kept: (known.base - left).toString() }
  return ctx.db.order.update({ where: { id: known.id }, data: { components: { ...(known.components as object), added } } })
}

/** What an order says of itself: it is taken in as it was when it was paid, and what is added to it afterwards is only kept beside. */
import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { LeadQualified, OrderPlaced } from '../kernel/fact.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, sayDay } from '../kernel/time.ts'
import { countsAnew, kindOf } from '../programs/rules-shops.ts'
import { refundsOf } from './left.ts'
import { exact, instant } from './rules.ts'
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

/** A shop may be told of in another zone by a list, and what somebody else bought on another day is another order. */
const SAME_ORDER_DAYS = 2

/**
 * Refuses what another shop tells under a number that an order of the former one has, as where a shop was made anew at its old address:
 * both its day and its shopper are others. Taken for the order that is here it would earn nothing, and its end would take that one back.
 */
export function checkSameOrder(ctx: Context, known: Order, { at, shopper, number }: Placed): void {
  const told = instant(at)
  const [first = told, last = told] = [known.at, told].sort((a, b) => +a - +b)
  if (!countsAnew(known.source) || last <= days(first, SAME_ORDER_DAYS)) return
  if (known.shopperEmail === null || !shopper.email || [shopper.email, shopper.typed].includes(known.shopperEmail)) return
  const on = (day: Date) => sayDay(day, ctx.program.zone, ctx.program.locale)
  throw new Refusal(
    'conflict',
    `Order ${number} of ${on(told)} has the id of an order that somebody else placed on ${on(known.at)}.`,
    'If the shop was made anew and counts its orders from one again, disconnect it on the page of /setup shop and connect it there as another shop; what it sold until then comes with /order import.',
  )
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

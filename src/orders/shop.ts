import type { Context } from '../context.ts'
import type { ShopLeft } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { minutes } from '../kernel/time.ts'
import { kindOf, siteOf } from '../programs/rules-shops.ts'
import { shopLeftCard } from './cards-shops.ts'
import { SKEW_MINUTES } from './rules.ts'
import { forgetAll } from './shopper.ts'

/**
 * A connection speaks for one shop: the first verified delivery that names one binds it, and what comes from another is refused, for
 * two shops count their orders by the same numbers.
 */
export async function heardFrom(ctx: Context, source: string, shop: string): Promise<void> {
  const where = { programId: ctx.program.id, source }
  const { count } = await ctx.db.connection.updateMany({ where: { ...where, shop: null }, data: { shop } })
  if (count > 0) return
  const bound = await ctx.db.connection.findUnique({ where: { programId_source: where }, select: { shop: true } })
  if (!bound || bound.shop === null || siteOf(bound.shop) === siteOf(shop)) return
  throw new Refusal(
    'conflict',
    `This came from ${shop}, but ${source} is connected to ${bound.shop} here.`,
    'Take the webhook out of that shop, or connect that shop beside this one with /setup shop. If the shop only has a new name, connect it again with /setup shop and retry.',
  )
}

/** Shops that tell an order again whenever something about it changes, however old it is. */
const tellingAgain = new Set(['shopify', 'woocommerce'])

/**
 * Whether an order is older than the connection to its shop. Its creator was paid in another way then, or by another source here: a note
 * or a parcel that makes the shop tell it again must not pay it a second time.
 */
export async function isPast(ctx: Context, { source, at }: { source: string; at: Date }): Promise<boolean> {
  if (!tellingAgain.has(kindOf(source))) return false
  const where = { programId_source: { programId: ctx.program.id, source } }
  const connection = await ctx.db.connection.findUnique({ where, select: { createdAt: true } })
  return connection !== null && at < minutes(connection.createdAt, -SKEW_MINUTES)
}

/**
 * The shop removed our app: managers hear it once, and where the shop says so all its shoppers are forgotten. A farewell that comes late,
 * after the shop was connected again and answered, is over.
 */
export async function shopLeft(ctx: Context, source: string, fact: ShopLeft): Promise<void> {
  const at = new Date(fact.at)
  const where = { programId: ctx.program.id, source }
  const connection = await ctx.db.connection.findUnique({ where: { programId_source: where } })
  if (!fact.forget && connection?.checkedAt && connection.checkedAt > at) return
  if (connection && connection.leftAt === null)
    await ctx.db.connection.update({ where: { id: connection.id }, data: { leftAt: at } })
  const forgotten = fact.forget ? await forgetAll(ctx, source) : undefined
  await ctx.show(
    { channel: 'managers' },
    `left:${source}:${fact.forget ? 'forget' : 'app'}:${fact.at}`,
    shopLeftCard(source, at, forgotten),
  )
}

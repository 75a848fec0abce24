import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { rateOn } from '../programs/fx.ts'
import { convert } from '../programs/rules-fx.ts'

/** The rate an order is converted at; both null in the program's own currency, undefined while no rate was entered. */
export type Exchange = { exchange: string | null; exchangeDay: string | null }

export async function exchangeOf(ctx: Context, currency: string, at: Date): Promise<Exchange | undefined> {
  if (currency === ctx.program.currency) return { exchange: null, exchangeDay: null }
  const found = await rateOn(ctx, currency, at)
  return found ? { exchange: found.rate, exchangeDay: found.day } : undefined
}

/** An amount of an order in the program's currency, at the order's own rate. */
export const inBooks = (ctx: Context, order: Pick<Order, 'currency' | 'exchange'>, minor: bigint): Money =>
  order.exchange === null
    ? { minor, currency: ctx.program.currency }
    : convert({ minor, currency: order.currency }, order.exchange, ctx.program.currency)

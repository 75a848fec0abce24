/** What takes a day to see: once an hour the last day of every creator is laid beside their past and their peers. */
import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { daysSeen, programSeen } from './days.ts'
import { sharedAccounts, throwawayCreators } from './persons.ts'
import { raise } from './raise.ts'
import { daySignals } from './rules-days.ts'
import { type Found, orderSignals } from './rules-orders.ts'
import { creditedSince, ordersSeen } from './seen.ts'
import { remind } from './talk.ts'

/** What every rule finds in the last 24 hours: those of single orders too, for the clicks around an order may come after it. */
async function look(ctx: Context): Promise<Found[]> {
  const { adsAllowed, couponSites } = policyOf(ctx.program)
  const allowed = { adsAllowed, couponSites, demo: ctx.program.demo }
  const orders = await ordersSeen(ctx, await creditedSince(ctx, days(ctx.now, -1)))
  const program = await programSeen(ctx)
  const found = orders.flatMap((order) => orderSignals(order, allowed))
  for (const day of await daysSeen(ctx, orders)) found.push(...daySignals(day, program))
  return [...found, ...(await sharedAccounts(ctx)), ...(await throwawayCreators(ctx))]
}

/** Looks in one unit of work, and takes up what was found about each creator in one of its own. */
export async function sweep(within: <T>(work: (ctx: Context) => Promise<T>) => Promise<T>): Promise<void> {
  const found = await within(look)
  for (const creatorId of [...new Set(found.map((one) => one.creatorId))].sort()) {
    const own = found.filter((one) => one.creatorId === creatorId)
    await within((ctx) => raise(ctx, own))
  }
}

/** Reminds managers of cases whose day comes or is past. */
export const due = (ctx: Context): Promise<number> => remind(ctx, days(ctx.now, 1))

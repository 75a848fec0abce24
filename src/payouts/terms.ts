// What the policy says about payouts, in the words of this room.
import type { Context } from '../context.ts'
import type { Money } from '../kernel/money.ts'
import { addDays, instantOf, localDay, nextLocal, startOfDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import type { Method } from './rules.ts'
import { blockedBy } from './rules-payee.ts'

export type Terms = { minimum: Money; methods: readonly Method[]; blocked: readonly string[]; payer: string }

export function termsOf(ctx: Context): Terms {
  const policy = policyOf(ctx.program)
  return {
    minimum: { minor: BigInt(policy.minPayoutMinor), currency: ctx.program.currency },
    methods: policy.payoutMethods,
    blocked: blockedBy(policy.closedCountries),
    // Who says nothing of their country and keeps books in dollars pays from the United States as far as tax forms go.
    payer: policy.books.country ?? (ctx.program.currency === 'USD' ? 'US' : ''),
  }
}

/** Noon, so that a reader in another zone is shown the same day. */
const noon = (ctx: Context, day: string): Date => instantOf(day, '12:00', ctx.program.zone)

/** The next payday in the program's calendar, today included. */
export function nextPayday(ctx: Context): { day: string; at: Date; from: Date } {
  const { zone } = ctx.program
  const rhythm = { every: 'month' as const, at: '12:00', day: policyOf(ctx.program).payday }
  // Asked from a moment before today began, today's own ring is still to come.
  const before = new Date(startOfDay(ctx.now, zone).getTime() - 1)
  const day = localDay(nextLocal(rhythm, zone, before), zone)
  return dayOf(ctx, day)
}

/** The payday that is to be paid now: today, or the last one before. */
export function lastPayday(ctx: Context): { day: string; at: Date; from: Date } {
  const { zone } = ctx.program
  const today = localDay(ctx.now, zone)
  const wanted = String(policyOf(ctx.program).payday).padStart(2, '0')
  if (today.slice(8) >= wanted) return dayOf(ctx, `${today.slice(0, 8)}${wanted}`)
  const lastMonth = addDays(`${today.slice(0, 8)}01`, -1)
  return dayOf(ctx, `${lastMonth.slice(0, 8)}${wanted}`)
}

/** `from` is when the day begins: what was payable before that is paid. */
function dayOf(ctx: Context, day: string): { day: string; at: Date; from: Date } {
  const at = noon(ctx, day)
  return { day, at, from: startOfDay(at, ctx.program.zone) }
}

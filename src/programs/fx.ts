import type { Context } from '../context.ts'
import type { FxRate } from '../db/generated/client.ts'
import { isCurrency } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { parseRate } from './rules-fx.ts'

/** The rate of an instant's local day: the last one before it, else the first one after it; null when none was entered. */
export async function rateOn(ctx: Context, currency: string, at: Date): Promise<{ rate: string; day: string } | null> {
  const day = localDay(at, ctx.program.zone)
  const where = { programId: ctx.program.id, currency }
  return (
    (await ctx.db.fxRate.findFirst({ where: { ...where, day: { lte: day } }, orderBy: { day: 'desc' } })) ??
    (await ctx.db.fxRate.findFirst({ where, orderBy: { day: 'asc' } }))
  )
}

/** Keeps a rate; one that was entered for the same day before is replaced. What was booked keeps the rate it had. */
export async function enterRate(
  ctx: Context,
  wanted: { currency: string; rate: string; day?: string | undefined },
): Promise<FxRate> {
  const currency = wanted.currency.trim().toUpperCase()
  if (!isCurrency(currency) || currency === ctx.program.currency)
    throw new Refusal(
      'invalid',
      currency === ctx.program.currency ? `The books are in ${currency} already.` : 'This is not a currency.',
      'Use the code of another currency, such as USD.',
      'currency',
    )
  const rate = parseRate(wanted.rate)
  const today = localDay(ctx.now, ctx.program.zone)
  const day = wanted.day?.trim() ?? today
  if (!isDay(day) || day > today)
    throw new Refusal('invalid', 'The day is no date of the past.', 'Write it like 2026-11-21, or leave it out for today.', 'day')
  const key = { programId: ctx.program.id, currency, day }
  return ctx.db.fxRate.upsert({
    where: { programId_currency_day: key },
    create: { ...key, id: ctx.id('rate'), rate, source: `by hand: ${ctx.actor.name}`.slice(0, 100), createdAt: ctx.now },
    update: { rate, source: `by hand: ${ctx.actor.name}`.slice(0, 100) },
  })
}

const isDay = (day: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day

/** The rates that were entered, newest day first. */
export const ratesOf = (ctx: Context): Promise<FxRate[]> =>
  ctx.db.fxRate.findMany({ where: { programId: ctx.program.id }, orderBy: [{ day: 'desc' }, { currency: 'asc' }], take: 20 })

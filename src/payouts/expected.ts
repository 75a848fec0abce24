/** What a creator gets on the next payday, and what is still missing for it. */
import type { Context } from '../context.ts'
import { isFormer } from '../creators/rules-standing.ts'
import type { Payment } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { days } from '../kernel/time.ts'
import { untoldFees } from '../ledger/queries.ts'
import { ripening } from '../ledger/ripening.ts'
import { purse } from '../ledger/rules.ts'
import { balanceOf } from '../ledger/service.ts'
import { paymentsTo } from './batches.ts'
import { statesOf, stripeOf } from './onboarding.ts'
import { payeeOf } from './payees.ts'
import { missingIn, movedSince, openCasesOf } from './prepare.ts'
import { amountToPay, carriedBy, type Missing } from './rules.ts'
import { lastPayday, nextPayday, termsOf } from './terms.ts'

export type Expected = {
  payday: Date
  /** That day is over, and its payments are still to be made. */
  late: boolean
  /** What is paid on it if nothing changes and nothing is missing: payable before that day begins. Never below zero. */
  amount: Money
  missing: Missing[]
  paying: Money
  payments: Payment[]
}

/** For the creator as they are now. Says sentences in the reader's language. */
export async function expected(ctx: Context, creatorId: string): Promise<Expected> {
  const { owner, leaves } = await creatorNow(ctx, creatorId)
  const payable = await balanceOf(ctx, purse(owner, 'payable'))
  const untold = await untoldFees(ctx, owner)
  const now = { minor: payable.minor - untold.minor, untold: untold.keys }
  const payee = (await payeeOf(ctx, owner)) ?? undefined
  const account = (await statesOf(ctx, [owner])).get(owner)
  const stripe = (await stripeOf(ctx)) !== undefined
  const openCases = (await openCasesOf(ctx, [owner])).get(owner) ?? 0
  const on = async ({ at: payday, from }: Payday) => {
    const whole = await paidOn(ctx, owner, from, now)
    const amount = carriedBy(payee?.method, { ...payable, minor: whole > 0n ? whole : 0n })
    const at = new Date(Math.max(payday.getTime(), ctx.now.getTime()))
    return { payday, amount, missing: missingIn(ctx, termsOf(ctx), { amount, payee, account, stripe, leaves, openCases, at }) }
  }
  const missed = await missedPayday(ctx)
  const then = missed && (await on(missed))
  // What could not be paid on that day, as it is too little, waits for the next with all that came since.
  const late = then !== undefined && then.amount.minor > 0n && !then.missing.some(({ blocks }) => blocks)
  return {
    ...(late ? then : await on(await paydayFor(ctx, owner))),
    late,
    paying: await balanceOf(ctx, purse(owner, 'paying')),
    payments: await paymentsTo(ctx, owner),
  }
}

/** Whoever this creator is now. A look at the balance locks nobody. */
async function creatorNow(ctx: Context, creatorId: string): Promise<{ owner: string; leaves: boolean }> {
  const of = (id: string) =>
    ctx.db.creator.findFirstOrThrow({
      where: { id, programId: ctx.program.id },
      select: { id: true, state: true, stood: true, mergedInto: true },
    })
  const creator = await of(creatorId)
  const now = creator.mergedInto === null ? creator : await of(creator.mergedInto)
  return { owner: now.id, leaves: isFormer(now) }
}

type Payday = ReturnType<typeof nextPayday>

/** The last payday, where it is over and nobody was paid for it. */
async function missedPayday(ctx: Context): Promise<Payday | undefined> {
  const last = lastPayday(ctx)
  if (last.day === nextPayday(ctx).day) return undefined
  const batches = { programId: ctx.program.id, payday: last.day, state: { not: 'cancelled' } }
  return (await ctx.db.batch.count({ where: batches })) === 0 ? last : undefined
}

/** Today while today's payment is not made yet; else the next one. */
async function paydayFor(ctx: Context, creatorId: string): Promise<Payday> {
  const next = nextPayday(ctx)
  if (next.day !== lastPayday(ctx).day) return next
  const made = await ctx.db.payment.count({
    where: { programId: ctx.program.id, creatorId, payday: next.day, state: { notIn: ['failed', 'cancelled'] }, bouncedAt: null },
  })
  return made === 0 ? next : nextPayday({ ...ctx, now: days(next.at, 1) })
}

type Payable = { minor: bigint; untold: string[] }

/** Of what is payable now and ripens until then, what is paid on a payday. On the day itself what came since it began waits for the next. */
async function paidOn(ctx: Context, creatorId: string, from: Date, now: Payable): Promise<bigint> {
  if (from > ctx.now) return now.minor + (await ripening(ctx, creatorId, from))
  const since = await movedSince(ctx, creatorId, from, now.untold)
  return amountToPay(now.minor - since, now.minor)
}

/** Preparing payments: who is paid for a payday and who is not, decided and booked in one transaction. */
import type { Context } from '../context.ts'
import { isFormer } from '../creators/rules-standing.ts'
import { type Batch, type Payee, Prisma } from '../db/generated/client.ts'
import { format, type Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sayDay } from '../kernel/time.ts'
import { undoableFees } from '../ledger/queries.ts'
import { purse } from '../ledger/rules.ts'
import { statesOf, stripeOf } from './onboarding.ts'
import { note } from './payments.ts'
import { amountToPay, carriedBy, type Missing, missingFor, referenceOf } from './rules.ts'
import { type AccountState, isReady } from './rules-onboarding.ts'
import { lastPayday, type Terms, termsOf } from './terms.ts'

export type Candidate = { creatorId: string; personId: string; name: string; amount: Money; missing: Missing[] }
type Ready = Candidate & { payee: Payee }

/** Everybody who has money payable for a payday, the payments they would get, and what stands in the way of the others. */
export type Plan = { day: string; at: Date; ready: Ready[]; others: Candidate[] }

/** Who would be paid if payments were prepared now: everybody, or of these creators. */
export async function planFor(ctx: Context, only?: readonly string[]): Promise<Plan> {
  const { day, at, from } = lastPayday(ctx)
  const terms = termsOf(ctx)
  const paid = await alreadyPaid(ctx, day)
  // An approval of a moment before midnight may still be undone; what was paid for it would be owed back.
  const undoable = await undoableFees(ctx)
  const due = (await owed(ctx, from, undoable.keys, only))
    .map((one) => ({ ...one, minor: one.minor - (undoable.minor.get(one.id) ?? 0n) }))
    .map((one) => ({ ...one, payable: amountToPay(one.minor - one.since, one.minor) }))
    .filter(({ id, payable }) => payable > 0n && !paid.has(id))
  const ids = due.map(({ id }) => id)
  const payees = await payeesOf(ctx, ids)
  const cases = await openCasesOf(ctx, ids)
  const accounts = await statesOf(ctx, ids)
  const stripe = (await stripeOf(ctx)) !== undefined
  const plan: Plan = { day, at, ready: [], others: [] }
  for (const creator of due) {
    const { id, personId, name, payable } = creator
    const payee = payees.get(id)
    const amount = carriedBy(payee?.method, { minor: payable, currency: ctx.program.currency })
    if (amount.minor === 0n) continue
    const missing = missingIn(ctx, terms, {
      amount,
      payee,
      account: accounts.get(id),
      stripe,
      leaves: isFormer(creator),
      openCases: cases.get(id) ?? 0,
      at: ctx.now,
    })
    const one = { creatorId: id, personId, name, amount, missing }
    if (payee && !missing.some((what) => what.blocks)) plan.ready.push({ ...one, payee })
    else plan.others.push(one)
  }
  return plan
}

/** What is missing for one creator, in the words of the reader's language. */
export function missingIn(
  ctx: Context,
  { minimum, blocked, payer }: Terms,
  one: {
    amount: Money
    payee: Payee | undefined
    account: AccountState | undefined
    /** Whether the program is connected to Stripe. */
    stripe: boolean
    leaves: boolean
    openCases: number
    at: Date
  },
): Missing[] {
  const { zone, locale } = ctx.actor
  const { amount, payee, account, leaves, openCases, at } = one
  const byStripe = payee?.method === 'stripe'
  const stripe = byStripe && account ? { ready: isReady(account), due: account.due } : undefined
  return missingFor(
    { amount, minimum, leaves, payee, stripe, unreached: byStripe && !one.stripe, blocked, payer, openCases, at },
    (money) => format(money, locale),
    (day) => sayDay(day, zone, locale),
  )
}

type Owed = { id: string; personId: string; name: string; state: string; stood: Prisma.JsonValue; minor: bigint; since: bigint }

/**
 * Creators with money payable now, from the balances that are kept, and what of it moved since an instant, some keys left out. In the
 * order of ids.
 */
async function owed(ctx: Context, from: Date, except: string[], only?: readonly string[]): Promise<Owed[]> {
  const these = only ? Prisma.sql`b.account = ANY(${pursesOf(only)})` : Prisma.sql`b.account LIKE 'creator:%:payable'`
  // One text: thousands of rows of their own would take longer to read than to find.
  const [found] = await ctx.db.$queryRaw<{ all: string | null }[]>`
    SELECT json_agg(json_build_array(c.id, c."personId", c.name, c.state, c.stood, b.minor::text, moved.minor::text) ORDER BY c.id)::text AS all
    FROM "Balance" b
    JOIN "Creator" c ON c."programId" = b."programId" AND c.id = split_part(b.account, ':', 2) AND c."mergedInto" IS NULL
    CROSS JOIN LATERAL (${moved(Prisma.sql`b."programId"`, Prisma.sql`b.account`, from, except)}) moved
    WHERE b."programId" = ${ctx.program.id} AND b.currency = ${ctx.program.currency} AND ${these} AND b.minor > 0`
  const rows = JSON.parse(found?.all ?? '[]') as [string, string, string, string, Prisma.JsonValue, string, string][]
  return rows.map(([id, personId, name, state, stood, minor, since]) => {
    return { id, personId, name, state, stood, minor: BigInt(minor), since: BigInt(since) }
  })
}

const pursesOf = (creatorIds: readonly string[]): string[] => creatorIds.map((id) => purse(id, 'payable'))

/** Keeps these creators, and their balances, as they are until the transaction ends. */
async function lockOwed(ctx: Context, creatorIds: readonly string[]): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT id FROM "Creator" WHERE "programId" = ${programId} AND id = ANY(${[...creatorIds]}) ORDER BY id FOR NO KEY UPDATE`
  await ctx.db.$queryRaw`
    SELECT account FROM "Balance" WHERE "programId" = ${programId} AND account = ANY(${pursesOf(creatorIds)}) ORDER BY account FOR UPDATE`
}

/**
 * What came less what went since an instant, some keys left out. That two creators became one moved nothing for the person behind them, and
 * a payment that came back, at whatever step, was none: what it was made of waits for no other payday.
 */
const moved = (programId: Prisma.Sql, account: Prisma.Sql, from: Date, except: string[]): Prisma.Sql => Prisma.sql`
  SELECT coalesce(sum(minor), 0)::bigint AS minor FROM (
    SELECT minor FROM "Transfer"
      WHERE "programId" = ${programId} AND "to" = ${account} AND at >= ${from} AND key NOT LIKE 'merge:%'
        AND split_part("from", ':', 3) NOT IN ('paying', 'paid') AND key <> ALL(${except}::text[])
    UNION ALL SELECT -minor FROM "Transfer"
      WHERE "programId" = ${programId} AND "from" = ${account} AND at >= ${from} AND key NOT LIKE 'merge:%'
        AND split_part("to", ':', 3) <> 'paying' AND key <> ALL(${except}::text[])) part`

/** What moved in a creator's payable money since an instant, some keys left out. */
export async function movedSince(ctx: Context, creatorId: string, from: Date, except: string[]): Promise<bigint> {
  const account = Prisma.sql`${purse(creatorId, 'payable')}`
  const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>(moved(Prisma.sql`${ctx.program.id}`, account, from, except))
  return row!.minor
}

/** Who and how to pay, of these creators. One list of ids is one parameter; Prisma would make one of each. */
async function payeesOf(ctx: Context, creatorIds: string[]): Promise<Map<string, Payee>> {
  const rows = await ctx.db.$queryRaw<Payee[]>`
    SELECT * FROM "Payee" WHERE "programId" = ${ctx.program.id} AND "creatorId" = ANY(${creatorIds})`
  return new Map(rows.map((row) => [row.creatorId, row]))
}

/** How many cases are open about each of these creators. */
export async function openCasesOf(ctx: Context, creatorIds: string[]): Promise<Map<string, number>> {
  const rows = await ctx.db.$queryRaw<{ creatorId: string; count: bigint }[]>`
    SELECT "creatorId", COUNT(DISTINCT "caseId") AS count FROM "Hold"
    WHERE "programId" = ${ctx.program.id} AND "creatorId" = ANY(${creatorIds}) AND "caseId" IS NOT NULL GROUP BY 1`
  return new Map(rows.map(({ creatorId, count }) => [creatorId, Number(count)]))
}

/** Who has a payment for this payday that did not fail. */
async function alreadyPaid(ctx: Context, payday: string): Promise<Set<string>> {
  const rows = await ctx.db.payment.findMany({
    where: { programId: ctx.program.id, payday, state: { notIn: ['failed', 'cancelled'] }, bouncedAt: null },
    select: { creatorId: true, firstId: true },
  })
  return new Set(rows.flatMap(({ creatorId, firstId }) => [creatorId, firstId]))
}

/** `left` is how many could be paid as well: the next batch of the same payday has them. */
export type Prepared = Plan & { batch: Batch | null; left: number }

/** Each step of a batch is one transaction, which has its time limit, up to telling every creator that the money arrived. */
export const MOST = 500

/**
 * Makes a batch of payments for the payday that is due, of at most so many, and moves their money from payable to paying. No batch is
 * made when nobody can be paid. Refuses conflict while another prepares.
 */
export async function prepare(ctx: Context, most = MOST): Promise<Prepared> {
  const programId = ctx.program.id
  const [turn] = await ctx.db.$queryRaw<{ mine: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`payouts ${programId}`}, 0)) AS mine`
  if (!turn?.mine)
    throw new Refusal('conflict', 'Someone else is preparing payouts at this moment.', 'Look at them with /payout show.')
  const whole = await planFor(ctx)
  const turns = whole.ready.slice(0, most).map(({ creatorId }) => creatorId)
  const left = whole.ready.length - turns.length
  if (turns.length === 0) return { ...whole, batch: null, left }
  // Of thousands only those who are paid now wait for this. A payment or a refund that held one of them has committed what it took, so
  // they are read again.
  await lockOwed(ctx, turns)
  const { ready, others } = await planFor(ctx, turns)
  const plan = { ...whole, ready, others: [...others, ...whole.others] }
  if (plan.ready.length === 0) return { ...plan, batch: null, left }
  const batch = await ctx.db.batch.create({
    data: {
      id: ctx.id('batch'),
      programId,
      payday: plan.day,
      state: 'prepared',
      preparedBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  const payments = plan.ready.map((one) => paymentOf(ctx, batch, one))
  await ctx.db.payment.createMany({ data: payments })
  await ctx.db.transfer.createMany({
    data: payments.map(({ id, creatorId, minor, currency, reference }) => ({
      id: ctx.id('transfer'),
      programId,
      from: purse(creatorId, 'payable'),
      to: purse(creatorId, 'paying'),
      minor,
      currency,
      key: `pay:${id}`,
      because: { payment: id, batch: batch.id, reference, payday: plan.day, rule: 'prepared' },
      at: ctx.now,
    })),
  })
  await note(ctx, payments, 'prepare')
  return { ...plan, batch, left }
}

function paymentOf(ctx: Context, batch: Batch, { creatorId, amount, payee }: Ready) {
  const id = ctx.id('payment')
  return {
    id,
    programId: ctx.program.id,
    batchId: batch.id,
    creatorId,
    firstId: creatorId,
    payday: batch.payday,
    ...amount,
    method: payee.method,
    country: payee.country,
    sealed: payee.sealed,
    shown: payee.shown,
    accountHash: payee.accountHash,
    reference: referenceOf(id),
    state: 'prepared',
    createdAt: ctx.now,
  }
}

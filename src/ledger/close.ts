import type { Context } from '../context.ts'
import { type Close, Prisma } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { minutes, monthOf, monthRange, sayMonth } from '../kernel/time.ts'
import type { Break } from './audit.ts'
import { after, type Trial, trialTotals } from './rules-books.ts'

/** No unit of work lasts as long, so nothing of the month is still on its way into the books. */
const SETTLE_MINUTES = 1

/** What every account held at an instant, sorted, accounts with nothing left out. */
async function trialAt(ctx: Context, until: Date): Promise<Trial[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ account: string; currency: string; minor: string }[]>`
    SELECT account, "currency", SUM(minor)::text AS minor FROM (
      SELECT "to" AS account, "currency", "minor" AS minor FROM "Transfer" WHERE "programId" = ${programId} AND "at" < ${until}
      UNION ALL SELECT "from", "currency", -"minor" FROM "Transfer" WHERE "programId" = ${programId} AND "at" < ${until}) m
    GROUP BY 1, 2 HAVING SUM(minor) <> 0 ORDER BY account COLLATE "C", 2`
  return rows.map(({ account, currency, minor }) => ({ account, currency, minor: BigInt(minor) }))
}

const written = (trial: Trial[]) => trial.map(({ account, currency, minor }) => [account, currency, minor.toString()])

const hashOf = (month: string, trial: Trial[]): string => sha256(JSON.stringify([month, written(trial)]))

export type ClosePlan = {
  month: string
  until: Date
  /** Of the trial balance; closing asks for the one that was shown. */
  hash: string
  totals: ReturnType<typeof trialTotals>
  /** What the totals and the hash are of. */
  trial: Trial[]
}

/** What closing a month would fix: everything up to its end. Refuses months that are not over, and those that are closed. */
export async function planClose(ctx: Context, month: string): Promise<ClosePlan> {
  const { to: until } = monthRange(month, ctx.program.zone)
  if (minutes(until, SETTLE_MINUTES) > ctx.now)
    throw new Refusal('invalid', `${sayMonth(month)} is not over yet.`, 'Close it when its last day has passed.', 'month')
  const last = await lastClose(ctx)
  if (last && last.month >= month)
    throw new Refusal(
      'conflict',
      `${sayMonth(month)} is closed already.`,
      `The next to close is ${sayMonth(after(last.month))}.`,
      'month',
    )
  const trial = await trialAt(ctx, until)
  return { month, until, hash: hashOf(month, trial), totals: trialTotals(trial), trial }
}

/**
 * Closes a month for good: its trial balance is kept with a hash over it, and the database takes no transfer before its end any more.
 * Refuses when the books are not those that were shown.
 */
export async function closeMonth(ctx: Context, month: string, shownHash: string): Promise<ClosePlan> {
  // Of two who close at once the second finds the month closed.
  await ctx.db.$queryRaw`SELECT id FROM "Program" WHERE id = ${ctx.program.id} FOR UPDATE`
  const plan = await planClose(ctx, month)
  if (plan.hash !== shownHash)
    throw new Refusal('conflict', 'The books are not those that were shown.', 'Look at the preview again.', 'month')
  await ctx.db.close.create({
    data: {
      id: ctx.id('close'),
      programId: ctx.program.id,
      month,
      until: plan.until,
      personId: ctx.actor.personId,
      balances: written(plan.trial),
      hash: plan.hash,
      at: ctx.now,
    },
  })
  return plan
}

/** The newest month that is closed. */
export const lastClose = (ctx: Context): Promise<Close | null> =>
  ctx.db.close.findFirst({ where: { programId: ctx.program.id }, orderBy: { month: 'desc' } })

const YEAR = 12

/** The months of the last year that are closed, by themselves or with a later one, oldest first; none from before anything was booked. */
export async function closedMonths(ctx: Context): Promise<string[]> {
  const last = await lastClose(ctx)
  const months: string[] = []
  for (let month = last && (await firstMonth(ctx)); month && month <= last!.month; month = after(month)) months.push(month)
  return months.slice(-YEAR)
}

/** Whether this month is closed, by itself or with a later one. */
export async function isClosed(ctx: Context, month: string): Promise<boolean> {
  const last = await lastClose(ctx)
  return last !== null && last.month >= month
}

/** The month to close next: the one after the last, else the first in which anything was booked. Null while there is none. */
export async function nextToClose(ctx: Context): Promise<string | null> {
  const last = await lastClose(ctx)
  return last ? after(last.month) : firstMonth(ctx)
}

/** The first month in which anything was booked; null while there is none. */
async function firstMonth(ctx: Context): Promise<string | null> {
  const [first] = await ctx.db.$queryRaw<{ at: Date | null }[]>`
    SELECT least((${firstOn(ctx, Prisma.sql`"from"`)}), (${firstOn(ctx, Prisma.sql`"to"`)})) AS at`
  return first?.at ? monthOf(first.at, ctx.program.zone) : null
}

/** When the first transfer was booked on one of the program's own accounts, from one account to the next along the index: all money comes over them. */
const firstOn = ({ program }: Context, side: Prisma.Sql): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE account AS (
    (SELECT ${side} AS name FROM "Transfer" WHERE "programId" = ${program.id} AND ${side} >= 'program' ORDER BY ${side} LIMIT 1)
    UNION ALL SELECT (SELECT ${side} FROM "Transfer" WHERE "programId" = ${program.id} AND ${side} > account.name ORDER BY ${side} LIMIT 1)
      FROM account WHERE account.name LIKE 'program:%')
  SELECT min(t.at) FROM account CROSS JOIN LATERAL (
    SELECT at FROM "Transfer" WHERE "programId" = ${program.id} AND ${side} = account.name ORDER BY at LIMIT 1) t
  WHERE account.name LIKE 'program:%'`

/** The newest closed month, when its transfers no longer add up to what was closed. */
export async function brokenClose(ctx: Context): Promise<Break[]> {
  const last = await lastClose(ctx)
  if (!last) return []
  const trial = await trialAt(ctx, last.until)
  const same = hashOf(last.month, trial) === last.hash && JSON.stringify(written(trial)) === JSON.stringify(last.balances)
  return same ? [] : [{ law: 'closed months whose transfers are no longer those that were closed', count: 1, ids: [last.month] }]
}

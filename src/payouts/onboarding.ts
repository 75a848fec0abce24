/** The creator's own account at Stripe: kept sealed, with what Stripe said of it last. The page does the talking, between transactions. */
import type { Context } from '../context.ts'
import type { Connection, StripeAccount } from '../db/generated/client.ts'
import type { AccountChanged } from '../kernel/fact.ts'
import { days } from '../kernel/time.ts'
import { shopsOf } from '../programs/connections.ts'
import { kindOf } from '../programs/rules-shops.ts'
import type { AccountState } from './rules-onboarding.ts'

/** The brand's Stripe that accounts are made through; undefined where none is connected. */
export const stripeOf = async (ctx: Context): Promise<Connection | undefined> =>
  (await shopsOf(ctx)).find((shop) => kindOf(shop.source) === 'stripe')

/** The creator's account, opened; null when none was made yet. */
export async function accountOf(ctx: Context, creatorId: string): Promise<(StripeAccount & { account: string }) | null> {
  const key = { programId: ctx.program.id, creatorId }
  const row = await ctx.db.stripeAccount.findUnique({ where: { programId_creatorId: key } })
  return row && { ...row, account: ctx.unseal(row.sealed) }
}

/** Keeps the account that Stripe made; of two presses at once both find the same one. */
export async function keepAccount(ctx: Context, creatorId: string, account: string, country: string): Promise<void> {
  const row = { programId: ctx.program.id, creatorId, sealed: ctx.seal(account), country, checkedAt: ctx.now, createdAt: ctx.now }
  await ctx.db.stripeAccount.createMany({ data: { id: ctx.id('payee'), ...row }, skipDuplicates: true })
}

/** What Stripe said at a moment; nothing new where it could not be asked. */
export async function noteState(ctx: Context, creatorId: string, state: Partial<AccountState>, at = ctx.now): Promise<void> {
  await ctx.db.stripeAccount.updateMany({ where: { programId: ctx.program.id, creatorId }, data: { ...state, checkedAt: at } })
}

/** Stripe told by itself how an account stands; what was heard later counts, whichever way it came. */
export async function accountChanged(ctx: Context, { account, at, type: _, ...state }: AccountChanged): Promise<void> {
  const rows = await ctx.db.stripeAccount.findMany({
    where: { programId: ctx.program.id },
    select: { creatorId: true, sealed: true, checkedAt: true },
  })
  const row = rows.find(({ sealed }) => ctx.hash(ctx.unseal(sealed)) === account)
  // An event tells of a second, and what was asked in that same second is younger.
  if (row && row.checkedAt <= new Date(at)) await noteState(ctx, row.creatorId, state, new Date(at))
}

/** How the accounts of these creators stand; who has none through us is not among them. */
export async function statesOf(ctx: Context, creatorIds: string[]): Promise<Map<string, AccountState>> {
  const rows = await ctx.db.$queryRaw<(AccountState & { creatorId: string })[]>`
    SELECT "creatorId", submitted, "chargesEnabled", "payoutsEnabled", transfers, due FROM "StripeAccount"
    WHERE "programId" = ${ctx.program.id} AND "creatorId" = ANY(${creatorIds})`
  return new Map(rows.map((row) => [row.creatorId, row]))
}

const SURE_DAYS = 1

/** Accounts of which nothing was heard for a day, the longest silent first: a webhook may be lost, or was never set up. */
export async function silentAccounts(ctx: Context, most: number): Promise<{ creatorId: string; account: string }[]> {
  const rows = await ctx.db.stripeAccount.findMany({
    where: { programId: ctx.program.id, checkedAt: { lt: days(ctx.now, -SURE_DAYS) } },
    orderBy: { checkedAt: 'asc' },
    take: most,
  })
  return rows.map(({ creatorId, sealed }) => ({ creatorId, account: ctx.unseal(sealed) }))
}

/** The creator's own account at Stripe: kept sealed, with what Stripe said of it last. The page does the talking, between transactions. */
import type { Context } from '../context.ts'
import type { Connection, StripeAccount } from '../db/generated/client.ts'
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

export async function noteState(ctx: Context, creatorId: string, state: AccountState): Promise<void> {
  const key = { programId: ctx.program.id, creatorId }
  await ctx.db.stripeAccount.update({ where: { programId_creatorId: key }, data: { ...state, checkedAt: ctx.now } })
}

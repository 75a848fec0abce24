/** What somebody who is in the program no longer is still owed. */
import type { Context } from '../context.ts'
import { untoldFees } from '../ledger/queries.ts'
import { balances } from '../ledger/service.ts'
import type { Rest } from './cards-rest.ts'
import { expected } from './expected.ts'

export async function restOf(ctx: Context, creatorId: string): Promise<Rest> {
  const { pending, payable } = await balances(ctx, creatorId)
  const untold = await untoldFees(ctx, creatorId)
  const coming = await expected(ctx, creatorId)
  return { owed: { ...payable, minor: pending.minor + payable.minor - untold.minor + coming.paying.minor }, coming }
}

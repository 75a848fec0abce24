import type { Context } from '../context.ts'
import { tryAgain } from '../db/outbox.ts'
import { Refusal } from '../kernel/refusal.ts'

/** Tries a parked post again. Refusal conflict when it is not parked any more. */
export async function retry(ctx: Context, postId: string): Promise<void> {
  if (!(await tryAgain(ctx.db, ctx.program.id, postId, ctx.now)))
    throw new Refusal('conflict', 'This post is not parked any more.', 'See what is left with /parked.')
  ctx.ring('deliver')
}

import type { Context } from '../context.ts'
import { dismissHeard, hearAgain } from '../db/inbox.ts'
import { dismissPost, tryAgain } from '../db/outbox.ts'
import { Refusal } from '../kernel/refusal.ts'
import { againCard, dismissedCard } from './cards-parked.ts'

/** Tries a parked post again. Refusal conflict when it is not parked any more. */
export async function retry(ctx: Context, postId: string): Promise<void> {
  if (!(await tryAgain(ctx.db, ctx.program.id, postId, ctx.now)))
    throw new Refusal('conflict', 'This post is not parked any more.', 'See what is left with /parked.')
  ctx.ring('deliver')
}

/**
 * Takes a parked delivery in again. What it did before is keyed, so nothing is done twice. Refusal conflict when it is not parked any
 * more, or its body was dropped before anything was read from it.
 */
export async function retryDelivery(ctx: Context, inboxId: string): Promise<void> {
  if (!(await hearAgain(ctx.db, ctx.program.id, inboxId)))
    throw new Refusal(
      'conflict',
      'This delivery is not parked any more, or nothing of it is left to read.',
      'See what is left with /parked.',
    )
  await ctx.show({ channel: 'managers' }, `parked:${inboxId}`, againCard(ctx.actor.name, inboxId))
  ctx.ring('absorb')
}

/** Puts away what will never be taken in. Refusal conflict when it is not parked any more. */
export async function dismissDelivery(ctx: Context, inboxId: string): Promise<void> {
  if (!(await dismissHeard(ctx.db, ctx.program.id, inboxId, ctx.now))) throw notParked('This delivery is not parked any more.')
  await ctx.show({ channel: 'managers' }, `parked:${inboxId}`, dismissedCard(ctx.actor.name, inboxId))
}

/** Puts away a post that nobody needs to see any more. Refusal conflict when it is not parked, or is a task that something waits for. */
export async function dismiss(ctx: Context, postId: string): Promise<void> {
  if (!(await dismissPost(ctx.db, ctx.program.id, postId, ctx.now)))
    throw notParked('This post is not parked any more, or it is a task that something waits for.')
}

const notParked = (sentence: string): Refusal => new Refusal('conflict', sentence, 'See what is left with /parked.')

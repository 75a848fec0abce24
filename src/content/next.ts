/** The queue one at a time. */
import type { Context } from '../context.ts'
import type { Card } from '../kernel/card.ts'
import { andNext, emptyCard, oneCard } from './cards-queue.ts'
import { submissionOf, viewOf } from './queries.ts'
import { neighbour, placeOf, queue, type Way } from './queue.ts'

/** The one that waits beside `from`, or the first for this manager. */
export async function nextCard(ctx: Context, from: string | undefined, way: Way): Promise<Card> {
  const found = await neighbour(ctx, from === undefined ? null : await submissionOf(ctx, from), way)
  if (!found) return emptyCard((await queue(ctx, 1)).total)
  return oneCard(await viewOf(ctx, found), await placeOf(ctx, found))
}

/** An answer with what waits next below it, for whoever goes through the queue. */
export const answerOnward = async (ctx: Context, answer: Card, from: string, onward: boolean | undefined): Promise<Card> =>
  onward ? andNext(answer, await nextCard(ctx, from, 'next')) : answer

/** What waits for review, one at a time: creators' submissions and customers' entries in one queue. */
import { andNext, emptyCard, oneOf } from '../content/cards-queue.ts'
import { reviewCard } from '../content/cards-review.ts'
import { submissionOf, viewOf } from '../content/queries.ts'
import { neighbour, placeOf, queue, type Spot, type Way } from '../content/queue.ts'
import type { Context } from '../context.ts'
import type { Card } from '../kernel/card.ts'
import { isId } from '../kernel/id.ts'
import { reviewCard as entryCard } from './cards.ts'
import { viewOf as entryViewOf, shareOf } from './queries.ts'

/** The one that waits beside a submission or an entry, or the first for this manager. */
export async function nextCard(ctx: Context, from: string | undefined, way: Way): Promise<Card> {
  const id = await neighbour(ctx, from === undefined ? null : await spotOf(ctx, from), way)
  if (id === null) return emptyCard((await queue(ctx, 1)).total)
  if (isId('share', id)) {
    const share = await shareOf(ctx, id)
    const shown = entryCard(await entryViewOf(ctx, share), { onward: true })
    return oneOf(shown, await placeOf(ctx, await spotOf(ctx, id)), { entry: id })
  }
  const submission = await submissionOf(ctx, id)
  return oneOf(reviewCard(await viewOf(ctx, submission), { onward: true }), await placeOf(ctx, submission), { from: id })
}

async function spotOf(ctx: Context, id: string): Promise<Spot> {
  if (!isId('share', id)) return submissionOf(ctx, id)
  const { submittedAt, createdAt } = await shareOf(ctx, id)
  return { id, submittedAt: submittedAt ?? createdAt }
}

/** An answer with what waits next below it, for whoever goes through the queue. */
export const answerOnward = async (ctx: Context, answer: Card, from: string, onward: boolean | undefined): Promise<Card> =>
  onward ? andNext(answer, await nextCard(ctx, from, 'next')) : answer

/** Messages that were deleted after somebody had asked for them, or had saved them. */
import { markSourceGone } from '../content/moments.ts'
import type { Context } from '../context.ts'
import { endRequest } from './captures.ts'

/**
 * Notices that messages are gone; `tails` are the ends of their addresses. A request that waits is over, and nothing of the message is
 * kept; what is content already is marked, and managers see what may still be done with it.
 */
export async function sourceGone(ctx: Context, tails: string[]): Promise<void> {
  const asked = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Capture" c WHERE c."programId" = ${ctx.program.id} AND c.state = 'asked'
      AND EXISTS (SELECT 1 FROM unnest(${tails}::text[]) tail WHERE right(split_part(c.url, '?', 1), length(tail)) = tail)
    ORDER BY c.id`
  for (const { id } of asked) await endRequest(ctx, id)
  await markSourceGone(ctx, tails)
}

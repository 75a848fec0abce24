// A customer asks the team to be forgotten, and has lost the private link with which they could do it themselves.
import type { Context } from '../context.ts'
import type { Share } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { record } from '../rights/events.ts'
import { lockContent } from '../rights/queries.ts'
import { uncovered } from '../rights/takedown.ts'
import { shareOf } from './queries.ts'
import { next } from './rules.ts'
import { showReview, showTakedown } from './service.ts'

/** Entries by their id, or all that came with an e-mail address, of which only a keyed hash is kept. Refusal not_found. */
async function entriesOf(ctx: Context, by: { shareId?: string | undefined; email?: string | undefined }): Promise<Share[]> {
  if (by.shareId !== undefined) return [await shareOf(ctx, by.shareId)]
  if (by.email === undefined)
    throw new Refusal('invalid', 'Say which entry, or whose.', 'Pick an entry, or give the customer’s e-mail address.', 'share')
  const emailHash = ctx.hash(by.email.trim().toLowerCase())
  const found = await ctx.db.share.findMany({ where: { programId: ctx.program.id, emailHash }, orderBy: { id: 'asc' } })
  if (found.length === 0)
    throw new Refusal('not_found', 'Nothing came with this address.', 'Pick the entry itself by its words or name.', 'email')
  return found
}

/**
 * Takes entries back for their customer: they are shown nowhere by us from now on, and the sweep deletes them as soon as they stand
 * nowhere else. Gives how many there are, and in how many places they still have to be taken down.
 */
export async function takeBack(
  ctx: Context,
  by: { shareId?: string | undefined; email?: string | undefined },
): Promise<{ entries: number; standing: number }> {
  const entries = await entriesOf(ctx, by)
  let standing = 0
  for (const { id } of entries) {
    await lockContent(ctx, id)
    const before = await ctx.db.share.findUniqueOrThrow({ where: { id } })
    const takedownAt = before.startsAt === null ? null : days(ctx.now, policyOf(ctx.program).takedownDays)
    const gone = { emailHash: null, emailSealed: null }
    if (next('withdraw', before) !== null) {
      const data = { state: 'withdrawn', withdrawnAt: ctx.now, takedownAt, ...gone }
      await showReview(ctx, await ctx.db.share.update({ where: { id }, data }))
      await record(ctx, { submissionId: id, kind: 'revoked', side: 'brand' })
      await showTakedown(ctx, id)
    }
    standing += (await uncovered(ctx, id)).length
  }
  ctx.ring('shares')
  return { entries: entries.length, standing }
}

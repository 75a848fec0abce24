import type { Context } from '../context.ts'
import type { Card } from '../kernel/card.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'

const KEPT_DAYS = 30

/**
 * The rest of a list that was too long for a message. Its id is a hash of all it shows, so that only who was shown the beginning, or
 * knows it all anyway, can ask for it. Refusal not_found for any other id, or one of another program.
 */
export async function restUnder(ctx: Context, id: string): Promise<Card> {
  const row = await ctx.db.press.findUnique({ where: { programId_id: { programId: ctx.program.id, id } } })
  const kept = row?.run === 'more' ? (row.given as { card?: unknown }).card : undefined
  if (typeof kept !== 'string')
    throw new Refusal('not_found', 'The rest of this list is not kept any more.', 'Run the command again.')
  return JSON.parse(kept) as Card
}

/**
 * Takes away what is too old to be asked for, and a day after it was sent what names a file of somebody: as long as what was typed beside it
 * is kept. Gives how many.
 */
export function due(ctx: Context): Promise<number> {
  const before = days(ctx.now, -KEPT_DAYS)
  return ctx.db.$executeRaw`
    DELETE FROM "Press" WHERE "programId" = ${ctx.program.id} AND ((run = 'more' AND "createdAt" < ${before})
      OR ("createdAt" >= ${before} AND "createdAt" < ${days(ctx.now, -1)} AND given::text LIKE '%"file:{%'))`
}

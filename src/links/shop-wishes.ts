// What is wanted of codes in the connected shops. A wish is a row of how the code stands there and a call in the outbox; the newest wish
// for a code and shop is the one that is carried out.
import type { Context } from '../context.ts'
import type { Code, Connection } from '../db/generated/client.ts'
import { shopsOf } from '../programs/connections.ts'

const ACT = 'code'

/** Asks every connected shop, or this one, to make these codes. Says whether there is any shop to ask. */
export async function wantLive(ctx: Context, codes: Code[], only?: Connection): Promise<boolean> {
  const shops = only ? [only] : await shopsOf(ctx)
  for (const shop of shops) {
    for (const { id: codeId } of codes) {
      const row = { programId: ctx.program.id, state: 'wanted', error: null, updatedAt: ctx.now }
      const key = { codeId, connectionId: shop.id }
      await ctx.db.shopCode.upsert({ where: { codeId_connectionId: key }, create: { ...key, ...row }, update: row })
      await ctx.call(shop.id, keyOf(codeId), { act: ACT, code: codeId, want: 'live', asked: ctx.now.toISOString() })
    }
  }
  return shops.length > 0
}

/** Ends a code in the shops where it may be, at `at`; that it should be over at once takes the place of a later day. */
export async function wantEnded(ctx: Context, codeId: string, at: Date): Promise<void> {
  const shops = new Set((await shopsOf(ctx)).map((shop) => shop.id))
  const rows = await ctx.db.shopCode.findMany({ where: { codeId, state: { in: ['wanted', 'live', 'failed'] } } })
  for (const { connectionId } of rows.filter((row) => shops.has(row.connectionId)))
    await ctx.call(connectionId, keyOf(codeId), endOf(codeId, at > ctx.now ? at.toISOString() : undefined), at)
}

/** An earlier version planned an end without its day, which must not look like one at once. */
const endOf = (codeId: string, on = 'at once') => ({ act: ACT, code: codeId, want: 'ended', on })

/**
 * Ends in a shop what has ended here and may stand there still, at most so many codes: it was not connected then, or a change of a code
 * that faded took the place of the wish. A wish that is there already stays as it is.
 */
export async function wantLeftoversEnded(ctx: Context, { id: connectionId }: Connection, most: number): Promise<void> {
  const over = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "ShopCode" s JOIN "Code" c ON c.id = s."codeId"
    WHERE s."programId" = ${ctx.program.id} AND s."connectionId" = ${connectionId} AND s.state IN ('wanted', 'live', 'failed')
      AND c.state = 'ended' AND (c."endedAt" <= ${ctx.now} OR c."endReason" IN ('leaked', 'asked'))
    ORDER BY c.id LIMIT ${most}`
  for (const { id } of over) await ctx.call(connectionId, keyOf(id), endOf(id))
}

const keyOf = (codeId: string): string => `code:${codeId}`

import type { Context } from '../context.ts'
import { clickIds } from './click-id.ts'

/** One visit of a link at this instant, kept as the shipper keeps it; gives the click id that a shop would see. */
export async function testClick(ctx: Context, linkId: string, at: Date): Promise<string> {
  const { id, cid } = clickIds(ctx.clickKey, () => ctx.random(10))(at.getTime())
  await ctx.db.click.create({
    data: { id, programId: ctx.program.id, linkId, at, visitor: ctx.id('key'), userAgent: 'a test order of Troupe' },
  })
  return cid
}

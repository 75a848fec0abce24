// Files of the books: statements, journals, reports. They name people with what they earned, so nobody opens one by its address: only
// the creator it is about, and whoever may see the brand's money.
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import { offerLogin } from '../people/login.ts'
import { familyOf } from './owners.ts'

/** Keeps a file of the books. `creatorId` is whom it is about; null for what finance alone may see. */
export async function keepPaper(
  ctx: Context,
  { bytes, name, what, creatorId }: { bytes: Uint8Array; name: string; what: string; creatorId: string | null },
): Promise<string> {
  const { id: fileId } = await ctx.store(bytes, name)
  const row = { fileId, programId: ctx.program.id, creatorId, what, createdAt: ctx.now }
  await ctx.db.paper.createMany({ data: row, skipDuplicates: true })
  return fileId
}

/** An address that opens the file as this person, once; it signs them in on the way. */
export const paperUrl = async (ctx: Context, fileId: string): Promise<string> =>
  ctx.url(await offerLogin(ctx, ctx.actor.personId, `/papers/${fileId}`))

/** Whether a stored file belongs to the books, and is reached by `mayRead` alone. */
export const isPaper = async (db: Db, programId: string, fileId: string): Promise<boolean> =>
  (await db.paper.count({ where: { programId, fileId } })) > 0

/** Whether this person may open a file of the books. */
export async function mayRead(ctx: Context, personId: string, fileId: string): Promise<boolean> {
  const programId = ctx.program.id
  const paper = await ctx.db.paper.findFirst({ where: { programId, fileId } })
  if (!paper) return false
  const where = { programId_personId: { programId, personId } }
  const member = await ctx.db.membership.findUnique({ where, select: { role: true, finance: true } })
  if (!member) return false
  if (member.finance || member.role === 'admin') return true
  // What a licence says, where films stand and what the figures are is for every manager.
  if (member.role === 'manager' && /^(?:licence|reels|report) /.test(paper.what)) return true
  const creator = await ctx.db.creator.findUnique({ where, select: { id: true } })
  return creator !== null && paper.creatorId !== null && (await familyOf(ctx, [creator.id])).includes(paper.creatorId)
}

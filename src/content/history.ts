/** How a submission became what it is. */
import type { Context } from '../context.ts'
import type { Revision } from '../db/generated/client.ts'
import type { View } from './cards.ts'
import { submissionOf, viewOf } from './queries.ts'

/** All versions, oldest first, and the links and files of each by its number. */
export async function historyOf(
  ctx: Context,
  submissionId: string,
): Promise<{ view: View; revisions: Revision[]; pieces: Map<number, string[]> }> {
  const submission = await submissionOf(ctx, submissionId)
  const where = { programId: ctx.program.id, submissionId }
  const revisions = await ctx.db.revision.findMany({ where, orderBy: { number: 'asc' } })
  const rows = await ctx.db.piece.findMany({ where, orderBy: [{ revision: 'asc' }, { position: 'asc' }] })
  const ids = rows.flatMap(({ fileId }) => (fileId === null ? [] : [fileId]))
  const files = await ctx.db.file.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    select: { id: true, name: true },
  })
  const names = new Map(files.map(({ id, name }) => [id, name]))
  const pieces = new Map<number, string[]>()
  for (const { revision, url, fileId } of rows) {
    const name = url ?? names.get(fileId ?? '') ?? 'a file'
    pieces.set(revision, [...(pieces.get(revision) ?? []), name])
  }
  return { view: await viewOf(ctx, submission), revisions, pieces }
}

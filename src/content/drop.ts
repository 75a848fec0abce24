import type { Context } from '../context.ts'
import type { Database } from '../db/client.ts'
import type { Media } from './store.ts'

/**
 * Deletes those of these files that nothing of the program names any more. Gives the hashes of bytes that may go once this is committed;
 * whoever removes them looks first whether another program has the same.
 */
export async function dropFiles(ctx: Context, fileIds: string[]): Promise<string[]> {
  if (fileIds.length === 0) return []
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ id: string; sha256: string }[]>`
    SELECT f.id, f.sha256 FROM "File" f WHERE f."programId" = ${programId} AND f.id = ANY(${fileIds})
      AND NOT EXISTS (SELECT FROM "Submission" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "Revision" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "Piece" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "Capture" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "Upload" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "AssetVersion" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "Share" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)
      AND NOT EXISTS (SELECT FROM "Paper" x WHERE x."programId" = ${programId} AND x."fileId" = f.id)`
  const ids = rows.map(({ id }) => id)
  const looks = await ctx.db.media.findMany({ where: { programId, fileId: { in: ids } }, select: { thumb: true } })
  await ctx.db.media.deleteMany({ where: { programId, fileId: { in: ids } } })
  await ctx.db.file.deleteMany({ where: { programId, id: { in: ids } } })
  return [...rows.map(({ sha256 }) => sha256), ...looks.flatMap(({ thumb }) => thumb ?? [])]
}

/** Removes bytes from the store, unless a file of this program or another has the same. */
export async function removeBytes(
  { database, media }: { database: Pick<Database, 'owner'>; media: Pick<Media, 'remove'> },
  hashes: readonly string[],
): Promise<void> {
  for (const sha256 of hashes) {
    const { rowCount } = await database.owner.query(
      'SELECT 1 FROM "File" WHERE sha256 = $1 UNION ALL SELECT 1 FROM "Media" WHERE thumb = $1 LIMIT 1',
      [sha256],
    )
    if (rowCount === 0) await media.remove(sha256)
  }
}

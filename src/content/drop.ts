import type { Context } from '../context.ts'
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
  const hashes = [...new Set([...rows.map(({ sha256 }) => sha256), ...looks.flatMap(({ thumb }) => thumb ?? [])])]
  await ctx.db.$executeRaw`
    INSERT INTO "Leftover" ("programId", sha256, at) SELECT ${programId}, sha256, ${ctx.now} FROM unnest(${hashes}::text[]) AS t(sha256) ORDER BY sha256
    ON CONFLICT ("programId", sha256) DO UPDATE SET at = excluded.at`
  return hashes
}

/** Hashes of bytes that may go and are still there, for their process ended before it removed them. */
export async function leftovers({ db, program }: Context): Promise<string[]> {
  const rows = await db.leftover.findMany({ where: { programId: program.id }, select: { sha256: true }, take: 1_000 })
  return rows.map(({ sha256 }) => sha256)
}

type Store = {
  programs: () => Promise<string[]>
  within: <T>(programId: string, work: (ctx: Context) => Promise<T>) => Promise<T>
  media: Pick<Media, 'remove'>
}

/** Few, so that what was asked is not old when they go. */
const AT_ONCE = 20

/**
 * Removes bytes from the store, unless a file of this program or another has the same. Each program is asked for itself: nobody sees the
 * files of all, the owner of the tables neither where row-level security holds them. What could not be removed stays noted; the first
 * failure is thrown when all others are done.
 */
export async function removeBytes(store: Store, hashes: readonly string[]): Promise<void> {
  const all = [...new Set(hashes)]
  const failures: unknown[] = []
  for (let n = 0; n < all.length; n += AT_ONCE) failures.push(...(await removeSome(store, all.slice(n, n + AT_ONCE))))
  if (failures.length > 0) throw failures[0]
}

async function removeSome({ programs, within, media }: Store, hashes: readonly string[]): Promise<unknown[]> {
  const named = new Set<string>()
  const failures: unknown[] = []
  const done: string[] = []
  const ids = await programs()
  for (const programId of ids) for (const sha256 of await within(programId, (ctx) => namedBytes(ctx, hashes))) named.add(sha256)
  for (const sha256 of hashes) {
    try {
      if (!named.has(sha256)) await media.remove(sha256)
      done.push(sha256)
    } catch (error) {
      failures.push(error)
    }
  }
  for (const programId of ids)
    await within(programId, ({ db }) => db.leftover.deleteMany({ where: { programId, sha256: { in: done } } }))
  return failures
}

/** Those of these hashes that a file of the program has, or the small picture of one. */
async function namedBytes({ db, program }: Context, hashes: readonly string[]): Promise<string[]> {
  const programId = program.id
  const files = await db.file.findMany({ where: { programId, sha256: { in: [...hashes] } }, select: { sha256: true } })
  const looks = await db.media.findMany({ where: { programId, thumb: { in: [...hashes] } }, select: { thumb: true } })
  return [...files.map(({ sha256 }) => sha256), ...looks.flatMap(({ thumb }) => thumb ?? [])]
}

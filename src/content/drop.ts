import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import { claimBytes } from './hold.ts'
import type { Media } from './store.ts'

/**
 * Deletes those of these files that nothing of the program names any more. Gives the hashes of bytes that may go once this is committed;
 * whoever removes them looks first whether another program has the same.
 */
export async function dropFiles(ctx: Context, fileIds: string[]): Promise<string[]> {
  if (fileIds.length === 0) return []
  const programId = ctx.program.id
  // Whoever hands the same file over just now is waited for, and then seen.
  await ctx.db.$queryRaw`SELECT id FROM "File" WHERE "programId" = ${programId} AND id = ANY(${fileIds}) ORDER BY id FOR UPDATE`
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

/** Few, for whoever has the same bytes waits meanwhile. */
const AT_ONCE = 20

/**
 * Removes bytes from the store, unless a file of this program or another has the same. Each program is asked for itself: nobody sees the
 * files of all, the owner of the tables neither where row-level security holds them. What somebody is storing just now, and what could
 * not be removed, stays noted; the first failure is thrown when all others are done.
 */
export async function removeBytes(store: Store, hashes: readonly string[]): Promise<void> {
  const all = [...new Set(hashes)]
  const failures: unknown[] = []
  for (let n = 0; n < all.length; n += AT_ONCE) {
    const some = all.slice(n, n + AT_ONCE)
    failures.push(...(await removeSome(store, some).catch((error: unknown) => [error])))
  }
  if (failures.length > 0) throw failures[0]
}

/**
 * In one unit of work for all programs: were asking to take too long, it would end, and nothing would be removed. A removal that the store
 * performs after the end of its unit, having taken that long, is not guarded any more.
 */
async function removeSome({ programs, within, media }: Store, hashes: readonly string[]): Promise<unknown[]> {
  const [first] = await programs()
  if (first === undefined) return []
  return within(first, async ({ db }) => {
    const ours = await claimBytes({ db }, hashes)
    if (ours.length === 0) return []
    const ids = await allPrograms(db)
    const named = new Set<string>()
    const noted = new Map<string, Note[]>()
    for (const id of ids) {
      await actFor(db, id)
      for (const sha256 of await namedBytes(db, id, ours)) named.add(sha256)
      const notes = await db.leftover.findMany({ where: { programId: id, sha256: { in: ours } } })
      if (notes.length > 0) noted.set(id, notes)
    }
    const tried = await Promise.allSettled(ours.map(async (sha256) => named.has(sha256) || media.remove(sha256)))
    const done = new Set(ours.filter((_, n) => tried[n]!.status === 'fulfilled'))
    for (const [id, notes] of noted) {
      await actFor(db, id)
      const over = notes.filter(({ sha256 }) => done.has(sha256))
      await forgetNotes(db, id, over)
    }
    return tried.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  })
}

/** Those as well that were founded until the bytes were claimed. */
async function allPrograms(db: Db): Promise<string[]> {
  await actFor(db, '*')
  return (await db.program.findMany({ select: { id: true } })).map(({ id }) => id)
}

const actFor = (db: Db, programId: string) => db.$executeRaw`SELECT set_config('troupe.program', ${programId}, true)`

/** Those of these hashes that a file of a program has, or the small picture of one. */
async function namedBytes(db: Db, programId: string, hashes: readonly string[]): Promise<string[]> {
  const some = { in: [...hashes] }
  const files = await db.file.findMany({ where: { programId, sha256: some }, select: { sha256: true } })
  const looks = await db.media.findMany({ where: { programId, thumb: some }, select: { thumb: true } })
  return [...files.map(({ sha256 }) => sha256), ...looks.flatMap(({ thumb }) => thumb ?? [])]
}

type Note = { sha256: string; at: Date }

/** What was noted anew since stays, for its file was there when it was asked for. */
const forgetNotes = (db: Db, programId: string, notes: readonly Note[]) =>
  db.$executeRaw`
    DELETE FROM "Leftover" WHERE "programId" = ${programId} AND (sha256, at) IN (
      SELECT * FROM unnest(${notes.map(({ sha256 }) => sha256)}::text[], ${notes.map(({ at }) => at)}::timestamptz[]))`

import type { Context } from '../context.ts'
import { claimBytes } from './hold.ts'
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

/** Few, so that whoever has the same bytes does not wait for long. */
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
  const ids = await programs()
  const [first] = ids
  if (first === undefined) return []
  return within(first, async (ctx) => {
    await claimBytes(ctx, hashes)
    const asked = new Map<string, Asked>()
    for (const id of ids) asked.set(id, await within(id, (other) => askOne(other, hashes)))
    const named = new Set([...asked.values()].flatMap((one) => one.named))
    const tried = await Promise.allSettled(hashes.map(async (sha256) => named.has(sha256) || media.remove(sha256)))
    const done = new Set(hashes.filter((_, n) => tried[n]!.status === 'fulfilled'))
    for (const [id, { noted }] of asked)
      await within(id, (other) =>
        forgetNotes(
          other,
          noted.filter(({ sha256 }) => done.has(sha256)),
        ),
      )
    return tried.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  })
}

type Note = { sha256: string; at: Date }
/** Of these hashes: those that a file of the program has, or the small picture of one, and those that it noted as left over. */
type Asked = { named: string[]; noted: Note[] }

async function askOne({ db, program }: Context, hashes: readonly string[]): Promise<Asked> {
  const [programId, some] = [program.id, { in: [...hashes] }]
  const noted = await db.leftover.findMany({ where: { programId, sha256: some }, select: { sha256: true, at: true } })
  const files = await db.file.findMany({ where: { programId, sha256: some }, select: { sha256: true } })
  const looks = await db.media.findMany({ where: { programId, thumb: some }, select: { thumb: true } })
  return { named: [...files.map(({ sha256 }) => sha256), ...looks.flatMap(({ thumb }) => thumb ?? [])], noted }
}

/** What was noted anew since stays, for its file was there when it was asked for. */
const forgetNotes = ({ db, program }: Context, notes: readonly Note[]) =>
  db.$executeRaw`
    DELETE FROM "Leftover" WHERE "programId" = ${program.id} AND (sha256, at) IN (
      SELECT * FROM unnest(${notes.map(({ sha256 }) => sha256)}::text[], ${notes.map(({ at }) => at)}::timestamptz[]))`

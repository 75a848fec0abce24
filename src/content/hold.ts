// Between the bytes of a file and the row that names them lies a moment in which nobody else sees that they are wanted. Whoever brings the
// two together holds the bytes meanwhile, and whoever removes some keeps away from those that are held.
import type { Db } from '../db/client.ts'

/** Until this unit of work is over nobody removes these bytes. */
export const holdBytes = ({ db }: { db: Db }, sha256: string) =>
  db.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`bytes ${sha256}`}, 0))`

/** Those of these that nobody holds; nobody holds them until this unit of work is over. */
export async function claimBytes({ db }: { db: Db }, hashes: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ sha256: string }[]>`
    SELECT sha256 FROM unnest(${[...hashes]}::text[]) AS t(sha256) WHERE pg_try_advisory_xact_lock(hashtextextended('bytes ' || sha256, 0))`
  return rows.map(({ sha256 }) => sha256)
}

// Whoever stores bytes and whoever removes them wait for each other: between the bytes and the row that names them lies a moment in which
// nobody else sees that they are wanted.
import type { Db } from '../db/client.ts'

/** Until this unit of work is over nobody removes these bytes. */
export const holdBytes = ({ db }: { db: Db }, sha256: string) =>
  db.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`bytes ${sha256}`}, 0))`

/** Until this unit of work is over nobody stores these bytes or names them. Always in the same order, so that no two wait for each other. */
export const claimBytes = ({ db }: { db: Db }, hashes: readonly string[]) =>
  db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('bytes ' || sha256, 0)) FROM unnest(${[...hashes].sort()}::text[])
    WITH ORDINALITY AS t(sha256, i) ORDER BY i`

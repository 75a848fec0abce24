import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'

/** What a test stands on beside the database: a Redis by URL, a Chromium, PgBouncer or nginx by path. Null where this machine has none. */
export function needs(what: 'redis' | 'chromium' | 'pgbouncer' | 'nginx'): string | null {
  return inject(what === 'redis' ? 'redisUrl' : what)
}

/** A migrated, empty database of the test's own, and the way to be rid of it. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString('hex')}`
  // Someone may just be copying the template too, or looking at it: 55006 (in use) passes.
  for (let tries = 1; ; tries++) {
    try {
      await asOwner(`CREATE DATABASE ${name} TEMPLATE troupe_template STRATEGY FILE_COPY`)
      break
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || tries === 100) throw error
      await pause(20 + 10 * Math.random())
    }
  }
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  return { url: url.href, drop: async () => void (await asOwner(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)) }
}

/** Databases of this worker whose test is over: emptying one takes a tenth of the time that copying the template takes. */
const left: string[] = []

/** As freshDatabase, for tests that change rows and nothing else; `drop` leaves it to the next one. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const url = left.pop()
  if (url === undefined) {
    const fresh = await freshDatabase()
    return { url: fresh.url, drop: async () => void left.push(fresh.url) }
  }
  await ask(url, EMPTY)
  return { url, drop: async () => void left.push(url) }
}

/** Append-only tables too: their triggers rest while the session plays the replica. */
const EMPTY = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET session_replication_role = replica;
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
  END $$`

const asOwner = (statement: string): Promise<object[]> => ask(inject('databaseUrl'), statement)

/** The rows of one statement over a connection of its own. */
export async function ask<T extends object>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<T>(statement)).rows
  } finally {
    await client.end()
  }
}

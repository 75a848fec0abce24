import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { projectRoot } from '../root.ts'
import { fitting } from './reach.ts'
import { openSession } from './session.ts'

const LOCK = 0x74726f7570 // "troup": one migration at a time, over all processes
const appRole = 'troupe_app'

const journal = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

/**
 * Applies prisma/migrations in order, each in its own transaction, under an advisory lock, and writes the same journal
 * table as `prisma migrate deploy`. Returns the names it applied. A migration that was edited after it was applied is refused. `last`
 * is the one to end with; `before` is called, once, when there is anything to apply to tables that are there already.
 */
export async function migrate(
  url: string,
  { last, before }: { last?: string | undefined; before?: (first: string) => Promise<unknown> } = {},
): Promise<string[]> {
  const client = await openSession(url, 'troupe-migrate')
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const { rows: known } = await client.query<{ fresh: boolean }>(
      `SELECT to_regclass('public."_prisma_migrations"') IS NULL AS fresh`,
    )
    if (known[0]!.fresh) await fitting(client)
    await client.query(journal)
    const { rows } = await client.query<{ migration_name: string; checksum: string }>(
      'SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
    const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]))
    await renumber(client, applied)
    const fresh: string[] = []
    for (const { name, sql, checksum } of migrations()) {
      if (last !== undefined && name > last) break
      const known = applied.get(name)
      if (known === checksum) continue
      if (known !== undefined) throw new Error(`Migration ${name} was changed after it was applied; add a new migration instead.`)
      if (fresh.length === 0 && applied.size > 0) await before?.(name)
      await whenFree(client, async () => {
        await client.query(sql)
        await client.query(
          'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
          [randomUUID(), checksum, name],
        )
        // Processes of the old version go on meanwhile, and a trigger may lead them to a new table.
        if (applied.size > 0) await grantAppRole(client)
      })
      fresh.push(name)
    }
    await together(client, () => grantAppRole(client))
    return fresh
  } finally {
    await client.end()
  }
}

/** What was applied under a number that it has no longer is not applied once more: it is journalled under its new name. */
async function renumber(client: pg.Client, applied: Map<string, string>): Promise<void> {
  const present = migrations()
  const left = [...applied.keys()].filter((name) => present.every((one) => one.name !== name))
  for (const before of left) {
    const now = present.find(({ name, checksum }) => checksum === applied.get(before) && !applied.has(name))
    if (!now) continue
    await client.query('UPDATE "_prisma_migrations" SET migration_name = $2 WHERE migration_name = $1', [before, now.name])
    applied.delete(before)
    applied.set(now.name, now.checksum)
  }
}

/** Those of this version, in order. */
export function migrations(): { name: string; sql: string; checksum: string }[] {
  const folder = join(projectRoot, 'prisma/migrations')
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

const LOCK_MS = 2_000
const NOT_FREE = '55P03'

/**
 * What is to alter a table waits for those who are at work with it, and everybody who comes later waits behind it: so it waits for a moment
 * only, lets them pass and begins anew.
 */
async function whenFree(client: pg.Client, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await together(client, async () => {
        await client.query(`SET LOCAL lock_timeout = ${LOCK_MS}`)
        await work()
      })
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_FREE) throw error
      await new Promise((resolve) => setTimeout(resolve, LOCK_MS))
    }
  }
}

async function together(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN')
  try {
    await work()
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** Rows of these are only ever added, but for the columns in which somebody's words may stand, which go when they ask to be forgotten. */
const onlyAdded: Record<string, string[]> = {
  Transfer: ['because'],
  Audit: ['given'],
  Acceptance: [],
  TermsVersion: [],
  Revision: ['url', 'fileId', 'caption', 'note'],
  PayeeChange: [],
  PaymentEvent: ['note'],
}

/**
 * Superusers and BYPASSRLS roles pass row-level security, so such a connection works as this role instead. An owner that
 * is neither is held by FORCE ROW LEVEL SECURITY and needs no second role.
 */
async function grantAppRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean; super: boolean }>(
    'SELECT rolsuper OR rolbypassrls AS may, rolsuper AS super FROM pg_roles WHERE rolname = current_user',
  )
  if (!rows[0]?.may) return
  await client.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${appRole}') THEN CREATE ROLE ${appRole} NOLOGIN NOSUPERUSER NOBYPASSRLS; END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
  // Who is no superuser may take on only a role that was given to them.
  if (!rows[0].super) await client.query(`GRANT ${appRole} TO CURRENT_USER`)
  await client.query(`GRANT USAGE ON SCHEMA public TO ${appRole}`)
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${appRole}`)
  await client.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${appRole}`)
  await client.query(`REVOKE ALL ON "_prisma_migrations" FROM ${appRole}`)
  // An older schema does not have all of them.
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(quote_ident(a.attname)) FILTER (WHERE $1::jsonb -> c.relname ? a.attname) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND $1::jsonb ? c.relname GROUP BY 1`,
    [JSON.stringify(onlyAdded)],
  )
  for (const { name, columns } of tables) {
    await client.query(`REVOKE UPDATE, DELETE, TRUNCATE ON "${name}" FROM ${appRole}`)
    // The triggers let nothing else through, and that only while erasing.
    if (columns) await client.query(`GRANT UPDATE (${columns.join(', ')}) ON "${name}" TO ${appRole}`)
  }
}

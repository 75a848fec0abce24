/** The database and the queue: reached, new enough, holding programs apart, and up to date. Nothing is changed. */
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { checkKey } from '../db/key.ts'
import { migrations } from '../db/migrate.ts'
import { refuseMoved } from '../db/moved.ts'
import { fitting, reaching } from '../db/reach.ts'
import { Refusal } from '../kernel/refusal.ts'
import { createLog } from '../log.ts'
import { openBell } from '../queue.ts'
import type { Keys } from '../seal.ts'
import { type Check, failed, good, listed, skipped, warned } from './check.ts'
import { clockCheck } from './clock.ts'

const TIMEOUT_MS = 5_000

/** `ready` when the tables are as this version wants them, so that more can be asked. Behind a pooler connections are counted by nobody. */
export async function databaseChecks(
  url: string,
  clock: () => Date,
  pooled = false,
): Promise<{ checks: Check[]; ready: boolean }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS })
  client.on('error', () => {})
  try {
    await reaching(() => client.connect())
    const version = await fitting(client)
    const clockSaid = await clockOf(client, clock)
    const tables = await tablesCheck(client)
    const apart = tables.ok === true ? [await apartCheck(client)] : []
    const said = [good('Database', `PostgreSQL ${version} answers`), ...(pooled ? [] : [await connectionsCheck(client)])]
    return { checks: [...said, tables, ...apart, clockSaid], ready: tables.ok === true }
  } catch (error) {
    const words = error instanceof ConfigError ? error.message : `the database answers ${(error as Error).message}`
    const [cause, ...fix] = words.split(/(?<=\.) /)
    return { checks: [failed('Database', cause!, fix.join(' ') || 'Look at the log of PostgreSQL.')], ready: false }
  } finally {
    await client.end().catch(() => {})
  }
}

async function clockOf(client: pg.Client, clock: () => Date): Promise<Check> {
  const before = clock().getTime()
  const { rows } = await client.query<{ now: string }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS now',
  )
  const ours = (before + clock().getTime()) / 2
  return clockCheck('Clock of the database', new Date(Number(rows[0]?.now)), new Date(ours))
}

async function tablesCheck(client: pg.Client): Promise<Check> {
  const name = 'Tables'
  const fix = 'Start Troupe once; it brings the tables up to date by itself.'
  const { rows: known } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('public."_prisma_migrations"') IS NOT NULL AS there`,
  )
  if (!known[0]?.there) return failed(name, 'there are none yet', fix)
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT migration_name AS name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  const applied = new Map(rows.map((row) => [row.name, row.checksum]))
  const ours = migrations()
  const pending = ours.filter((one) => !applied.has(one.name)).map((one) => one.name)
  const other = ours.filter((one) => applied.has(one.name) && applied.get(one.name) !== one.checksum).map((one) => one.name)
  const newer = rows.filter((row) => !ours.some((one) => one.name === row.name)).map((row) => row.name)
  if (other.length > 0)
    return failed(name, `${listed(other)} was changed after it was applied`, 'Put the migration back as it was in the release.')
  if (newer.length > 0)
    return failed(name, `a newer Troupe has changed the tables (${listed(newer)})`, 'Run that newer version of Troupe.')
  if (pending.length > 0) return failed(name, `${listed(pending)} is not applied yet`, fix)
  return good(name, `all ${ours.length} migrations are applied`)
}

/** What one process opens at most, all its pools together, with the queue in the database. */
const CONNECTIONS = 32

/** Whether the server, the database and the user allow as many connections as one process may open when much is asked of it. */
async function connectionsCheck(client: pg.Client): Promise<Check> {
  const name = 'Connections'
  const { rows } = await client.query<{ most: number }>(
    `SELECT least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       CASE WHEN rolconnlimit >= 0 AND NOT rolsuper THEN rolconnlimit END, CASE WHEN datconnlimit >= 0 AND NOT rolsuper THEN datconnlimit END) AS most
     FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
  )
  const most = rows[0]?.most ?? 0
  if (most >= CONNECTIONS) return good(name, `${most} are allowed`)
  return warned(
    name,
    `${most} are allowed, and one process opens up to ${CONNECTIONS} when much is asked of it; then some calls are turned away`,
    'Raise max_connections (or the limit of the user or the database), take a larger plan, or put a pooler in front (docs/operations.md).',
  )
}

/** Programs are kept apart by row-level security, which superusers would pass; those work as a role that can't. */
async function apartCheck(client: pg.Client): Promise<Check> {
  const name = 'Programs are kept apart'
  const { rows: open } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     AND relrowsecurity AND NOT relforcerowsecurity ORDER BY 1`,
  )
  if (open.length > 0)
    return failed(
      name,
      `row-level security is not forced on ${listed(open.map((row) => row.name))}`,
      'Run ALTER TABLE "…" FORCE ROW LEVEL SECURITY for each of them.',
    )
  const { rows } = await client.query<{ passes: boolean; role: boolean; may: boolean }>(
    `SELECT rolsuper OR rolbypassrls AS passes, EXISTS (SELECT FROM pg_roles WHERE rolname = 'troupe_app') AS role,
       EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'troupe_app' AND pg_has_role(current_user, r.oid, 'MEMBER')) AS may
     FROM pg_roles WHERE rolname = current_user`,
  )
  const { passes = true, role = false, may = false } = rows[0] ?? {}
  if (!passes) return good(name, 'the user of the database is held by row-level security')
  if (role && may) return good(name, 'the user could pass row-level security, so Troupe works as the role troupe_app')
  return failed(
    name,
    'the user of the database passes row-level security, and may not work as the role troupe_app',
    'Start Troupe once as a user that may create roles, or use a user that is neither superuser nor BYPASSRLS.',
  )
}

/** `url` is redis://… or, in the database, postgres://…. */
export async function queueCheck(url: string): Promise<Check> {
  const name = 'Queue'
  const where = url.startsWith('redis') ? 'Redis' : 'PostgreSQL'
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)), TIMEOUT_MS).unref(),
  )
  try {
    const counts = await Promise.race([countsOf(url), late])
    const failures = counts.failed ?? 0
    return good(name, `${where} answers${failures === 0 ? '' : `; ${failures} failed rings are kept for looking at`}`)
  } catch (error) {
    const fix = `Start it, correct QUEUE_URL, or leave it unset to ring through the database.`
    return failed(
      name,
      `${where} does not answer: ${error instanceof ConfigError ? error.message : (error as Error).message}`,
      fix,
    )
  }
}

async function countsOf(url: string): Promise<Record<string, number>> {
  const bell = await openBell(url, new Map(), createLog('silent'))
  try {
    return await bell.counts()
  } finally {
    await bell.close()
  }
}

/** What is to be said where no database runs: one that was moved is not to be started. */
export const restingCheck = (dir: string): Promise<Check> =>
  refusable('Database', async () => {
    refuseMoved(dir)
    return noDatabase('Database')
  })

/** Whether the key here is the one that seals the rows. */
export const sealedCheck = (url: string, keys: Keys): Promise<Check> =>
  refusable('Sealed rows', async () => good('Sealed rows', opened[await checkKey(url, keys)]))

const opened = {
  nothing: 'there are none yet',
  now: 'the key here opens them',
  before: 'a key of SECRET_KEY_BEFORE opens them, until npm run reseal',
}

async function refusable(name: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return failed(name, error.sentence, error.fix ?? '')
  }
}

export const noDatabase = (name: string): Check => skipped(name, 'the embedded database is not running; start Troupe first')

// What a copy of the database is made of: every table of ours, read program by program where row-level security holds the role.
import type pg from 'pg'
import { enter, type Scope, type ScopesOf } from '../db/scopes.ts'

export type Table = { name: string; columns: string[]; tenant: boolean }

/** A month of clicks, as PostgreSQL writes its bounds. */
export type Partition = { name: string; of: string; bounds: string }

/** How many rows a table has, and the sum of a 64-bit hash of each: the same rows in any order give the same print. */
export type Print = { rows: string; sum: string }

/** Tables of ours in the order of their names; generated columns are made again by themselves. */
export async function tablesOf(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns, bool_or(a.attname = 'programId') AS tenant
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
     GROUP BY c.relname ORDER BY c.relname`,
  )
  return rows
}

export async function partitionsOf(client: pg.ClientBase): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `SELECT c.relname AS name, p.relname AS of, pg_get_expr(c.relpartbound, c.oid) AS bounds
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relispartition ORDER BY c.relname`,
  )
  return rows
}

/** Where each counter stands; '0' when it never counted. */
export async function sequencesOf(client: pg.ClientBase): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last: string }>(
    `SELECT sequencename AS name, coalesce(last_value, 0)::text AS last FROM pg_sequences WHERE schemaname = 'public'`,
  )
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]))
}

export async function setSequences(client: pg.ClientBase, sequences: Record<string, string>): Promise<void> {
  for (const [name, last] of Object.entries(sequences))
    if (last !== '0') await client.query('SELECT setval($1::regclass, $2::bigint)', [`"${name}"`, last])
}

/** Migrations that were applied, in order. */
export async function appliedTo(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

export async function printOf(client: pg.ClientBase, table: Table, scopes: readonly Scope[]): Promise<Print> {
  let [count, total] = [0n, 0n]
  // Columns by name, for a table that grew by migrations may have them in another order than one made at once.
  const row = `ROW(${table.columns.map((name) => `"${name}"`).join(', ')})`
  for (const scope of scopes) {
    await enter(client, scope)
    const { rows } = await client.query<{ rows: string; sum: string }>(
      `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(${row}::text, 0)), 0)::text AS sum FROM "${table.name}" WHERE ${scope.where}`,
    )
    count += BigInt(rows[0]!.rows)
    total += BigInt(rows[0]!.sum)
  }
  return { rows: String(count), sum: String(total) }
}

/**
 * Tells the planner what came. It would take every table for nearly empty until PostgreSQL looks by itself, and what is asked in the first
 * minute of a large program would take longer than a statement may.
 */
export async function learn(client: pg.ClientBase, tables: readonly Table[]): Promise<void> {
  await client.query(`ANALYZE ${tables.map(({ name }) => `"${name}"`).join(', ')}`)
}

/** One row for each account with money on it: what has to be equal, to the cent, on both sides of a move. */
export async function balancesOf(client: pg.ClientBase, scopes: ScopesOf): Promise<{ accounts: number; transfers: number }> {
  let [accounts, transfers] = [0, 0]
  for (const scope of scopes({ tenant: true })) {
    await enter(client, scope)
    const { rows } = await client.query<{ accounts: number; transfers: number }>(
      `SELECT count(DISTINCT ("programId", account, currency))::int AS accounts, count(DISTINCT id)::int AS transfers
       FROM (SELECT id, "programId", "from" AS account, currency FROM "Transfer" WHERE ${scope.where}
             UNION ALL SELECT id, "programId", "to", currency FROM "Transfer" WHERE ${scope.where}) t`,
    )
    accounts += rows[0]!.accounts
    transfers += rows[0]!.transfers
  }
  return { accounts, transfers }
}

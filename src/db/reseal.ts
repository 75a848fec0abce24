/** Seals anew whatever a former secret sealed, in every table: nobody has to remember where sealed words lie. */
import type pg from 'pg'
import { fromBase64 } from '../kernel/signature.ts'
import type { Sealer } from '../seal.ts'
import { enter, scopesOf } from './scopes.ts'
import { openSession } from './session.ts'

type Column = { name: string; type: 'bytea' | 'jsonb' | 'text' }
type Place = { name: string; tenant: boolean; columns: Column[] }
type Row = { ctid: string } & Record<string, unknown>

const ROWS_AT_ONCE = 200

// The version byte 1 comes first, and base64 shows it: "AQ…" to "Af…", with room for 29 bytes.
const sealedText = '"?A[Q-Za-f][A-Za-z0-9+/]{37,}={0,2}"?'
const looksSealed = ({ name, type }: Column): string =>
  type === 'bytea'
    ? `(octet_length("${name}") >= 29 AND get_byte("${name}", 0) = 1)`
    : type === 'text'
      ? `"${name}" ~ '^${sealedText}$'`
      : `"${name}"::text ~ '${sealedText}'`

/**
 * Goes through all tables, at most 200 rows in a transaction, beside a Troupe that runs: a row that is written meanwhile is waited for.
 * Gives how many values were sealed anew; a second run finds none.
 */
export async function resealAll(url: string, sealer: Sealer): Promise<number> {
  const client = await openSession(url, 'troupe-reseal')
  try {
    const scopes = await scopesOf(client)
    let values = 0
    for (const place of await placesOf(client))
      for (const scope of scopes(place)) {
        await enter(client, scope)
        values += await resealIn(client, place, scope.where, sealer)
      }
    return values
  } finally {
    await client.end()
  }
}

/** Tables and their columns that may hold something sealed. Clicks hold nothing of that kind. */
async function placesOf(client: pg.Client): Promise<Place[]> {
  const { rows } = await client.query<Place>(
    `SELECT c.relname AS name, bool_or(p.attname IS NOT NULL) AS tenant,
       json_agg(DISTINCT jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL))) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       LEFT JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'programId' AND NOT p.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
       AND format_type(a.atttypid, NULL) IN ('bytea', 'jsonb', 'text')
     GROUP BY c.relname ORDER BY c.relname`,
  )
  return rows
}

async function resealIn(client: pg.Client, { name, columns }: Place, where: string, sealer: Sealer): Promise<number> {
  const found = await client.query<{ ctid: string }>(
    `SELECT ctid::text FROM "${name}" WHERE ${where} AND (${columns.map(looksSealed).join(' OR ')})`,
  )
  let values = 0
  for (let n = 0; n < found.rows.length; n += ROWS_AT_ONCE) {
    const some = found.rows.slice(n, n + ROWS_AT_ONCE).map(({ ctid }) => ctid)
    await client.query('BEGIN')
    try {
      // A row that moved since was written since, and so with the newest key.
      const { rows } = await client.query<Row>(
        `SELECT ctid::text, ${columns.map((column) => `"${column.name}"`).join(', ')} FROM "${name}" WHERE ctid = ANY($1::tid[]) FOR UPDATE`,
        [some],
      )
      for (const row of rows) values += await resealRow(client, name, columns, row, sealer)
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  }
  return values
}

async function resealRow(client: pg.Client, table: string, columns: Column[], row: Row, sealer: Sealer): Promise<number> {
  let values = 0
  const again = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return renewed(value) ?? value
    if (typeof value === 'string') return renewed(fromBase64(value))?.toString('base64') ?? value
    if (Array.isArray(value)) return value.map(again)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, again(inner)]))
    return value
  }
  const renewed = (bytes: Uint8Array | undefined): Buffer | undefined => {
    const fresh = bytes && sealer.reseal(bytes)
    if (fresh) values++
    return fresh
  }
  const changes: { name: string; value: unknown }[] = []
  for (const { name, type } of columns) {
    const before = values
    const value = again(row[name])
    if (values > before) changes.push({ name, value: type === 'jsonb' ? JSON.stringify(value) : value })
  }
  if (changes.length > 0) {
    const set = changes.map(({ name }, i) => `"${name}" = $${i + 2}`).join(', ')
    await client.query(`UPDATE "${table}" SET ${set} WHERE ctid = $1::tid`, [row.ctid, ...changes.map(({ value }) => value)])
  }
  return values
}

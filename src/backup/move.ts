// Everything of one database into another, empty one, with nothing written to either meanwhile.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type pg from 'pg'
import type { Media } from '../content/store.ts'
import { migrate } from '../db/migrate.ts'
import { reaching } from '../db/reach.ts'
import { scopesOf } from '../db/scopes.ts'
import { Refusal } from '../kernel/refusal.ts'
import { connected, load, makePartitions, refuseFull, unguarded } from './restore.ts'
import { balancesOf, learn, partitionsOf, printOf, sequencesOf, setSequences, tablesOf } from './tables.ts'
import { rowsOf, under } from './take.ts'

export type Moved = { tables: number; rows: bigint; accounts: number; transfers: number }

/**
 * Copies every row, and compares every table before it commits: when it returns, both hold the same to the cent. The old database is
 * left as it is. Refusal when somebody is still at work in the old one, or the new one is not empty.
 */
export async function move(
  from: string,
  to: string,
  onTable: (name: string, n: number, of: number) => void = () => {},
): Promise<Moved> {
  await mayMove(from, to)
  await migrate(from)
  await there(() => migrate(to))
  return connected(from, (source) => connected(to, (target) => copyAll(source, target, onTable)))
}

/** The same refusals, before anything is copied. */
export async function mayMove(from: string, to: string): Promise<void> {
  await there(() => refuseFull(to, new Refusal('conflict', 'There are programs in the new database.', 'Name an empty one.')))
  await connected(from, refuseBusy)
}

const there = <T>(work: () => Promise<T>): Promise<T> => reaching(work, 'The address of the new database')

async function copyAll(source: pg.Client, target: pg.Client, onTable: NonNullable<Parameters<typeof move>[2]>): Promise<Moved> {
  await refuseBusy(source)
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const [tables, scopes] = [await tablesOf(source), await scopesOf(source)]
  await target.query('BEGIN')
  await makePartitions(target, { partitions: await partitionsOf(source) })
  await unguarded(target, tables, async () => {
    for (const [n, table] of tables.entries()) {
      onTable(table.name, n + 1, tables.length)
      await target.query(`DELETE FROM "${table.name}"`)
      await load(target, table, Readable.from(rowsOf(source, table, scopes(table))))
    }
  })
  await setSequences(target, await sequencesOf(source))
  await learn(target, tables)
  const there = await scopesOf(target)
  let rows = 0n
  for (const table of tables) {
    const [was, is] = [await printOf(source, table, scopes(table)), await printOf(target, table, there(table))]
    if (was.rows !== is.rows || was.sum !== is.sum)
      throw new Refusal('conflict', `The rows of ${table.name} are not the same on both sides; nothing was moved.`)
    rows += BigInt(is.rows)
  }
  const [before, after] = [await balancesOf(source, scopes), await balancesOf(target, there)]
  await target.query('COMMIT')
  await source.query('COMMIT')
  if (before.accounts !== after.accounts) throw new Error('the accounts of both sides differ after equal rows')
  return { tables: tables.length, rows, ...after }
}

async function refuseBusy(source: pg.Client): Promise<void> {
  const { rowCount } = await source.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'troupe%' AND pid <> pg_backend_pid() LIMIT 1`,
  )
  if (rowCount !== 0)
    throw new Refusal('conflict', 'Troupe is at work in the old database.', 'Stop every process of it, and move again.')
}

/** Pictures and videos of the data folder into a bucket, each under its hash; gives how many. What is there already is left. */
export async function moveMedia(dir: string, to: Media, onFile: (n: number, of: number) => void = () => {}): Promise<number> {
  const files = under(dir, 'media').filter((file) => /\/[0-9a-f]{64}$/.test(file))
  for (const [n, file] of files.entries()) {
    onFile(n + 1, files.length)
    const sha256 = file.slice(-64)
    if (!(await to.has(sha256))) await to.put(sha256, readFileSync(join(dir, file)))
  }
  return files.length
}

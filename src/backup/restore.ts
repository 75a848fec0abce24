// A backup becomes a database and a data folder again: the same rows, and nothing that was said once is said twice.

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { makeFolder } from '../db/folder.ts'
import { migrate, migrations } from '../db/migrate.ts'
import { scopesOf } from '../db/scopes.ts'
import { openSession } from '../db/session.ts'
import { Refusal } from '../kernel/refusal.ts'
import { keyPrint, secretIn } from '../seal.ts'
import { type Manifest, type Reader, readArchive } from './archive.ts'
import { type Quiet, quieten } from './quiet.ts'
import { appliedTo, balancesOf, learn, partitionsOf, printOf, setSequences, type Table, tablesOf } from './tables.ts'

export type Restored = { rows: bigint; files: number; accounts: number; transfers: number; quiet: Quiet; at: string }

export type Restore = {
  /** The owner's address of an empty database. */
  url: string
  /** The data folder to fill; undefined leaves files alone. */
  dir: string | undefined
  path: string
  now: Date
  /** Prints of the keys that rows will be read with; empty when it is the one of the backup, or of the data folder. */
  keys: readonly string[]
  onTable?: (name: string, n: number, of: number) => void
}

/**
 * Fills an empty database, at the schema of the backup first and then brought up to date, and compares every table with what the
 * backup says. All in one transaction: a restore that fails leaves the database empty. Refusal when something stands there already.
 */
export async function restore({ url, dir, path, now, keys, onTable = () => {} }: Restore): Promise<Restored> {
  const archive = await readArchive(path)
  const { manifest } = archive
  try {
    refuseUnknown(manifest)
    const counts = keys.length > 0 || dir === undefined ? keys : await keysOf(archive, dir)
    if (counts.length > 0 && !counts.includes(manifest.key))
      throw new Refusal('conflict', 'The backup was sealed with another key.', 'Give the SECRET_KEY of the time it was taken.')
    await refuseFull(url, mixed)
    // A key beside one that is given would only be mistaken for it.
    const wanted = Object.entries(manifest.files).filter(([name]) => name !== KEY || keys.length === 0)
    if (dir !== undefined) await bringFiles(archive, wanted, dir)
    await migrate(url, { last: manifest.migrations.at(-1) })
    const loaded = await connected(url, (client) => loadAll(client, archive, now, counts, onTable))
    await migrate(url)
    return { ...loaded, at: manifest.at, files: dir === undefined ? 0 : wanted.length }
  } finally {
    archive.close()
  }
}

const KEY = 'secret.key'

/** The print of the key that lies in the data folder once the files are back; none where there is no key. */
async function keysOf(archive: Reader, dir: string): Promise<string[]> {
  if (KEY in archive.manifest.files) return [keyPrint(secretIn(await buffer(await archive.open(`files/${KEY}`))))]
  return existsSync(join(dir, KEY)) ? [keyPrint(secretIn(await readFile(join(dir, KEY))))] : []
}

export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openSession(url, 'troupe-restore')
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const mixed = new Refusal(
  'conflict',
  'There are programs in this database, and a restore would mix two pasts.',
  'Give an empty database in DATABASE_URL, or another folder in DATA_DIR.',
)

/** Throws the refusal when anybody's program stands in the database. */
export const refuseFull = (url: string, refusal: Refusal): Promise<void> =>
  connected(url, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('public."Program"') IS NOT NULL AS there`)
    if (!rows[0]?.there) return
    await client.query(`SELECT set_config('troupe.program', '*', false)`)
    const found = await client.query('SELECT FROM "Program" LIMIT 1')
    if (found.rowCount !== 0) throw refusal
  })

function refuseUnknown({ migrations: wanted }: Manifest): void {
  const known = new Set(migrations().map(({ name }) => name))
  const unknown = wanted.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new Refusal(
      'conflict',
      `The backup is of a newer Troupe (it has ${unknown}).`,
      'Restore it with that version or a later one.',
    )
}

async function loadAll(
  client: pg.Client,
  archive: Reader,
  now: Date,
  keys: readonly string[],
  onTable: NonNullable<Restore['onTable']>,
) {
  const { manifest } = archive
  const tables = await tablesOf(client)
  const applied = await appliedTo(client)
  if (applied.join() !== manifest.migrations.join())
    throw new Refusal('conflict', 'The database has another history of migrations than the backup.', 'Give an empty database.')
  await client.query('BEGIN')
  await makePartitions(client, manifest)
  await unguarded(client, tables, async () => {
    for (const [n, table] of tables.entries()) {
      onTable(table.name, n + 1, tables.length)
      await client.query(`DELETE FROM "${table.name}"`)
      await load(client, table, await archive.open(`tables/${table.name}.copy`))
    }
  })
  if (tables.some(({ name }) => name === 'KeyPrint')) await refuseHalf(client, keys)
  await setSequences(client, manifest.sequences)
  await learn(client, tables)
  const scopes = await scopesOf(client)
  for (const table of tables) {
    const [is, was] = [await printOf(client, table, scopes(table)), manifest.tables[table.name]]
    if (was === undefined || is.rows !== was.rows || is.sum !== was.sum)
      throw new Refusal(
        'conflict',
        `The rows of ${table.name} are not those of the backup; the file is damaged.`,
        'Take another one.',
      )
  }
  const balances = await balancesOf(client, scopes)
  const quiet = await quieten(client, scopes, now)
  await client.query('COMMIT')
  const rows = Object.values(manifest.tables).reduce((sum, print) => sum + BigInt(print.rows), 0n)
  return { rows, quiet, ...balances }
}

/** Refusal when rows wait to be sealed anew and the key that sealed them is none of these; who gives none is not asked for one. */
async function refuseHalf(client: pg.Client, keys: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ print: string }>('SELECT print FROM "KeyPrint"')
  if (keys.length > 0 && rows.some(({ print }) => !keys.includes(print)))
    throw new Refusal(
      'conflict',
      'The backup was taken while a key was replaced, and the former one is missing.',
      'Give it in SECRET_KEY_BEFORE, beside the SECRET_KEY of that time.',
    )
}

/** Laws of rows that are written one at a time rest while all of them come at once: row-level security of the owner, and triggers. */
export async function unguarded(client: pg.Client, tables: readonly Table[], work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity`,
  )
  for (const { name } of rows) await client.query(`ALTER TABLE "${name}" NO FORCE ROW LEVEL SECURITY`)
  for (const { name } of tables) await client.query(`ALTER TABLE "${name}" DISABLE TRIGGER USER`)
  await work()
  for (const { name } of tables) await client.query(`ALTER TABLE "${name}" ENABLE TRIGGER USER`)
  for (const { name } of rows) await client.query(`ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`)
}

/** Takes rows in as `take` wrote them: the names of the columns in the first line, then PostgreSQL's text format. */
export async function load(client: pg.Client, { name }: Pick<Table, 'name'>, source: Readable): Promise<void> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let head = Buffer.alloc(0)
  while (!head.includes(10)) {
    const { done, value } = await chunks.next()
    if (done) throw new Refusal('invalid', `The rows of ${name} have no beginning; the file is damaged.`, 'Take another one.')
    head = Buffer.concat([head, value])
  }
  const columns = JSON.parse(head.subarray(0, head.indexOf(10)).toString('utf8')) as string[]
  const rest = async function* () {
    yield head.subarray(head.indexOf(10) + 1)
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  }
  const list = columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(', ')
  await pipeline(rest, client.query(copyFrom(`COPY "${name}" (${list}) FROM STDIN`)))
}

/** Months of clicks that the backup has and a new database has not yet. */
export async function makePartitions(client: pg.Client, { partitions }: Pick<Manifest, 'partitions'>): Promise<void> {
  const there = new Set((await partitionsOf(client)).map(({ name }) => name))
  for (const { name, of, bounds } of partitions.filter((one) => !there.has(one.name))) {
    const from = /^FOR VALUES FROM \('[0-9:+. -]+'\) TO \('[0-9:+. -]+'\)$/
    if (!/^\w+$/.test(name) || !/^\w+$/.test(of) || !from.test(bounds))
      throw new Refusal('invalid', `The backup has a partition ${name} that can't be read.`, 'Take another one.')
    await client.query(`CREATE TABLE "${name}" PARTITION OF "${of}" ${bounds}`)
    await client.query(`ALTER TABLE "${name}" ENABLE ROW LEVEL SECURITY`)
    await client.query(`ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`)
  }
}

async function bringFiles(archive: Reader, files: [string, string][], dir: string): Promise<void> {
  if (files.length > 0) makeFolder(dir)
  for (const [name, wanted] of files) {
    if (!/^(?:media|journal)\/[\w./-]+$|^secret\.key$/.test(name) || name.includes('..'))
      throw new Refusal('invalid', `The backup has a file ${name} that does not belong there.`, 'Take another one.')
    const path = join(dir, name)
    // The same file may be there from a try before; another one would be another past.
    if (existsSync(path)) {
      if (
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex') === wanted
      )
        continue
      throw new Refusal('conflict', `${path} is there already, and another one.`, 'Give another folder in DATA_DIR.')
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const sum = createHash('sha256')
    const file = await open(path, 'wx', 0o600)
    try {
      for await (const chunk of (await archive.open(`files/${name}`)) as AsyncIterable<Buffer>) {
        sum.update(chunk)
        await file.write(chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (sum.digest('hex') !== wanted)
      throw new Refusal('conflict', `${name} is not what it was; the backup is damaged.`, 'Take another one.')
  }
}

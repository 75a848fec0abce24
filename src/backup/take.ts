// A backup while Troupe runs: one snapshot of the database, and beside it the journal, the media and the key.
import { existsSync, readdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { enter, type Scope, scopesOf } from '../db/scopes.ts'
import { openSession } from '../db/session.ts'
import { keyPrint } from '../seal.ts'
import { type Manifest, type Writer, writeArchive } from './archive.ts'
import { appliedTo, partitionsOf, printOf, sequencesOf, type Table, tablesOf } from './tables.ts'

/** `key` tells whether the key is in the file; `absent` is how many files that rows name are not in the data folder. */
export type Taken = { path: string; tables: number; rows: bigint; files: number; bytes: number; key: boolean; absent: number }

export type Backup = {
  /** The owner's address, not through a transaction pooler. */
  url: string
  /** The data folder. */
  dir: string
  /** The secret that seals; only its hash is kept, unless it lies in the data folder. */
  secret: Buffer
  /** Whether it comes from the environment and so stays out of the file. */
  keyGiven?: boolean
  /** The file to make. */
  path: string
  at: Date
  /** Rows alone, without files of the data folder. */
  rowsOnly?: boolean
  onTable?: (name: string, n: number, of: number) => void
}

/** Takes a backup; the file appears under its name when it is whole. Throws when the database is out of reach or the disk is full. */
export async function takeBackup(backup: Backup): Promise<Taken> {
  const { url, dir, at, path, rowsOnly = false } = backup
  const client = await openSession(url, 'troupe-backup')
  const archive = writeArchive(path, at)
  const journal = new Map<string, FileHandle>()
  try {
    // Opened before the snapshot: what is shipped and removed after it can still be read, and nothing falls between.
    if (!rowsOnly) await openJournal(dir, journal)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const rows = await copyRows(client, archive, backup)
    if (!rowsOnly) await openJournal(dir, journal)
    // Large media take their time, and nothing of them is read here: until its end a snapshot keeps what was changed since, and a table
    // from being altered.
    await client.query('COMMIT')
    const files = rowsOnly ? { sums: {}, bytes: 0 } : await copyFiles(backup, archive, journal)
    const manifest: Manifest = {
      kind: 'troupe backup',
      format: 1,
      at: at.toISOString(),
      key: keyPrint(backup.secret),
      ...rows.said,
      files: files.sums,
    }
    await archive.add('manifest.json', () => Readable.from([Buffer.from(JSON.stringify(manifest, null, 2))]))
    const absent = rowsOnly ? 0 : await absentFrom(dir, client)
    await archive.end()
    const prints = Object.values(rows.said.tables)
    const total = prints.reduce((sum, print) => sum + BigInt(print.rows), 0n)
    return {
      path,
      tables: prints.length,
      rows: total,
      files: Object.keys(files.sums).length,
      bytes: rows.bytes + files.bytes,
      key: 'secret.key' in files.sums,
      absent,
    }
  } catch (error) {
    await archive.drop()
    throw error
  } finally {
    for (const handle of journal.values()) await handle.close()
    await client.end()
  }
}

async function copyRows(client: pg.Client, archive: Writer, { onTable = () => {} }: Backup) {
  const scopes = await scopesOf(client)
  const tables = await tablesOf(client)
  const prints: Manifest['tables'] = {}
  let bytes = 0
  for (const [n, table] of tables.entries()) {
    onTable(table.name, n + 1, tables.length)
    prints[table.name] = await printOf(client, table, scopes(table))
    bytes += (await archive.add(`tables/${table.name}.copy`, () => Readable.from(rowsOf(client, table, scopes(table))))).bytes
  }
  const said = {
    migrations: await appliedTo(client),
    tables: prints,
    partitions: await partitionsOf(client),
    sequences: await sequencesOf(client),
  }
  return { said, bytes }
}

/** The first line names the columns, the rest is PostgreSQL's own text format. */
export async function* rowsOf(client: pg.Client, { name, columns }: Table, scopes: readonly Scope[]): AsyncGenerator<Buffer> {
  const list = columns.map((column) => `"${column}"`).join(', ')
  yield Buffer.from(`${JSON.stringify(columns)}\n`)
  for (const scope of scopes) {
    await enter(client, scope)
    yield* client.query(copyTo(`COPY (SELECT ${list} FROM "${name}" WHERE ${scope.where}) TO STDOUT`)) as AsyncIterable<Buffer>
  }
}

async function copyFiles({ dir, keyGiven = false }: Backup, archive: Writer, journal: Map<string, FileHandle>) {
  const sums: Record<string, string> = {}
  let bytes = 0
  const keep = async (name: string, source: () => Readable | Promise<Readable>, compress: boolean) => {
    const added = await archive.add(`files/${name}`, source, compress)
    sums[name] = added.sha256
    bytes += added.bytes
  }
  for (const [name, handle] of journal) await keep(name, () => handle.createReadStream({ start: 0, autoClose: false }), true)
  // Beside a key that is given, a file holds the same once more or a former one.
  const keys = ['secret.key'].filter((file) => !keyGiven && existsSync(join(dir, file)))
  for (const name of [...under(dir, 'media'), ...keys]) {
    const handle = await open(join(dir, name)).catch(unlessGone)
    if (handle) await keep(name, () => handle.createReadStream(), false)
  }
  return { sums, bytes }
}

/** Large media take their time, and Troupe goes on meanwhile: what was forgotten since has no place in a backup. */
function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** Of another data folder nothing is here. Asked as it is now, for a file may have gone since the snapshot. */
async function absentFrom(dir: string, client: pg.Client): Promise<number> {
  const scopes = await scopesOf(client)
  let absent = 0
  for (const scope of scopes({ tenant: true })) {
    await enter(client, scope)
    const { rows } = await client.query<{ sha256: string }>(`SELECT sha256 FROM "File" WHERE ${scope.where}`)
    absent += rows.filter(({ sha256 }) => !existsSync(join(dir, 'media', sha256.slice(0, 2), sha256))).length
  }
  return absent
}

async function openJournal(dir: string, journal: Map<string, FileHandle>): Promise<void> {
  for (const name of under(dir, 'journal').filter((file) => !journal.has(file) && !file.endsWith('lock'))) {
    const handle = await open(join(dir, name)).catch(() => undefined)
    if (handle) journal.set(name, handle)
  }
}

/** The files below a folder of the data folder, as paths in it. */
export function under(dir: string, folder: string): string[] {
  if (!existsSync(join(dir, folder))) return []
  return readdirSync(join(dir, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .sort()
}

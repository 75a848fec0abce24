/** The commands of the terminal as they are typed: real processes, told apart by what they end with. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate, migrations } from '../../src/db/migrate.ts'
import { freshDatabase } from '../database.ts'
import { stranger } from '../db/stranger.ts'
import { freePort } from '../port.ts'
import { type World, world } from '../world.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'troupe-terminal-'))
const ends: (() => unknown)[] = []
let full: string
let w: World

beforeAll(async () => {
  w = await world({ fresh: true, key: Buffer.alloc(32, 3) })
  full = w.url
  ends.push(() => w.close())
})
afterAll(async () => {
  for (const end of ends) await end()
  rmSync(folder, { recursive: true, force: true })
})

/** What a command said, and how it ended. */
function typed(command: string, words: string[], environment: Record<string, string>): Promise<{ code: number; said: string }> {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn', ...environment }
  return new Promise((resolve) => {
    const args = command === 'start' ? ['start.mjs'] : ['start.mjs', '--run', `dist/src/${command}.js`, ...words]
    execFile(process.execPath, args, { cwd: root, env, timeout: 30_000, killSignal: 'SIGKILL' }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), said: `${out}${err}` }),
    )
  })
}

const key = (n: number) => Buffer.alloc(32, n).toString('base64')

/** The address of a new database in which this was done by hand. */
async function databaseAfter(sql: string): Promise<string> {
  const { url, drop } = await freshDatabase()
  ends.push(drop)
  const client = new pg.Client(url)
  await client.connect()
  await client.query(sql)
  await client.end()
  return url
}

test('the variable that leads past the pooler is the one that is named', async () => {
  const wrong = full.replace(/:[^:@]*@/, ':wrong@')
  const astray = { DATABASE_URL: full, DATABASE_DIRECT_URL: wrong, SECRET_KEY: key(2), SECRET_KEY_BEFORE: key(1) }
  const file = join(folder, 'none.zip')
  for (const [command, words] of [
    ['backup', [file]],
    ['reseal', []],
    ['reseal', ['lost']],
  ] as const)
    expect((await typed(command, [...words], astray)).said).toMatch(/✗ DATABASE_DIRECT_URL is refused by PostgreSQL: password/)
  const meek = await stranger('troupe_meek_direct', '', false)
  ends.push(() => meek.end())
  const pooled = new URL(inject('databaseUrl'))
  pooled.pathname = new URL(meek.url).pathname
  const { said } = await typed('start', [], { DATABASE_URL: pooled.href, DATABASE_DIRECT_URL: meek.url, PORT: '0' })
  expect(said).toMatch(/✗ The user of DATABASE_DIRECT_URL may not do all that Troupe needs/)
  const moved = await typed('move', [meek.url], { DATABASE_URL: full })
  expect(moved.said).toMatch(/✗ The user of the address of the new database may not do all that Troupe needs/)
}, 120_000)

test('the address that everything moves to is one that DATABASE_URL would take, and what is wrong with it is said of it', async () => {
  const move = (to: string) => typed('move', [to], { DATABASE_URL: full })
  const { url, drop } = await freshDatabase()
  ends.push(drop)
  expect((await move(`${url}?sslrootcert=/nowhere/ca.pem`)).said).toMatch(
    /✗ The address of the new database names \/nowhere\/ca\.pem as its sslrootcert, and this user can't read it \(ENOENT\)/,
  )
  expect((await move('postgres://ana:p@/troupe?host=/run/postgresql')).said).toMatch(
    /✗ The address of the new database has a host or port that can't be/,
  )
}, 120_000)

test('a move whose bucket takes nothing leaves the new database empty, so that it can be done again', async () => {
  const data = join(folder, 'moving')
  mkdirSync(join(data, 'media/ab'), { recursive: true })
  writeFileSync(join(data, 'media/ab', 'ab'.repeat(32)), 'a picture')
  const { url, drop } = await freshDatabase()
  ends.push(drop)
  const { url: from, drop: end } = await freshDatabase()
  ends.push(end)
  const client = new pg.Client(from)
  await client.connect()
  await client.query(`SELECT set_config('troupe.program', '*', false)`)
  await client.query(`INSERT INTO "Program" SELECT (jsonb_populate_record(null::"Program", $1)).*`, [await program()])
  await client.end()
  const nowhere = {
    MEDIA_S3_BUCKET: 'glow',
    MEDIA_S3_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    MEDIA_S3_KEY_ID: 'id',
    MEDIA_S3_SECRET: 'secret',
  }
  const move = (more: Record<string, string>) => typed('move', [url], { DATABASE_URL: from, DATA_DIR: data, ...more })
  const { code, said } = await move(nowhere)
  expect(said).toContain('✗ The bucket glow does not take the media (ECONNREFUSED), and nothing was moved.')
  expect(code).toBe(1)
  const again = await move({})
  expect(again.said).toContain('every table is the same on both sides')
  expect((await move(nowhere)).said, 'before any file is copied').toContain('✗ There are programs in the new database.')
}, 120_000)

/** The row of a program as it stands. */
async function program(): Promise<object> {
  const row = await w.app.database.across(
    (db) => db.$queryRaw<{ row: object }[]>`SELECT to_jsonb(p) AS row FROM "Program" p LIMIT 1`,
  )
  return row[0]!.row
}

test('who lost the key of an older version has a copy of its rows before their tables change', async () => {
  const dir = join(folder, 'lost')
  const older = await startEmbedded({ dir, durable: false })
  await migrate(older.url, { last: migrations().at(-3)!.name })
  await older.stop()
  const { code, said } = await typed('reseal', ['lost'], { DATA_DIR: dir })
  expect(said).toMatch(/A copy from before the update is in .*before-.*\.zip/)
  expect(code).toBe(0)
  expect(readdirSync(join(dir, 'backups'))).toHaveLength(1)
}, 120_000)

test('a delivery is run again beside an older version, and a database that is away is said to be', async () => {
  const id = `inb_${'0'.repeat(26)}`
  expect((await typed('replay', [id], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' })).said).toMatch(
    /✗ DATABASE_URL can't be reached: nothing answers there/,
  )
  const url = await databaseAfter('DROP TABLE "KeyPrint"')
  expect((await typed('replay', [id], { DATABASE_URL: url })).said).toMatch(`✗ There is no delivery ${id} here.`)
}, 120_000)

test('a log that can not be written ends a start in a sentence that stands alone', async () => {
  const dir = join(folder, 'no-log')
  mkdirSync(join(dir, 'troupe.log'), { recursive: true })
  const { said, code } = await typed('start', [], { DATA_DIR: dir, PORT: '0' })
  expect(said.replaceAll(dir, '')).toMatch(
    /(?:^|\n)✗ \/troupe\.log can't be written by this user \(EISDIR\)\. Give this user the right to, or remove it\.\n$/,
  )
  expect(code).toBe(1)
})

test('a data folder that can be no folder ends a command in a sentence, wherever it would be made', async ({ skip }) => {
  if (process.platform !== 'linux') skip('there is no /proc')
  const file = join(folder, 'kept.zip')
  mkdirSync(join(folder, 'data/media/ab'), { recursive: true })
  writeFileSync(join(folder, 'data/media/ab', 'ab'.repeat(32)), 'a picture')
  expect((await typed('backup', [file], { DATABASE_URL: full, SECRET_KEY: key(3) })).said).toContain('kept.zip')
  const { url, drop } = await freshDatabase()
  ends.push(drop)
  const nowhere = { DATA_DIR: '/proc/nowhere/data' }
  const sentence = /✗ \/proc\/nowhere\/data can't be made \(ENOENT\); set DATA_DIR to another folder\./
  expect((await typed('reseal', ['lost'], { DATABASE_URL: url, ...nowhere })).said).toMatch(sentence)
  expect((await typed('backup', [], { DATABASE_URL: full, SECRET_KEY: key(3), ...nowhere })).said).toMatch(sentence)
  expect((await typed('restore', [file], { DATABASE_URL: url, SECRET_KEY: key(3), ...nowhere })).said).toMatch(sentence)
}, 240_000)

test('where Troupe runs with another folder or database, a command says so, makes none, and a backup without the media is no backup', async () => {
  const keys = { SECRET_KEY: key(3), SECRET_KEY_BEFORE: key(1) }
  const empty = join(folder, 'another')
  const url = await databaseAfter('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  for (const [command, words] of [
    ['backup', []],
    ['reseal', []],
    ['reseal', ['lost']],
    ['replay', [`inb_${'0'.repeat(26)}`]],
    ['move', [url]],
  ] as const) {
    const { said, code } = await typed(command, [...words], { DATA_DIR: empty, ...keys })
    expect(said).toContain(
      `✗ There is no database in ${empty}. Set DATA_DIR or DATABASE_URL, in .env or for this command, to what Troupe runs with.\n`,
    )
    expect(code).toBe(1)
    if (command === 'move' || words.includes('lost' as never)) continue
    expect((await typed(command, [...words], { DATABASE_URL: url, ...keys })).said).toContain(
      '✗ No Troupe ever started on this database. Set DATA_DIR or DATABASE_URL',
    )
  }
  expect(existsSync(empty)).toBe(false)

  await w.within((ctx) => ctx.store(Buffer.from('%PDF-1.7 a brief'), 'brief.pdf'))
  const file = join(folder, 'without.zip')
  const { said, code } = await typed('backup', [file], { DATABASE_URL: full, ...keys, DATA_DIR: folder })
  expect(said).toContain(`✗ One file that a row names is not in ${join(folder, 'media')}, nor in this backup. If Troupe runs`)
  expect(code).toBe(1)
}, 240_000)

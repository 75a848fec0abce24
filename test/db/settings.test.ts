// A database, or its user, may be set to say and to take things otherwise. What Troupe asks of it means the same.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { move } from '../../src/backup/move.ts'
import { restore } from '../../src/backup/restore.ts'
import { takeBackup } from '../../src/backup/take.ts'
import { openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { reaching } from '../../src/db/reach.ts'
import { databaseChecks } from '../../src/doctor/database.ts'
import { ask } from '../database.ts'
import { order, paid, tell } from '../rooms/shop.ts'
import { world } from '../world.ts'
import { stranger } from './stranger.ts'

const folder = mkdtempSync(join(tmpdir(), 'troupe-settings-'))
const owner = inject('databaseUrl')
const secret = Buffer.alloc(32, 7)
const made: string[] = []

/** A database without a table, in which the settings hold. */
async function set(...settings: string[]): Promise<string> {
  const name = `settings_${randomBytes(6).toString('hex')}`
  await ask(owner, `CREATE DATABASE ${name}`)
  made.push(name)
  for (const setting of settings) await ask(owner, `ALTER DATABASE ${name} SET ${setting}`)
  const url = new URL(owner)
  url.pathname = `/${name}`
  return url.href
}

afterAll(async () => {
  for (const name of made) await ask(owner, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  rmSync(folder, { recursive: true, force: true })
})

const money = (url: string) =>
  ask(url, `SELECT "from", "to", currency, sum(minor)::text FROM public."Transfer" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`)

const otherwise = [
  `DateStyle = 'German, DMY'`,
  `IntervalStyle = 'sql_standard'`,
  `TimeZone = 'Asia/Kathmandu'`,
  `bytea_output = 'escape'`,
  `extra_float_digits = -5`,
  `standard_conforming_strings = off`,
  `array_nulls = off`,
  `transform_null_equals = on`,
  `row_security = off`,
  `default_transaction_isolation = 'serializable'`,
  `search_path = 'elsewhere', 'public'`,
]

test('a database that writes days, numbers and bytes in its own way, and looks elsewhere first, serves like every other', async () => {
  const url = await set(...otherwise)
  await ask(url, 'CREATE SCHEMA elsewhere')
  await migrate(url)
  const w = await world({ database: { url, drop: async () => {} } })
  const mia = await w.creator('Mia')
  await mia.run('code')
  await w.tick()
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  await w.click(slug)
  await tell(w, order('1001', { codes: [code] }), paid('1001'))
  w.at('2027-02-01T12:00:00Z')
  for (const [name, { everySeconds }] of w.app.jobs) if (everySeconds !== undefined) await w.app.runJob(name)
  const path = join(folder, 'otherwise.zip')
  const taken = await takeBackup({ url, dir: w.app.config.DATA_DIR, secret, path, at: w.now })
  expect(taken.rows).toBeGreaterThan(100n)
  const was = await money(url)
  expect(was.length).toBeGreaterThan(0)
  await w.close()
  const back = await set()
  await restore({ url: back, dir: undefined, path, now: w.now, keys: [] })
  expect(await money(back)).toEqual(was)
  const there = await set(...otherwise)
  await ask(there, 'CREATE SCHEMA elsewhere')
  await move(back, there)
  expect(await money(there)).toEqual(was)
}, 120_000)

test('limits that a user has for what is asked all day end no backup and no restore', async () => {
  const limits = ['statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout']
  const url = await set(...limits.map((limit) => `${limit} = '150ms'`))
  await migrate(url)
  await ask(
    url,
    `SET statement_timeout = 0; INSERT INTO "Person" (id, name, "createdAt")
     SELECT 'per_' || n, repeat('a long name ', 20), now() FROM generate_series(1, 100000) n`,
  )
  const w = await world()
  // What it takes to copy these is longer than a session may wait.
  for (let n = 0; n < 4; n++) await w.app.media.put(`${n}a`.repeat(32), randomBytes(24_000_000))
  const path = join(folder, 'slow.zip')
  const taken = await takeBackup({ url, dir: w.app.config.DATA_DIR, secret, path, at: w.now })
  expect(taken.rows).toBeGreaterThanOrEqual(100_000n)
  const back = await set(`statement_timeout = '150ms'`)
  await restore({ url: back, dir: undefined, path, now: w.now, keys: [] })
  await w.close()
}, 120_000)

test('a database that takes nothing new is said to be so', async () => {
  const fresh = await set('default_transaction_read_only = on')
  const words = /^DATABASE_URL leads to a database that takes nothing new/
  await expect(reaching(() => migrate(fresh))).rejects.toThrow(words)
})

test('who may not be told at once what holds, such as behind a pooler, is told which setting is missing', async () => {
  const held = await stranger('troupe_otherwise', '', true)
  const set = (setting: string) => held.admin.query(`ALTER ROLE troupe_otherwise SET ${setting}`)
  await set(`timezone = 'UTC'`)
  await set(`statement_timeout = '29s'`)
  await set(`datestyle = 'German'`)
  // Whoever gives options in the address keeps ours away, as a pooler does.
  const alone = `${held.url}?options=-c%20work_mem=4MB`
  const opened = async () => (await openDatabase(alone, { directUrl: held.url })).close()
  await expect(opened()).rejects.toThrow(/writes days in the style German.*SET datestyle = 'ISO'/)
  await set(`datestyle = 'ISO'`)
  await opened()
  await held.end()
})

test('a user who may open fewer connections than a process wants is found by the doctor', async () => {
  const held = await stranger('troupe_few', 'CONNECTION LIMIT 15', true)
  const said = async () => (await databaseChecks(held.url, () => new Date())).checks.find(({ name }) => name === 'Connections')
  expect(await said()).toMatchObject({
    fix: expect.any(String),
    words: expect.stringMatching(/^15 are allowed, and one process opens up to 32/),
  })
  await held.admin.query('ALTER ROLE troupe_few CONNECTION LIMIT -1')
  expect(await said()).not.toHaveProperty('fix')
  await held.end()
})

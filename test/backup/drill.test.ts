import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { backUpBefore } from '../../src/backup/before.ts'
import { move, moveMedia } from '../../src/backup/move.ts'
import { restore } from '../../src/backup/restore.ts'
import { takeBackup } from '../../src/backup/take.ts'
import { openMedia } from '../../src/content/store.ts'
import { migrate, migrations } from '../../src/db/migrate.ts'
import { openClicks } from '../../src/http/clicks.ts'
import { card } from '../../src/kernel/card.ts'
import { clickIds } from '../../src/links/click-id.ts'
import { openJournal } from '../../src/links/journal.ts'
import { createLog } from '../../src/log.ts'
import { createSealer, keyPrint } from '../../src/seal.ts'
import { ask } from '../database.ts'
import { MemoryDoor } from '../door.ts'
import { order, paid, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

const folder = mkdtempSync(join(tmpdir(), 'troupe-drill-'))
const secret = randomBytes(32)
const databases: string[] = []
const owner = inject('databaseUrl')
let w: World
let dir: string

/** A database without a single table. */
async function bare(ownedBy?: string): Promise<string> {
  const name = `drill_${randomBytes(6).toString('hex')}`
  await ask(owner, `CREATE DATABASE ${name}${ownedBy === undefined ? '' : ` OWNER ${ownedBy}`}`)
  databases.push(name)
  const url = new URL(owner)
  url.pathname = `/${name}`
  return url.href
}

const money = (url: string) =>
  ask(url, `SELECT "from", "to", currency, sum(minor)::text FROM "Transfer" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`)

beforeAll(async () => {
  w = await world()
  dir = w.app.config.DATA_DIR
  const mia = await w.creator('Mia')
  await mia.run('code')
  await w.tick()
  const code = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  await tell(w, order('1001', { codes: [code.code] }), paid('1001'))
  await w.app.media.put('ab'.repeat(32), Buffer.from('a picture'))
  await leaveClick()
}, 120_000)

/** A click that was answered by a process that is gone, and has not reached the database. */
async function leaveClick(): Promise<void> {
  const link = await w.within((ctx) => ctx.db.link.findFirstOrThrow())
  const journal = openJournal({ root: join(dir, 'journal'), instance: 'gone-1', now: () => w.now })
  const { id } = clickIds(w.app.clickKey, () => w.app.random(10))(w.now.getTime())
  await journal.append({
    id,
    programId: w.programId,
    linkId: link.id,
    at: w.now.getTime(),
    ip: '',
    userAgent: 'Safari',
    referer: '',
    visitor: 'v'.repeat(16),
    country: null,
    bot: false,
  })
  await journal.close()
  journal.leave()
}

afterAll(async () => {
  await w.close()
  for (const name of databases) await ask(owner, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await ask(owner, 'DROP ROLE IF EXISTS drill_owner')
  rmSync(folder, { recursive: true, force: true })
})

/** The tables that the planner knows nothing of; PostgreSQL looks by itself only after a minute. */
const unknownTo = (url: string) =>
  ask(
    url,
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE '\\_%' AND reltuples < 0`,
  )

test('a backup that was taken at work comes back whole: the same balances, the journal, the media, and nothing is sent again', async () => {
  const path = join(folder, 'whole.zip')
  await w.within((ctx) => ctx.show({ channel: 'managers' }, 'drill', card('Waiting', 'This was about to be posted.')))
  const taken = await takeBackup({ url: w.url, dir, secret, path, at: w.now })
  expect(taken.files).toBeGreaterThan(0)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['whole.zip'])

  const url = await bare()
  const target = join(folder, 'restored')
  mkdirSync(target)
  const days = 3 * 86_400_000
  const later = new Date(w.now.getTime() + days)
  const back = await restore({ url, dir: target, path, now: later, keys: [keyPrint(secret)] })
  expect(back.transfers).toBeGreaterThan(0)
  expect(back.quiet.parked).toBeGreaterThan(0)
  expect(back.quiet.skipped).toBeGreaterThan(0)
  expect(await money(url)).toEqual(await money(w.url))
  expect(await unknownTo(url)).toEqual([])
  expect(readFileSync(join(target, 'media/ab', 'ab'.repeat(32)), 'utf8')).toBe('a picture')

  const app = await createApp({
    config: Object.freeze({ ...w.app.config, DATA_DIR: target }),
    log: createLog('fatal'),
    databaseUrl: url,
    sealer: createSealer(secret),
    clock: () => new Date(w.now.getTime() + 60_000),
  })
  const door = new MemoryDoor('web')
  app.platforms.set('web', door)
  for (const job of ['absorb', 'schedule', 'deliver', 'audit']) await app.runJob(job)
  expect(door.messages).toEqual([])
  expect(await money(url)).toEqual(await money(w.url))
  const alarms = await ask(url, `SELECT key FROM "Outbox" WHERE key LIKE '%audit%'`)
  expect(alarms).toEqual([])
  const shipped = openClicks(app, url)
  await shipped.start()
  await shipped.shipper.shipAll()
  await shipped.stop()
  expect(await ask(url, 'SELECT count(*)::int AS clicks FROM "Click"')).toEqual([{ clicks: 1 }])
  await app.close()

  await expect(restore({ url, dir: undefined, path, now: later, keys: [] })).rejects.toThrow(
    'There are programs in this database',
  )
  await expect(restore({ url: await bare(), dir: undefined, path, now: later, keys: ['other'] })).rejects.toThrow('another key')
}, 120_000)

test('a file that goes while the backup is taken costs the others nothing', async () => {
  const [large, gone] = ['00'.repeat(32), 'ff'.repeat(32)]
  for (const [name, bytes] of [
    [large, randomBytes(64 * 2 ** 20)],
    [gone, Buffer.from('x')],
  ] as const)
    await w.app.media.put(name, bytes)
  const path = join(folder, 'beside.zip')
  const taking = takeBackup({ url: w.url, dir, secret, path, at: w.now })
  while (!existsSync(`${path}.half`) || statSync(`${path}.half`).size < 2 ** 23) await pause(1)
  const [session] = await ask<{ state: string }>(
    w.url,
    `SELECT state FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'troupe-backup'`,
  )
  expect(session?.state, 'no snapshot is held meanwhile').toBe('idle')
  rmSync(join(dir, 'media/ff', gone))
  const taken = await taking
  rmSync(join(dir, 'media/00', large))
  const back = await restore({ url: await bare(), dir: join(folder, 'beside'), path, now: w.now, keys: [keyPrint(secret)] })
  expect(back.files).toBe(taken.files)
  expect(readdirSync(join(folder, 'beside/media')).includes('ff')).toBe(false)
})

test('a backup comes back only where its rows can be opened afterwards: with a key that is given, or with its own', async () => {
  const home = join(folder, 'home')
  mkdirSync(home)
  const [former, fresh] = [randomBytes(32), randomBytes(32)]
  writeFileSync(join(home, 'secret.key'), `${former.toString('base64')}\n`)
  const [own, rotated] = [join(folder, 'own.zip'), join(folder, 'rotated.zip')]
  const take = (path: string, key: { secret: Buffer; keyGiven?: boolean }) =>
    takeBackup({ url: w.url, dir: home, path, at: w.now, ...key })
  expect((await take(own, { secret: former })).key).toBe(true)
  expect((await take(rotated, { secret: fresh, keyGiven: true })).key).toBe(false)
  expect((await take(join(folder, 'both.zip'), { secret: former, keyGiven: true })).key).toBe(false)
  const into = async (name: string, path: string, keys: Buffer[]) => {
    const place = join(folder, name)
    await restore({ url: await bare(), dir: place, path, now: w.now, keys: keys.map(keyPrint) })
    return existsSync(join(place, 'secret.key'))
  }
  await expect(into('wrong', own, [randomBytes(32)])).rejects.toThrow('The backup was sealed with another key.')
  await expect(into('former', rotated, [former])).rejects.toThrow('The backup was sealed with another key.')
  expect(existsSync(join(folder, 'wrong'))).toBe(false)
  expect(await into('as-it-was', own, [])).toBe(true)
  // A former key that is still given opens it; the file would only be mistaken for the key in use.
  expect(await into('given', own, [fresh, former])).toBe(false)
  expect(await into('without', rotated, [])).toBe(false)
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'other/secret.key'), former.toString('base64'))
  await expect(into('other', rotated, [])).rejects.toThrow('The backup was sealed with another key.')
}, 120_000)

test('a backup from while a key was replaced needs both keys of the time, and leaves the database empty without', async () => {
  const [former, fresh] = [randomBytes(32), randomBytes(32)]
  const between = await bare()
  await migrate(between)
  await ask(between, `INSERT INTO "KeyPrint" (print) VALUES ('${keyPrint(former)}')`)
  const path = join(folder, 'between.zip')
  await takeBackup({ url: between, dir: folder, secret: fresh, keyGiven: true, path, at: w.now, rowsOnly: true })
  const url = await bare()
  const back = (...keys: Buffer[]) => restore({ url, dir: undefined, path, now: w.now, keys: keys.map(keyPrint) })
  await expect(back(former)).rejects.toThrow('The backup was sealed with another key.')
  await expect(back(fresh)).rejects.toThrow('The backup was taken while a key was replaced, and the former one is missing.')
  expect(await ask(url, 'SELECT print FROM "KeyPrint"')).toEqual([])
  await back(fresh, former)
  expect(await ask(url, 'SELECT print FROM "KeyPrint"')).toEqual([{ print: keyPrint(former) }])
})

test('a damaged backup is refused and leaves the database empty', async () => {
  const path = join(folder, 'damaged.zip')
  await takeBackup({ url: w.url, dir, secret, path, at: w.now, rowsOnly: true })
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.subarray(0, bytes.length - 40))
  const url = await bare()
  await expect(restore({ url, dir: undefined, path, now: w.now, keys: [] })).rejects.toThrow('no backup that can be read')
  await expect(restore({ url, dir: undefined, path: join(folder, 'none.zip'), now: w.now, keys: [] })).rejects.toThrow(
    'There is no file',
  )
  expect(await ask(url, `SELECT 1 FROM pg_class WHERE relname = 'Program'`)).toEqual([])
})

test('a backup of an older schema is restored and brought up to date', async () => {
  const old = await bare()
  const names = migrations().map(({ name }) => name)
  const last = names.at(-3)!
  await migrate(old, { last })
  await ask(old, `INSERT INTO "Person" (id, name, "createdAt") VALUES ('per_old', 'Old', '2026-01-01')`)
  const path = join(folder, 'old.zip')
  await takeBackup({ url: old, dir: folder, secret, path, at: w.now, rowsOnly: true })
  const url = await bare()
  await restore({ url, dir: undefined, path, now: w.now, keys: [] })
  expect(await ask(url, 'SELECT id FROM "Person"')).toEqual([{ id: 'per_old' }])
  expect(await ask(url, 'SELECT max(migration_name) AS last FROM "_prisma_migrations"')).toEqual([{ last: names.at(-1) }])

  const kept = []
  for (let n = 0; n < 7; n++)
    kept.push((await backUpBefore({ url: old, dir: folder, secret, at: new Date(w.now.getTime() + n * 1000) })).path)
  expect(readdirSync(join(folder, 'backups')).map((file) => join(folder, 'backups', file))).toEqual(kept.slice(-5))
  const before: string[] = []
  await migrate(old, { before: async (first) => before.push(first) })
  await migrate(old, { before: async (first) => before.push(first) })
  expect(before).toEqual([names.at(-2)])
})

test('a database moves whole to an owner whom row-level security holds, and back again', async () => {
  await ask(owner, `DROP ROLE IF EXISTS drill_owner; CREATE ROLE drill_owner LOGIN PASSWORD 'drill' NOSUPERUSER NOBYPASSRLS`)
  const held = new URL(await bare('drill_owner'))
  held.username = 'drill_owner'
  held.password = 'drill'
  await w.app.database.ping()
  await expect(move(w.url, held.href)).rejects.toThrow('Troupe is at work in the old database')
  const path = join(folder, 'still.zip')
  await takeBackup({ url: w.url, dir, secret, path, at: w.now, rowsOnly: true })
  // What is restored stands for a database whose processes were stopped.
  const still = await bare()
  await restore({ url: still, dir: undefined, path, now: w.now, keys: [] })
  const seen: string[] = []
  const there = await move(still, held.href, (name) => void seen.push(name))
  expect(await unknownTo(held.href)).toEqual([])
  expect(seen).toContain('Transfer')
  expect(there.transfers).toBeGreaterThan(0)
  await expect(move(still, held.href)).rejects.toThrow('There are programs in the new database')
  await expect(move(still, held.href)).rejects.toMatchObject({ fix: 'Name an empty one.' })
  const home = await bare()
  const again = await move(held.href, home)
  expect(again).toEqual(there)
  expect(await money(home)).toEqual(await money(w.url))
  await expect(ask(held.href, `UPDATE "Transfer" SET minor = 1`)).resolves.toEqual([])
  await expect(ask(home, `UPDATE "Transfer" SET minor = 1`)).rejects.toThrow()

  const to = openMedia(join(folder, 'bucket'))
  expect(await moveMedia(dir, to)).toBeGreaterThan(0)
  expect((await to.get('ab'.repeat(32))).toString()).toBe('a picture')
}, 120_000)

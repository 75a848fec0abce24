// Behind a real PgBouncer that hands a connection to each transaction: nothing prepared is missed, tenants stay apart, and a user whom
// row-level security would not hold there is turned away.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { Prisma } from '../../src/db/generated/client.ts'
import { hearAll } from '../../src/db/inbox.ts'
import { reaching } from '../../src/db/reach.ts'
import { newId } from '../../src/kernel/id.ts'
import { PREPARED } from '../../src/kernel/prepared.ts'
import { needs } from '../database.ts'
import { type World, world } from '../world.ts'

const program = needs('pgbouncer')
const USER = 'troupe_pooled'
/** The user that Debian knows as nobody; PgBouncer refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  return port
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })

/** A pooler in front of the server of `url`; gives an address behind it, of any user it knows. */
async function pooler(
  folder: string,
  url: URL,
  setting: string,
): Promise<{ through: (user: string) => string; child: ChildProcess }> {
  const port = await freePort()
  const users = join(folder, 'users.txt')
  const file = join(folder, `${port}.ini`)
  writeFileSync(users, `"${url.username}" "${decodeURIComponent(url.password)}"\n"${USER}" "x"\n`)
  const server = `* = host=${url.hostname} port=${url.port}`
  const words = [
    'listen_addr=127.0.0.1',
    `listen_port=${port}`,
    'auth_type=scram-sha-256',
    `auth_file=${users}`,
    'pool_mode=transaction',
  ]
  writeFileSync(file, ['[databases]', server, '[pgbouncer]', ...words, setting, ''].join('\n'))
  for (const made of [users, file]) chmodSync(made, 0o644)
  const child = spawn(program!, ['-q', file], { stdio: 'ignore', ...nobody })
  for (let tries = 0; !(await answers(port)) && tries < 200; tries++) await pause(20)
  const through = (user: string): string => {
    const behind = new URL(url)
    behind.port = String(port)
    if (user === USER) Object.assign(behind, { username: USER, password: 'x' })
    return behind.href
  }
  return { through, child }
}

describe.skipIf(program === null)('behind PgBouncer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-pooler-'))
  const children: ChildProcess[] = []
  let w: World
  let admin: pg.Client

  const open = async (setting: string) => {
    const { through, child } = await pooler(folder, new URL(w.url), setting)
    children.push(child)
    return through
  }

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    w = await world()
    admin = new pg.Client(w.url)
    await admin.connect()
    await admin.query(`DROP ROLE IF EXISTS ${USER}`)
    await admin.query(`CREATE ROLE ${USER} LOGIN PASSWORD 'x' IN ROLE troupe_app`)
    await admin.query(`ALTER DATABASE "${new URL(w.url).pathname.slice(1)}" SET timezone = 'Europe/Berlin'`)
  })
  afterAll(async () => {
    await Promise.all(children.map((child) => child.kill() && once(child, 'exit')))
    await admin.query(`DROP ROLE ${USER}`)
    await admin.query(`ALTER DATABASE "${new URL(w.url).pathname.slice(1)}" RESET timezone`)
    await admin.end()
    await w.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a pooler that refuses what is set for each connection is one sentence', async () => {
    const through = await open('')
    await expect(reaching(() => openDatabase(through('owner'), { directUrl: w.url }))).rejects.toThrow(
      /^The pooler that DATABASE_URL leads to refuses .* ignore_startup_parameters = options/,
    )
  })

  test('a user who passes row-level security there is turned away', async () => {
    const through = await open('ignore_startup_parameters = options')
    await expect(openDatabase(through('owner'), { directUrl: w.url })).rejects.toThrow(
      /^The user of DATABASE_URL passes row-level security.* IN ROLE troupe_app/,
    )
  })

  test('a user who works in another time zone there is turned away', async () => {
    const through = await open('ignore_startup_parameters = options')
    await expect(openDatabase(through(USER), { directUrl: w.url })).rejects.toThrow(
      /^The user of DATABASE_URL works in the time zone Europe\/Berlin with a statement_timeout of 0.* SET timezone = 'UTC'/,
    )
  })

  const settle = async () => {
    await admin.query(`ALTER ROLE ${USER} SET timezone = 'UTC'`)
    await admin.query(`ALTER ROLE ${USER} SET statement_timeout = '29s'`)
  }

  test('where nobody said that there is a pooler, calls are heard all the same', async () => {
    const through = await open('ignore_startup_parameters = options')
    await settle()
    const database = await openDatabase(through(USER))
    const statement = { name: 'one', text: 'SELECT $1::int AS n', values: [1] }
    const all = Array.from({ length: 60 }, () => database.single<{ n: number }>(w.programId, statement))
    expect(await Promise.all(all)).toEqual(all.map(() => [{ n: 1 }]))
    await database.close()
    // Another process first, with the same names on the connections that both share.
    for (const process of [await openDatabase(through(USER)), await openDatabase(through(USER))]) {
      const units = Array.from({ length: 60 }, (_, n) =>
        process.within(w.programId, async (db) => {
          await db.stale.create({ data: { programId: w.programId, creatorId: `crt_${n}` } })
          return db.$queryRaw`${Prisma.raw(PREPARED)} SELECT ${n}::int AS n`
        }),
      )
      expect(await Promise.all(units)).toEqual(units.map((_, n) => [{ n }]))
      await process.close()
    }
    const rows = await admin.query('SELECT count(*)::int AS n FROM "Stale" WHERE "programId" = $1', [w.programId])
    expect(rows.rows).toEqual([{ n: 120 }])
  })

  test('a user of its own hears deliveries over any connection, once, and sees one program alone', async () => {
    const through = await open('ignore_startup_parameters = options')
    await settle()
    const database = await openDatabase(through(USER), { directUrl: w.url })
    const other = await w.neighbour()
    let serial = 0
    const delivery = (externalId: string) => ({
      id: newId('inbox', w.now, () => Buffer.alloc(10, ++serial)),
      source: 'generic',
      externalId,
      bodyHash: 'h',
      body: Uint8Array.from([1]),
      receivedAt: w.now,
    })
    const names = Array.from({ length: 60 }, (_, n) => `d${n % 30}`)
    const fresh = await Promise.all(names.map((name) => hearAll(database.pool, w.programId, [delivery(name)])))
    expect(fresh.flat().filter(Boolean)).toHaveLength(30)
    expect(await database.within(w.programId, (db) => db.inbox.count())).toBe(30)
    expect(await database.within(other, (db) => db.inbox.count())).toBe(0)
    expect((await database.pool.query('SELECT id FROM "Inbox"')).rows).toEqual([])
    const times = `SELECT to_char("receivedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM "Inbox" LIMIT 1`
    expect(await database.within(w.programId, (db) => db.$queryRawUnsafe(times))).toEqual([{ at: w.now.toISOString() }])
    expect(await database.within(w.programId, (db) => db.inbox.findFirst())).toMatchObject({ receivedAt: w.now })
    await database.close()
  })
})

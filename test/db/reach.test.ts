import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { move } from '../../src/backup/move.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { reaching, sameDatabase } from '../../src/db/reach.ts'
import { databaseChecks } from '../../src/doctor/database.ts'
import { createLog } from '../../src/log.ts'
import { freePort } from '../../src/port.ts'
import { openBell } from '../../src/queue.ts'
import { createSealer } from '../../src/seal.ts'
import { hasRedis, ownRedis } from '../chaos/servers.ts'
import { freshDatabase } from '../database.ts'
import { stranger } from './stranger.ts'

test('a user without rights, a wrong password and an empty address are one sentence each', async () => {
  const meek = await stranger('troupe_meek', '', false)
  await expect(reaching(() => migrate(meek.url))).rejects.toThrow(/may not do all that Troupe needs: permission denied.*owner/)
  const wrong = meek.url.replace(':x@', ':y@')
  await expect(reaching(() => migrate(wrong))).rejects.toThrow(/is refused by PostgreSQL: password.*Correct the user/)
  await expect(reaching(() => migrate('postgres://a:b@127.0.0.1:1/c'))).rejects.toThrow(/nothing answers there/)
  await expect(reaching(() => migrate('postgres://a:b@%2Fnowhere%2Fpostgresql/c'))).rejects.toThrow(/nothing answers there/)
  await meek.end()
})

test('a Redis that is not there is one sentence', async () => {
  const log = createLog('silent')
  await expect(openBell('redis://127.0.0.1:1', new Map(), log)).rejects.toThrow(/^QUEUE_URL can't be reached: nothing answers/)
  // The name of a host is no word of Redis.
  await expect(openBell('redis://auth-pass.invalid', new Map(), log)).rejects.toThrow(
    /^QUEUE_URL can't be reached: nothing answers/,
  )
})

test.skipIf(!hasRedis)('a Redis that wants a password, or another one, refuses; it is not silent', async () => {
  const redis = await ownRedis('--requirepass', 'the-word')
  const log = createLog('silent')
  const refusal = /^QUEUE_URL can't be reached: Redis refuses the user or password/
  try {
    await expect(openBell(redis.url, new Map(), log)).rejects.toThrow(refusal)
    await expect(openBell(redis.url.replace('//', '//:another@'), new Map(), log)).rejects.toThrow(refusal)
    const within = redis.url.replace('//', '//:the-word@')
    await expect(openBell(`${within}/99`, new Map(), log)).rejects.toThrow(
      /^QUEUE_URL names a database that this Redis does not have/,
    )
    const bell = await openBell(within, new Map(), log)
    await bell.close()
  } finally {
    await redis.stop()
  }
})

/** An address of this machine that is not its loopback, as another machine would use it. */
const outer = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === 'IPv4' && !one.internal)?.address

test.skipIf(!hasRedis || !outer)('a Redis in its protected mode says so, and is not taken for silent', async () => {
  const redis = await ownRedis('--bind', '0.0.0.0', '--protected-mode', 'yes')
  try {
    const opening = openBell(redis.url.replace('127.0.0.1', outer!), new Map(), createLog('silent'))
    await expect(opening).rejects.toThrow(/^QUEUE_URL can't be reached: what answers there hangs up at once, as a Redis/)
  } finally {
    await redis.stop()
  }
})

test.each([
  ["ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'", /^The database is encoded as LATIN1, .*ENCODING 'UTF8'/],
  [
    "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'",
    /^The database makes other small letters than Troupe \(iÉ of IÉ\).*Make another/,
  ],
  ["ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr'", /^The database makes other small letters than Troupe \(ıé of IÉ\)/],
])('a database in which names would be lost is refused before anything is made in it (%s)', async (made, sentence) => {
  const url = new URL(inject('databaseUrl'))
  const owner = new pg.Client(url.href)
  await owner.connect()
  await owner.query(`CREATE DATABASE narrow TEMPLATE template0 ${made}`)
  url.pathname = '/narrow'
  try {
    await expect(migrate(url.href)).rejects.toThrow(sentence)
    const { checks, ready } = await databaseChecks(url.href, () => new Date())
    expect({ said: checks[0], ready }).toMatchObject({ said: { ok: false }, ready: false })
    expect(`${checks[0]!.words}. ${checks[0]!.fix}`).toMatch(sentence)
    const narrow = new pg.Client(url.href)
    await narrow.connect()
    const { rows } = await narrow.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)
    expect(rows).toEqual([])
    await narrow.end()
  } finally {
    await owner.query('DROP DATABASE narrow WITH (FORCE)')
    await owner.end()
  }
})

test('the variable that leads astray is the one that is named', async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()]
  const wrong = one.url.replace(/:[^:@]*@/, ':wrong@')
  await sameDatabase(one.url, one.url.replace('127.0.0.1', 'localhost'))
  await expect(sameDatabase(one.url, other.url)).rejects.toThrow(
    /^DATABASE_DIRECT_URL leads to another database than DATABASE_URL/,
  )
  await expect(sameDatabase(one.url, wrong)).rejects.toThrow(/^DATABASE_DIRECT_URL is refused by PostgreSQL: password/)
  await expect(sameDatabase(wrong, one.url)).rejects.toThrow(/^DATABASE_URL is refused by PostgreSQL: password/)
  await expect(move(one.url, wrong)).rejects.toThrow(/^The address of the new database is refused by PostgreSQL: password/)
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: one.url, QUEUE_URL: wrong })
  const secret = Buffer.alloc(32, 1)
  const log = createLog('silent')
  const opening = createApp({ config, log, databaseUrl: one.url, queueUrl: wrong, sealer: createSealer(secret) })
  await expect(opening).rejects.toThrow(/^QUEUE_URL is refused by PostgreSQL: password/)
  await Promise.all([one.drop(), other.drop()])
})

test('a taken port is told by the name of its variable', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const port = String((taken.address() as { port: number }).port)
  const config = (change: object) => readConfig({ NODE_ENV: 'test', HOST: '127.0.0.1', ...change })
  await expect(freePort(config({ PORT: port }), 'PORT')).rejects.toThrow(
    `Port ${port} is taken by another program; stop it or set PORT`,
  )
  await expect(freePort(config({ HEALTH_PORT: port }), 'HEALTH_PORT')).rejects.toThrow(
    `Port ${port} is taken by another program; stop it or set HEALTH_PORT`,
  )
  taken.close()
})

test('an owner who passes row-level security without being a superuser works as the role that does not', async () => {
  const cloudy = await stranger('troupe_cloudy', 'CREATEROLE BYPASSRLS', true)
  await cloudy.administers('troupe_app')
  await migrate(cloudy.url)
  const database = await openDatabase(cloudy.url)
  expect((await database.pool.query('SELECT current_user AS name')).rows).toEqual([{ name: 'troupe_app' }])
  await database.close()
  await cloudy.admin.query('REVOKE troupe_app FROM troupe_cloudy CASCADE')
  await cloudy.end()
})

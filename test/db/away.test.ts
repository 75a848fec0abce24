import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isAway, ranTooLong } from '../../src/db/away.ts'
import { openDatabase, sqlState } from '../../src/db/client.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ fresh: true })
})
afterAll(() => w.close())

test('a connection that is lost while somebody holds it fails its query and ends nothing', async () => {
  const uncaught = vi.fn()
  process.on('uncaughtExceptionMonitor', uncaught)
  const other = new pg.Client(w.url)
  await other.connect()
  for (const pool of [w.app.database.pool, w.app.database.owner]) {
    const client = await pool.connect()
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const lost = client.query('SELECT pg_sleep(10)').catch((error: unknown) => error)
    await other.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
    expect(isAway(await lost)).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.release(true)
    await pool.query('SELECT 1')
  }
  await other.end()
  expect(uncaught).not.toHaveBeenCalled()
  process.off('uncaughtExceptionMonitor', uncaught)
})

test.each([
  ['nothing listens there', { code: 'ECONNREFUSED' }, true],
  ['too many connections', { code: '53300' }, true],
  ['starting up', { code: '57P03' }, true],
  ['behind Prisma', { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '57P01' } } } }, true],
  ['in words', new Error('timeout exceeded when trying to connect'), true],
  ['as a cause', new Error('x', { cause: { code: '08006' } }), true],
  ['a bad value', { code: '22P02' }, false],
  ['twice the same key', { code: '23505' }, false],
  ['a bug', new TypeError('x is undefined'), false],
  ['nothing', undefined, false],
])('%s', (_what, error, away) => expect(isAway(error)).toBe(away))

test('whoever asks while the database is away is told to come again, and nothing is accepted', async () => {
  const { server } = await w.serve()
  w.app.log.level = 'silent'
  const { pool } = w.app.database
  const before = pool.query
  pool.query = (() =>
    Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))) as unknown as typeof pool.query
  const answer = await server.inject({
    method: 'POST',
    url: `/hooks/generic/${w.programId}`,
    headers: { 'content-type': 'application/json' },
    payload: '{}',
  })
  pool.query = before
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '10'])
})

test('a database that is set to take nothing new for a while is away', async () => {
  const owner = new pg.Client(w.url)
  await owner.connect()
  const name = new URL(w.url).pathname.slice(1)
  await owner.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
  const database = await openDatabase(w.url)
  const refused = await database
    .within(w.programId, (db) => db.tick.create({ data: { name: 'new', at: w.now } }))
    .catch((error: unknown) => error)
  await database.close()
  await owner.query(`SET default_transaction_read_only = off; ALTER DATABASE ${name} RESET default_transaction_read_only`)
  await owner.end()
  expect(sqlState(refused)).toBe('25006')
  expect(isAway(refused)).toBe(true)
})

test('what took too long is told apart from what found no connection', async () => {
  const { database } = w.app
  const slow = await database.within(w.programId, (db) => db.$queryRaw`SELECT pg_sleep(0.5)::text`, 100).catch((error) => error)
  expect([sqlState(slow), isAway(slow), ranTooLong(slow)]).toEqual(['P2028', true, true])
  expect(ranTooLong({ code: 'P2028', message: 'Unable to start a transaction in the given time.' })).toBe(false)
  expect(ranTooLong({ code: 'ECONNREFUSED' })).toBe(false)
})

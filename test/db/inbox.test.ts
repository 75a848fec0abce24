import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Heard, hearAll, refusesRow, secretsOf } from '../../src/db/inbox.ts'
import { type World, world } from '../world.ts'

let w: World
let other: string
beforeAll(async () => {
  w = await world()
  other = await w.neighbour()
})
afterAll(() => w.close())
beforeEach(async () => {
  await w.app.database.owner.query('TRUNCATE "Inbox"')
})

const heard = (externalId: string, bodyHash = 'h', programId = w.programId): Heard => ({
  id: w.app.newId('inbox', w.now),
  programId,
  source: 'generic',
  externalId,
  bodyHash,
  body: Uint8Array.from([0, 255, 92, 39, 10]),
  receivedAt: w.now,
})
const hear = (all: Heard[], programId = w.programId) => hearAll(w.app.database.pool, programId, all)
const kept = (programId = w.programId) =>
  w.app.database.within(programId, (db) => db.inbox.findMany({ orderBy: { externalId: 'asc' } }))

test('many are kept by one statement, byte for byte, and each is told whether it was fresh', async () => {
  const [b, a] = [heard('b'), heard('a')]
  expect(await hear([b, a])).toEqual([true, true])
  expect(await hear([heard('c'), heard('a')])).toEqual([true, false])
  const rows = await kept()
  expect(rows.map((row) => row.externalId)).toEqual(['a', 'b', 'c'])
  expect(rows[1]).toMatchObject({ ...b, state: 'heard', tries: 0, doneAt: null })
})

test('of two with one id in one batch the first is kept', async () => {
  const [first, second] = [heard('x', 'first'), heard('x', 'second')]
  expect(await hear([heard('z'), first, second, heard('a')])).toEqual([true, true, false, true])
  expect((await kept()).find((row) => row.externalId === 'x')).toMatchObject({ id: first.id, bodyHash: 'first' })
})

test('another source or program may use the same id', async () => {
  expect(await hear([heard('x'), { ...heard('x'), source: 'shopify' }])).toEqual([true, true])
  expect(await hear([heard('x', 'h', other)], other)).toEqual([true])
  expect((await kept(other)).map((row) => row.programId)).toEqual([other])
})

test('a row that PostgreSQL refuses keeps none of its batch, and is known as such', async () => {
  const error = await hear([heard('a'), heard('nul\0'), heard('b')]).catch((error: unknown) => error)
  expect(refusesRow(error)).toBe(true)
  expect(refusesRow(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))).toBe(false)
  expect(await kept()).toEqual([])
})

test('the tenant ends with the statement, and the secrets are those of one program', async () => {
  await hear([heard('a')])
  const [own, foreign] = await Promise.all([
    secretsOf(w.app.database.pool, w.programId, 'generic'),
    secretsOf(w.app.database.pool, other, 'generic'),
  ])
  expect(own).toHaveLength(1)
  expect(foreign).toHaveLength(1)
  expect(own).not.toEqual(foreign)
  expect(await secretsOf(w.app.database.pool, w.programId, `x' OR ''='`)).toEqual([])
  // On every connection of the pool at once, for only one of them was used above.
  const look = `SELECT count(*)::int AS n, coalesce(current_setting('troupe.program', true), '') AS tenant FROM "Inbox"`
  const seen = await Promise.all(Array.from({ length: 4 }, () => w.app.database.pool.query(look)))
  expect(seen.map(({ rows }) => rows[0])).toEqual(seen.map(() => ({ n: 0, tenant: '' })))
})

test('two that hear the same ids in two orders both end, and each id is fresh once', async () => {
  const ids = Array.from({ length: 200 }, (_, n) => `id-${n}`)
  for (let round = 0; round < 5; round++) {
    const said = await Promise.all([
      hear(ids.map((id) => heard(`${round}-${id}`))),
      hear([...ids].reverse().map((id) => heard(`${round}-${id}`))),
    ])
    expect(said.flat().filter(Boolean)).toHaveLength(ids.length)
  }
})

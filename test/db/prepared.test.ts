// What is sent for every call and delivery is prepared once on a connection, but not where a pooler may hand out another one.
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { Prisma } from '../../src/db/generated/client.ts'
import { hearAll } from '../../src/db/inbox.ts'
import { newId } from '../../src/kernel/id.ts'
import { PREPARED } from '../../src/kernel/prepared.ts'
import { world } from '../world.ts'

test.each([
  ['straight to PostgreSQL', (url: string) => ({ directUrl: url }), ['hear deliveries']],
  ['through a pooler', (url: string) => ({ directUrl: `${url}${url.includes('?') ? '&' : '?'}application_name=straight` }), []],
])('%s', async (_, options, names) => {
  const w = await world()
  const database = await openDatabase(w.url, options(w.url))
  const delivery = {
    id: newId('inbox', w.now, () => Buffer.alloc(10)),
    source: 'generic',
    externalId: 'a',
    bodyHash: 'h',
    body: Uint8Array.from([1]),
    receivedAt: w.now,
  }
  expect(await hearAll(database.pool, w.programId, [delivery])).toEqual([true])
  expect(await hearAll(database.pool, w.programId, [delivery])).toEqual([false])
  expect((await database.pool.query('SELECT name FROM pg_prepared_statements')).rows.map((row) => row.name)).toEqual(names)
  await database.close()
  await w.close()
})

test('what Prisma writes for a model is prepared once on a connection; what it writes anew each time is not', async () => {
  const w = await world()
  const database = await openDatabase(w.url, { directUrl: w.url, max: 1 })
  const prepared = () =>
    database.within(w.programId, async (db) => {
      const rows = await db.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements ORDER BY prepare_time`
      return rows.map(({ statement }) => statement)
    })
  const where = { programId: w.programId }
  for (const name of ['a', 'b']) await database.within(w.programId, (db) => db.tick.findMany({ where: { name } }))
  await database.within(w.programId, async (db) => {
    await db.creator.findMany({ where: { ...where, id: { in: ['a', 'b'] } } })
    const stale = ['a', 'b'].map((creatorId) => ({ ...where, creatorId }))
    await db.stale.createMany({ data: stale })
    await db.$queryRaw`SELECT 1`
    for (const n of [1, 2]) await db.$queryRaw`${Prisma.raw(PREPARED)} SELECT ${n}::int`
    await db.stale.deleteMany({ where })
  })
  const found = await prepared()
  expect(found.map((text) => /"Tick"|"Creator"|INSERT|DELETE|prepared|SELECT 1/.exec(text)?.[0])).toEqual([
    '"Tick"',
    'prepared',
    'DELETE',
  ])
  await database.within(w.programId, async (db) => {
    for (let n = 1; n < 300; n++) await db.creator.findFirst({ where: { AND: Array.from({ length: n }, () => where) } })
  })
  expect(await prepared()).toHaveLength(200)
  await database.close()
  await w.close()
}, 60_000)

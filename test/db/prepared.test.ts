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

test('a statement of a unit that asks for it is prepared once on its connection; others are not', async () => {
  const w = await world()
  const database = await openDatabase(w.url, { directUrl: w.url, max: 1 })
  for (const n of [1, 2])
    await database.within(w.programId, async (db) => {
      await db.creator.findMany({ where: { programId: w.programId } })
      await db.$queryRaw`SELECT ${n}::int`
      expect(await db.$queryRaw`${Prisma.raw(PREPARED)} SELECT ${n}::int AS n`).toEqual([{ n }])
    })
  const found = await database.within(
    w.programId,
    (db) => db.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`,
  )
  expect(found).toEqual([{ statement: `${PREPARED} SELECT $1::int AS n` }])
  await database.close()
  await w.close()
})

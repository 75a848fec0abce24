import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate, migrations } from '../../src/db/migrate.ts'
import { freshDatabase } from '../database.ts'

test('a migration that was applied under another number is known again, and not applied twice', async () => {
  const database = await freshDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  const journal = 'SELECT migration_name AS name FROM "_prisma_migrations" ORDER BY 1'
  const now = migrations().map(({ name }) => name)
  try {
    for (const [is, was] of [
      ['0048_roles', '0049_roles'],
      ['0050_own-rates', '0054_own_rates'],
    ])
      await client.query('UPDATE "_prisma_migrations" SET migration_name = $2 WHERE migration_name = $1', [is, was])
    expect(await migrate(database.url)).toEqual([])
    expect((await client.query(journal)).rows.map(({ name }) => name)).toEqual(now)
    // One that only a newer version knows is left as it is.
    const unknown = `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at) VALUES ('x', 'y', '9999_later', now())`
    await client.query(unknown)
    expect(await migrate(database.url)).toEqual([])
    expect((await client.query(journal)).rows.map(({ name }) => name)).toEqual([...now, '9999_later'])
  } finally {
    await client.end()
    await database.drop()
  }
})

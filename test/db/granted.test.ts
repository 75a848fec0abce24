// What the application's role may do, however a database came to its schema.
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate, migrations } from '../../src/db/migrate.ts'
import { freshDatabase } from '../database.ts'

type May = { name: string; read: boolean; add: boolean; change: boolean; remove: boolean; columns: string[] | null }

/** What the role may do with each table, and the columns that it may change where it may not change all. */
async function mayOn(client: pg.Client): Promise<May[]> {
  const may = (what: string) => `has_table_privilege('troupe_app', c.oid, '${what}')`
  const { rows } = await client.query<May>(
    `SELECT c.relname AS name, ${may('SELECT')} AS read, ${may('INSERT')} AS add, ${may('UPDATE')} AS change, ${may('DELETE')} AS remove,
       (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl::text LIKE '%troupe_app=w%') AS columns
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`,
  )
  return rows
}

async function bareDatabase() {
  const base = await freshDatabase()
  const url = new URL(base.url)
  const name = `${url.pathname.slice(1)}_bare`
  const admin = new pg.Client(base.url)
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async open<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
      const client = new pg.Client(url.href)
      await client.connect()
      return work(client).finally(() => client.end())
    },
    async end() {
      await admin.query(`DROP DATABASE ${name}`)
      await admin.end()
      await base.drop()
    },
  }
}

test('a schema that grew from the first one is granted like one that came at once; rows of the books can only be added', async () => {
  const [grown, whole] = [await bareDatabase(), await bareDatabase()]
  const names = migrations().map(({ name }) => name)
  for (const last of [names[0], names[20], undefined]) await migrate(grown.url, { last })
  await migrate(whole.url)
  const may = await grown.open(mayOn)
  expect(may).toEqual(await whole.open(mayOn))
  const all = { read: true, add: true, change: true, remove: true }
  expect(may.filter((one) => !(one.read && one.add && one.change && one.remove))).toEqual(
    [
      { name: 'Acceptance', columns: null },
      { name: 'Audit', columns: ['given'] },
      { name: 'PayeeChange', columns: null },
      { name: 'PaymentEvent', columns: ['note'] },
      { name: 'Revision', columns: ['caption', 'fileId', 'note', 'url'] },
      { name: 'TermsVersion', columns: null },
      { name: 'Transfer', columns: ['because'] },
      { name: '_prisma_migrations', read: false, add: false, columns: null },
    ].map((one) => ({ ...all, change: false, remove: false, ...one })),
  )
  await grown.end()
  await whole.end()
})

test('a table is there for processes that still run when it is open to them, and not before', async () => {
  const house = await bareDatabase()
  const all = migrations()
  const next = all.findIndex(({ sql }, n) => n > 20 && sql.includes('CREATE TABLE'))
  await migrate(house.url, { last: all[next - 1]!.name })
  await house.open(async (holding) => {
    const before = (await mayOn(holding)).map(({ name }) => name)
    await holding.query('BEGIN')
    // Who grants the same meanwhile has to wait.
    await holding.query('REVOKE SELECT ON "Person" FROM troupe_app')
    const growing = migrate(house.url)
    await house.open(async (looking) => {
      const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      await expect.poll(async () => (await looking.query(waits)).rowCount).toBeGreaterThan(0)
      expect((await mayOn(looking)).map(({ name }) => name)).toEqual(before)
    })
    await holding.query('ROLLBACK')
    expect(await growing).toContain(all[next]!.name)
  })
  await house.end()
})

test('a migration that waits for a table lets whoever is at work with it pass', async () => {
  const house = await bareDatabase()
  const names = migrations().map(({ name }) => name)
  await migrate(house.url, { last: names[names.indexOf('0048_roles') - 1] })
  // As a long export of somebody who looks at everything holds it.
  const holder = new pg.Client(house.url)
  await holder.connect()
  await holder.query('BEGIN; SELECT FROM "Space"')
  const migrating = migrate(house.url)
  await pause(500)
  const asked = await house.open(async (client) => {
    const began = performance.now()
    await client.query('SELECT FROM "Space"')
    return performance.now() - began
  })
  await holder.query('ROLLBACK')
  await holder.end()
  expect(await migrating).toContain('0048_roles')
  expect(asked).toBeLessThan(4_000)
  await house.end()
}, 20_000)

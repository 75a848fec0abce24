import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeBytes } from '../../src/content/drop.ts'
import { openMedia } from '../../src/content/store.ts'
import type { Context } from '../../src/context.ts'
import { openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { stranger } from './stranger.ts'

const at = new Date('2026-11-22T10:00:00Z')
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test('bytes that another program has stay, also where row-level security holds the owner of the tables', async () => {
  const house = await stranger('troupe_keeper', 'CREATEROLE NOSUPERUSER NOBYPASSRLS', true)
  await house.administers('troupe_app')
  await migrate(house.url)
  const database = await openDatabase(house.url)
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bytes-'))
  const media = openMedia(folder)
  const [shared, small, lonely] = ['a logo', 'a small picture', 'a list'].map((text) => Buffer.from(text))
  for (const bytes of [shared!, small!, lonely!]) await media.put(hash(bytes), bytes)
  const programId = 'prg_b'
  for (const id of ['prg_a', programId])
    await database.within(id, (db) =>
      db.program.create({ data: { id, name: id, currency: 'EUR', zone: 'UTC', policy: {}, createdAt: at } }),
    )
  await database.within(programId, async (db) => {
    const file = { id: 'fil_b', programId, sha256: hash(shared!), mime: 'image/png', bytes: 6, name: 'logo.png', createdAt: at }
    await db.file.create({ data: file })
    await db.media.create({ data: { fileId: 'fil_b', programId, state: 'ready', thumb: hash(small!), createdAt: at } })
  })
  const store = {
    media,
    programs: async () => ['prg_a', programId],
    within: <T>(id: string, work: (ctx: Context) => Promise<T>) =>
      database.within(id, (db) => work({ db, program: { id } } as Context)),
  }
  await removeBytes(store, [shared!, small!, lonely!].map(hash))
  expect(await Promise.all([shared!, small!, lonely!].map((bytes) => media.has(hash(bytes))))).toEqual([true, true, false])
  await database.within(programId, async (db) => {
    await db.media.deleteMany()
    await db.file.deleteMany()
  })
  await removeBytes(store, [shared!, small!].map(hash))
  expect(await Promise.all([shared!, small!].map((bytes) => media.has(hash(bytes))))).toEqual([false, false])
  await database.close()
  rmSync(folder, { recursive: true })
  await house.admin.query('REVOKE troupe_app FROM troupe_keeper CASCADE')
  await house.end()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { slugSource } from '../../src/links/slug-source.ts'
import { createSlugTable } from '../../src/links/slugs.ts'
import { freshDatabase } from '../database.ts'
import { at, link, source } from './slug-rows.ts'

let made: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  made = await freshDatabase()
})
afterAll(() => made.drop())

test('starts empty when the database is away, and loads when it is back', async () => {
  const { state, source: links } = source([link('mia')])
  state.away = true
  const table = createSlugTable({ source: links, now: () => at, ttlMs: 300 })
  await table.start()
  expect(await table.look('mia')).toBe('away')
  expect(table.stats()).toMatchObject({ loaded: false, links: 0 })
  state.away = false
  await expect.poll(() => table.stats().loaded).toBe(true)
  expect(table.get('mia')).toMatchObject({ linkId: 'lnk_mia' })
  await table.stop()
})

test('a removed link goes with the next sweep', async () => {
  const { state, source: links } = source([link('mia'), link('leo')])
  const table = createSlugTable({ source: links, now: () => at, ttlMs: 50, pageRows: 1 })
  await table.start()
  state.links = [link('leo')]
  await expect.poll(() => table.get('mia')).toBeUndefined()
  expect(table.get('leo')).toBeDefined()
  await table.stop()
})

test('hears of changes in a real database at once, of all programs and states, and again after its connection was cut', async () => {
  const db = await openDatabase(made.url)
  const troubles: unknown[] = []
  const table = createSlugTable({
    source: slugSource(db.pool, made.url, (error) => troubles.push(error)),
    now: () => at,
    ttlMs: 3_600_000,
    pageRows: 2,
  })
  const add = (slug: string, programId: string, state: string) =>
    db.owner.query(
      'INSERT INTO "Link" (id, "programId", "creatorId", slug, destination, state, "createdAt") VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [`lnk_${slug}`, programId, 'crt_1', slug, `https://shop.example/${slug}`, state, at],
    )
  for (const [i, state] of ['active', 'paused', 'ended', 'active', 'active'].entries()) await add(`s${i}`, `prg_${i % 2}`, state)
  await table.start()
  expect(table.stats()).toMatchObject({ links: 5, loaded: true })
  await add('fresh', 'prg_1', 'active')
  await expect.poll(() => table.get('fresh'), { timeout: 3_000 }).toMatchObject({ programId: 'prg_1', linkId: 'lnk_fresh' })
  await db.owner.query(`UPDATE "Link" SET destination = 'https://shop.example/moved' WHERE slug = 'fresh'`)
  await expect.poll(() => table.get('fresh')?.before, { timeout: 3_000 }).toBe('https://shop.example/moved?cid=')
  await db.owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'troupe-links' AND datname = current_database()`,
  )
  await add('later', 'prg_0', 'active')
  await expect.poll(() => table.get('later'), { timeout: 5_000 }).toMatchObject({ programId: 'prg_0' })
  expect(troubles.length).toBeGreaterThan(0)
  await db.close()
  expect(await table.look('unknown')).toBe('away')
  expect(table.get('s2')).toMatchObject({ linkId: 'lnk_s2' })
  await table.stop()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ fresh: true })
})
afterAll(() => w.close())

test('this month and the next two have their partition, however often it rings; none is open by itself', async () => {
  await Promise.all([w.app.runJob('partitions'), w.app.runJob('partitions')])
  const { rows } = await w.app.database.owner.query<{ name: string; held: boolean }>(
    `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS held FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = '"Click"'::regclass ORDER BY 1`,
  )
  expect(rows.map((row) => row.name)).toEqual(['Click_2026_11', 'Click_2026_12', 'Click_2027_01', 'Click_default'])
  expect(rows.every((row) => row.held)).toBe(true)
})

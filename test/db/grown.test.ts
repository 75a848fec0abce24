import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { stranger } from './stranger.ts'

const BEFORE = '0038_unique_clicks'

const tally = (creatorId: string, value: number) => `
  INSERT INTO "Tally" ("programId", period, metric, "creatorId", value, below, orders, "reachedAt")
  VALUES ('prg_a', 'month:2026-11', 'revenue', '${creatorId}', ${value}, -${value}, 1, '2026-11-01')`

/** Bands and how many are in them: as they are kept, and as the tallies give them. */
async function bandsOf(client: pg.Client) {
  const kept = await client.query('SELECT band, ranked FROM "TallyBand" ORDER BY 1')
  const counted = await client.query(
    'SELECT troupe_band(value) AS band, count(*)::int AS ranked FROM "Tally" GROUP BY 1 ORDER BY 1',
  )
  return { kept: kept.rows, counted: counted.rows }
}

test('bands hold the tallies that were there before them, also where row-level security holds the owner, and those of a process that still runs', async () => {
  const house = await stranger('troupe_grown', 'CREATEROLE NOSUPERUSER NOBYPASSRLS', true)
  const url = new URL(house.url)
  await house.admin.query('GRANT troupe_app TO troupe_grown WITH ADMIN TRUE, SET FALSE, INHERIT FALSE')
  await migrate(house.url, { last: BEFORE })
  const old = new pg.Client(url.href)
  await old.connect()
  await old.query(`SELECT set_config('troupe.program', 'prg_a', false)`)
  for (let n = 0; n < 40; n++) await old.query(tally(`crt_${n}`, 1_000 + n * n))

  await old.query('BEGIN')
  await old.query(tally('crt_late', 5_000))
  const growing = migrate(house.url)
  // The migration waits for whoever is writing, and counts what they wrote.
  await expect
    .poll(async () => (await old.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = '"Tally"'::regclass`)).rowCount)
    .toBeGreaterThan(0)
  await old.query('COMMIT')
  expect(await growing).toContain('0039_bands')

  const now = await bandsOf(old)
  expect(now.kept).toEqual(now.counted)
  expect(now.kept.reduce((sum, { ranked }) => sum + ranked, 0)).toBe(41)
  await old.query(`DELETE FROM "Tally" WHERE value > 1100`)
  await old.query(`UPDATE "Tally" SET value = value * 2, below = below * 2 WHERE "creatorId" = 'crt_1'`)
  const later = await bandsOf(old)
  expect(later.kept).toEqual(later.counted)
  expect(later.kept.reduce((sum, { ranked }) => sum + ranked, 0)).toBe(11)
  await old.end()
  await house.admin.query('REVOKE troupe_app FROM troupe_grown CASCADE')
  await house.end()
})

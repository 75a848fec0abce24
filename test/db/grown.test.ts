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
  await house.administers('troupe_app')
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

/** A person with accounts on the web and on Slack who became one with a third, and creators that each of them brought. */
const past = (program: string) => `
  INSERT INTO "Program" (id, name, currency, zone, policy, "createdAt") VALUES ('${program}', 'Glow', 'EUR', 'UTC', '{}', '2026-01-01');
  INSERT INTO "Membership" (id, "programId", "personId", name, role, "mergedInto", "createdAt")
  SELECT '${program}_' || person, '${program}', person, 'Ada', 'anyone', "into", '2026-01-01'
  FROM (VALUES ('per_stays', NULL), ('per_web', 'per_stays'), ('per_slack', 'per_stays')) m (person, "into");
  INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "invitedBy", "appliedAt", "createdAt")
  SELECT '${program}_' || n, '${program}', 'per_' || n, 'approved', 'Zoe', '@zoe', 'beauty', 'DE', '', by, '2026-01-01', '2026-01-01'
  FROM (VALUES (1, 'per_web'), (2, 'per_slack'), (3, 'per_stays'), (4, NULL)) c (n, by)`

test('whom a person brought who became another one before follows, in every program, also where row-level security holds the owner', async () => {
  const house = await stranger('troupe_brought', 'CREATEROLE NOSUPERUSER NOBYPASSRLS', true)
  await house.administers('troupe_app')
  await migrate(house.url, { last: '0042_links-of-orders' })
  const client = new pg.Client(house.url)
  await client.connect()
  const brought = async () => (await client.query('SELECT id, "invitedBy" FROM "Creator" ORDER BY id')).rows
  for (const program of ['prg_a', 'prg_b']) {
    await client.query(`SELECT set_config('troupe.program', '${program}', false)`)
    await client.query(past(program))
  }
  const old = await brought()
  await migrate(house.url)
  expect(old.map(({ invitedBy }) => invitedBy)).toEqual(['per_web', 'per_slack', 'per_stays', null])
  for (const program of ['prg_a', 'prg_b']) {
    await client.query(`SELECT set_config('troupe.program', '${program}', false)`)
    expect((await brought()).map(({ invitedBy }) => invitedBy)).toEqual(['per_stays', 'per_stays', 'per_stays', null])
  }
  await client.end()
  await house.admin.query('REVOKE troupe_app FROM troupe_brought CASCADE')
  await house.end()
})

/**
 * The demo is told once, whole. A start that was killed while telling it leaves half a story, which the next start begins anew.
 * Only what carries the mark of such a beginning is ever emptied.
 */
import pg from 'pg'
import type { Database } from './client.ts'
import { migrate } from './migrate.ts'

const BEGUN = 'demo begun'
const TOLD = 'demo told'

/** Empties the embedded database when all it holds is half a demo. Never called for a configured one. True when it did. */
export async function clearHalfDemo(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ half: boolean }>(
      `SELECT count(*) > 0 AND bool_and(demo) AND EXISTS (SELECT FROM "Tick" WHERE name = $1)
        AND NOT EXISTS (SELECT FROM "Tick" WHERE name = $2) AS half FROM "Program"`,
      [BEGUN, TOLD],
    )
    if (!rows[0]?.half) return false
    await client.query('DROP SCHEMA public CASCADE')
    await client.query('CREATE SCHEMA public')
  } finally {
    await client.end()
  }
  await migrate(url)
  return true
}

/** Before the first row of the demo. */
export const markDemoBegun = (database: Database, at: Date): Promise<void> => mark(database, BEGUN, at)

/** After the last one. */
export const markDemoTold = (database: Database, at: Date): Promise<void> => mark(database, TOLD, at)

async function mark(database: Database, name: string, at: Date): Promise<void> {
  await database.across((db) => db.tick.upsert({ where: { name }, create: { name, at }, update: { at } }))
}

// Clicks are the one table without bound, so each month (UTC) has its own partition, made ahead of time.
import type pg from 'pg'

/** Makes the partitions of this month and the next two. Safe to run in several processes at once. Needs the owner's connection. */
export async function ensurePartitions(owner: pg.Pool, now: Date): Promise<string[]> {
  const made: string[] = []
  for (let ahead = 0; ahead < 3; ahead++) {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
    const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead + 1, 1))
    const name = `Click_${from.toISOString().slice(0, 7).replace('-', '_')}`
    if (await makePartition(owner, name, from.toISOString(), to.toISOString())) made.push(name)
  }
  return made
}

async function makePartition(owner: pg.Pool, name: string, from: string, to: string): Promise<boolean> {
  const client = await owner.connect()
  let failure: Error | undefined
  try {
    await client.query('BEGIN')
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('Click partitions'))`)
    const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [`"${name}"`])
    if (rows[0]?.there) {
      await client.query('COMMIT')
      return false
    }
    await client.query(`SELECT set_config('troupe.program', '*', true)`)
    await client.query(`CREATE TABLE "${name}" (LIKE "Click" INCLUDING ALL)`)
    // Clicks that came before their month had a partition wait in the default one, and would forbid the new one.
    await client.query(
      `WITH moved AS (DELETE FROM "Click" WHERE at >= '${from}' AND at < '${to}' RETURNING *) INSERT INTO "${name}" SELECT * FROM moved`,
    )
    await client.query(`ALTER TABLE "Click" ATTACH PARTITION "${name}" FOR VALUES FROM ('${from}') TO ('${to}')`)
    // Rows are reached through "Click", whose policy keeps programs apart; the partition itself is open to nobody.
    await client.query(`ALTER TABLE "${name}" ENABLE ROW LEVEL SECURITY`)
    await client.query(`ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`)
    await client.query('COMMIT')
    return true
  } catch (error) {
    failure = error as Error
    throw error
  } finally {
    client.release(failure)
  }
}

// What a backup does not know happened after it: posts that went out, schedules that rang. A restored Troupe must not do them twice.
import type pg from 'pg'
import { enter, type Scope, type ScopesOf } from '../db/scopes.ts'
import { nextLocal, type Rhythm } from '../kernel/time.ts'

export type Quiet = {
  /** Posts, mails and calls that were waiting; managers find them in /parked and decide. */
  parked: number
  /** Schedules that were due between the backup and now; they go on with their next turn. */
  skipped: number
}

const why = 'It was waiting when the backup was taken and may have been sent since. Try again if it was not.'

/** Lets rest what may have been done since the backup. Roles and copies of media are left, for doing them twice changes nothing. */
export async function quieten(client: pg.Client, scopes: ScopesOf, now: Date): Promise<Quiet> {
  let [parked, skipped] = [0, 0]
  for (const scope of scopes({ tenant: true })) {
    await enter(client, scope)
    const { rowCount } = await client.query(
      `UPDATE "Outbox" SET state = 'parked', error = $1, "leasedTo" = NULL WHERE ${scope.where}
       AND kind IN ('post', 'mail', 'call', 'close', 'prepare') AND state IN ('due', 'held', 'waiting')`,
      [why],
    )
    parked += rowCount ?? 0
    skipped += await skipTurns(client, scope, now)
  }
  return { parked, skipped }
}

async function skipTurns(client: pg.Client, scope: Scope, now: Date): Promise<number> {
  const { rows } = await client.query<{ id: string; rhythm: Rhythm; zone: string }>(
    `SELECT id, rhythm, zone FROM "Schedule" WHERE ${scope.where} AND "nextAt" <= $1`,
    [now],
  )
  for (const { id, rhythm, zone } of rows)
    await client.query('UPDATE "Schedule" SET "nextAt" = $2 WHERE id = $1', [id, nextLocal(rhythm, zone, now)])
  return rows.length
}

/** Everything heard, once. (program, source, externalId) is unique for ever, so whatever is repeated is harmless. */

import type { Db } from './client.ts'
import type { Inbox } from './generated/client.ts'

export type Heard = {
  id: string
  programId: string
  source: string
  externalId: string
  bodyHash: string
  /** Sealed. */
  body: Uint8Array<ArrayBuffer>
  receivedAt: Date
}

/** `fresh` is false when the same id was heard before; `row` is then the first one. */
export async function hear(db: Db, heard: Heard, state = 'heard'): Promise<{ fresh: boolean; row: Inbox }> {
  const { count } = await db.inbox.createMany({ data: { ...heard, state }, skipDuplicates: true })
  const row = await db.inbox.findUniqueOrThrow({
    where: { programId_source_externalId: { programId: heard.programId, source: heard.source, externalId: heard.externalId } },
  })
  return { fresh: count === 1, row }
}

/** Webhook deliveries that wait, oldest first, locked for this transaction; `done` ones never come back. */
export async function claimHeard(db: Db, programId: string, limit: number, now: Date): Promise<Inbox[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Inbox" WHERE "programId" = ${programId} AND state = 'heard' AND source NOT LIKE 'chat:%'
      AND ("doneAt" IS NULL OR "doneAt" <= ${now})
    ORDER BY "receivedAt", id LIMIT ${limit} FOR UPDATE SKIP LOCKED`
  return db.inbox.findMany({ where: { id: { in: rows.map((row) => row.id) } }, orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }] })
}

export type Outcome = { state: 'done' | 'parked'; facts?: object; answer?: object; error?: string; doneAt: Date }

/** Closes a row with what became of it. */
export async function finish(db: Db, id: string, outcome: Outcome): Promise<void> {
  await db.inbox.update({ where: { id }, data: outcome })
}

/** Leaves a row for a later try; until `again` it is not claimed (doneAt serves as the not-before of waiting rows). */
export async function postpone(db: Db, id: string, error: string, again: Date): Promise<void> {
  await db.inbox.update({ where: { id }, data: { tries: { increment: 1 }, error, doneAt: again } })
}

/**
 * Retention: raw bodies that were taken go after `bodiesBefore` (their hash and facts stay for ever), answered chat calls after
 * `callsBefore`. Gives how many rows changed, at most `limit` of each.
 */
export async function forgetHeard(
  db: Db,
  programId: string,
  before: { bodies: Date; calls: Date },
  limit = 500,
): Promise<number> {
  const bodies = await db.$executeRaw`
    UPDATE "Inbox" SET body = NULL WHERE id IN (SELECT id FROM "Inbox"
      WHERE "programId" = ${programId} AND state IN ('done', 'parked') AND body IS NOT NULL AND source NOT LIKE 'chat:%' AND "receivedAt" < ${before.bodies} LIMIT ${limit})`
  const calls = await db.$executeRaw`
    DELETE FROM "Inbox" WHERE id IN (SELECT id FROM "Inbox"
      WHERE "programId" = ${programId} AND state = 'done' AND source LIKE 'chat:%' AND "receivedAt" < ${before.calls} LIMIT ${limit})`
  return bodies + calls
}

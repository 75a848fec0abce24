/** Everything to be done outside, written in the transaction that decided it; only jobs/deliver.ts performs it. */

import type { Id, Kind } from '../kernel/id.ts'
import type { Db } from './client.ts'

export type Intent = {
  kind: 'post' | 'grant'
  /** "applications", "person:per_…" for posts; the person for grants. */
  audience: string
  key: string
  payload: object
  notBefore?: Date
}

type Writer = { db: Db; now: Date; programId: string; id: <K extends Kind>(kind: K) => Id<K> }

/** The same (kind, audience, key) again replaces what is to be shown and raises the version; the old message is edited. */
export async function intend(writer: Writer, intent: Intent): Promise<void> {
  const { db, now, programId } = writer
  const payload = JSON.stringify(intent.payload)
  await db.$executeRaw`
    INSERT INTO "Outbox" (id, "programId", kind, audience, key, version, payload, state, "notBefore", tries, "createdAt")
    VALUES (${writer.id('outbox')}, ${programId}, ${intent.kind}, ${intent.audience}, ${intent.key}, 1, ${payload}::jsonb, 'due', ${intent.notBefore ?? now}, 0, ${now})
    ON CONFLICT ("programId", kind, audience, key) DO UPDATE
      SET payload = EXCLUDED.payload, version = "Outbox".version + 1, state = 'due', tries = 0, error = NULL,
          "notBefore" = EXCLUDED."notBefore"
      WHERE "Outbox".payload <> EXCLUDED.payload`
}

export type Claimed = {
  id: string
  kind: string
  audience: string
  key: string
  version: number
  payload: unknown
  tries: number
}

/** Due rows, leased until `until`, oldest first; a row whose worker died comes back when its lease ends. */
export async function claimDue(db: Db, programId: string, now: Date, until: Date, limit: number): Promise<Claimed[]> {
  const rows = await db.$queryRaw<(Claimed & { createdAt: Date })[]>`
    UPDATE "Outbox" SET "leasedTo" = ${until} WHERE id IN (
      SELECT id FROM "Outbox" WHERE "programId" = ${programId} AND state = 'due' AND "notBefore" <= ${now} AND ("leasedTo" IS NULL OR "leasedTo" <= ${now})
      ORDER BY "createdAt", id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, audience, key, version, payload, tries, "createdAt"`
  // An UPDATE gives its rows back in no order.
  return rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}

/** Done, unless a newer version was written meanwhile; that one stays due. */
export async function settle(db: Db, claimed: Claimed, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Outbox" SET state = CASE WHEN version = ${claimed.version} THEN 'done' ELSE 'due' END, "doneAt" = ${now}, "leasedTo" = NULL, error = NULL
    WHERE id = ${claimed.id}`
}

/** Tries again at `again`, or parks the row after ten tries; parked rows are shown to managers. */
export async function fail(db: Db, claimed: Claimed, error: string, again: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Outbox" SET tries = tries + 1, error = ${error}, "notBefore" = ${again}, "leasedTo" = NULL,
      state = CASE WHEN tries + 1 >= 10 THEN 'parked' ELSE 'due' END
    WHERE id = ${claimed.id}`
}

/** When the next row that waits will be due, if that is before `until`. */
export async function nextDue(db: Db, programId: string, until: Date): Promise<Date | undefined> {
  const row = await db.outbox.findFirst({
    where: { programId, state: 'due', leasedTo: null, notBefore: { lt: until } },
    orderBy: { notBefore: 'asc' },
    select: { notBefore: true },
  })
  return row?.notBefore
}

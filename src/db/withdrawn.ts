/** What is not to be said any more. */
import type { Db } from './client.ts'

/** What nobody wants to say or hear any more, and what has rung nowhere yet; gives whom it was meant for. */
export async function dropPushes(
  db: Db,
  programId: string,
  { personId, kinds, key }: { personId?: string; kinds?: string[]; key?: string },
  now: Date,
): Promise<string[]> {
  const audience = personId === undefined ? null : `person:${personId}`
  const rows = await db.$queryRaw<{ personId: string }[]>`
    UPDATE "Outbox" o SET state = 'done', "doneAt" = ${now} WHERE o."programId" = ${programId} AND o.kind = 'post'
      AND o.state IN ('held', 'due') AND o."leasedTo" IS NULL AND o.audience LIKE 'person:%'
      AND (${audience}::text IS NULL OR o.audience = ${audience}) AND (${key ?? null}::text IS NULL OR o.key = ${key ?? null})
      AND (${kinds ?? null}::text[] IS NULL OR o.payload->>'push' = ANY(${kinds ?? null}::text[]))
      AND NOT EXISTS (SELECT FROM "Posted" p WHERE p."outboxId" = o.id)
    RETURNING substr(o.audience, 8) AS "personId"`
  return rows.map((row) => row.personId)
}

/** Before whom a post under this key stands, or will; who read of it among others in the morning, or never, is left out. */
export async function readersOf(db: Db, programId: string, key: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ personId: string }[]>`
    SELECT DISTINCT substr(o.audience, 8) AS "personId" FROM "Outbox" o
    WHERE o."programId" = ${programId} AND o.kind = 'post' AND o.key = ${key} AND o.audience LIKE 'person:%'
      AND (o.state = ANY(${['held', ...onItsWay]}) OR EXISTS (SELECT FROM "Posted" p WHERE p."outboxId" = o.id))`
  return rows.map((row) => row.personId)
}

const onItsWay = ['due', 'waiting', 'parked']

/**
 * What waits to ring at a person under this key rings no more. True where it stands before them, or is still on its way, and has to say
 * that it is over; whoever was shown nothing hears nothing. What they read among others in the morning can't be edited there, and is
 * told to be over where somebody else (`by`) ends it.
 */
export async function withdraw(
  db: Db,
  programId: string,
  { personId, key, by = personId }: { personId: string; key: string; by?: string },
  now: Date,
): Promise<boolean> {
  await dropPushes(db, programId, { personId, key }, now)
  const where = { programId, kind: 'post', audience: `person:${personId}`, key }
  const rows = await db.outbox.findMany({ where, select: { id: true, state: true } })
  if (rows.some(({ state }) => onItsWay.includes(state) || (state === 'folded' && by !== personId))) return true
  return (await db.posted.count({ where: { programId, outboxId: { in: rows.map(({ id }) => id) } } })) > 0
}

/** Through which doors a person is reached, and the same said to many people at once, by one statement whatever their number. */
import type { Id, Kind } from '../kernel/id.ts'
import type { Db } from './client.ts'
import { Prisma } from './generated/client.ts'

export type Writer = { db: Db; now: Date; programId: string; id: <K extends Kind>(kind: K) => Id<K> }

/** The spaces of a program through which a person is reached: the door they chose, the one they came in by first, and the pages last. */
const doorsTo = (programId: string, personId: Prisma.Sql | string): Prisma.Sql => Prisma.sql`
  SELECT s.id, s.platform FROM "Identity" i
  JOIN "Space" s ON s.platform = i.platform AND s.workspace = i.workspace AND s."programId" = ${programId}
  LEFT JOIN "Membership" m ON m."programId" = ${programId} AND m."personId" = i."personId"
  WHERE i."personId" = ${personId}
  GROUP BY s.id, s.platform, m.door ORDER BY (s.platform = m.door) DESC NULLS LAST, s.platform = 'web', min(i."createdAt"), s.id`

/** The spaces a person is known in: the door they chose before the others, and the pages last. */
export const doorsOf = (db: Db, programId: string, personId: string): Promise<{ id: string; platform: string }[]> =>
  db.$queryRaw(doorsTo(programId, personId))

/** In which of these spaces a post stands already. */
export async function postedAt(
  { db, programId }: Writer,
  { audience, key }: { audience: string; key: string },
  spaceIds: string[],
) {
  if (spaceIds.length === 0) return []
  const rows = await db.$queryRaw<{ spaceId: string }[]>`
    SELECT o."spaceId" FROM "Outbox" o WHERE o."programId" = ${programId} AND o.kind = 'post' AND o.audience = ${audience} AND o.key = ${key}
      AND o."spaceId" = ANY(${spaceIds}) AND EXISTS (SELECT FROM "Posted" p WHERE p."outboxId" = o.id) ORDER BY o."spaceId"`
  return rows.map(({ spaceId }) => spaceId)
}

/** A post for each of these people, through one door of theirs; what was said under its key is replaced, as with `intend`. */
export async function intendEach(
  { db, now, programId, id }: Writer,
  people: readonly { personId: string; key: string }[],
  payload: object,
): Promise<void> {
  const ids = people.map(() => id('outbox'))
  const [persons, keys] = [people.map(({ personId }) => personId), people.map(({ key }) => key)]
  await db.$executeRaw`
    INSERT INTO "Outbox" (id, "programId", "spaceId", kind, audience, key, version, payload, state, "notBefore", tries, "createdAt")
    SELECT p.id, ${programId}, door.id, 'post', 'person:' || p.person, p.key, 1, ${JSON.stringify(payload)}::jsonb, 'due', ${now}, 0, ${now}
    FROM unnest(${ids}::text[], ${persons}::text[], ${keys}::text[]) AS p(id, person, key)
    CROSS JOIN LATERAL (${doorsTo(programId, Prisma.sql`p.person`)} LIMIT 1) door
    ON CONFLICT ("programId", kind, audience, key, "spaceId") DO UPDATE
      SET payload = EXCLUDED.payload, version = "Outbox".version + 1, state = 'due', tries = 0, "notBefore" = EXCLUDED."notBefore"
      WHERE "Outbox".payload <> EXCLUDED.payload`
}

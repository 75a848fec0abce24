/** The same said to many people at once, by one statement whatever their number. */
import type { Id, Kind } from '../kernel/id.ts'
import type { Db } from './client.ts'
import { Prisma } from './generated/client.ts'

export type Writer = { db: Db; now: Date; programId: string; id: <K extends Kind>(kind: K) => Id<K> }

/** The spaces of a program through which a person is reached: the door they chose, the one they came in by first, and the pages last. */
export const doorsTo = (programId: string, personId: Prisma.Sql | string): Prisma.Sql => Prisma.sql`
  SELECT s.id, s.platform FROM "Identity" i
  JOIN "Space" s ON s.platform = i.platform AND s.workspace = i.workspace AND s."programId" = ${programId}
  LEFT JOIN "Membership" m ON m."programId" = ${programId} AND m."personId" = i."personId"
  WHERE i."personId" = ${personId}
  GROUP BY s.id, s.platform, m.door ORDER BY (s.platform = m.door) DESC NULLS LAST, s.platform = 'web', min(i."createdAt"), s.id`

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
      SET payload = EXCLUDED.payload, version = "Outbox".version + 1, state = 'due', tries = 0, error = NULL, "notBefore" = EXCLUDED."notBefore"
      WHERE "Outbox".payload <> EXCLUDED.payload`
}

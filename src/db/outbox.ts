/** Everything to be done outside, written in the transaction that decided it; only jobs/deliver.ts performs it. */
import type { Card } from '../kernel/card.ts'
import type { PushKind } from '../kernel/push.ts'
import type { Db } from './client.ts'
import { doorsOf, postedAt, type Writer } from './outbox-each.ts'

export type PostPayload = {
  card: Card
  pin: boolean
  /** The post was pinned before and is so no more. */
  unpin?: boolean
  /** What a thread is called and who is in it; it is opened with its first post. */
  thread?: { title: string; people: string[] }
  /** It rings at a person who did not ask. */
  push?: PushKind
}

export type Intent = {
  kind: 'post' | 'close' | 'grant' | 'prepare' | 'call'
  /**
   * "applications", "person:per_…", "thread:sub_…" for posts; a thread to be closed; the person for grants; the space to be prepared;
   * the connection to be called, which stands in the row where a space would.
   */
  audience: string
  key: string
  payload: object
  /** The person whose door a new thread is held through. */
  of?: string | undefined
  /** A post to a person goes through every door they are known at. */
  everywhere?: boolean
  notBefore?: Date
}

/**
 * The same (kind, audience, key) again replaces what is to be shown and raises the version; the old message is edited. A channel
 * is meant in every space of the program, a person in one, a grant wherever the person has an account. What went wrong before stays with
 * the row: a try whose end is not known may have said the former words.
 */
export async function intend(writer: Writer, intent: Intent): Promise<void> {
  const { db, now, programId } = writer
  const payload = JSON.stringify(intent.payload)
  for (const spaceId of await spacesOf(writer, intent)) {
    await db.$executeRaw`
    INSERT INTO "Outbox" (id, "programId", "spaceId", kind, audience, key, version, payload, state, "notBefore", tries, "createdAt")
    VALUES (${writer.id('outbox')}, ${programId}, ${spaceId}, ${intent.kind}, ${intent.audience}, ${intent.key}, 1, ${payload}::jsonb, 'due', ${intent.notBefore ?? now}, 0, ${now})
    ON CONFLICT ("programId", kind, audience, key, "spaceId") DO UPDATE
      SET payload = EXCLUDED.payload, version = "Outbox".version + 1, state = 'due', tries = 0,
          "notBefore" = EXCLUDED."notBefore"
      WHERE "Outbox".payload <> EXCLUDED.payload`
  }
}

/** Where mail stands in the rows' column of spaces. */
export const mailSpace = (programId: string): string => `mail:${programId}`

/** What was mailed can't be changed, so the same key again is nothing new. Words and address lie sealed until they were sent. */
export async function intendMail({ db, now, programId, id }: Writer, key: string, sealed: string): Promise<void> {
  const row = { id: id('outbox'), programId, spaceId: mailSpace(programId), kind: 'mail', audience: 'mail', key, state: 'due' }
  await db.outbox.createMany({ data: { ...row, payload: { sealed }, notBefore: now, createdAt: now }, skipDuplicates: true })
}

/** Sent, or not worth it any more: nobody needs its words or whom they were for. */
export async function settleMail(db: Db, claimed: Claimed, now: Date): Promise<void> {
  await db.outbox.updateMany({
    where: { id: claimed.id },
    data: { state: 'done', payload: {}, doneAt: now, leasedTo: null, error: null },
  })
}

/**
 * A person is spoken to through the door they chose, or else the one they came in by first; what stands at another one from before is
 * edited there as well. A thread stays where it began.
 */
async function spacesOf(writer: Writer, { kind, audience, key, of, everywhere }: Intent): Promise<string[]> {
  if (kind === 'prepare' || kind === 'call') return [audience]
  const { db, programId } = writer
  if (audience.startsWith('thread:')) {
    const began = { programId, kind: 'post', audience }
    const rows = await db.outbox.findMany({ where: began, distinct: ['spaceId'], select: { spaceId: true } })
    if (rows.length > 0 || kind === 'close') return rows.map((row) => row.spaceId)
  }
  const personId = kind === 'grant' ? audience : audience.startsWith('person:') ? audience.slice('person:'.length) : of
  const rows =
    personId === undefined
      ? await db.space.findMany({ where: { programId }, select: { id: true }, orderBy: { id: 'asc' } })
      : await doorsOf(db, programId, personId)
  const ids = rows.map((row) => row.id)
  if (kind !== 'post' || personId === undefined || everywhere === true) return ids
  return [...ids.slice(0, 1), ...(await postedAt(writer, { audience, key }, ids.slice(1)))]
}

export type Claimed = {
  id: string
  spaceId: string
  kind: string
  audience: string
  key: string
  version: number
  payload: unknown
  tries: number
  /** An earlier try began: it failed, or its worker died. */
  again: boolean
}

/** Due rows of a space or connection, leased until `until`, oldest first; a row whose worker died comes back when its lease ends. */
export async function claimDue(db: Db, spaceId: string, now: Date, until: Date, limit: number): Promise<Claimed[]> {
  const rows = await db.$queryRaw<(Claimed & { seq: bigint })[]>`
    UPDATE "Outbox" o SET "leasedTo" = ${until} FROM (
      SELECT id, ("leasedTo" IS NOT NULL OR error IS NOT NULL) AS again FROM "Outbox"
      WHERE "spaceId" = ${spaceId} AND state = 'due' AND "notBefore" <= ${now} AND ("leasedTo" IS NULL OR "leasedTo" <= ${now})
      ORDER BY seq LIMIT ${limit} FOR UPDATE SKIP LOCKED) due
    WHERE o.id = due.id
    RETURNING o.id, "spaceId", kind, audience, key, version, payload, tries, due.again, seq`
  // An UPDATE gives its rows back in no order.
  return rows.sort((a, b) => Number(a.seq - b.seq))
}

/** Done, unless a newer version was written meanwhile; that one stays due. */
export async function settle(db: Db, claimed: Claimed, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Outbox" SET state = CASE WHEN version = ${claimed.version} THEN 'done' ELSE 'due' END, "doneAt" = ${now}, "leasedTo" = NULL, error = NULL
    WHERE id = ${claimed.id}`
}

/** Tries again at `again`, or parks the row after ten tries; parked rows are shown to managers. True when it was parked. */
export async function fail(db: Db, claimed: Claimed, error: string, again: Date): Promise<boolean> {
  const [row] = await db.$queryRaw<{ state: string }[]>`
    UPDATE "Outbox" SET tries = tries + 1, error = ${error}, "notBefore" = ${again}, "leasedTo" = NULL,
      state = CASE WHEN tries + 1 >= 10 THEN 'parked' ELSE 'due' END
    WHERE id = ${claimed.id} RETURNING state`
  return row?.state === 'parked'
}

/** Leaves a row for a later moment without counting the try; that an earlier one may have arrived stays known. */
export async function wait(db: Db, claimed: Claimed, until: Date, why: string | null = null): Promise<void> {
  const lost = claimed.again ? 'An earlier try came to no end.' : null
  await db.$executeRaw`
    UPDATE "Outbox" SET "notBefore" = ${until}, "leasedTo" = NULL, error = coalesce(${why}::text, error, ${lost}::text) WHERE id = ${claimed.id}`
}

/** Sets a push aside until the person's next morning or digest. */
export async function holdPush(db: Db, claimed: Claimed): Promise<void> {
  await db.$executeRaw`UPDATE "Outbox" SET state = 'held', "leasedTo" = NULL, error = NULL WHERE id = ${claimed.id} AND version = ${claimed.version}`
}

export type Held = { id: string; key: string; card: Card }

/** What is set aside for a person, oldest first. */
export async function heldFor(db: Db, programId: string, personId: string, limit: number): Promise<Held[]> {
  const where = { programId, kind: 'post', audience: `person:${personId}`, state: 'held' }
  const rows = await db.outbox.findMany({ where, orderBy: { seq: 'asc' }, take: limit })
  return rows.map(({ id, key, payload }) => ({ id, key, card: (payload as PostPayload).card }))
}

/** Said inside another card now, or due by itself. A row that changed its mind meanwhile is left alone. */
export async function endHeld(db: Db, ids: string[], state: 'folded' | 'due', now: Date): Promise<void> {
  const changed = state === 'due' ? { notBefore: now } : { doneAt: now }
  await db.outbox.updateMany({ where: { id: { in: ids }, state: 'held' }, data: { state, ...changed } })
}

/** Sets a row aside: `waiting` until its channel stands in the space, or `parked`, which managers see. */
export async function setAside(db: Db, claimed: Claimed, state: 'waiting' | 'parked', error: string): Promise<void> {
  await db.$executeRaw`UPDATE "Outbox" SET state = ${state}, error = ${error}, "leasedTo" = NULL WHERE id = ${claimed.id} AND version = ${claimed.version}`
}

/** A parked row is due again; false when it is not parked. What went wrong stays with it: an earlier try may have reached the platform. */
export async function tryAgain(db: Db, programId: string, id: string, now: Date): Promise<boolean> {
  const { count } = await db.outbox.updateMany({
    where: { id, programId, state: 'parked' },
    data: { state: 'due', tries: 0, notBefore: now },
  })
  return count === 1
}

/** Closes a parked post or mail that nobody wants any more; false when it is not parked, or is more than words. A letter's are not kept. */
export async function dismissPost(db: Db, programId: string, id: string, now: Date): Promise<boolean> {
  const where = { id, programId, state: 'parked' }
  const data = { state: 'dismissed', doneAt: now }
  const posts = await db.outbox.updateMany({ where: { ...where, kind: 'post' }, data })
  if (posts.count === 1) return true
  const letters = await db.outbox.updateMany({ where: { ...where, kind: 'mail' }, data: { ...data, payload: {} } })
  return letters.count === 1
}

/** What a shop refused is asked of it again, for it has other keys now. */
export async function wakeCalls(db: Db, programId: string, connectionId: string, now: Date): Promise<void> {
  const where = { programId, spaceId: connectionId, kind: 'call', state: 'parked' }
  await db.outbox.updateMany({ where, data: { state: 'due', tries: 0, notBefore: now } })
}

/** What waited for these channels of a space is due again; private places and threads lie below #start-here where they are threads. */
export async function wake(db: Db, spaceId: string, audiences: string[]): Promise<void> {
  const below = audiences.includes('start-here') ? ['person:', 'thread:'] : []
  const OR = [{ audience: { in: audiences } }, ...below.map((startsWith) => ({ audience: { startsWith } }))]
  await db.outbox.updateMany({
    where: { spaceId, state: 'waiting', OR },
    data: { state: 'due', error: null },
  })
}

/** When the next row that waits will be due in one of these spaces, if that is before `until`. */
export async function nextDue(db: Db, spaceIds: string[], until: Date): Promise<Date | undefined> {
  const row = await db.outbox.findFirst({
    where: { spaceId: { in: spaceIds }, state: 'due', leasedTo: null, notBefore: { lt: until } },
    orderBy: { notBefore: 'asc' },
    select: { notBefore: true },
  })
  return row?.notBefore
}

/**
 * What was shown to one person is now shown to another: the same messages go on being edited, where their place moved along. What is
 * still to be shown moves anyway, unless the other one has the same post.
 */
export async function followPrivately(db: Db, programId: string, from: string, to: string): Promise<void> {
  const [before, after] = [`person:${from}`, `person:${to}`]
  await db.$executeRaw`
    UPDATE "Outbox" o SET audience = ${after} WHERE o."programId" = ${programId} AND o.kind = 'post' AND o.audience = ${before}
      AND (o.state <> 'done' OR NOT EXISTS (SELECT 1 FROM "Channel" c WHERE c."spaceId" = o."spaceId" AND c.audience = ${before}))
      AND NOT EXISTS (SELECT 1 FROM "Outbox" t WHERE t."programId" = ${programId} AND t.kind = 'post' AND t.audience = ${after}
        AND t.key = o.key AND t."spaceId" = o."spaceId")`
  await db.outbox.deleteMany({ where: { programId, audience: { in: [before, from] }, state: { not: 'done' } } })
}

/** A person has more accounts now, or came back: every role they hold or lost is granted or removed once more, everywhere. */
export async function repeatGrants(db: Db, programId: string, personId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE "Outbox" SET state = 'due', version = version + 1, tries = 0, error = NULL
    WHERE "programId" = ${programId} AND kind = 'grant' AND audience = ${personId}`
}

/** A space has new channels: what was granted or removed there is once more. */
export async function repeatGrantsIn(db: Db, spaceId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE "Outbox" SET state = 'due', version = version + 1, tries = 0, error = NULL
    WHERE "spaceId" = ${spaceId} AND kind = 'grant' AND state = 'done'`
}

const REPEATED = 100

/** Some grants of the program that were made longest ago, a day at least, are made again: on a door they may have been changed by hand. */
export async function repeatOldGrants(db: Db, programId: string, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Outbox" SET state = 'due', version = version + 1, tries = 0, error = NULL WHERE id IN (
      SELECT id FROM "Outbox" WHERE "programId" = ${programId} AND kind = 'grant' AND state = 'done'
        AND "doneAt" < ${now}::timestamptz - interval '1 day' ORDER BY "doneAt" LIMIT ${REPEATED})`
}

/** Roles that a space refused are tried once more. */
export async function retryGrantsIn(db: Db, spaceId: string, now: Date): Promise<void> {
  await db.outbox.updateMany({
    where: { spaceId, kind: 'grant', state: 'parked' },
    data: { state: 'due', tries: 0, error: null, notBefore: now },
  })
}

/** The pinned posts of the program's channels, shown in a space that is new to it. */
export async function bringPinned(writer: Writer, spaceId: string): Promise<void> {
  const { db, now, programId } = writer
  const pinned = await db.outbox.findMany({
    where: { programId, kind: 'post', NOT: { audience: { startsWith: 'person:' } }, payload: { path: ['pin'], equals: true } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const one = new Map(pinned.map((row) => [`${row.audience} ${row.key}`, row]))
  await db.outbox.createMany({
    data: [...one.values()].map(({ kind, audience, key, payload }) => ({
      id: writer.id('outbox'),
      programId,
      spaceId,
      kind,
      audience,
      key,
      payload: payload as object,
      state: 'due',
      notBefore: now,
      createdAt: now,
    })),
    skipDuplicates: true,
  })
}

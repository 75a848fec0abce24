/** Everything heard, once. (program, source, externalId) is unique for ever, so whatever is repeated is harmless. */

import pg from 'pg'
import { type Database, type Db, sqlState, tenantFirst } from './client.ts'
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
  return { fresh: count === 1, row: await firstHeard(db, heard.programId, heard.source, heard.externalId) }
}

// The rows come out of the tenant's own row, so that it is set before row-level security looks at the first of them.
const hearing = `WITH ${tenantFirst}
  INSERT INTO "Inbox" (id, "programId", source, "externalId", state, "bodyHash", body, "receivedAt")
  SELECT h.id, tenant.id, h.source, h."externalId", 'heard', h."bodyHash", h.body, h."receivedAt"
  FROM tenant, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
    AS h(id, source, "externalId", "bodyHash", body, "receivedAt")
  ON CONFLICT ("programId", source, "externalId") DO NOTHING RETURNING id`
const TIMEOUT_MS = 15_000

/** An account at a door, as the platform names it. */
export type Caller = { platform: string; workspace: string; user: string }

/** Somebody in a program, with its zone and language where they chose none. */
export type Member = { personId: string; name: string; role: string; finance: boolean; zone: string; locale: string }

/** The same of m, a Membership, and p, its Program. */
export const memberColumns = `m."personId", m.name, m.role, m.finance, coalesce(m.zone, p.zone) AS zone, coalesce(m.locale, p.locale) AS locale`

/** Who stands behind an account. */
export type KnownCaller = Member & {
  creatorId: string | null
  creatorState: string | null
  /** As Creator.stood: what they were before. */
  stood: unknown
}

// As above the tenant comes first: LATERAL needs its id, and OFFSET keeps the planner from looking at anybody before. Who became
// somebody else is left to those who look twice.
const who = `
    SELECT found.* FROM tenant, LATERAL (
      SELECT ${memberColumns}, c.id AS "creatorId", c.state AS "creatorState", c.stood
      FROM "Identity" i
      JOIN "Membership" m ON m."programId" = tenant.id AND m."personId" = i."personId" AND m."mergedInto" IS NULL
      JOIN "Program" p ON p.id = tenant.id
      LEFT JOIN "Creator" c ON c."programId" = tenant.id AND c."personId" = i."personId"
      WHERE i.platform = $2 AND i.workspace = $3 AND i."externalId" = $4 OFFSET 0) found`
const asking = `WITH ${tenantFirst} ${who}`
const knowing = `WITH ${tenantFirst},
  who AS MATERIALIZED (${who}),
  heard AS (
    INSERT INTO "Inbox" (id, "programId", source, "externalId", state, "bodyHash", body, "receivedAt")
    SELECT $5, $1, $6, $7, 'heard', $8, $9, $10 FROM who
    ON CONFLICT ("programId", source, "externalId") DO NOTHING RETURNING id)
  SELECT who.* FROM who, heard`

/** Who an account is, by one statement; undefined when they are not known here yet or became somebody else. */
export async function findCaller(
  database: Pick<Database, 'single'>,
  programId: string,
  { platform, workspace, user }: Caller,
): Promise<KnownCaller | undefined> {
  const values = [programId, platform, workspace, user]
  return (await database.single<KnownCaller>(programId, { name: 'find a caller', text: asking, values }))[0]
}

/**
 * Hears a call of somebody who is known here, by one statement and one commit; gives who it is. Undefined, and nothing is kept, when
 * they are not known yet or became somebody else, or the call was heard before.
 */
export async function hearKnown(
  database: Pick<Database, 'single'>,
  { platform, workspace, user }: Caller,
  heard: Heard,
): Promise<KnownCaller | undefined> {
  const { id, programId, source, externalId, bodyHash, body, receivedAt } = heard
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const values = [programId, platform, workspace, user, id, source, externalId, bodyHash, bytes, receivedAt]
  return (await database.single<KnownCaller>(programId, { name: 'hear a call', text: knowing, values }))[0]
}

/**
 * Hears many deliveries of one program by one statement and one commit; says of each whether it is fresh. Of two with the same id the
 * first is kept. Throws when any row is refused, and then none is kept: see `refusesRow`.
 */
export async function hearAll(pool: pg.Pool, programId: string, all: readonly Omit<Heard, 'programId'>[]): Promise<boolean[]> {
  // Two processes that insert the same ids in one order wait for each other; in two orders they would deadlock.
  const rows = [...all].sort((a, b) => (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : 0))
  const columns = (['id', 'source', 'externalId', 'bodyHash', 'body', 'receivedAt'] as const).map((name) =>
    rows.map((row) => (name === 'body' ? Buffer.from(row.body.buffer, row.body.byteOffset, row.body.length) : row[name])),
  )
  const query = {
    name: 'hear deliveries',
    text: hearing,
    values: [programId, ...columns],
    query_timeout: TIMEOUT_MS,
  } as pg.QueryConfig
  const fresh = new Set((await pool.query<{ id: string }>(query)).rows.map((row) => row.id))
  return all.map((heard) => fresh.has(heard.id))
}

/** Whether a failure of `hearAll` may be the fault of one row: bad data, a broken constraint, a lost race. */
export const refusesRow = (error: unknown): boolean => /^(2[23]|40)/.test(sqlState(error) ?? '')

/** The row that had this id first. */
export function firstHeard(db: Db, programId: string, source: string, externalId: string): Promise<Inbox> {
  return db.inbox.findUniqueOrThrow({ where: { programId_source_externalId: { programId, source, externalId } } })
}

/**
 * The sealed secrets of a program's source; none when it is not connected. One message to PostgreSQL, whose statements run one after
 * the other in one transaction.
 */
export async function secretsOf(pool: pg.Pool, programId: string, source: string): Promise<string[]> {
  const [tenant, name] = [pg.escapeLiteral(programId), pg.escapeLiteral(source)]
  const text = `SELECT set_config('troupe.program', ${tenant}, true);
    SELECT secrets FROM "Connection" WHERE "programId" = ${tenant} AND source = ${name}`
  // Several statements give several results, which the types don't know.
  const results = await pool.query({ text, query_timeout: TIMEOUT_MS } as pg.QueryConfig)
  const [, found] = results as unknown as pg.QueryResult<{ secrets: string[] }>[]
  return found?.rows[0]?.secrets ?? []
}

/** Webhook deliveries that wait, oldest first, locked for this transaction; `done` ones never come back. */
export async function claimHeard(db: Db, programId: string, limit: number, now: Date): Promise<Inbox[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Inbox" WHERE "programId" = ${programId} AND state = 'heard' AND source NOT LIKE 'chat:%'
      AND ("doneAt" IS NULL OR "doneAt" <= ${now})
    ORDER BY "receivedAt", id LIMIT ${limit} FOR UPDATE SKIP LOCKED`
  return db.inbox.findMany({ where: { id: { in: rows.map((row) => row.id) } }, orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }] })
}

export type Outcome = {
  state: 'done' | 'parked'
  facts?: object
  answer?: object
  error?: string
  doneAt: Date
  /** Given where what was heard must not be kept. */
  body?: null
}

/** Closes a row with what became of it. */
export async function finish(db: Db, id: string, outcome: Outcome): Promise<void> {
  await db.inbox.update({ where: { id }, data: outcome })
}

/** What has become of a call, and whether who asked it became part of somebody else meanwhile. Undefined when it is not there. */
export async function callNow(
  db: Db,
  id: string,
  { programId, personId, creatorId = null }: { programId: string; personId: string; creatorId?: string | null },
): Promise<{ state: string; answer: unknown; merged: boolean } | undefined> {
  const [found] = await db.$queryRaw<{ state: string; answer: unknown; merged: boolean }[]>`
    SELECT i.state, i.answer,
      EXISTS (SELECT 1 FROM "Membership" WHERE "programId" = ${programId} AND "personId" = ${personId} AND "mergedInto" IS NOT NULL)
        OR EXISTS (SELECT 1 FROM "Creator" WHERE id = ${creatorId} AND "mergedInto" IS NOT NULL) AS merged
    FROM "Inbox" i WHERE i.id = ${id}`
  return found
}

/** Whose form was filled in for a command. */
export type FormOf = { programId: string; personId: string; run: string }

/**
 * Closes a call with its answer and takes away what was typed into the form, if one is named. Says whether its transaction had written
 * anything before: a transaction gets an id with its first write, advisory locks and reads leave it without one.
 */
export async function finishCall(db: Db, id: string, answer: object, doneAt: Date, form?: FormOf): Promise<{ wrote: boolean }> {
  const { programId = null, personId = null, run = null } = form ?? {}
  const [closed] = await db.$queryRaw<{ wrote: boolean }[]>`
    WITH before AS MATERIALIZED (SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS wrote),
      typed AS (DELETE FROM "Draft" WHERE "programId" = ${programId} AND "personId" = ${personId} AND run = ${run})
    UPDATE "Inbox" i SET state = 'done', answer = ${JSON.stringify(answer)}::jsonb, "doneAt" = ${doneAt}
    FROM before WHERE i.id = ${id} AND i.state = 'heard' RETURNING before.wrote`
  if (!closed) throw new Error(`The call ${id} was ended already, or is not in the inbox any more.`)
  return closed
}

/** Closes a call that nobody is to run any more; false when it has ended meanwhile. Whoever is at work on it is waited for. */
export async function closeCall(db: Db, id: string, answer: object, doneAt: Date): Promise<boolean> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`
  const { count } = await db.inbox.updateMany({ where: { id, state: 'heard' }, data: { state: 'done', answer, doneAt } })
  return count === 1
}

/** Leaves a row for a later try; until `again` it is not claimed (doneAt serves as the not-before of waiting rows). */
export async function postpone(db: Db, id: string, error: string, again: Date): Promise<void> {
  await db.inbox.update({ where: { id }, data: { tries: { increment: 1 }, error, doneAt: again } })
}

const FORGOTTEN_AT_ONCE = 500

type Span = { from: Date; to: Date }

/**
 * Retention: raw bodies that were taken in and came in the one span go (their hash and facts stay for ever), and answered chat calls of the
 * other. Gives how many rows changed.
 */
export async function forgetHeard(db: Db, programId: string, old: { bodies: Span; calls: Span }): Promise<number> {
  const bodies = await db.$executeRaw`
    UPDATE "Inbox" SET body = NULL WHERE id IN (SELECT id FROM "Inbox"
      WHERE "programId" = ${programId} AND state IN ('done', 'parked') AND body IS NOT NULL AND source NOT LIKE 'chat:%' AND "receivedAt" >= ${old.bodies.from} AND "receivedAt" < ${old.bodies.to} LIMIT ${FORGOTTEN_AT_ONCE})`
  const calls = await db.$executeRaw`
    DELETE FROM "Inbox" WHERE id IN (SELECT id FROM "Inbox"
      WHERE "programId" = ${programId} AND state = 'done' AND source LIKE 'chat:%' AND "receivedAt" >= ${old.calls.from} AND "receivedAt" < ${old.calls.to} LIMIT ${FORGOTTEN_AT_ONCE})`
  return bodies + calls
}

/**
 * What a source told of shoppers is forgotten: the sealed bodies go, and the facts lose the keyed hashes. Of those alone whose orders
 * or hashes are named, or, when nothing is named, of all. Deliveries that wait keep their body until they are taken in.
 */
export async function forgetTold(
  db: Db,
  programId: string,
  source: string,
  of?: { orderIds: string[]; hashes: string[] },
): Promise<number> {
  const { orderIds, hashes } = of ?? { orderIds: [], hashes: [] }
  return db.$executeRaw`
    UPDATE "Inbox" i SET body = NULL, facts = (
      SELECT jsonb_agg(CASE WHEN jsonb_exists(f, 'shopper') THEN f || '{"shopper": {}}'::jsonb ELSE f END ORDER BY n)
      FROM jsonb_array_elements(i.facts) WITH ORDINALITY AS told(f, n))
    WHERE "programId" = ${programId} AND source = ${source} AND state = 'done' AND jsonb_typeof(facts) = 'array' AND facts <> '[]'
      AND (${of === undefined} OR EXISTS (
        SELECT FROM jsonb_array_elements(i.facts) AS f WHERE f->>'orderId' = ANY(${orderIds})
          OR f->'shopper'->>'id' = ANY(${hashes}) OR f->'shopper'->>'email' = ANY(${hashes})))`
}

/** A parked delivery of which nothing was left came once more, and is taken in as if it were new; false for any other. */
export async function hearOnceMore(
  db: Db,
  { programId, source, externalId, bodyHash, body, receivedAt }: Heard,
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "Inbox" SET state = 'heard', body = ${body}, "receivedAt" = ${receivedAt}, tries = 0, error = NULL, "doneAt" = NULL
    WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ${externalId} AND "bodyHash" = ${bodyHash}
      AND state = 'parked' AND body IS NULL AND facts IS NULL`
  return count === 1
}

/** Puts a parked delivery back to be taken in anew; false when there is none, or nothing of it is left to read. */
export async function hearAgain(db: Db, programId: string, id: string): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "Inbox" SET state = 'heard', tries = 0, error = NULL, "doneAt" = NULL
    WHERE "programId" = ${programId} AND id = ${id} AND state = 'parked' AND source NOT LIKE 'chat:%'
      AND (body IS NOT NULL OR facts IS NOT NULL)`
  return count === 1
}

/** Closes a parked delivery that nobody wants any more, with its reason kept; false when it is not parked. */
export async function dismissHeard(db: Db, programId: string, id: string, now: Date): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "Inbox" SET state = 'done', answer = coalesce(answer, '{}') || '{"dismissed": true}', "doneAt" = ${now}
    WHERE "programId" = ${programId} AND id = ${id} AND state = 'parked' AND source NOT LIKE 'chat:%'`
  return count === 1
}

/** Takes away what was typed into forms and kept no longer; gives how many. */
export async function forgetDrafts(db: Db, programId: string, now: Date): Promise<number> {
  const { count } = await db.draft.deleteMany({ where: { programId, expiresAt: { lte: now } } })
  return count
}

/** What was typed into a form and kept: words as they are, and those sealed in the draft opened. */
export const typedIn = (values: unknown, unseal: (sealed: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values as Record<string, string | { sealed: string }>).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : unseal(value.sealed),
    ]),
  )

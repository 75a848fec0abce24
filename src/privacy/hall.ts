// What was said to somebody, about them and by them: posts, answers, the log of what was done. These tables belong to no room.
import type { Context } from '../context.ts'
import type { Prisma } from '../db/generated/client.ts'
import { typedIn } from '../db/inbox.ts'
import { mailSpace } from '../db/outbox.ts'
import { type Card, card } from '../kernel/card.ts'
import { FORMER, REMOVED, type Section, type Subject, scrubber, scrubCard, scrubJson, type Trace } from '../kernel/personal.ts'
import { days } from '../kernel/time.ts'

const PAGE = 2_000

const privately = (personIds: string[]): string[] => personIds.map((id) => `person:${id}`)

/** What was posted to somebody and what they did here. */
export async function personal(ctx: Context, { personIds }: Subject): Promise<Section[]> {
  const programId = ctx.program.id
  const posts = await ctx.db.outbox.findMany({
    where: { programId, kind: 'post', audience: { in: privately(personIds) } },
    orderBy: { seq: 'asc' },
    select: { id: true, key: true, createdAt: true, doneAt: true, payload: true },
  })
  const own = { programId, personId: { in: personIds } }
  const done = await ctx.db.audit.findMany({ where: own, orderBy: { at: 'asc' } })
  const drafts = await ctx.db.draft.findMany({ where: own })
  return [
    {
      name: 'Messages to you',
      about: 'what was said to you in your private place',
      until: 'while you are here',
      fate: 'deleted',
      rows: posts.map(({ payload, ...post }) => ({ ...post, card: (payload as { card?: unknown }).card })),
    },
    {
      name: 'Log of what you did',
      about: 'to know who did what, for safety',
      until: 'as long as the program',
      fate: 'pseudonymised',
      why: 'Proof of who decided what. Nothing that you typed is in it.',
      rows: done,
    },
    {
      name: 'Forms you did not send',
      about: 'so that nothing typed is lost',
      until: '1 day',
      fate: 'deleted',
      rows: drafts.map((draft) => ({ ...draft, values: typedIn(draft.values, ctx.unseal) })),
    },
  ]
}

/** Every role that they were ever given at a door: of a tier, a badge or a reward too. */
export async function rolesOf(ctx: Context, { personIds }: Subject): Promise<string[]> {
  const where = { programId: ctx.program.id, kind: 'grant', audience: { in: personIds } }
  const given = await ctx.db.outbox.findMany({ where, distinct: ['key'], select: { key: true } })
  return [...new Set(['manager', 'admin', ...given.map(({ key }) => key)])]
}

const blank = (): Card => card('Removed', 'This was about a former creator who asked to be forgotten.')

/** What waits for somebody is not said any more, and what only they had before them goes. */
export async function forgetHeard(ctx: Context, { personIds }: Subject, trace: Trace, others: string[]): Promise<void> {
  const programId = ctx.program.id
  const own = { programId, personId: { in: personIds } }
  await ctx.db.draft.deleteMany({ where: own })
  await ctx.db.webRead.deleteMany({ where: own })
  const audience = { in: privately(personIds) }
  await ctx.db.$executeRaw`
    DELETE FROM "Outbox" o WHERE o."programId" = ${programId} AND o.kind = 'post' AND o.audience = ANY(${audience.in})
      AND NOT EXISTS (SELECT FROM "Posted" p WHERE p."outboxId" = o.id)`
  await ctx.db.channel.updateMany({ where: { programId, audience }, data: { name: 'former' } })
  await closePlaces(ctx, [...audience.in, ...trace.ids.map((id) => `thread:${id}`)])
  const places = personIds.map((id) => `${programId}:person:${id}`)
  await ctx.db.$executeRaw`
    DELETE FROM "WebMessage" WHERE "programId" = ${programId}
      AND (place = ANY(${places}) OR "visibleTo" = ANY(${personIds}) OR split_part(author, ' ', 1) = ANY(${personIds}))`
  await dropMail(ctx, trace)
  await scrubLog(ctx, own.personId.in, trace, others)
}

/** Their own place and the threads about things of theirs are called after them at a door with threads. */
async function closePlaces(ctx: Context, audiences: string[]): Promise<void> {
  const programId = ctx.program.id
  const there = await ctx.db.channel.findMany({ where: { programId, audience: { in: audiences } } })
  const close = { programId, kind: 'close', key: 'forgotten', payload: { name: FORMER }, state: 'due' }
  await ctx.db.outbox.createMany({
    data: there.map(({ spaceId, audience }) => ({
      ...close,
      id: ctx.id('outbox'),
      spaceId,
      audience,
      notBefore: ctx.now,
      createdAt: ctx.now,
    })),
    skipDuplicates: true,
  })
}

/** The key of the mail that tells them it is done; it goes out and is emptied after that. */
export const FAREWELL = 'erased:'

export const FAREWELL_DAYS = 7

/** A farewell that was not taken in a week is not said any more, for with it lies the last address of somebody who was forgotten. */
export async function dropFarewells(ctx: Context): Promise<void> {
  const late = { lte: days(ctx.now, -FAREWELL_DAYS) }
  const where = { programId: ctx.program.id, kind: 'mail', key: { startsWith: FAREWELL }, createdAt: late }
  await ctx.db.outbox.deleteMany({ where: { ...where, state: { not: 'done' } } })
}

/** Mail that was not sent yet lies sealed; whom it is for is seen only by opening it. */
async function dropMail(ctx: Context, { words }: Trace): Promise<void> {
  const where = {
    programId: ctx.program.id,
    spaceId: mailSpace(ctx.program.id),
    kind: 'mail',
    state: { not: 'done' },
    NOT: { key: { startsWith: FAREWELL } },
  }
  const known = new Set(words.map((word) => word.toLowerCase()))
  for (const { id, payload } of await ctx.db.outbox.findMany({ where })) {
    const { sealed } = payload as { sealed?: string }
    if (sealed === undefined) continue
    const { to } = JSON.parse(ctx.unseal(sealed)) as { to: string }
    if (known.has(to.toLowerCase())) await ctx.db.outbox.delete({ where: { id } })
  }
}

/** What they did stays as what was done; what came along with it goes, and so does their name where others gave it. */
async function scrubLog(ctx: Context, personIds: string[], trace: Trace, others: string[]): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${programId}, true)`
  await ctx.db.$executeRaw`
    UPDATE "Audit" SET given = '{}' WHERE "programId" = ${programId} AND "personId" = ANY(${personIds}) AND given <> '{}'`
  const words = wanted(trace)
  const scrub = scrubber(trace, others)
  const rows = await ctx.db.$queryRaw<{ id: string; given: unknown }[]>`
    SELECT id, given FROM "Audit" WHERE "programId" = ${programId}
      AND EXISTS (SELECT FROM unnest(${words}::text[]) w WHERE strpos(lower(given::text), w) > 0)`
  for (const { id, given } of rows) {
    const fresh = JSON.stringify(scrubJson(given, scrub))
    await ctx.db.$executeRaw`UPDATE "Audit" SET given = ${fresh}::jsonb WHERE id = ${id} AND "programId" = ${programId}`
  }
}

/** As they would stand in the text of a JSON value. */
const wanted = ({ words, short, texts, codes }: Trace): string[] => [
  ...[...words, ...texts, ...codes].map((word) => JSON.stringify(word).slice(1, -1).toLowerCase()),
  ...short.map((word) => JSON.stringify(word).toLowerCase()),
]

type Found = { id: string; kind: string; key: string; payload: unknown; about: boolean; means: boolean }

// As ids are written, wherever they stand in a text: one look at each text, however many ids are sought.
const ANY_ID = '[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}'

/**
 * Looks through the next posts, in the order they were made: those about a thing of theirs are shown empty from now on, wherever they
 * stand; in others their name is replaced. `others` are names of others that hold one of theirs: the same name goes only where the post
 * says whom it means, a longer one stays. Gives how far it came; null at the end.
 */
export async function forgetPosts(
  ctx: Context,
  subject: Subject,
  trace: Trace,
  others: string[],
  after: string,
): Promise<{ after: string | null; fileIds: string[] }> {
  const programId = ctx.program.id
  const page = await ctx.db.outbox.findMany({
    where: { programId, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: PAGE,
    select: { id: true },
  })
  const last = page.at(-1)?.id
  if (last === undefined) return { after: null, fileIds: [] }
  const ids = [...new Set([...subject.personIds, ...subject.creatorIds, ...trace.ids])]
  const words = wanted(trace)
  const rows = await ctx.db.$queryRaw<Found[]>`
    SELECT * FROM (SELECT id, kind, key, payload,
        EXISTS (SELECT FROM regexp_matches(o.audience || ' ' || o.key, ${ANY_ID}, 'g') m WHERE m[1] = ANY(${ids})) AS about,
        EXISTS (SELECT FROM regexp_matches(o.payload::text, ${ANY_ID}, 'g') m WHERE m[1] = ANY(${ids})) AS means,
        EXISTS (SELECT FROM unnest(${words}::text[]) w WHERE strpos(lower(o.key || ' ' || o.payload::text), w) > 0) AS speaks
      FROM "Outbox" o WHERE o."programId" = ${programId} AND o.kind IN ('post', 'mail') AND o.id > ${after} AND o.id <= ${last}) found
    WHERE about OR means OR speaks ORDER BY id`
  const fileIds: string[] = []
  const own = new Set([...trace.words, ...trace.short].map((word) => word.toLowerCase()))
  const longer = others.filter((name) => !own.has(name.toLowerCase()))
  const every = scrubber(trace, longer)
  const sure = scrubber(trace, others)
  // A key says nothing of anybody but where mail goes.
  const inKeys = scrubber({ words: trace.words.filter((word) => word.includes('@')) })
  for (const { id, kind, key, payload, about, means } of rows) {
    const scrub = about || means ? every : sure
    const gone = kind === 'mail' ? [] : picturesIn(payload).filter(({ alt }) => about || scrub(alt) !== alt)
    const left = scrubCard(without(payload, gone), scrub)
    const fresh = kind === 'mail' ? payload : about ? { ...bare(payload), card: blank() } : left
    fileIds.push(...gone.flatMap(({ file }) => file ?? []))
    const plain = inKeys(key)
    // Two addresses of theirs would leave two equal keys.
    const name = plain === key ? key : `${plain}:${id}`
    if (name === key && JSON.stringify(fresh) === JSON.stringify(payload)) continue
    await ctx.db.$executeRaw`
      UPDATE "Outbox" SET payload = ${JSON.stringify(fresh)}::jsonb, key = ${name}, version = version + 1, tries = 0, error = NULL,
        "notBefore" = ${ctx.now}, state = CASE WHEN EXISTS (SELECT FROM "Posted" p WHERE p."outboxId" = ${id}) THEN 'due' ELSE state END
      WHERE id = ${id} AND "programId" = ${programId}`
  }
  if (rows.length > 0) ctx.ring('deliver')
  return { after: page.length === PAGE ? last : null, fileIds }
}

type Picture = { block: 'image'; file?: string; alt: string }

const blocksOf = (payload: unknown): { block: string }[] => (payload as { card?: Card }).card?.blocks ?? []

const picturesIn = (payload: unknown): Picture[] => blocksOf(payload).filter((block): block is Picture => block.block === 'image')

/** A picture of a leaderboard has names drawn into it; where its words say theirs, it is shown no more. */
function without(payload: unknown, gone: readonly Picture[]): unknown {
  if (gone.length === 0) return payload
  const { card: shown } = payload as { card: Card }
  const blocks = shown.blocks.filter((block) => !gone.includes(block as Picture))
  return { ...(payload as object), card: { ...shown, blocks } }
}

/** A post keeps whether it is pinned; the title of its thread goes. */
function bare(payload: unknown): Record<string, unknown> {
  const { pin = false, thread } = payload as { pin?: boolean; thread?: { people: string[] } }
  return { pin, ...(thread ? { thread: { title: REMOVED, people: thread.people } } : {}) }
}

/** Messages of the simulator that others see; there are few, for it is no place of business. */
export async function forgetShown(ctx: Context, trace: Trace, others: string[]): Promise<void> {
  const programId = ctx.program.id
  const words = wanted(trace)
  const scrub = scrubber(trace, others)
  const rows = await ctx.db.$queryRaw<{ id: string; card: unknown }[]>`
    SELECT id, card FROM "WebMessage" m WHERE m."programId" = ${programId}
      AND EXISTS (SELECT FROM unnest(${words}::text[]) w WHERE strpos(lower(m.card::text), w) > 0)`
  for (const { id, card: shown } of rows)
    await ctx.db.webMessage.update({ where: { id }, data: { card: scrubCard(shown, scrub) as Prisma.InputJsonValue } })
  for (const { id, name } of await ctx.db.channel.findMany({ where: { programId, audience: { startsWith: 'thread:' } } }))
    if (scrub(name) !== name) await ctx.db.channel.update({ where: { id }, data: { name: REMOVED } })
}

/** What shops told is kept as facts; a code that was made of a name is named there no more. */
export async function forgetTold(ctx: Context, codes: string[]): Promise<void> {
  if (codes.length === 0) return
  const named = new Set(codes.map((code) => code.toUpperCase()))
  const scrub = (text: string): string => (named.has(text.toUpperCase()) ? FORMER : text)
  const rows = await ctx.db.$queryRaw<{ id: string; facts: unknown }[]>`
    SELECT id, facts FROM "Inbox" WHERE "programId" = ${ctx.program.id} AND facts IS NOT NULL
      AND EXISTS (SELECT FROM unnest(${codes.map((code) => code.toLowerCase())}::text[]) w WHERE strpos(lower(facts::text), w) > 0)`
  // A code that sold very often was told of as often.
  const [ids, fresh] = [rows.map(({ id }) => id), rows.map(({ facts }) => JSON.stringify(scrubJson(facts, scrub)))]
  await ctx.db.$executeRaw`
    UPDATE "Inbox" i SET facts = f.facts::jsonb FROM unnest(${ids}::text[], ${fresh}::text[]) AS f(id, facts)
    WHERE i.id = f.id AND i."programId" = ${ctx.program.id}`
}

/** Questions about the products: asked by creators, answered by managers, found by everyone. */
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Question } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { atLeast } from '../people/service.ts'
import { answeredCard, questionCard } from './cards-questions.ts'
import { checkOpen, IDEA_DAYS, isSame, isSimilar, type Likeness, readings, readTag } from './rules-questions.ts'

export type Asker = { personId: string; name: string }
export type Answer = Pick<Question, 'id' | 'words' | 'answer' | 'link' | 'tag'>
type Found = Answer & { matched: number; of: number; sameAs: string | null }

async function questionOf(ctx: Context, id: string): Promise<Question> {
  await ctx.db.$queryRaw`SELECT id FROM "Question" WHERE id = ${id} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const question = await ctx.db.question.findFirst({ where: { id, programId: ctx.program.id } })
  if (!question) throw new Refusal('not_found', 'This question does not exist any more.', 'Ask it again with /ask.', 'question')
  return question
}

/**
 * The questions nearest to these words, by how many of them they hold and then by rank. Any one word may match, for people ask the
 * same in many ways; a word that nothing holds may be the beginning of one, or misspelled. That is done here and not by pg_trgm, which
 * a managed or a small PostgreSQL may not have, and to which "serum" and "series" are more alike than "retniol" and "retinol".
 */
async function nearest(ctx: Context, words: string, states: string[], limit: number, except = ''): Promise<Found[]> {
  const groups = await readingsOf(ctx, words, states)
  const any = groups.flat().join(' ')
  return ctx.db.$queryRaw<Found[]>`
    WITH asked AS (SELECT replace(plainto_tsquery('simple', ${any})::text, ' & ', ' | ')::tsquery AS any_of)
    SELECT q.id, q.words AS words, q.answer, q.link, q.tag, q."sameAs", q.matched::int, ${groups.length}::int AS "of" FROM (
      SELECT q.*, ts_rank(q.search, a.any_of) AS rank,
        (SELECT count(*) FROM jsonb_array_elements(${JSON.stringify(groups)}::jsonb) g
          WHERE EXISTS (SELECT 1 FROM jsonb_array_elements_text(g) l WHERE l = ANY(tsvector_to_array(q.search)))) AS matched
      FROM "Question" q, asked a
      WHERE q."programId" = ${ctx.program.id} AND q.state = ANY(${states}) AND q.id <> ${except} AND q.search @@ a.any_of) q
    ORDER BY q.matched DESC, q.rank DESC, q.id DESC LIMIT ${limit}`
}

/** Each asked word as it may be meant: itself, or where no question holds it, those that begin so or are spelled nearly so. */
async function readingsOf(ctx: Context, words: string, states: string[]): Promise<string[][]> {
  const rows = await ctx.db.$queryRaw<{ word: string; known: string[] }[]>`
    WITH asked AS (SELECT unnest(tsvector_to_array(to_tsvector('english', ${words}))) AS word),
    known AS (SELECT DISTINCT unnest(tsvector_to_array(search)) AS word FROM "Question"
      WHERE "programId" = ${ctx.program.id} AND state = ANY(${states}))
    SELECT a.word, array_remove(array_agg(k.word ORDER BY k.word), NULL) AS known
    FROM asked a LEFT JOIN known k ON left(k.word, 1) = left(a.word, 1) GROUP BY a.word`
  return rows.map(({ word, known }) => readings(word, known))
}

const SHOWN = 3

export type Asked = { question: Question; similar: Answer[]; sent: boolean }

/** Keeps a question; where something like it was answered before, that is offered first and the question waits as a draft. */
export async function ask(ctx: Context, words: string): Promise<Asked> {
  const { personId } = ctx.actor
  const own = { programId: ctx.program.id, personId }
  checkOpen(await ctx.db.question.count({ where: { ...own, state: 'open' } }))
  if (await ctx.db.question.findFirst({ where: { ...own, state: 'open', words } }))
    throw new Refusal('conflict', 'You have asked this already.', 'The answer comes to your private place.', 'words')
  const found = await nearest(ctx, words, ['answered'], SHOWN)
  const similar = found.filter((one) => isSimilar(likeness(one)))
  const question = await ctx.db.question.create({
    data: { id: ctx.id('question'), ...own, words, state: 'draft', createdAt: ctx.now },
  })
  if (similar.length > 0) return { question, similar, sent: false }
  return { question: await send(ctx, question.id), similar: [], sent: true }
}

/** Sends a kept question to the managers. Whoever presses twice asks once. */
export async function send(ctx: Context, id: string): Promise<Question> {
  const draft = await questionOf(ctx, id)
  if (draft.personId !== ctx.actor.personId) throw notYours()
  if (draft.state !== 'draft') return draft
  const [closest] = await nearest(ctx, draft.words, ['open', 'answered', 'same'], 1, draft.id)
  const sameAs = closest && isSame(likeness(closest)) ? (closest.sameAs ?? closest.id) : null
  const question = await ctx.db.question.update({ where: { id }, data: { state: 'open', sameAs } })
  await showQuestion(ctx, question)
  return question
}

const notYours = () => new Refusal('not_allowed', 'This is somebody else’s question.', 'Ask your own with /ask.')

const likeness = ({ matched, of: words }: Found): Likeness => ({ matched, words })

/** The asker found an earlier answer: nothing is sent, and the question counts beside that one. */
export async function settle(ctx: Context, id: string, answerId: string): Promise<Question> {
  const draft = await questionOf(ctx, id)
  if (draft.personId !== ctx.actor.personId) throw notYours()
  const answer = await ctx.db.question.findFirst({ where: { id: answerId, programId: ctx.program.id, state: 'answered' } })
  if (!answer) throw new Refusal('not_found', 'This answer does not exist any more.', 'Look through /answers.')
  if (draft.state !== 'draft') return answer
  await ctx.db.question.update({ where: { id }, data: { state: 'same', sameAs: answer.sameAs ?? answer.id } })
  return answer
}

/** Answers a question; its asker reads it in their private place, and everybody finds it. Refusal conflict when somebody was faster. */
export async function answer(
  ctx: Context,
  id: string,
  { words, link, tag }: { words: string; link?: string | undefined; tag?: string | undefined },
): Promise<Question> {
  const before = await questionOf(ctx, id)
  if (before.state !== 'open')
    throw new Refusal('conflict', 'Somebody has answered this already.', 'Read it in /answers.', 'question')
  const question = await ctx.db.question.update({
    where: { id },
    data: {
      state: 'answered',
      answer: words,
      link: link ?? null,
      tag: readTag(tag),
      answeredBy: ctx.actor.personId,
      answeredAt: ctx.now,
    },
  })
  await showQuestion(ctx, question)
  if (question.personId !== null)
    await ctx.show({ person: question.personId }, `answer:${id}`, answeredCard(question, ctx.actor.name))
  return question
}

/** In #managers, until somebody answers. */
async function showQuestion(ctx: Context, question: Question): Promise<void> {
  const asker = await askerOf(ctx, question.personId)
  const by = await askerOf(ctx, question.answeredBy)
  await ctx.show({ channel: 'managers' }, `question:${question.id}`, questionCard(question, asker, by))
}

async function askerOf(ctx: Context, personId: string | null): Promise<Asker | null> {
  if (personId === null) return null
  return ctx.db.membership.findUnique({ where: { programId_personId: { programId: ctx.program.id, personId } } })
}

const LISTED = 8

/** Answers that hold the words, best first; the newest without words. With a tag, only those. Refusal not_found for a tag nobody gave. */
export async function answers(
  ctx: Context,
  search: string | undefined,
  tag: string | undefined,
): Promise<{ found: Answer[]; total: number; near: boolean }> {
  const wanted = readTag(tag)
  const where = { programId: ctx.program.id, state: 'answered', ...(wanted === null ? {} : { tag: wanted }) }
  const total = await ctx.db.question.count({ where })
  if (wanted !== null && total === 0) throw await noTag(ctx, wanted)
  if (search === undefined) {
    const newest = await ctx.db.question.findMany({ where, orderBy: [{ answeredAt: 'desc' }, { id: 'desc' }], take: LISTED })
    return { found: newest, total, near: false }
  }
  const exact = await ctx.db.$queryRaw<(Answer & { total: bigint })[]>`
    SELECT id, words, answer, link, tag, count(*) OVER () AS total
    FROM "Question", websearch_to_tsquery('english', ${search}) query
    WHERE "programId" = ${ctx.program.id} AND state = 'answered' AND (${wanted}::text IS NULL OR tag = ${wanted}) AND search @@ query
    ORDER BY ts_rank(search, query) DESC, "answeredAt" DESC, id DESC LIMIT ${LISTED}`
  if (exact.length > 0) return { found: exact, total: Number(exact[0]!.total), near: false }
  const near = (await nearest(ctx, search, ['answered'], LISTED)).filter((one) => wanted === null || one.tag === wanted)
  return { found: near, total: near.length, near: near.length > 0 }
}

const WAITING_SHOWN = 3

export type Waiting = { count: number; oldest: Pick<Question, 'id' | 'words'>[] }

/** How many questions wait for an answer; a manager gets the oldest ones, to answer them from here. */
export async function waiting(ctx: Context): Promise<Waiting> {
  const where = { programId: ctx.program.id, state: 'open' }
  const orderBy = [{ createdAt: 'asc' as const }, { id: 'asc' as const }]
  const oldest = atLeast(ctx.actor.role, 'manager')
    ? await ctx.db.question.findMany({ where, orderBy, take: WAITING_SHOWN, select: { id: true, words: true } })
    : []
  return { count: await ctx.db.question.count({ where }), oldest }
}

async function noTag(ctx: Context, tag: string): Promise<Refusal> {
  const known = (await tags(ctx)).slice(0, 10)
  const fix = known.length === 0 ? 'No answer has a tag yet; leave it out.' : `There are: ${known.join(', ')}.`
  return new Refusal('not_found', `No answer has the tag “${tag}”.`, fix, 'tag')
}

/** The tags of answers, those used most in front. */
async function tags(ctx: Context): Promise<string[]> {
  const rows = await ctx.db.question.groupBy({
    by: ['tag'],
    where: { programId: ctx.program.id, state: 'answered', tag: { not: null } },
    _count: true,
    orderBy: [{ _count: { tag: 'desc' } }, { tag: 'asc' }],
  })
  return rows.flatMap(({ tag }) => (tag === null ? [] : [tag]))
}

export const suggestTags = async (ctx: Context, typed: string): Promise<Suggestion[]> =>
  (await tags(ctx))
    .filter((tag) => tag.includes(typed.trim().toLowerCase()))
    .slice(0, 25)
    .map((tag) => ({ label: tag, value: tag }))

/** Questions that wait for an answer, the oldest first, for autocomplete. */
export async function suggestOpen(ctx: Context, typed: string): Promise<Suggestion[]> {
  const rows = await ctx.db.question.findMany({
    where: { programId: ctx.program.id, state: 'open', words: { contains: typed, mode: 'insensitive' } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: 25,
  })
  return rows.map(({ id, words }) => ({ label: words.slice(0, 100), value: id }))
}

export type Idea = { id: string; words: string; asked: number }

/** What more than one person asked within the last days, most asked first. */
export const ideas = (ctx: Context, limit: number): Promise<Idea[]> =>
  ctx.db.$queryRaw<Idea[]>`
    SELECT root.id, root.words, asked.n::int AS asked FROM (
      SELECT coalesce("sameAs", id) AS id, count(DISTINCT "personId") AS n, max("createdAt") AS last FROM "Question"
      WHERE "programId" = ${ctx.program.id} AND state <> 'draft' AND "createdAt" >= ${days(ctx.now, -IDEA_DAYS)}
      GROUP BY 1 HAVING count(DISTINCT "personId") > 1) asked
    JOIN "Question" root ON root.id = asked.id AND root."programId" = ${ctx.program.id}
    ORDER BY asked.n DESC, asked.last DESC, root.id DESC LIMIT ${limit}`

const DRAFT_DAYS = 1

/** Questions that were never sent are forgotten. */
export async function due(ctx: Context): Promise<number> {
  const where = { programId: ctx.program.id, state: 'draft', createdAt: { lt: days(ctx.now, -DRAFT_DAYS) } }
  return (await ctx.db.question.deleteMany({ where })).count
}

/** The monthly evaluation: of the program and of each creator, with every sentence tied to its figure. Posted once a month. */
import type { Context } from '../context.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addMonths, localDay, monthOf, monthRange, type Range, sayMonth } from '../kernel/time.ts'
import { keepPaper } from '../ledger/papers.ts'
import { evaluationCard } from './cards-evaluation.ts'
import { type Kept, keptIn, type Span } from './daily.ts'
import { evaluationPdf } from './evaluation-pdf.ts'
import { namesOf } from './names.ts'
import { type Compared, type Ground, type Named, type Statement, statements, statementsOf } from './rules-evaluation.ts'
import type { Way } from './rules-kpi.ts'
import { type Kpi, kpisOf, nothing } from './rules-kpi.ts'
import { splits } from './splits.ts'
import { nichesOf, tallies, tallyOf, termsOf } from './tally.ts'

/** `creator` is whom it is about; null = the program. */
export type Evaluation = {
  month: string
  program: string
  creator: { id: string; name: string } | null
  rows: { now: Kpi; before: Kpi }[]
  statements: Statement[]
  provisional: boolean
}

type Window = Span & { kept: Kept }

/** The month before the one that runs. */
export const lastMonth = (ctx: Context): string => monthOf(addMonths(ctx.now, -1, ctx.program.zone), ctx.program.zone)

/** Of a month that runs as much as is over, and as much of the month before: the rest of it would make everybody look worse. */
const spanOf = (ctx: Context, month: string): { now: Range; before: Range; provisional: boolean } => {
  const { zone } = ctx.program
  const now = monthRange(month, zone)
  if (now.from > ctx.now)
    throw new Refusal('invalid', `${sayMonth(month)} has not begun yet.`, 'Choose an earlier month.', 'month')
  const before = monthRange(monthOf(addMonths(now.from, -1, zone), zone), zone)
  if (now.to <= ctx.now) return { now, before, provisional: false }
  const until = before.from.getTime() + ctx.now.getTime() - now.from.getTime()
  const to = new Date(Math.min(until, before.to.getTime()))
  return { now: { ...now, to: ctx.now }, before: { ...before, to }, provisional: true }
}

/** A month beside the month before it. Refusal invalid for a month that has not begun. */
export async function evaluate(ctx: Context, month: string, creatorId?: string): Promise<Evaluation> {
  const { now, before: earlier, provisional } = spanOf(ctx, month)
  const kept = await keptIn(ctx, { from: earlier.from, to: now.to })
  const span = { now: { ...now, kept }, before: { ...earlier, kept } }
  const terms = termsOf(ctx)
  const people = await peopleOf(ctx)
  const everybody = await comparedOf(ctx, span, people)
  // Whoever left, was sent away or was forgotten can be neither lifted nor talked to.
  const creators = everybody.filter(({ key }) => people.get(key)?.here)
  const program = { terms, now: await tallyOf(ctx, span.now), before: await tallyOf(ctx, span.before), creators }
  const ground: Ground =
    creatorId === undefined ? { ...program, ...(await restOf(ctx, span, everybody, people)) } : { ...program, ...nothingElse }
  const own = creatorId === undefined ? undefined : await tallyOf(ctx, { ...span.now, by: 'creator', of: creatorId })
  const was = creatorId === undefined ? undefined : await tallyOf(ctx, { ...span.before, by: 'creator', of: creatorId })
  const before = new Map(kpisOf(was ?? ground.before, terms).map((kpi) => [kpi.key, kpi]))
  return {
    month,
    program: ctx.program.name,
    creator: creatorId === undefined ? null : { id: creatorId, name: people.get(creatorId)?.name ?? creatorId },
    rows: kpisOf(own ?? ground.now, terms).map((now) => ({ now, before: before.get(now.key) ?? now })),
    statements: creatorId === undefined ? statements(ground) : statementsOf(ground, creatorId),
    provisional,
  }
}

type Known = { name: string; niche: string; here: boolean }

/** Everybody, in one text: thousands of rows would take longer to read. */
async function peopleOf(ctx: Context): Promise<Map<string, Known>> {
  const [row] = await ctx.db.$queryRaw<{ all: string | null }[]>`
    SELECT json_agg(json_build_array(id, name, niche, state IN ('approved', 'paused')))::text AS all FROM "Creator" WHERE "programId" = ${ctx.program.id}`
  const all = JSON.parse(row?.all ?? '[]') as [string, string, string, boolean][]
  return new Map(all.map(([id, name, niche, here]) => [id, { name, niche, here }]))
}

const nothingElse = { missions: [], platforms: [], niches: [], offers: [] }

const restOf = async (
  ctx: Context,
  { now }: { now: Window },
  creators: readonly Named[],
  people: ReadonlyMap<string, Known>,
) => ({
  missions: await namedBy(ctx, 'mission', now),
  platforms: await namedBy(ctx, 'platform', now),
  niches: [...nichesOf(creators, (id) => people.get(id)?.niche)].map(([key, sum]) => ({ key, name: key, now: sum })),
  offers: await namedBy(ctx, 'offer', now),
})

async function namedBy(ctx: Context, by: Way, span: Window): Promise<Named[]> {
  const found = await tallies(ctx, { ...span, by, brief: true })
  const names = await namesOf(ctx, by, [...found.keys()])
  return [...found].map(([key, now]) => ({ key, name: names.get(key) ?? key, now }))
}

/** Creators with the window before, those too of whom there is nothing in this one. */
async function comparedOf(
  ctx: Context,
  span: { now: Window; before: Window },
  people: ReadonlyMap<string, Known>,
): Promise<Compared[]> {
  const was = await tallies(ctx, { ...span.before, by: 'creator', brief: true })
  const is = await tallies(ctx, { ...span.now, by: 'creator', brief: true })
  const none = nothing(splits.creator)
  return [...new Set([...is.keys(), ...was.keys()])].map((key) => {
    const name = people.get(key)?.name ?? key
    return { key, name, now: is.get(key) ?? none, before: was.get(key) ?? none }
  })
}

/** The evaluation as a file for managers. */
export async function evaluationFile(ctx: Context, month: string, creatorId?: string): Promise<string> {
  const found = await evaluate(ctx, month, creatorId)
  const bytes = await evaluationPdf(found, ctx.program.locale, localDay(ctx.now, ctx.program.zone))
  const name = `evaluation-${month}${found.creator ? `-${found.creator.id}` : ''}.pdf`
  return keepPaper(ctx, { bytes, name, what: `report ${month}`, creatorId: null })
}

/**
 * Posts the evaluation of the month that ended in #managers, once; false when it was posted before, or in the month nobody handed
 * anything in and nothing was sold.
 */
export async function postEvaluation(ctx: Context): Promise<boolean> {
  const { id: programId, zone } = ctx.program
  const month = lastMonth(ctx)
  const { from, to } = monthRange(month, zone)
  if ((await ctx.db.evaluation.count({ where: { programId, month } })) > 0) return false
  const at = { gte: from, lt: to }
  const lived =
    (await ctx.db.line.findFirst({ where: { programId, at } })) ??
    (await ctx.db.submission.findFirst({ where: { programId, submittedAt: at } }))
  if (!lived) return false
  const { count } = await ctx.db.evaluation.createMany({ data: { programId, month, postedAt: ctx.now }, skipDuplicates: true })
  if (count === 0) return false
  await ctx.show({ channel: 'managers' }, `evaluation:${month}`, evaluationCard(await evaluate(ctx, month)))
  return true
}

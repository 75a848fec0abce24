/** What posts brought: numbers said by hand, by list or by a hook, the bonus they earn, and the link that shows what a piece sold. */
import { bonusFor, bonusOf } from '../campaigns/rules-bonus.ts'
import { spend } from '../campaigns/service.ts'
import { submissionOf } from '../content/queries.ts'
import { knownState, untold } from '../content/rules.ts'
import type { Context } from '../context.ts'
import type { PostMetric, Submission } from '../db/generated/client.ts'
import type { Card } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, localDay } from '../kernel/time.ts'
import { bonus } from '../ledger/service.ts'
import { atLeast } from '../people/service.ts'
import { performedCard } from './cards.ts'
import { checkNumbers, later, type Measure, measures, type Numbers, unknown } from './rules.ts'

export type Said = { submissionId: string; numbers: Numbers; source: 'hand' | 'csv' | 'hook'; day?: string | undefined }

/** `paid` is what the numbers added to the bonus of the piece; null where its mission pays none or nobody stands by them yet. */
export type Recorded = { submission: Submission; metric: PostMetric; paid: Money | null }

const measured = ['approved', 'live', 'measured']

/**
 * Takes in numbers of a post for a day (today when none is given), under the row lock of its submission. Those of a creator are kept
 * and pay nothing until a manager stands by them, and take the place of none that somebody stands by; all others pay at once what the mission promised, and stand for themselves alone:
 * what a creator said that day and nobody confirmed is not confirmed by them.
 */
export async function record(ctx: Context, { submissionId, numbers, source, day }: Said): Promise<Recorded> {
  checkNumbers(numbers)
  const submission = await locked(ctx, submissionId)
  const own = ctx.actor.creatorId === submission.creatorId
  const stands = !own && (atLeast(ctx.actor.role, 'manager') || source === 'hook')
  if (!own && !stands)
    throw new Refusal('not_allowed', 'These are numbers of somebody else’s content.', 'See your own with /content.', 'submission')
  const on = dayOf(ctx, day)
  const where = { submissionId_day: { submissionId, day: on } }
  const before = await ctx.db.postMetric.findUnique({ where })
  // Boards count what somebody stands by, and whoever is on them picks no day that no longer does.
  if (!stands && before && before.confirmedBy !== null)
    throw new Refusal(
      'conflict',
      'The numbers of that day are confirmed.',
      'Give those of another day, or ask a manager to correct these.',
      'day',
    )
  const known = later(before && (!stands || before.confirmedBy !== null) ? before : unknown, numbers)
  checkNumbers(known)
  const data = {
    ...known,
    source,
    at: ctx.now,
    saidBy: source === 'hook' ? null : ctx.actor.personId,
    confirmedBy: stands ? (source === 'hook' ? source : ctx.actor.personId) : null,
  }
  const create = { id: ctx.id('metric'), programId: ctx.program.id, submissionId, day: on, ...data }
  const metric = await ctx.db.postMetric.upsert({ where, create, update: data })
  const shown = await measure(ctx, submission)
  return { submission: shown, metric, paid: stands ? await payBonus(ctx, shown, metric) : null }
}

/** A manager stands by the numbers a creator gave, those of `said` where it is known when they were; and what they earn is paid. */
export async function confirm(ctx: Context, metricId: string, said?: string): Promise<Recorded> {
  const found = await ctx.db.postMetric.findFirst({ where: { id: metricId, programId: ctx.program.id } })
  if (!found) throw new Refusal('not_found', 'These numbers are no longer here.', 'Look at the piece with /metrics show.')
  const submission = await locked(ctx, found.submissionId)
  if (ctx.actor.creatorId === submission.creatorId)
    throw new Refusal('not_allowed', 'Nobody confirms their own numbers.', 'Ask another manager.')
  const { at } = await ctx.db.postMetric.findUniqueOrThrow({ where: { id: found.id } })
  if (said !== undefined && said !== at.toISOString())
    throw new Refusal('conflict', 'These numbers were changed since you saw them.', 'Look at the piece with /metrics show again.')
  const metric = await ctx.db.postMetric.update({ where: { id: found.id }, data: { confirmedBy: ctx.actor.personId } })
  return { submission, metric, paid: await payBonus(ctx, submission, metric) }
}

function dayOf(ctx: Context, wanted: string | undefined): string {
  const today = localDay(ctx.now, ctx.program.zone)
  if (wanted === undefined) return today
  if (!/^\d{4}-\d{2}-\d{2}$/.test(wanted) || wanted > today || wanted < addDays(today, -730))
    throw new Refusal('invalid', 'This is no day of the last two years.', 'Write it as 2026-11-21.', 'day')
  return wanted
}

async function locked(ctx: Context, submissionId: string): Promise<Submission> {
  await ctx.db.$queryRaw`SELECT id FROM "Submission" WHERE id = ${submissionId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const submission = await submissionOf(ctx, submissionId)
  // An approval that its creator has not heard of is not given away.
  const own = ctx.actor.creatorId === submission.creatorId
  if (!measured.includes(own ? knownState(submission) : submission.state))
    throw new Refusal('conflict', 'Only approved content has numbers.', 'Wait for the decision.', 'submission')
  return submission
}

const measure = (ctx: Context, submission: Submission): Promise<Submission> | Submission =>
  submission.state === 'live'
    ? ctx.db.submission.update({ where: { id: submission.id }, data: { state: 'measured' } })
    : submission

const performanceKey = (submissionId: string, total: bigint): string => `performance:${submissionId}:${total}`

/** Pays what the piece has earned and not been paid yet, out of the mission's budget; the creator is told. What was paid stays paid. */
async function payBonus(ctx: Context, submission: Submission, metric: PostMetric): Promise<Money | null> {
  const mission = submission.missionId
    ? await ctx.db.mission.findFirst({ where: { id: submission.missionId, programId: ctx.program.id } })
    : null
  const promised = mission && bonusOf(mission)
  if (!mission || !promised) return null
  const earned = bonusFor(promised, metric)
  if (earned === null) return null
  const { currency } = ctx.program
  const money = { minor: earned - (await paidFor(ctx, submission.id)), currency }
  if (money.minor <= 0n) return { minor: 0n, currency }
  if (untold(submission))
    throw new Refusal(
      'conflict',
      'The approval can still be taken back, so its bonus is not paid yet.',
      'Press Tell now on it, or wait until its creator was told. Then give the numbers again.',
    )
  await spend(ctx, mission.id, money, 'bonus')
  const key = performanceKey(submission.id, earned)
  await bonus(ctx, {
    creatorId: submission.creatorId,
    money,
    key,
    because: { rule: 'performance bonus', submission: submission.id, mission: mission.title, views: String(metric.views) },
  })
  await tellPaid(ctx, submission, key, performedCard(mission.title, metric, money))
  return money
}

/** Whether the mission of a piece pays for its numbers. */
export async function pays(ctx: Context, submissionId: string): Promise<boolean> {
  const { missionId } = await submissionOf(ctx, submissionId)
  const mission = missionId ? await ctx.db.mission.findUnique({ where: { id: missionId }, select: { bonus: true } }) : null
  return mission !== null && bonusOf(mission) !== null
}

/** What a piece has been paid for its performance, in minor units of the program's currency. */
async function paidFor(ctx: Context, submissionId: string): Promise<bigint> {
  const { _sum } = await ctx.db.transfer.aggregate({
    where: { programId: ctx.program.id, key: { startsWith: `performance:${submissionId}:` } },
    _sum: { minor: true },
  })
  return _sum.minor ?? 0n
}

async function tellPaid(ctx: Context, submission: Submission, key: string, told: Card): Promise<void> {
  const creator = await ctx.db.creator.findUnique({ where: { id: submission.creatorId }, select: { personId: true } })
  if (creator) await ctx.show({ person: creator.personId }, key, told, { unasked: true })
}

/** The numbers of a row, null where they are not known. */
export const numbersOf = (row: Record<Measure, bigint | null>): Numbers =>
  Object.fromEntries(measures.map((measure) => [measure, row[measure]])) as Numbers

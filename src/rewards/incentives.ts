// Money that comes by a rule: to the first of a season when it is frozen, or for so many approvals in a row. A rule is locked while it
// pays, so that two sweeps never spend its budget twice, and what it paid for is kept, so that nothing is paid for twice.
import type { Context } from '../context.ts'
import { Prisma, type RewardRule, type Season } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { bonus } from '../ledger/service.ts'
import { atLeast } from '../people/service.ts'
import { notBySales } from '../recognition/rules.ts'
import { ANEW, seasonName } from '../recognition/rules-seasons.ts'
import { metricOf } from '../recognition/service.ts'
import { emptyBudgetCard, ruleRewardCard } from './cards.ts'
import { preview, rowsEnding, timesLeft } from './rules.ts'

export type RulePlan = {
  kind: 'top' | 'row'
  number: number
  season?: string | undefined
  each: Money
  budget: Money
}

/** What a rule that is to be would have cost, kept as a draft until somebody starts it. */
export async function draftRule(ctx: Context, plan: RulePlan): Promise<RewardRule> {
  const { kind, number, each, budget } = plan
  if (each.minor <= 0n) throw new Refusal('invalid', 'Each reward is above zero.', 'Write an amount such as 25.00.', 'each')
  if (budget.minor < each.minor)
    throw new Refusal('invalid', 'The budget is less than one reward.', 'Give it as much as one at least.', 'budget')
  return ctx.db.rewardRule.create({
    data: {
      id: ctx.id('incentive'),
      programId: ctx.program.id,
      kind,
      number,
      season: kind === 'top' ? (plan.season ?? 'week') : null,
      minor: each.minor,
      budgetMinor: budget.minor,
      state: 'draft',
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
}

export async function switchRule(ctx: Context, ruleId: string, on: boolean): Promise<RewardRule> {
  const rule = await lockedRule(ctx, ruleId)
  if (!rule) throw new Refusal('not_found', 'There is no such rule.', 'Make one with /reward rule.', 'rule')
  if (on && timesLeft(rule) < 1)
    throw new Refusal('over_limit', 'Its budget is spent.', 'Make a new rule with /reward rule.', 'rule')
  if ((rule.state === 'running') === on) return rule
  // What was reached while it did not run is paid by nobody.
  const data = on ? { state: 'running', since: ctx.now } : { state: 'stopped' }
  return ctx.db.rewardRule.update({ where: { id: rule.id }, data })
}

const LISTED = 20

/** For admins: the rules that run or may be started, newest first; null for anybody else. */
export async function openRules(ctx: Context): Promise<RewardRule[] | null> {
  if (!atLeast(ctx.actor.role, 'admin')) return null
  const rules = await ctx.db.rewardRule.findMany({ where: { programId: ctx.program.id }, orderBy: { createdAt: 'desc' } })
  return rules.filter((rule) => timesLeft(rule) > 0).slice(0, LISTED)
}

type Due = { creatorId: string; subject: string; why: string }

/** Pays what running rules owe. Gives how many rewards. */
export async function due(ctx: Context): Promise<number> {
  const running = await ctx.db.rewardRule.findMany({
    where: { programId: ctx.program.id, state: 'running' },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  let paid = 0
  for (const { id } of running) {
    const rule = await lockedRule(ctx, id)
    if (rule?.state !== 'running') continue
    paid += await pay(ctx, rule, await owed(ctx, rule, rule.since ?? ctx.now))
  }
  return paid
}

async function lockedRule(ctx: Context, ruleId: string): Promise<RewardRule | null> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`SELECT id FROM "RewardRule" WHERE id = ${ruleId} AND "programId" = ${programId} FOR UPDATE`
  return ctx.db.rewardRule.findFirst({ where: { id: ruleId, programId } })
}

async function pay(ctx: Context, rule: RewardRule, all: readonly Due[]): Promise<number> {
  const programId = ctx.program.id
  const given = await ctx.db.ruleReward.findMany({ where: { ruleId: rule.id }, select: { subject: true, creatorId: true } })
  // Whoever was two before has the places and the rows of both behind them.
  const done = new Set(given.map(({ subject, creatorId }) => placeOf(subject, creatorId)))
  const rows = new Map<string, number>()
  for (const { creatorId } of given) rows.set(creatorId, (rows.get(creatorId) ?? 0) + 1)
  const isPaid = ({ creatorId, subject }: Due) =>
    rule.kind === 'row' ? Number(subject.split(':')[2]) <= (rows.get(creatorId) ?? 0) : done.has(placeOf(subject, creatorId))
  const open = all.filter((one) => !isPaid(one))
  const now = open.slice(0, timesLeft(rule))
  const { currency } = ctx.program
  for (const { creatorId, subject, why } of now) {
    await ctx.db.ruleReward.create({ data: { ruleId: rule.id, subject, programId, creatorId, minor: rule.minor, at: ctx.now } })
    const money = { minor: rule.minor, currency }
    const because = { rule: 'incentive', incentive: rule.id, reason: why }
    await bonus(ctx, { creatorId, money, key: `incentive:${rule.id}:${subject}`, because })
    const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
    await ctx.show({ person: personId }, `incentive:${rule.id}:${subject}`, ruleRewardCard(rule, why, currency), {
      unasked: true,
    })
  }
  const short = open.length - now.length
  if (now.length > 0 || short > 0) {
    const spent = BigInt(now.length) * rule.minor
    const data = { spentMinor: { increment: spent }, ...(short > 0 ? { state: 'stopped' } : {}) }
    await ctx.db.rewardRule.update({ where: { id: rule.id }, data })
  }
  if (short > 0) await ctx.show({ channel: 'managers' }, `incentive:${rule.id}`, emptyBudgetCard(rule, short))
  return now.length
}

/** A season and who had a place in it, as they are known now. */
const placeOf = (subject: string, creatorId: string): string => `${subject.split(':')[0]}:${creatorId}`

const owed = (ctx: Context, rule: RewardRule, since: Date): Promise<Due[]> =>
  rule.kind === 'top' ? topsSince(ctx, rule, since) : rowsSince(ctx, rule, since)

/** One that was begun anew pays nothing: it would be paid as often as somebody ends it. */
const oncePerPeriod = { NOT: { period: { contains: ANEW } } }

/** Seasons that were frozen since then. What was over before was reached while the rule did not run, however late it is frozen. */
async function topsSince(ctx: Context, rule: RewardRule, since: Date): Promise<Due[]> {
  const seasons = await ctx.db.season.findMany({
    where: {
      programId: ctx.program.id,
      kind: rule.season ?? 'week',
      frozenAt: { gte: since },
      to: { gt: since },
      ...oncePerPeriod,
    },
    orderBy: [{ to: 'asc' }, { id: 'asc' }],
  })
  return topsOf(ctx, rule, seasons)
}

/**
 * Places of these frozen seasons; whoever has left by now gets nothing. Where a suspicion withholds sales of the season, their seller
 * waits for its end, and has nothing for a place that was won with sales which it took.
 */
async function topsOf(ctx: Context, rule: RewardRule, seasons: readonly Season[]): Promise<Due[]> {
  const programId = ctx.program.id
  const found: Due[] = []
  for (const season of seasons) {
    const places = await ctx.db.$queryRaw<{ creatorId: string; rank: number }[]>`
      SELECT s."creatorId", s.rank FROM "Standing" s JOIN "Creator" c ON c.id = s."creatorId" AND c.state IN ('approved', 'paused')
      WHERE s."programId" = ${programId} AND s."seasonId" = ${season.id} AND s.rank <= ${rule.number}
        AND NOT ${doubtful(season)}
      ORDER BY s.rank, s."reachedAt", s."creatorId"`
    const name = seasonName(season, ctx.program.locale)
    for (const { creatorId, rank } of places)
      found.push({ creatorId, subject: `${season.id}:${creatorId}`, why: `Place ${rank} of ${name}` })
  }
  return found
}

/**
 * Of a place `s`: whether a suspicion withholds sales that it was won with, or took some since it was frozen. What was taken before did not
 * count for it, sales count for no place of content or engagement, and what a shopper's bank decides is like a refund.
 */
const doubtful = (season: Season): Prisma.Sql =>
  notBySales.includes(metricOf(season))
    ? Prisma.sql`false`
    : Prisma.sql`EXISTS (SELECT FROM "Case" c JOIN "CaseLine" k ON k."caseId" = c.id JOIN "Line" l ON l.id = k."lineId" LEFT JOIN "Hold" h ON h.line = l.id
        WHERE c."programId" = s."programId" AND c.kind = 'fraud' AND l."creatorId" = s."creatorId" AND l.at >= ${season.from} AND l.at < ${season.to}
          AND (h."caseId" = c.id OR (k.outcome = 'forfeited' AND c."decidedAt" >= ${season.frozenAt})))`

/** Rows of approvals that ended since then; a rejection begins a new row, and what was asked to be changed breaks none. */
async function rowsSince(ctx: Context, rule: RewardRule, since: Date): Promise<Due[]> {
  const rows = await ctx.db.$queryRaw<{ id: string; creatorId: string; state: string; told: boolean }[]>`
    SELECT s.id, s."creatorId", s.state, s."toldAt" IS NOT NULL AS told FROM "Submission" s
    JOIN "Creator" c ON c.id = s."creatorId" AND c.state IN ('approved', 'paused')
    WHERE s."programId" = ${ctx.program.id} AND s.state IN ('approved', 'live', 'measured', 'rejected') AND s."decidedAt" >= ${since}
    ORDER BY s."creatorId", s."decidedAt", s.id`
  const paid = await ctx.db.ruleReward.groupBy({
    by: ['creatorId'],
    where: { programId: ctx.program.id, ruleId: rule.id, at: { lt: since } },
    _count: true,
  })
  const before = new Map(paid.map(({ creatorId, _count }) => [creatorId, _count]))
  const byCreator = new Map<string, typeof rows>()
  for (const row of rows) byCreator.set(row.creatorId, [...(byCreator.get(row.creatorId) ?? []), row])
  return [...byCreator].flatMap(([creatorId, own]) => {
    // What can still be undone ends no row.
    const sure = own.slice(0, firstUnsure(own))
    const ends = rowsEnding(
      sure.map(({ state }) => state !== 'rejected'),
      rule.number,
    )
    const why = `${rule.number} pieces approved in a row`
    // By number and not by piece: what is withdrawn later moves no end to another piece that would be paid anew. Numbers go on where the
    // rule is started once more.
    const first = (before.get(creatorId) ?? 0) + 1
    return ends.map((_, nth): Due => ({ creatorId, subject: `row:${creatorId}:${first + nth}`, why }))
  })
}

function firstUnsure(rows: readonly { told: boolean }[]): number {
  const at = rows.findIndex(({ told }) => !told)
  return at < 0 ? rows.length : at
}

const LOOK_BACK_DAYS = 30

/** What a rule would have cost lately: the last frozen season of its kind, or the last thirty days. */
export async function previewOf(ctx: Context, rule: RewardRule) {
  if (rule.kind === 'row') {
    const reached = (await rowsSince(ctx, rule, days(ctx.now, -LOOK_BACK_DAYS))).length
    return { ...preview(rule, reached), reached, of: `In the last ${LOOK_BACK_DAYS} days` }
  }
  const last = await ctx.db.season.findFirst({
    where: { programId: ctx.program.id, kind: rule.season ?? 'week', frozenAt: { not: null }, ...oncePerPeriod },
    orderBy: [{ frozenAt: 'desc' }, { to: 'desc' }],
  })
  const reached = last ? (await topsOf(ctx, rule, [last])).length : rule.number
  const of = last ? `In ${seasonName(last, ctx.program.locale)}` : 'No such season is over yet; if all places are taken'
  return { ...preview(rule, reached), reached, of }
}

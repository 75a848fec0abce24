import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Season } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Range } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { rests } from '../programs/schedule.ts'
import { announcedCard, seasonLabel } from './cards-seasons.ts'
import { creatorsOf } from './queries.ts'
import { type Metric, type Place, periodAt, rank } from './rules.ts'
import { againIn, divisionOf, ownSpan, type SeasonKind, seasonName, spanOf } from './rules-seasons.ts'
import { freezeAndPost, headingOf, metricOf } from './service.ts'

export type Plan = {
  kind: SeasonKind
  metric?: Metric | undefined
  title?: string | undefined
  prizes?: string | undefined
  from?: string | undefined
  until?: string | undefined
  divisions?: boolean | undefined
}

/** Begins a season and announces it in #leaderboard. Refusal conflict when the same one runs already, invalid for days that would not count. */
export async function createSeason(ctx: Context, plan: Plan): Promise<Season> {
  const { id: programId, zone } = ctx.program
  if (plan.kind !== 'custom' && (plan.from ?? plan.until) !== undefined)
    throw new Refusal(
      'invalid',
      'Only days of your own have a first and a last day.',
      'Choose those, or leave the days empty.',
      'kind',
    )
  const id = ctx.id('season')
  const metric = plan.metric ?? policyOf(ctx.program).leaderboard
  const span =
    plan.kind === 'custom'
      ? { ...ownSpan(plan.from, plan.until, ctx.now, zone), season: id as string }
      : await openSpan(ctx, plan.kind, metric)
  const season = await ctx.db.season.create({
    data: {
      id,
      programId,
      period: span.season,
      metric,
      from: span.from,
      to: span.to,
      kind: plan.kind,
      title: plan.title ?? null,
      prizes: plan.prizes ?? null,
      divisions: plan.divisions ?? false,
      again: plan.kind === 'month' || plan.kind === 'quarter',
      createdBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  await announce(ctx, season)
  return season
}

/** The period around now; where it was ended before its time, what is left of it. Refusal conflict while it runs. */
async function openSpan(ctx: Context, kind: Exclude<SeasonKind, 'custom'>, metric: Metric): Promise<Range & { season: string }> {
  const { id: programId, zone, locale } = ctx.program
  const span = spanOf(kind, ctx.now, zone)
  const before = await ctx.db.season.findMany({ where: { programId, metric, period: { startsWith: span.season } } })
  const running = before.find(({ frozenAt }) => frozenAt === null)
  if (running)
    throw new Refusal('conflict', `There is ${seasonName(running, locale)} by this measure already.`, 'See /season list.')
  return before.length === 0 ? span : { ...span, from: ctx.now, season: againIn(span.season, before.length + 1) }
}

const announce = (ctx: Context, season: Season): Promise<void> =>
  ctx.show({ channel: 'leaderboard' }, `season:${season.id}`, announcedCard(season, headingOf(ctx, metricOf(season), season)))

/** Ends a season now: its board is frozen and posted, and no other follows it. Refusal when it has not begun or is over. */
export async function endSeason(ctx: Context, seasonId: string): Promise<Season> {
  await ctx.db.$queryRaw`SELECT id FROM "Season" WHERE id = ${seasonId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const season = await seasonOf(ctx, seasonId)
  if (season.frozenAt) throw new Refusal('conflict', 'This season is over already.', 'See /season list.', 'season')
  if (season.from >= ctx.now) throw new Refusal('too_late', 'This season has not begun yet.', 'End it when it runs.', 'season')
  const to = new Date(Math.min(season.to.getTime(), ctx.now.getTime()))
  await ctx.db.season.update({ where: { id: season.id }, data: { to, again: false } })
  await freezeAndPost(ctx, season.id)
  return seasonOf(ctx, seasonId)
}

/**
 * Freezes what is over; the next month or quarter begins. The weekly board of the week that ended last has its own hour, which its
 * schedule knows, unless that is paused. Gives how many.
 */
export async function due(ctx: Context): Promise<number> {
  const { id: programId, zone } = ctx.program
  const posted = { kind: 'week', metric: policyOf(ctx.program).leaderboard, period: periodAt('last_week', ctx.now, zone).season }
  const over = await ctx.db.season.findMany({
    where: {
      programId,
      frozenAt: null,
      to: { lte: ctx.now },
      ...((await rests(ctx, 'leaderboard')) ? {} : { NOT: posted }),
    },
    orderBy: { to: 'asc' },
    take: 20,
  })
  for (const season of over) {
    await freezeAndPost(ctx, season.id)
    if (!season.again || (season.kind !== 'month' && season.kind !== 'quarter')) continue
    // One that was slept through is made up for by the next due round.
    const { season: period, from, to } = spanOf(season.kind, season.to, zone)
    const { prizes, divisions, metric, kind, again, createdBy, title } = season
    const row = { id: ctx.id('season'), programId, period, metric, from, to, kind, prizes, divisions, again, createdBy, title }
    await ctx.db.season.createMany({ data: [{ ...row, createdAt: ctx.now }], skipDuplicates: true })
  }
  return over.length
}

export async function seasonOf(ctx: Context, seasonId: string): Promise<Season> {
  const season = await ctx.db.season.findFirst({ where: { id: seasonId, programId: ctx.program.id } })
  if (!season) throw new Refusal('not_found', 'There is no such season.', 'Pick one from the list.', 'season')
  return season
}

/** Those that run or come first, then the archive, newest first. */
export async function seasons(ctx: Context, take = 20): Promise<{ running: Season[]; over: Season[] }> {
  const programId = ctx.program.id
  return {
    running: await ctx.db.season.findMany({
      where: { programId, frozenAt: null },
      orderBy: [{ to: 'asc' }, { id: 'asc' }],
      take,
    }),
    over: await ctx.db.season.findMany({
      where: { programId, frozenAt: { not: null } },
      orderBy: [{ to: 'desc' }, { id: 'asc' }],
      take,
    }),
  }
}

export async function suggestSeasons(ctx: Context, typed: string): Promise<Suggestion[]> {
  const { running, over } = await seasons(ctx, 50)
  return [...running, ...over]
    .map((season) => ({ label: seasonLabel(season, ctx.program.locale), value: season.id }))
    .filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, 25)
}

/** Of these places, those of one tier, ranked among themselves. */
export async function within(ctx: Context, places: readonly Place[], division: string): Promise<Place[]> {
  const known = await creatorsOf(ctx, places)
  return rank(
    places.filter(({ creatorId }) => {
      const creator = known.get(creatorId)
      return creator !== undefined && divisionOf(creator, ctx.now) === division
    }),
  )
}

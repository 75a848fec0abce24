import type { Context } from '../context.ts'
import type { Season } from '../db/generated/client.ts'
import { type Card, card, moment, text } from '../kernel/card.ts'
import { leaderboardPicture } from '../kernel/leaderboard.ts'
import { toPng } from '../kernel/picture.ts'
import { must } from '../kernel/refusal.ts'
import { isoWeek, type Range, weekRange } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { type Board, counted, emptyBoardCard, type Heading, leaderboardCard, nameWords, publicName, subtitle } from './cards.ts'
import { divisionCard, missedCard } from './cards-seasons.ts'
import { creatorsOf, ranksBefore, standings } from './queries.ts'
import { type Metric, type Move, metrics, moves, type Place, periodAt, rank, steps } from './rules.ts'
import { divisionOf, noTier, seasonName, wholeOf } from './rules-seasons.ts'

const SHOWN = 10

/**
 * Freezes the season of the week around `weekStart` and shows its board in #leaderboard, once: false when that was done before.
 * The week must be over; what is refunded afterwards changes neither the board nor what is stored.
 */
export async function postLeaderboard(ctx: Context, weekStart: Date): Promise<boolean> {
  const season = await weeklySeason(ctx, weekStart)
  return season !== undefined && freezeAndPost(ctx, season.id)
}

/** The season of the weekly board of a week that is over; undefined when that was frozen before. */
async function weeklySeason(ctx: Context, weekStart: Date): Promise<Season | undefined> {
  const { id: programId, zone } = ctx.program
  const range = weekRange(weekStart, zone)
  must(range.to <= ctx.now, 'a season is frozen when it is over')
  const metric = policyOf(ctx.program).leaderboard
  const period = isoWeek(range.from, zone)
  // A program that changed what it ranks by has still posted this week once.
  const posted = { programId, period, createdBy: null, frozenAt: { not: null } }
  if (await ctx.db.season.findFirst({ where: posted })) return undefined
  const row = { id: ctx.id('season'), programId, period, metric, ...range, kind: 'week', createdAt: ctx.now }
  await ctx.db.season.createMany({ data: row, skipDuplicates: true })
  const where = { programId_period_metric: { programId, period, metric } }
  return ctx.db.season.findUniqueOrThrow({ where })
}

/** The weeks whose boards should have come at these rings, without the one that ended last, by their names. */
function missedWeeks(ctx: Context, rings: readonly Date[]): Map<string, Range> {
  const { zone } = ctx.program
  const missed = new Map(rings.map((at) => periodAt('last_week', at, zone)).map((week) => [week.season, week]))
  missed.delete(periodAt('last_week', ctx.now, zone).season)
  return missed
}

/** Freezes the first of them that is not frozen yet; false when all are. One that somebody started has its own board when seasons end. */
export async function closeMissed(ctx: Context, rings: readonly Date[]): Promise<boolean> {
  for (const { from } of missedWeeks(ctx, rings).values()) {
    const season = await weeklySeason(ctx, from)
    if (season?.createdBy !== null) continue
    const frozen = await freeze(ctx, season.id)
    if (frozen) await closeRunning(ctx, wholeOf(frozen.season.period))
    return true
  }
  return false
}

/** They are news no more, so one post says of all of them that they are closed. One that came late was frozen when the next was over, too. */
export async function sayMissed(ctx: Context, rings: readonly Date[]): Promise<void> {
  const { id: programId, zone, locale } = ctx.program
  const period = { in: [...missedWeeks(ctx, rings).keys()] }
  const where = { programId, period, createdBy: null, frozenAt: { not: null } }
  const rows = await ctx.db.season.findMany({ where, orderBy: { to: 'asc' } })
  const late = rows.filter(({ to, frozenAt }) => frozenAt! >= weekRange(to, zone).to)
  const key = `leaderboard:missed:${periodAt('last_week', ctx.now, zone).season}`
  if (late.length > 0) await ctx.show({ channel: 'leaderboard' }, key, missedCard(late, locale))
}

/** Freezes a season that is over and shows its board, once; false when that was done before. */
export async function freezeAndPost(ctx: Context, seasonId: string): Promise<boolean> {
  const frozen = await freeze(ctx, seasonId)
  if (!frozen) return false
  const { season, places, divisions } = frozen
  const metric = metricOf(season)
  // A week that somebody started by another measure is not the weekly board, and stands beside it.
  const weekly = season.kind === 'week' && (season.createdBy === null || metric === policyOf(ctx.program).leaderboard)
  if (weekly) await closeRunning(ctx, wholeOf(season.period))
  const title = `Leaderboard of ${seasonName(season, ctx.program.locale)}`
  const key = `leaderboard:${weekly ? season.period : season.id}`
  const board = await boardCard(ctx, {
    title,
    name: season.period,
    kind: season.kind,
    metric,
    range: season,
    places,
    season: season.id,
    prizes: season.prizes,
  })
  // The newest board is the one at the top of the channel.
  await unpinOthers(ctx, key)
  await ctx.show({ channel: 'leaderboard' }, key, board, { pin: true })
  if (season.divisions || policyOf(ctx.program).divisions) await postDivisions(ctx, { key, title, season, places, divisions })
  return true
}

/** What a season is ranked by. */
export const metricOf = (season: { metric: string }): Metric => metrics.find((metric) => metric === season.metric) ?? 'revenue'

async function unpinOthers(ctx: Context, key: string): Promise<void> {
  const where = { programId: ctx.program.id, kind: 'post', audience: 'leaderboard', NOT: { key } }
  const pinned = await ctx.db.outbox.findMany({
    where: { ...where, payload: { path: ['pin'], equals: true } },
    distinct: ['key'],
    select: { key: true, payload: true },
  })
  for (const row of pinned)
    await ctx.show({ channel: 'leaderboard' }, row.key, (row.payload as unknown as { card: Card }).card, { unpin: true })
}

type Divided = { key: string; title: string; season: Season; places: Place[]; divisions: ReadonlyMap<string, string> }

/** Each tier has its own first place. Where all are in one, the board of all says it already. */
async function postDivisions(ctx: Context, { key, title, season, places, divisions }: Divided): Promise<void> {
  const names = [...new Set(places.map(({ creatorId }) => divisions.get(creatorId) ?? noTier))].sort()
  if (names.length < 2) return
  for (const name of names) {
    const among = rank(places.filter(({ creatorId }) => (divisions.get(creatorId) ?? noTier) === name))
    const top = among.slice(0, SHOWN)
    const board = { heading: headingOf(ctx, metricOf(season), season), title, top, total: among.length }
    const shown = divisionCard({ ...board, known: await creatorsOf(ctx, top) }, name)
    await ctx.show({ channel: 'leaderboard' }, `${key}:${name}`, shown)
  }
}

/** The board of the week that ended last; false when it was posted before. */
export const postLastWeek = (ctx: Context): Promise<boolean> =>
  postLeaderboard(ctx, periodAt('last_week', ctx.now, ctx.program.zone).from)

/** Shows how the running week stands; the same post is edited when it is asked for again in that week. */
export async function postRunningWeek(ctx: Context): Promise<void> {
  const metric = policyOf(ctx.program).leaderboard
  const { season, ...range } = periodAt('this_week', ctx.now, ctx.program.zone)
  const places = await standings(ctx, { ...range, metric })
  const title = runningTitle(season)
  const running = text`As of ${moment(ctx.now, 'full')}. The final board comes when the week is over.`
  const board = await boardCard(ctx, { title, name: `${season}-live`, kind: 'week', metric, range, places, running })
  await ctx.show({ channel: 'leaderboard' }, runningKey(season), board)
}

const runningKey = (season: string): string => `leaderboard:live:${season}`
const runningTitle = (season: string): string => `Leaderboard so far, week ${weekNumber(season)}`

/** Where the running week was shown, that post no longer pretends to be news. */
async function closeRunning(ctx: Context, season: string): Promise<void> {
  const where = { programId: ctx.program.id, kind: 'post', audience: 'leaderboard', key: runningKey(season) }
  if (!(await ctx.db.outbox.findFirst({ where, select: { id: true } }))) return
  const over = card(runningTitle(season), 'This week is over. Its final board is in /season list.')
  await ctx.show({ channel: 'leaderboard' }, runningKey(season), over)
}

/** "2026-W07" is week 7. */
const weekNumber = (season: string): number => Number(season.slice(-2))

type Frozen = { season: Season; places: Place[]; divisions: ReadonlyMap<string, string> }

/** Two at once meet at the season's row: one freezes, the other finds it frozen and gets undefined. */
async function freeze(ctx: Context, seasonId: string): Promise<Frozen | undefined> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`SELECT id FROM "Season" WHERE id = ${seasonId} AND "programId" = ${programId} FOR UPDATE`
  const season = await ctx.db.season.findUniqueOrThrow({ where: { id: seasonId } })
  if (season.frozenAt) return undefined
  const places = await standings(ctx, { from: season.from, to: season.to, metric: metricOf(season) })
  const known = await creatorsOf(ctx, places)
  const divisions = new Map([...known].map(([id, creator]) => [id, divisionOf(creator, ctx.now)]))
  const rows = JSON.stringify(
    places.map((place) => ({ ...place, value: place.value.toString(), division: divisions.get(place.creatorId) })),
  )
  await ctx.db.$executeRaw`
    INSERT INTO "Standing" ("seasonId", "creatorId", "programId", "rank", "value", "orders", "reachedAt", "division")
    SELECT ${season.id}, "creatorId", ${programId}, "rank", "value", "orders", "reachedAt", "division" FROM jsonb_to_recordset(${rows}::jsonb)
      AS place("creatorId" text, "rank" int, "value" bigint, "orders" int, "reachedAt" timestamptz, "division" text)`
  return { season: await ctx.db.season.update({ where: { id: season.id }, data: { frozenAt: ctx.now } }), places, divisions }
}

type Shown = {
  title: string
  /** What the picture's file is called. */
  name: string
  kind: string
  metric: Metric
  range: Range
  places: Place[]
  running?: Board['running']
  season?: string
  prizes?: string | null
}

async function boardCard(ctx: Context, { title, name, kind, metric, range, places, running, season, prizes }: Shown) {
  const heading = headingOf(ctx, metric, range)
  if (places.length === 0) return emptyBoardCard(title, heading)
  const top = places.slice(0, SHOWN)
  const known = await creatorsOf(ctx, top)
  const moved = moves(top, kind === 'custom' ? undefined : await ranksBefore(ctx, metric, range.from, kind))
  const best = places[0]!.value
  const picture = leaderboardPicture({
    title,
    subtitle: subtitle(heading),
    theme: 'light',
    demo: ctx.program.demo,
    rows: top.map((place) => ({
      rank: place.rank,
      name: nameWords(publicName(known, place.creatorId)),
      // Steps and not the value: no amount can be measured out of the picture.
      value: steps(place.value, best),
      shown: counted(metric, place),
      moved: movedBy(moved.get(place.creatorId)),
    })),
  })
  const { id } = await ctx.store(toPng(picture.svg), `leaderboard-${name}.png`)
  return leaderboardCard({
    heading,
    title,
    top,
    total: places.length,
    known,
    moves: moved,
    picture: { file: id, alt: picture.alt },
    season,
    ...(running ? { running } : {}),
    ...(prizes ? { prizes } : {}),
  })
}

function movedBy(move: Move | undefined): number | 'new' | undefined {
  if (!move) return undefined
  if (move.kind === 'new') return 'new'
  return move.kind === 'same' ? 0 : move.kind === 'up' ? move.by : -move.by
}

export const headingOf = (ctx: Context, metric: Metric, { from, to }: Range): Heading => ({
  from,
  to,
  metric,
  zone: ctx.program.zone,
  locale: ctx.program.locale,
  currency: ctx.program.currency,
})

import type { Context } from '../context.ts'
import { card, moment, text } from '../kernel/card.ts'
import { leaderboardPicture } from '../kernel/leaderboard.ts'
import { toPng } from '../kernel/picture.ts'
import { must } from '../kernel/refusal.ts'
import { isoWeek, type Range, weekRange } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { type Board, counted, emptyBoardCard, type Heading, leaderboardCard, nameWords, publicName, subtitle } from './cards.ts'
import { creatorsOf, ranksBefore, standings } from './queries.ts'
import { type Metric, type Move, moves, type Place, periodAt, steps } from './rules.ts'

export { standings } from './queries.ts'
export { celebrateApproval, celebrateLetGo, celebrateSale } from './wins.ts'

const SHOWN = 10

/**
 * Freezes the season of the week around `weekStart` and shows its board in #leaderboard, once: false when that was done before.
 * The week must be over; what is refunded afterwards changes neither the board nor what is stored.
 */
export async function postLeaderboard(ctx: Context, weekStart: Date): Promise<boolean> {
  const range = weekRange(weekStart, ctx.program.zone)
  must(range.to <= ctx.now, 'a season is frozen when it is over')
  const metric = policyOf(ctx.program).leaderboard
  const season = isoWeek(range.from, ctx.program.zone)
  const places = await freeze(ctx, season, metric, range)
  if (!places) return false
  await closeRunning(ctx, season)
  const title = `Leaderboard of week ${weekNumber(season)}`
  await ctx.show({ channel: 'leaderboard' }, `leaderboard:${season}`, await boardCard(ctx, title, season, metric, range, places))
  return true
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
  const board = await boardCard(ctx, title, `${season}-live`, metric, range, places, running)
  await ctx.show({ channel: 'leaderboard' }, runningKey(season), board)
}

const runningKey = (season: string): string => `leaderboard:live:${season}`
const runningTitle = (season: string): string => `Leaderboard so far, week ${weekNumber(season)}`

/** Where the running week was shown, that post no longer pretends to be news. */
async function closeRunning(ctx: Context, season: string): Promise<void> {
  const where = { programId: ctx.program.id, kind: 'post', audience: 'leaderboard', key: runningKey(season) }
  if (!(await ctx.db.outbox.findFirst({ where, select: { id: true } }))) return
  const over = card(runningTitle(season), 'This week is over. Its final board is the newest post here.')
  await ctx.show({ channel: 'leaderboard' }, runningKey(season), over)
}

/** "2026-W07" is week 7. */
const weekNumber = (season: string): number => Number(season.slice(-2))

/** Two at once meet at the season's key: one freezes, the other finds it frozen and gets undefined. */
async function freeze(ctx: Context, season: string, metric: Metric, { from, to }: Range): Promise<Place[] | undefined> {
  const programId = ctx.program.id
  // A program that changed what it ranks by has still posted this week once.
  if (await ctx.db.season.findFirst({ where: { programId, period: season, frozenAt: { not: null } } })) return undefined
  const id = ctx.id('season')
  const { count } = await ctx.db.season.createMany({
    data: { id, programId, period: season, metric, from, to, frozenAt: ctx.now, createdAt: ctx.now },
    skipDuplicates: true,
  })
  if (count === 0) return undefined
  const places = await standings(ctx, { from, to, metric })
  const rows = JSON.stringify(places.map((place) => ({ ...place, value: place.value.toString() })))
  await ctx.db.$executeRaw`
    INSERT INTO "Standing" ("seasonId", "creatorId", "programId", "rank", "value", "orders", "reachedAt")
    SELECT ${id}, "creatorId", ${programId}, "rank", "value", "orders", "reachedAt" FROM jsonb_to_recordset(${rows}::jsonb)
      AS place("creatorId" text, "rank" int, "value" bigint, "orders" int, "reachedAt" timestamptz)`
  return places
}

async function boardCard(
  ctx: Context,
  title: string,
  name: string,
  metric: Metric,
  range: Range,
  places: Place[],
  running?: Board['running'],
) {
  const heading = headingOf(ctx, metric, range)
  if (places.length === 0) return emptyBoardCard(title, heading)
  const top = places.slice(0, SHOWN)
  const known = await creatorsOf(ctx, top)
  const moved = moves(top, await ranksBefore(ctx, metric, range.from))
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
    ...(running ? { running } : {}),
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

// Boards as a reader sees them: with their own place, and names and amounts for managers alone.
import type { Context } from '../context.ts'
import type { Season } from '../db/generated/client.ts'
import type { Card } from '../kernel/card.ts'
import type { Range } from '../kernel/time.ts'
import { atLeast } from '../people/service.ts'
import { standingsCard } from './cards.ts'
import { cut, type Standings, standingsNow } from './places.ts'
import { creatorsOf, frozen, placesOf, standings } from './queries.ts'
import { type Metric, nameOn, type Period, periodAt, rank } from './rules.ts'
import { divisionOf, seasonName } from './rules-seasons.ts'
import { within } from './seasons.ts'
import { headingOf, metricOf } from './service.ts'

/** How a period stands for this reader; `mine` = among the creators of the reader's own tier, as tiers were when it was frozen. */
export async function periodBoard(ctx: Context, period: Period, metric: Metric, mine: boolean): Promise<Card> {
  const { season, from, to } = periodAt(period, ctx.now, ctx.program.zone)
  const me = ctx.actor.creatorId
  const kept = period === 'last_week' ? await frozen(ctx, season, metric) : undefined
  const then = kept?.find(({ creatorId }) => creatorId === me)?.division ?? undefined
  const division = mine ? (then ?? (await ownDivision(ctx))) : undefined
  const read = async (): Promise<Standings> => {
    if (kept) return cut(division === undefined ? kept : rank(kept.filter((place) => place.division === division)), me)
    if (division !== undefined) return cut(await within(ctx, await standings(ctx, { from, to, metric }), division), me)
    if (period === 'last_week') return cut(await standings(ctx, { from, to, metric }), me)
    return standingsNow(ctx, { period: season, from, to }, metric, me)
  }
  return shown(ctx, { standing: await read(), metric, range: { from, to }, period, final: kept !== undefined, division })
}

/** The board of a season, frozen or as it stands. */
export async function seasonBoard(ctx: Context, season: Season): Promise<Card> {
  const metric = metricOf(season)
  const me = ctx.actor.creatorId
  const standing = season.frozenAt
    ? cut(await placesOf(ctx, season.id), me)
    : await standingsNow(ctx, { period: season.period, from: season.from, to: season.to }, metric, me)
  const title = `Leaderboard: ${seasonName(season, ctx.program.locale)}`
  const board = await shown(ctx, { standing, metric, range: season, period: 'this_week', final: season.frozenAt !== null })
  // Other periods and measures belong to /leaderboard; a season has its own.
  return { ...board, title, blocks: board.blocks.filter(({ block }) => block !== 'choice' && block !== 'buttons') }
}

async function ownDivision(ctx: Context): Promise<string | undefined> {
  const me = ctx.actor.creatorId
  const own = me === undefined ? undefined : (await creatorsOf(ctx, [{ creatorId: me }])).get(me)
  return own && divisionOf(own, ctx.now)
}

type Read = {
  standing: Standings
  metric: Metric
  range: Range
  period: Period
  final: boolean
  division?: string | undefined
}

async function shown(ctx: Context, { standing, metric, range, period, final, division }: Read): Promise<Card> {
  const me = ctx.actor.creatorId
  const own = me === undefined ? [] : [{ creatorId: me }]
  const known = await creatorsOf(ctx, [...standing.top, ...standing.near, ...own])
  const self = me === undefined ? undefined : known.get(me)
  return standingsCard({
    ...standing,
    heading: headingOf(ctx, metric, { from: range.from, to: range.to }),
    period,
    me,
    hidden: self !== undefined && nameOn(self) === null,
    manager: atLeast(ctx.actor.role, 'manager'),
    known,
    final,
    division,
  })
}

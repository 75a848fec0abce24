/**
 * The law of recognition: creators are ranked by what they brought in a period, never by what they earn. Equal values share a
 * rank and the next rank is left out (1, 1, 3); among equals, whoever got there first stands first. Who brought nothing is not
 * ranked. Growth is against one's own past alone: the average of up to four periods before, so newcomers without a past are not
 * ranked by it. Engagement is what confirmed numbers of posts say, over at least a thousand people in all; a streak is the longest row
 * of weeks with approved content or a sale that goes on in the period. A name appears as its creator chose: name, alias, or not at all (counted, not named); to oneself it is "You".
 * Amounts are for oneself and managers: others see ranks, counts, and bars in steps of a tenth, from which no amount can be
 * worked out. A finished season is frozen, whatever is refunded later. First sale and first approval are celebrated once.
 */
import { shownName } from '../creators/rules.ts'
import { isoWeek, monthOf, monthRange, type Range, weekRange } from '../kernel/time.ts'

export const metrics = ['revenue', 'orders', 'content', 'growth', 'engagement', 'streak'] as const
export type Metric = (typeof metrics)[number]

/** Measures that no sale counts for. */
export const notBySales: readonly Metric[] = ['content', 'engagement']

export const periods = ['this_week', 'last_week', 'month', 'quarter'] as const
export type Period = (typeof periods)[number]

/** What a creator brought in a period: minor units, a count, or basis points of growth, as the metric says. */
export type Tally = { creatorId: string; value: bigint; orders: number; reachedAt: Date }

export type Place = Tally & { rank: number }

/** A creator's place against the season before. */
export type Move = { kind: 'up'; by: number } | { kind: 'down'; by: number } | { kind: 'same' } | { kind: 'new' }

/** Best first; ties share a rank and stand in the order in which they got there. */
export function rank(tallies: readonly Tally[]): Place[] {
  const sorted = tallies.filter((tally) => tally.value > 0n).sort(byPlace)
  const places: Place[] = []
  for (const [i, tally] of sorted.entries()) {
    const above = places[i - 1]
    places.push({ ...tally, rank: above && above.value === tally.value ? above.rank : i + 1 })
  }
  return places
}

/** Best first; among equals, whoever got there first. */
export function byPlace(a: Tally, b: Tally): number {
  if (a.value !== b.value) return a.value > b.value ? -1 : 1
  return a.reachedAt.getTime() - b.reachedAt.getTime() || (a.creatorId < b.creatorId ? -1 : 1)
}

/** The first `top` places, and of the others those at most `near` away from this creator. */
export function around(places: readonly Place[], creatorId: string | undefined, top = 10, near = 10) {
  const at = places.findIndex((place) => place.creatorId === creatorId)
  const from = Math.max(top, at - near)
  return {
    top: places.slice(0, top),
    near: at < top ? [] : places.slice(from, at + near + 1),
    mine: at < 0 ? undefined : places[at],
  }
}

/** How long a bar is against the best, 1 to 10: coarse on purpose. */
export function steps(value: bigint, best: bigint): number {
  if (value <= 0n || best <= 0n) return 0
  return Number((value * 10n + best - 1n) / best)
}

/** How each place moved against the season before; without one there is nothing to compare, and nobody is new. */
export function moves(places: readonly Place[], earlier: ReadonlyMap<string, number> | undefined): Map<string, Move> {
  if (!earlier) return new Map()
  return new Map(places.map((place) => [place.creatorId, moved(earlier.get(place.creatorId), place.rank)]))
}

function moved(from: number | undefined, to: number): Move {
  if (from === undefined) return { kind: 'new' }
  if (from === to) return { kind: 'same' }
  return from > to ? { kind: 'up', by: from - to } : { kind: 'down', by: to - from }
}

/** How many periods of one's own past growth is measured against. */
const PAST_PERIODS = 4
/** Ten times as much; beyond it a percentage only says that the past was small. */
const MOST_GROWTH_BPS = 100_000n

/** What a creator brought before the period, and when the first of it came. */
export type Past = { value: bigint; since: Date }

/** Growth in basis points over the average of one's own periods before `from`; null without a past or without growth. */
export function growth(value: bigint, past: Past | undefined, { from, to }: Range): bigint | null {
  if (!past || past.value <= 0n) return null
  const length = to.getTime() - from.getTime()
  const since = Math.ceil((from.getTime() - past.since.getTime()) / length)
  const spans = BigInt(Math.min(PAST_PERIODS, Math.max(1, since)))
  const bps = ((value * spans - past.value) * 10_000n) / past.value
  if (bps <= 0n) return null
  return bps > MOST_GROWTH_BPS ? MOST_GROWTH_BPS : bps
}

/** The span growth looks back on. */
export const pastOf = ({ from, to }: Range): Range => ({
  from: new Date(from.getTime() - PAST_PERIODS * (to.getTime() - from.getTime())),
  to: from,
})

export type Named = { name: string; shown: string; alias: string | null; state: string }

/** Only they are on boards; whoever has left or was banned keeps their rank in a frozen season, without a name. */
export const onBoards = ['approved', 'paused']

/** The name on a board; null for whoever is counted but not named. */
export const nameOn = (creator: Named): string | null => (onBoards.includes(creator.state) ? shownName(creator) : null)

export const hiddenName = 'Hidden creator'

/** A period around `now` as people mean it, and the season it belongs to. */
export function periodAt(period: Period, now: Date, zone: string): Range & { season: string } {
  if (period === 'month') return monthAt(now, zone)
  if (period === 'quarter') return quarterAt(now, zone)
  const week = weekRange(now, zone)
  const range = period === 'this_week' ? week : weekRange(new Date(week.from.getTime() - 1), zone)
  return { ...range, season: isoWeek(range.from, zone) }
}

export function monthAt(now: Date, zone: string): Range & { season: string } {
  const month = monthOf(now, zone)
  return { ...monthRange(month, zone), season: month }
}

/** "2026-Q4" is October to December. */
export function quarterAt(now: Date, zone: string): Range & { season: string } {
  const [year, month] = monthOf(now, zone).split('-').map(Number) as [number, number]
  const quarter = Math.ceil(month / 3)
  const nth = (n: number) => `${year}-${String(n).padStart(2, '0')}`
  const { from } = monthRange(nth(quarter * 3 - 2), zone)
  return { from, to: monthRange(nth(quarter * 3), zone).to, season: `${year}-Q${quarter}` }
}

/** A day's wins: the named creators, most first, and everyone else, of whom only the sum is told. */
export function fold<T extends { name: string | null; count: number }>(
  wins: readonly T[],
  most: number,
): { named: T[]; rest: T[] } {
  const counted = wins.filter((win) => win.count > 0)
  const named = counted.filter((win) => win.name !== null).sort((a, b) => b.count - a.count)
  return { named: named.slice(0, most), rest: [...named.slice(most), ...counted.filter((win) => win.name === null)] }
}

import type { Season } from '../db/generated/client.ts'
import { type Block, buttons, type Card, card, facts, moment, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { sayDay } from '../kernel/time.ts'
import { type Board, type Heading, metricWords, placeHead, placeRow, publicName, subtitle } from './cards.ts'
import { type Metric, metrics } from './rules.ts'
import { seasonName } from './rules-seasons.ts'

const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1)

const shownMetric = (season: Season): string =>
  metricWords[metrics.find((one) => one === season.metric) as Metric] ?? season.metric

/** "Week 45, net revenue", as it is picked from a list. */
export const seasonLabel = (season: Season, locale: string): string =>
  `${capital(seasonName(season, locale))}, ${shownMetric(season)}`

const prizesBlock = ({ prizes }: Pick<Season, 'prizes'>): Block | false => prizes !== null && facts({ Prizes: [prizes] })

/** Said in #leaderboard when a season begins. */
export const announcedCard = (season: Season, heading: Heading): Card =>
  toned(
    'good',
    card(
      `A new season: ${seasonName(season, heading.locale)}`,
      subtitle(heading),
      prizesBlock(season),
      season.divisions && 'Each tier has a board of its own too.',
      small(text`It ends ${moment(season.to, 'full')}. What is refunded later changes nothing any more.`),
      buttons({ label: 'See the board', run: 'season show', given: { season: season.id } }),
    ),
  )

/** The board of one tier, a table without a picture. */
export function divisionCard({ heading, title, top, total, known }: Omit<Board, 'moves'>, division: string): Card {
  return card(
    `${title}: ${division}`,
    subtitle(heading),
    table(
      placeHead(heading.metric),
      top.map((place) => placeRow(heading.metric, place, publicName(known, place.creatorId))),
      { align: ['right', 'left', 'right'] },
    ),
    total > top.length && small(`… and ${total - top.length} more.`),
  )
}

/** Said once of all weekly boards that were not posted in their time. */
export const missedCard = (closed: readonly Season[], locale: string): Card =>
  card(
    closed.length === 1 ? 'A weekly board that comes late' : 'Weekly boards that come late',
    closed.length === 1
      ? 'Troupe did not run when the board of this week was due. It is closed now, with all that counted until the week was over.'
      : 'Troupe did not run when the boards of these weeks were due. Each is closed now, with all that counted until its week was over.',
    pickSeason(closed.slice(-MOST_CHOICES), locale),
    closed.length > MOST_CHOICES && small(`These are the last ${MOST_CHOICES} of ${closed.length}.`),
  )

const MOST_CHOICES = 25

const pickSeason = (seasons: readonly Season[], locale: string): Block => ({
  block: 'choice',
  label: 'Show',
  run: 'season show',
  option: 'season',
  choices: seasons.map((season) => ({ label: seasonLabel(season, locale), value: season.id })),
})

type Place = { zone: string; locale: string }

/** Days are those of the program's calendar, by which seasons begin and end, wherever they are read. */
export function seasonsCard(
  { running, over }: { running: Season[]; over: Season[] },
  { zone, locale }: Place,
  manager: boolean,
): Card {
  const rows = (list: Season[]) =>
    list.map((season) => [
      capital(seasonName(season, locale)),
      shownMetric(season),
      sayDay(season.from, zone, locale),
      sayDay(new Date(season.to.getTime() - 1), zone, locale),
    ])
  const head = ['Season', 'Ranked by', 'From', 'Until']
  const choices = [...running, ...over].slice(0, MOST_CHOICES)
  return card(
    'Seasons',
    running.length > 0
      ? table(head, rows(running), { caption: 'Running and to come' })
      : 'No season runs beside the weekly board.',
    over.length > 0 && table(head, rows(over), { caption: 'Archive' }),
    choices.length > 0 && pickSeason(choices, locale),
    manager && buttons({ label: 'Start a season', run: 'season create', given: { '?': 'form' }, look: 'main' }),
  )
}

/** What is said above the board of a season. */
export const seasonHead = (season: Season, locale: string): (Block | false)[] => [
  prizesBlock(season),
  small(
    season.frozenAt
      ? text`Frozen ${moment(season.frozenAt, 'full')}: refunds since then changed nothing.`
      : text`Runs until ${moment(season.to, 'full')}; ${seasonName(season, locale)} is frozen then.`,
  ),
]

export const endButton = (season: Season): Block | false =>
  season.frozenAt === null &&
  buttons({ label: 'End season now', run: 'season end', given: { season: season.id, '?': 'form' }, look: 'danger' })

export const startedCard = (season: Season, locale: string): Card =>
  toned(
    'good',
    card(
      `Started: ${seasonName(season, locale)}`,
      paragraph(text`It is announced in #leaderboard and ends by itself ${moment(season.to, 'full')}.`),
      season.again && 'The next one begins by itself, until you end one for good.',
      buttons({ label: 'See the board', run: 'season show', given: { season: season.id } }),
    ),
  )

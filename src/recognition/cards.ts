import {
  type Block,
  buttons,
  type Card,
  card,
  facts,
  image,
  money,
  type Part,
  paragraph,
  person,
  small,
  type Text,
  table,
  text,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { type Range, sayDay } from '../kernel/time.ts'
import { hiddenName, type Metric, type Move, metrics, nameOn, type Period, type Place, periods, steps } from './rules.ts'

/** What a board is about, in the words of the program's place. */
export type Heading = Range & { metric: Metric; zone: string; locale: string; currency: string }

export type Known = ReadonlyMap<string, { personId: string; name: string; shown: string; alias: string | null; state: string }>

const columns: Record<Metric, string> = {
  revenue: 'Orders',
  orders: 'Orders',
  content: 'Approved',
  growth: 'Growth',
  engagement: 'Engagement',
  streak: 'Weeks',
}
const words: Record<Metric, string> = {
  revenue: 'net revenue (orders less refunds)',
  orders: 'orders that were kept',
  content: 'approved content',
  growth: 'growth of net revenue against one’s own four weeks or months before',
  engagement: 'engagement of approved posts, by confirmed numbers',
  streak: 'weeks in a row with approved content or a sale',
}

export const periodWords: Record<Period, string> = {
  this_week: 'this week',
  last_week: 'last week',
  month: 'this month',
  quarter: 'this quarter',
}
export const metricWords: Record<Metric, string> = {
  revenue: 'net revenue',
  orders: 'orders',
  content: 'approved content',
  growth: 'growth',
  engagement: 'engagement',
  streak: 'streak',
}

/** What everyone may read of a place: a count, never an amount of money. */
function count(metric: Metric, place: Place): string {
  if (metric === 'content' || metric === 'streak') return String(place.value)
  if (metric === 'engagement') return `${place.value / 100n}.${String(place.value % 100n).padStart(2, '0')} %`
  return metric === 'growth' ? `+${(place.value + 50n) / 100n} %` : String(place.orders)
}

/** The same with its noun, for the picture: "12 orders". */
export function counted(metric: Metric, place: Place): string {
  const number = count(metric, place)
  if (metric === 'growth' || metric === 'engagement') return number
  if (metric === 'streak') return `${number} ${number === '1' ? 'week' : 'weeks'}`
  return metric === 'content' ? `${number} approved` : `${number} ${number === '1' ? 'order' : 'orders'}`
}

/** The head over a count, for what everybody reads is never the measure's amount. */
export const placeHead = (metric: Metric): string[] => ['Place', 'Creator', columns[metric]]

export const placeRow = (metric: Metric, place: Place, name: Part): (string | Part)[] => [
  String(place.rank),
  name,
  count(metric, place),
]

/** A name as others see it; whoever is hidden is counted and not named. */
export function publicName(known: Known, creatorId: string): Part {
  const creator = known.get(creatorId)
  const name = creator ? nameOn(creator) : null
  if (!creator || name === null) return hiddenName
  return creator.shown === 'name' ? person(creator.personId, name) : name
}

export const nameWords = (name: Part): string => (typeof name === 'string' ? name : 'name' in name ? name.name : hiddenName)

const days = ({ from, to, zone, locale }: Heading): string =>
  `${sayDay(from, zone, locale)} to ${sayDay(new Date(to.getTime() - 1), zone, locale)}`

/** "Nov 16, 2026 to Nov 22, 2026, by net revenue (orders less refunds)". */
export const subtitle = (heading: Heading): string => `${days(heading)}, by ${words[heading.metric]}`

export type Board = {
  heading: Heading
  title: string
  /** The first ten. */
  top: Place[]
  /** How many are ranked in all. */
  total: number
  known: Known
  moves: ReadonlyMap<string, Move>
  picture?: { file: string; alt: string }
  /** The season that it is the final board of; without one it is how the week stands. */
  season?: string | undefined
  /** Said while the season runs. */
  running?: Text
  prizes?: string | undefined
}

/** The board in #leaderboard: picture, the same as a table, and what moved. */
export function leaderboardCard(board: Board): Card {
  const { heading, top, known, moves, picture } = board
  const compared = moves.size > 0
  const head = ['Place', 'Creator', columns[heading.metric], ...(compared ? ['Moved'] : [])]
  const rows = top.map((place) => [
    String(place.rank),
    publicName(known, place.creatorId),
    count(heading.metric, place),
    ...(compared ? [moveWords(moves.get(place.creatorId))] : []),
  ])
  const more = board.total - top.length
  return card(
    board.title,
    subtitle(heading),
    picture && image({ file: picture.file }, picture.alt),
    table(head, rows, {
      align: ['right', 'left', 'right', 'left'].slice(0, head.length) as ('left' | 'right')[],
      ...(picture ? { repeats: true } : {}),
    }),
    more > 0 && small(`… and ${more} more.`),
    whatMoved(board),
    board.prizes !== undefined && facts({ Prizes: [board.prizes] }),
    board.running && small(board.running),
    // A post stays where it is while weeks go by, so its button leads to what it shows.
    buttons({
      label: 'See my place',
      ...(board.season === undefined
        ? { run: 'leaderboard', given: { metric: heading.metric, period: 'this_week' } }
        : { run: 'season show', given: { season: board.season } }),
    }),
  )
}

function moveWords(move: Move | undefined): string {
  if (!move) return ''
  if (move.kind === 'new') return 'new'
  return move.kind === 'same' ? 'same' : `${move.kind} ${move.by}`
}

/** One sentence on the highest climb and the newcomers; nothing when nothing moved. */
function whatMoved({ top, known, moves }: Board): Block | false {
  const climbs = top.flatMap((place) => {
    const move = moves.get(place.creatorId)
    return move?.kind === 'up' ? [{ name: publicName(known, place.creatorId), by: move.by }] : []
  })
  const best = climbs.sort((a, b) => b.by - a.by)[0]
  const fresh = top.filter((place) => moves.get(place.creatorId)?.kind === 'new').length
  const says: Text[] = []
  if (best) says.push(text`Highest climb: ${best.name}, up ${plural(best.by, 'place')}.`)
  if (fresh > 0) says.push(text`New on the board: ${fresh}.`)
  return says.length > 0 && paragraph(says.flatMap((sentence, i) => (i === 0 ? sentence : [' ', ...sentence])))
}

/** A season in which nobody was ranked. */
export function emptyBoardCard(title: string, heading: Heading): Card {
  const todo =
    heading.metric === 'content'
      ? 'Nobody had content approved in this time, so the first place is free. Hand something in and it may be yours.'
      : 'Nobody is ranked for this time, so the first place is free. Share your link or code and it may be yours.'
  return card(
    title,
    subtitle(heading),
    todo,
    buttons(heading.metric === 'content' ? { label: 'Hand in content', run: 'submit' } : { label: 'Get my link', run: 'link' }),
  )
}

export type Own = {
  heading: Heading
  period: Period
  /** How many are ranked. */
  total: number
  best: bigint
  top: Place[]
  near: Place[]
  mine: Place | undefined
  /** The reader's creator id; undefined for managers who are none. */
  me: string | undefined
  /** The reader is counted but not named. */
  hidden: boolean
  /** Managers read names and amounts. */
  manager: boolean
  known: Known
  final: boolean
  /** The tier that the places are among. */
  division?: string | undefined
}

/** The answer to /leaderboard: the first ten, the reader's own place and who stands around it. */
export function standingsCard(own: Own): Card {
  const { heading, total, best, top, near, mine, me, period, division } = own
  const title = `Leaderboard, ${periodWords[period]}${division === undefined ? '' : `: ${division}`}`
  const state = own.final ? 'Final.' : 'So far; it changes with every order, refund and decision.'
  const name = (place: Place): Part => ownName(own, place.creatorId)
  const amounts = own.manager && heading.metric === 'revenue'
  const rows = (list: Place[]) =>
    list.map((place) => [
      String(place.rank),
      name(place),
      count(heading.metric, place),
      '█'.repeat(steps(place.value, best)),
      ...(amounts ? [amountOf(heading, place)] : []),
    ])
  const head = ['Place', 'Creator', columns[heading.metric], 'Bar', ...(amounts ? ['Net revenue'] : [])]
  const align: ('left' | 'right')[] = ['right', 'left', 'right', 'left', 'right']
  return card(
    title,
    small(`${subtitle(heading)}. ${state}`),
    top.length > 0
      ? table(head, rows(top), { align: align.slice(0, head.length) })
      : 'Nobody is on this board yet; the first place is free.',
    near.length > 0 && table(head, rows(near), { caption: 'Around you', align: align.slice(0, head.length) }),
    me !== undefined && mine !== undefined && facts(ownFacts(heading, mine, total)),
    me !== undefined && mine === undefined && paragraph(missingWords[heading.metric]),
    own.hidden && small('You are counted but not named, as you chose; /settings changes that.'),
    buttons(
      me !== undefined &&
        mine === undefined &&
        heading.metric === 'content' && { label: 'Hand in content', run: 'submit', look: 'main' },
      me !== undefined &&
        mine === undefined &&
        heading.metric !== 'content' && { label: 'Get my link', run: 'link', look: 'main' },
      ...others(period).map((other) => ({
        label: `Show ${periodWords[other]}`,
        run: 'leaderboard',
        given: { period: other, metric: heading.metric },
      })),
    ),
    {
      block: 'choice',
      label: 'Rank by',
      run: 'leaderboard',
      option: 'metric',
      given: { period },
      choices: metrics.map((value) => ({ label: metricWords[value], value })),
    },
  )
}

const others = (period: Period): Period[] => periods.filter((other) => other !== period)

const missingWords: Record<Metric, string> = {
  revenue: 'You are not on this board yet. One order through your link or code puts you there.',
  orders: 'You are not on this board yet. One order through your link or code puts you there.',
  content: 'You are not on this board yet. One approved submission puts you there.',
  growth: 'You are not on this board: it takes sales before this time, and more of them in it.',
  engagement: 'You are not on this board: it takes confirmed numbers of your posts, which a thousand people saw.',
  streak: 'You are not on this board yet. One sale or approved submission a week keeps a streak.',
}

function ownName({ me, manager, known }: Own, creatorId: string): Part {
  if (creatorId === me) return 'You'
  const creator = known.get(creatorId)
  return manager && creator ? person(creator.personId, creator.name) : publicName(known, creatorId)
}

const amountOf = ({ currency }: Heading, place: Place): Part => money({ minor: place.value, currency })

function ownFacts(heading: Heading, mine: Place, total: number): Record<string, Text | Part> {
  const place: [string, Part] = ['Your place', `${mine.rank} of ${total}`]
  const amount: [string, Part][] = heading.metric === 'revenue' ? [['Your net revenue', amountOf(heading, mine)]] : []
  return Object.fromEntries([place, ...amount])
}

import type { PostMetric } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  facts,
  money,
  paragraph,
  small,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { sayCalendarDay } from '../kernel/time.ts'
import type { Imported } from './import.ts'
import type { Results } from './queries.ts'
import { type Dimension, dimensions, engagement, type Group, measures, shareRate } from './rules.ts'

const NONE = 'n/a'
const count = (value: bigint | number | null): string => (value === null ? NONE : value.toLocaleString('en'))
const percent = (bps: number): string => `${(bps / 100).toFixed(bps < 1_000 ? 2 : 1)} %`

const sources: Record<string, string> = { hand: 'by hand', csv: 'from a list', hook: 'by a hook' }

const words: Record<(typeof measures)[number], string> = {
  views: 'Views',
  likes: 'Likes',
  comments: 'Comments',
  shares: 'Shares',
  saves: 'Saves',
  reach: 'Reach',
  followers: 'Followers then',
}

function rates(metric: PostMetric): Block {
  const engaged = engagement(metric)
  const shared = shareRate(metric)
  return facts({
    'Engagement rate': engaged
      ? text`${percent(engaged.bps)} (${engaged.formula})`
      : `${NONE}: it takes likes, comments, and reach, views or followers`,
    ...(shared ? { 'Shares rate': text`${percent(shared.bps)} (${shared.formula})` } : {}),
  })
}

/** The numbers of a piece, newest first, what its own link sold, and what can be done. */
export function resultsCard(results: Results, currency: string): Card {
  const { submissionId, title, creator, format, hook, metrics, link, sold } = results
  const given = { submission: submissionId }
  const [newest] = metrics
  const unsure = newest && newest.confirmedBy === null
  return card(
    creator.own ? `Results: ${title}` : `Results of ${creator.name}: ${title}`,
    newest
      ? facts(Object.fromEntries(measures.map((measure) => [words[measure], count(newest[measure])])))
      : 'Nobody has said yet what this post brought.',
    newest && rates(newest),
    newest &&
      small(
        `As of ${newest.day}, ${sources[newest.source] ?? newest.source}.${unsure ? ' Said by its creator, not confirmed yet.' : ''}`,
      ),
    metrics.length > 1 && historyOf(metrics),
    (format ?? hook) !== null && facts({ Format: format ?? NONE, Hook: hook ?? NONE }),
    link && sold
      ? facts({
          'Its own link': [code(link.slug)],
          Clicks: count(sold.clicks),
          Orders: count(sold.orders),
          'Net revenue': [money({ minor: sold.netMinor, currency })],
        })
      : small('It has no link of its own, so nobody knows what it sold by itself.'),
    buttons(
      { label: 'Enter numbers', run: 'metrics add', given, look: 'main' },
      unsure && !creator.own && { label: 'Confirm numbers', run: 'metrics confirm', given: toConfirm(newest) },
      !link && creator.own && { label: 'Make its link', run: 'metrics link', given },
      !creator.own && { label: 'Say what it is', run: 'metrics tag', given: { ...given, '?': 'form' } },
    ),
  )
}

const historyOf = (metrics: readonly PostMetric[]): Block =>
  table(
    ['Day', 'Views', 'Likes', 'Comments', 'Engagement'],
    metrics.map((metric) => {
      const rate = engagement(metric)
      return [metric.day, count(metric.views), count(metric.likes), count(metric.comments), rate ? percent(rate.bps) : NONE]
    }),
    { caption: 'Day by day', align: ['left', 'right', 'right', 'right', 'right'] },
  )

/** The answer to numbers that were taken in. */
export function recordedCard(results: Results, currency: string, paid: Money | null): Card {
  const shown = resultsCard(results, currency)
  const line: Text | false =
    paid !== null && paid.minor > 0n
      ? text`${money(paid)} of bonus became payable.`
      : results.creator.own && ['Thank you. A manager looks at them.']
  return toned('good', { ...shown, blocks: [...(line ? [paragraph(line)] : []), ...shown.blocks] })
}

/** The answer to whoever said what a piece is. */
export const describedCard = (results: Results, currency: string): Card => toned('good', resultsCard(results, currency))

/** A manager is asked to stand by the numbers of a creator. */
export const toConfirmCard = (results: Results, said: PostMetric): Card =>
  card(
    `Numbers to confirm: ${results.creator.name}, ${results.title}`,
    facts({
      Day: sayCalendarDay(said.day),
      ...Object.fromEntries(
        measures.filter((measure) => said[measure] !== null).map((measure) => [words[measure], count(said[measure])]),
      ),
    }),
    said.confirmedBy ? 'Confirmed.' : 'Its mission pays a bonus for views. Look at the post before you confirm.',
    buttons(
      said.confirmedBy === null && { label: 'Confirm numbers', run: 'metrics confirm', given: toConfirm(said), look: 'main' },
      { label: 'See the piece', run: 'metrics show', given: { submission: results.submissionId } },
    ),
  )

/** What a press stands by: these numbers, and none that were given since. */
const toConfirm = ({ id, at }: PostMetric): Record<string, string> => ({ metric: id, said: at.toISOString() })

/** The creator hears what the numbers of a post were worth, with the arithmetic. */
export const performedCard = (mission: string, metric: PostMetric, paid: Money): Card =>
  toned(
    'good',
    card(
      `Bonus: ${mission}`,
      paragraph(text`Your post has ${strong(count(metric.views))} views. That adds ${money(paid)} to what you can be paid.`),
      'What was paid for it before is not paid again, and what was paid stays yours.',
      buttons({ label: 'See earnings', run: 'earnings' }),
    ),
  )

const FIRST = 10

/** What a list of numbers brought. */
export const importedCard = ({ taken, paid, problems, ignored }: Imported): Card =>
  toned(
    problems.length > 0 ? 'warn' : 'good',
    card(
      taken === 1 ? 'Took in 1 row' : `Took in ${taken} rows`,
      facts({ 'Bonuses paid': paid, 'Left out': problems.length }),
      problems.length > 0 &&
        table(
          ['Line', 'Why'],
          problems.slice(0, FIRST).map(({ line, says }) => [line, says]),
          { caption: problems.length > FIRST ? `The first ${FIRST} of ${problems.length}` : 'What was left out' },
        ),
      ignored.length > 0 && small(`Not read: ${ignored.slice(0, 20).join(', ')}.`),
    ),
  )

/** What works, by one dimension. */
export function bestCard(dimension: Dimension, { ranked, few }: { ranked: Group[]; few: string[] }, currency: string): Card {
  const title = `What works, by ${dimensions[dimension].toLowerCase()}`
  if (ranked.length === 0)
    return card(
      title,
      dimension === 'format' || dimension === 'hook'
        ? 'Not enough data: it takes at least three pieces with numbers and the same words for it. /metrics tag says what a piece is.'
        : 'Not enough data: it takes at least three pieces with numbers in a group.',
      buttons({ label: 'Bring in numbers', run: 'metrics import' }),
    )
  return card(
    title,
    table(
      [dimensions[dimension], 'Pieces', 'Views', 'Engagement', 'Net revenue'],
      ranked.map((group) => [
        group.name,
        group.pieces,
        count(group.views),
        group.engagementBps === null ? NONE : percent(group.engagementBps),
        group.netMinor === null ? NONE : [money({ minor: group.netMinor, currency })],
      ]),
      { align: ['left', 'right', 'right', 'right', 'right'] },
    ),
    small('Medians over approved pieces of the last 180 days. Engagement as each piece states it; revenue through its own link.'),
    few.length > 0 && small(`Too few pieces to say: ${few.slice(0, 20).join(', ')}.`),
  )
}

export const pieceLinkCard = (title: string, url: string): Card =>
  toned(
    'good',
    card(
      `A link for ${title}`,
      paragraph([code(url)]),
      'Use it in this post alone, and we can tell what this post sold. Your other links go on as before.',
      buttons({ label: 'See results', run: 'content' }),
    ),
  )

import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  divider,
  facts,
  link,
  moment,
  money,
  paragraph,
  small,
  strong,
  type Text,
  table,
  text,
} from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import type { MessageKind } from './rules.ts'
import type { Nudge } from './rules-nudges.ts'

/** How many that waited are said in one card; the others wait for the next. */
export const MOST_WAITED = 4

export type Week = { clicks: number; orders: number; earned: Money }
export type Digest = {
  name: string
  now: Week
  before: Week
  step: { says: string; button: Button }
  missions: { id: string; title: string; fee: Money | null; closesAt: Date | null }[]
  tier: Text | null
  waited: Card[]
}

const trend = (now: number, before: number): string => (now > before ? '▲' : now < before ? '▼' : '=')

/** A creator's last week beside the week before it, the next best step, missions that fit, the way to the next tier, and what waited. */
export function digestCard(digest: Digest): Card {
  const { now, before, step, missions, tier, waited } = digest
  const minor = (week: Week) => Number(week.earned.minor)
  return card(
    `Your week, ${digest.name}`,
    table(
      ['', 'Last week', 'Week before', ''],
      [
        ['Clicks', now.clicks, before.clicks, trend(now.clicks, before.clicks)],
        ['Orders', now.orders, before.orders, trend(now.orders, before.orders)],
        ['Earned', money(now.earned), money(before.earned), trend(minor(now), minor(before))],
      ],
      { align: ['left', 'right', 'right', 'left'] },
    ),
    paragraph(text`${strong('Next')}: ${step.says}`),
    tier !== null && paragraph(text`${strong('Tier')}: ${tier}`),
    ...missions.map((mission) =>
      paragraph(
        text`${strong(mission.title)}${mission.fee ? text` pays ${money(mission.fee)} and commission` : text` pays commission`}${mission.closesAt ? text`, until ${moment(mission.closesAt, 'day')}` : text``}`,
      ),
    ),
    buttons(
      { ...step.button, look: 'main' },
      ...missions.slice(0, 2).map(
        ({ id }, n): Button => ({
          label: n === 0 ? 'See the first' : 'See the second',
          run: 'mission show',
          given: { mission: id },
        }),
      ),
    ),
    ...waitedBlocks(waited),
    stopButtons('digest'),
  )
}

/** The short form of cards that waited: each with its first words and its ways on. */
function waitedBlocks(cards: Card[]): Block[] {
  return cards.flatMap((one): Block[] => {
    const words = one.blocks.find(({ block }) => block === 'text' || block === 'facts' || block === 'table')
    const ways = one.blocks.find((block) => block.block === 'buttons')
    return [
      divider,
      paragraph(strong(one.title)),
      ...(words ? [words] : []),
      ...(ways?.block === 'buttons' ? [{ ...ways, buttons: ways.buttons.slice(0, 3) }] : []),
    ]
  })
}

export const waitedCard = (cards: Card[]): Card =>
  card(
    `${cards.length} things since yesterday`,
    small(text`One message a day is enough, so these waited for the morning.`),
    ...waitedBlocks(cards),
  )

export type Queue = { what: string; count: number; oldest: Date | null; late?: number }
export type Brief = { queues: Queue[]; moments: string[]; suggestion: { says: string; button: Button }; waited: Card[] }

/** A manager's morning: what waits, how old, what runs; it ends with one suggestion and its button. */
export function briefCard({ queues, moments, suggestion, waited }: Brief): Card {
  const waiting = queues.filter(({ count }) => count > 0)
  return card(
    'Your morning',
    waiting.length === 0
      ? 'Nothing waits for you.'
      : table(
          ['Waits', 'How many', 'Oldest', 'Late'],
          waiting.map(({ what, count, oldest, late }) => [
            what,
            count,
            oldest ? moment(oldest, 'ago') : '',
            late ? String(late) : '',
          ]),
          { align: ['left', 'right', 'left', 'right'] },
        ),
    moments.length > 0 && facts({ 'Running now': moments.join(' · ') }),
    ...waitedBlocks(waited),
    small('This comes each morning on which something waits; /unsubscribe ends it.'),
    paragraph(text`${strong('Suggestion')}: ${suggestion.says}`),
    buttons({ ...suggestion.button, look: 'main' }),
  )
}

export const nudgeCard = ({ title, says, button }: Nudge): Card =>
  card(title, says, buttons({ ...button, look: 'main' }, stop('nudge')))

export const newsCard = (news: { title: string; words: string; link: string | null }): Card =>
  card(
    news.title,
    ...news.words.split(/\n{2,}/).map((words) => paragraph([words])),
    news.link !== null && paragraph(link('Read more', news.link)),
    stopButtons('news'),
  )

const stop = (kind: MessageKind): Button => ({ label: 'Stop these', run: 'unsubscribe', given: { what: kind } })
const stopButtons = (kind: MessageKind): Block => buttons(stop(kind))

/** The same card as a mail: it says how to end such mail, and what can only be pressed leads to the program. */
export const asMail = (shown: Card, { stopUrl, openUrl }: { stopUrl: string; openUrl: string }): Card => ({
  ...shown,
  blocks: [
    ...shown.blocks.filter((block) => block.block !== 'buttons'),
    buttons({ label: 'Open the program', url: openUrl }),
    small(text`You get this because you chose e-mail in your settings. ${link('Stop these mails', stopUrl)}`),
  ],
})

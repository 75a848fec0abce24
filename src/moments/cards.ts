import { audienceOf, isForAll, sayAudience } from '../campaigns/rules-audience.ts'
import type { Code, Moment } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code as copyable,
  facts,
  moment as instant,
  link,
  money,
  paragraph,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { type Counts, conversion, type Intent, intents, isOver, kinds, type MomentKind, seatsLeft } from './rules.ts'

const titleOf = (moment: Moment): string => `${kinds[moment.kind as MomentKind] ?? moment.kind}: ${moment.headline}`

/** "4 joined · 12 clicks · 2 orders · 1 piece of content". */
const counter = (counts: Counts): string =>
  [
    `${counts.joined} joined`,
    plural(counts.clicks, 'click'),
    plural(counts.orders, 'order'),
    plural(counts.content, 'piece of content', 'pieces of content'),
  ].join(' · ')

const given = (moment: Moment) => ({ moment: moment.id })

/** The live post: what is asked, until when, and how it goes. Once it is over it has no button. */
export function momentCard(moment: Moment, counts: Counts, now: Date): Card {
  if (isOver(moment, now))
    return card(titleOf(moment), 'This moment is over. Thank you to everyone who was quick.', small(counter(counts)))
  const left = seatsLeft(moment, counts.joined)
  return card(
    titleOf(moment),
    moment.prompt ?? false,
    termsOf(moment, left === 0 ? 'All taken' : `${left} of ${moment.seats} left`),
    small(counter(counts)),
    left > 0 && buttons({ label: 'Join', run: 'moment join', given: given(moment), look: 'main' }),
  )
}

/** The same told to one creator: it counts nothing, for it changes only when they join, when its discount ends, and when it is over. */
export function toldCard(moment: Moment, mine: boolean, now: Date): Card {
  if (isOver(moment, now)) return card(titleOf(moment), 'This moment is over.')
  const [label, run] = mine ? ['Hand in content', 'submit'] : ['Join', 'moment join']
  return card(
    titleOf(moment),
    moment.prompt ?? false,
    termsOf(moment, mine ? 'You are in' : `${moment.seats} in all, for who comes first`),
    buttons({ label, run, given: given(moment), look: 'main' }),
  )
}

function termsOf(moment: Moment, seats: string): Block {
  const audience = audienceOf(moment)
  return facts({
    Ends: text`${instant(moment.endsAt, 'full')} (${instant(moment.endsAt, 'ago')})`,
    Seats: [seats],
    ...(moment.percent === null ? {} : { Code: [`Yours takes off ${moment.percent} % until it ends`] }),
    ...(moment.page === null ? {} : { Page: [link('Your link leads here until it ends', moment.page)] }),
    ...(isForAll(audience) ? {} : { For: [sayAudience(audience)] }),
  })
}

/** What a code takes off while the moment runs, once it is over, and the better one that it took off until now, if any. */
export type JoinedOff = { now: number | null; after: Text | undefined; less: Text | undefined }

/** The answer to whoever joined: what to post with, until when, and where to hand it in. */
export function joinedCard(
  moment: Moment,
  shortUrl: string,
  code: Pick<Code, 'code' | 'percent'> | null,
  { now, after, less }: JoinedOff,
): Card {
  const ends = instant(moment.endsAt, 'full')
  const offer = code && (now === null ? text`${copyable(code.code)}` : text`${copyable(code.code)} takes off ${now} %`)
  return toned(
    'good',
    card(
      `You are in: ${moment.headline}`,
      moment.prompt ?? false,
      facts({ Ends: [ends], Link: [link(shortUrl, shortUrl)], ...(offer ? { Code: offer } : {}) }),
      now !== moment.percent && small('Your code came from the shop and keeps what it takes off there.'),
      less !== undefined && paragraph(text`Until now your code took ${less}. While this moment runs it counts instead.`),
      after !== undefined && small(text`After ${ends} the code takes ${after}.`),
      'Post while it is fresh, then hand in what you made. Clicks and orders count by themselves.',
      buttons({ label: 'Hand in content', run: 'submit', given: given(moment), look: 'main' }),
    ),
  )
}

/** The answer to whoever started it. */
export function startedCard(moment: Moment, reached: number): Card {
  return toned(
    'good',
    card(
      `Started: ${moment.headline}`,
      paragraph(
        text`It stands in #missions for ${plural(reached, 'creator')} and ends by itself on ${instant(moment.endsAt, 'full')}.`,
      ),
      moment.percent !== null && small([`The codes of those who join take off ${moment.percent} % until then.`]),
      buttons(
        { label: 'Show recap', run: 'moment recap', given: given(moment) },
        { label: 'End now', run: 'moment end', given: given(moment), look: 'danger' },
      ),
    ),
  )
}

function madeFor(counts: Counts): Text {
  const named = (Object.keys(intents) as Intent[]).filter((one) => counts.intents[one])
  return named.length === 0 ? ['not said'] : [named.map((one) => `${one} ${counts.intents[one]}`).join(', ')]
}

/** What is not known is n/a, never 0; where some pieces have no numbers, it says of how many these are. */
const posted = (value: bigint | null, { measured, approved }: Counts): string => {
  if (value === null) return 'n/a'
  return `${value.toLocaleString('en')}${measured < approved ? ` (of ${measured} of ${approved} pieces)` : ''}`
}

/** How it went. With a currency it is for managers, and says amounts. */
export function recapCard(moment: Moment, counts: Counts, currency: string | null): Card {
  const rows = {
    Joined: [`${counts.joined} of ${moment.seats}`],
    Clicks: [String(counts.clicks)],
    Orders: [String(counts.orders)],
    ...(currency === null
      ? { Content: [String(counts.content)] }
      : {
          'Net revenue': [money({ minor: counts.revenueMinor, currency })],
          Conversion: [conversion(counts) ?? 'n/a'],
          Content: [`${counts.content} handed in, ${counts.approved} approved`],
          'Made to': madeFor(counts),
          Engagement: posted(counts.engaged, counts),
          Shares: posted(counts.shares, counts),
        }),
  }
  const ended = moment.state === 'ended'
  return card(
    `${ended ? 'How it went' : 'How it goes'}: ${moment.headline}`,
    facts(rows),
    currency === null
      ? 'Well done, and thank you. Orders that the clicks of this moment still bring are counted as well.'
      : small(
          text`Counted from each one’s joining until ${instant(moment.endsAt, 'full')}; conversion is orders that came by a click for each hundred clicks, engagement likes, comments and saves of its posts.`,
        ),
    currency !== null && !ended && buttons({ label: 'End now', run: 'moment end', given: given(moment), look: 'danger' }),
  )
}

/** The answer to whoever ended it. */
export const endedCard = (moment: Moment, counts: Counts, currency: string): Card => {
  const shown = recapCard(moment, counts, currency)
  return toned('good', { ...shown, title: `Ended: ${moment.headline}` })
}

type Listed = { moment: Moment; joined: number; mine: boolean }

/** What runs, for whoever asks; managers also see what ended, and what creators ask most. */
export function listCard(
  running: Listed[],
  ended: Moment[],
  reader: { manages: boolean; creates: boolean },
  ideas: Block[],
): Card {
  const rows = running.flatMap(({ moment, joined, mine }): (Block | false)[] => {
    const left = seatsLeft(moment, joined)
    const seats = left === 0 ? 'all seats taken' : `${left} of ${moment.seats} seats left`
    return [
      paragraph(text`${strong(titleOf(moment))}\nEnds ${instant(moment.endsAt, 'ago')} · ${mine ? 'you are in' : seats}`),
      buttons(
        reader.creates && !mine && left > 0 && { label: 'Join', run: 'moment join', given: given(moment), look: 'main' },
        reader.creates && mine && { label: 'Hand in content', run: 'submit', given: given(moment), look: 'main' },
        reader.manages && { label: 'Show recap', run: 'moment recap', given: given(moment) },
        reader.manages && { label: 'End now', run: 'moment end', given: given(moment), look: 'danger' },
      ),
    ]
  })
  return card(
    'Moments',
    running.length === 0 &&
      (reader.manages ? 'Nothing runs right now.' : 'Nothing runs right now. New ones are posted in #missions.'),
    ...rows,
    ...(reader.manages
      ? ended.flatMap((moment): Block[] => [
          small(text`Ended ${instant(moment.endsAt, 'day')}: ${titleOf(moment)}`),
          buttons({ label: 'Show recap', run: 'moment recap', given: given(moment) }),
        ])
      : []),
    ...(reader.manages ? ideas : []),
    reader.manages && buttons({ label: 'Start a moment', run: 'moment start', look: 'main' }),
  )
}

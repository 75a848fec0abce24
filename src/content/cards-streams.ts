import {
  type Block,
  buttons,
  type Card,
  card,
  facts,
  link,
  moment,
  paragraph,
  person,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { shortAddress, subject, type View } from './cards.ts'
import { planOf, type StreamPlan, timesOf } from './rules-streams.ts'

const SHOWN = 12

/** "20:00, 20:15, 20:30 …", each in the reader's own clock. */
function listed(plan: StreamPlan): Text {
  const times = timesOf(plan)
  const shown = times
    .slice(0, SHOWN)
    .reduce<Text>((all, at, n) => (n === 0 ? text`${moment(at, 'time')}` : text`${all}, ${moment(at, 'time')}`), [])
  return times.length > SHOWN ? text`${shown} and every ${plan.everyMinutes} minutes to the end` : shown
}

const lengthOf = ({ lengthMinutes }: StreamPlan): string => `${lengthMinutes} minutes`

function rows(plan: StreamPlan): Block {
  return facts({
    Starts: [moment(plan.startsAt, 'full')],
    Length: lengthOf(plan),
    'Say it at': listed(plan),
    'All the time': `“${plan.words.join(' / ')}” on the picture`,
  })
}

/** The creator's answer: when to say it. */
export const streamCard = (view: View, plan: StreamPlan): Card =>
  toned(
    'good',
    card(
      `Live stream: ${subject(view)}`,
      rows(plan),
      paragraph(
        text`Say “${plan.words.join(' / ')}”, or that this is advertising, in the words of your viewers. People come and go, so once is not enough.`,
      ),
      small([
        `At least every ${plan.everyMinutes} minutes, for viewers in ${plan.territories.join(', ')}. A reviewer looks at it afterwards.`,
      ]),
      buttons(
        { label: 'Change the start', run: 'stream', given: { submission: view.submission.id, '?': 'form' } },
        { label: 'Show content', run: 'content' },
      ),
    ),
  )

const whose = ({ creator }: View): Text => [person(creator.personId, creator.name)]

/** In #review, for what was approved before its start was said. */
export const announcedCard = (view: View, plan: StreamPlan): Card =>
  card(`Goes live: ${subject(view)}`, paragraph(text`${whose(view)} said when.`), rows(plan))

/** In #review when a stream is over. */
export function checkCard(view: View, plan: StreamPlan): Card {
  const given = { submission: view.submission.id }
  const url = view.submission.liveUrl ?? view.submission.url
  return card(
    `Was it said? Live stream of ${view.creator.name}`,
    paragraph(
      text`“${subject(view)}” is over. Its disclosure was to be said at each of these times, and to stay on the picture.`,
    ),
    rows(plan),
    url !== null && paragraph([link(shortAddress(url), url)]),
    buttons(
      { label: 'Yes, at each', run: 'review stream', given: { ...given, kept: 'yes' }, look: 'main' },
      { label: 'No, not at each', run: 'review stream', given: { ...given, kept: 'no', '?': 'form' }, look: 'danger' },
    ),
  )
}

/** The same, once somebody has looked. */
export function checkedCard(view: View, plan: StreamPlan, by: { personId: string; name: string } | null): Card {
  const who = by ? person(by.personId, by.name) : 'a manager'
  const { check } = plan
  if (!check) return checkCard(view, plan)
  return card(
    `Live stream of ${view.creator.name}: ${check.kept ? 'disclosed' : 'not disclosed at each time'}`,
    paragraph(text`Looked at by ${who}, ${moment(check.at, 'full')}.${check.note ? ` ${check.note}` : ''}`),
  )
}

/** To its creator, where it was not said. */
export const missedCard = (view: View, plan: StreamPlan): Card =>
  toned(
    'warn',
    card(
      `Your live stream: ${subject(view)}`,
      'A reviewer looked at it, and did not hear or read at each time that it is advertising.',
      plan.check?.note !== undefined && paragraph(text`${strong('They wrote')}\n${plan.check.note}`),
      rows(plan),
      'If a recording stays up, put the disclosure into its title and first line. Next time, set a timer for the times above.',
      buttons({ label: 'Show content', run: 'content' }),
    ),
  )

/** What the review card says of a stream; nothing for anything else. */
export function streamFacts({ submission }: View, stream: boolean): Record<string, Text> {
  if (!stream) return {}
  const plan = planOf(submission)
  if (!plan) return { 'Live stream': ['⚠ Its creator has not said when it starts; the times of the disclosure are open'] }
  const check = plan.check ? (plan.check.kept ? ' · was said' : ' · was not said at each time') : ''
  return {
    'Live stream': text`${moment(plan.startsAt, 'full')}, ${lengthOf(plan)}`,
    'Disclosure said': text`${listed(plan)}${check}`,
  }
}

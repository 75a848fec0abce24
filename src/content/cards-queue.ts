import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  divider,
  moment,
  paragraph,
  person,
  small,
  strong,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { fee, subject, type View } from './cards.ts'
import { reviewCard } from './cards-review.ts'
import { kindWords } from './rules-kinds.ts'

const first: Button = { label: 'Next', run: 'review next', look: 'main' }
const list: Button = { label: 'Show queue', run: 'review queue' }

const pieces = (count: number): string => plural(count, 'submission waits', 'submissions wait')

const entries = (count: number): string => plural(count, 'entry of a customer waits', 'entries of customers wait')

/** What of both waits, in one sentence. */
const bothWait = (count: number, customers: number): string =>
  [count > 0 && pieces(count), customers > 0 && entries(customers)].filter(Boolean).join(', ')

/** The pinned count in #review: creators' submissions and customers' entries are one queue. */
export function pinnedCard(count: number, customers: number, oldest: Date | undefined): Card {
  if (count + customers === 0) return card('To review: nothing', 'Everything is answered.')
  return card(
    `To review: ${count + customers}`,
    paragraph(text`${bothWait(count, customers)}. ${oldest ? text`The oldest came ${moment(oldest, 'ago')}.` : []}`),
    buttons(first, count > 0 && list, customers > 0 && { label: 'Show customers’ entries', run: 'share list' }),
  )
}

/** Once a day in #managers, while somebody waits longer than they were told. */
export const lateCard = (count: number, oldest: Date, answerHours: number): Card =>
  toned(
    'warn',
    card(
      'Content waits too long',
      paragraph(
        text`${pieces(count)} for more than the ${plural(answerHours, 'hour')} that creators were told. The oldest came ${moment(oldest, 'ago')}.`,
      ),
      buttons(first, list),
    ),
  )

/** One at a time: what waits at this place of the queue, with its neighbours. A decision opens the one after it. */
export const oneOf = (
  { title, blocks, tone }: Card,
  { place, total }: { place: number; total: number },
  from: { from: string } | { entry: string },
): Card => ({
  title,
  tone,
  blocks: [
    small(text`${place} of ${total} that wait`),
    ...blocks,
    buttons(
      { label: 'Previous', run: 'review next', given: { ...from, way: 'previous' } },
      { label: 'Next', run: 'review next', given: { ...from, way: 'next' } },
      list,
    ),
  ],
})

export const emptyCard = (others: number): Card =>
  card(
    'Review queue',
    others === 0 ? 'Nothing waits for review.' : `Nothing is left for you. ${others} wait for somebody else’s answer.`,
    others > 0 && buttons(list),
  )

/** What was decided, and below it the next that waits. */
export const andNext = (answer: Card, next: Card): Card => ({
  ...answer,
  blocks: [...answer.blocks, divider, paragraph(strong(next.title)), ...next.blocks],
})

/** One waiting submission in full, for a manager who came from the queue. */
export function lookCard(view: View): Card {
  const shown = reviewCard(view)
  return { ...shown, blocks: [...shown.blocks, buttons(list)] }
}

/** What waits for review, oldest first, and how much customers sent beside it. */
export function queueCard(views: View[], total: number, customers: number): Card {
  const theirs = { label: 'Show customers’ entries', run: 'share list' }
  if (total === 0)
    return customers === 0
      ? card('Review queue', 'Nothing waits for review.')
      : card('Review queue', `${entries(customers)}; nothing of creators does.`, buttons(first, theirs))
  const rows = views.flatMap((view): Block[] => {
    const { submission, creator, takenBy } = view
    const revision = submission.revision > 1 ? `, revision ${submission.revision}` : ''
    const since = moment(submission.submittedAt, 'ago')
    const taken = takenBy ? text` · ${person(takenBy.personId, takenBy.name)} looks at it` : []
    return [
      paragraph(
        text`${person(creator.personId, creator.name)}: ${strong(subject(view))}${revision}\n${kindWords(submission.kind)} · handed in ${since} · fee: ${fee(view)}${taken}`,
      ),
      buttons({ label: 'Look', run: 'review queue', given: { submission: submission.id } }),
    ]
  })
  const more = total - views.length
  return card(
    `Review queue: ${total} waiting`,
    customers > 0 && `${entries(customers)} too. Next goes through both.`,
    buttons(first, customers > 0 && theirs),
    ...rows,
    more > 0 && small([`… and ${more} more, newer than these.`]),
  )
}

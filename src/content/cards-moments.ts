import { buttons, type Card, card, moment, paragraph, person, text, toned } from '../kernel/card.ts'
import { subject, type View } from './cards.ts'

/** The answer to whoever saved a message of their own. */
export function momentCard({ submission }: View): Card {
  return toned(
    'good',
    card(
      'Saved as content',
      'A manager looks at it. /content shows where it stands.',
      buttons(
        { label: 'Withdraw', run: 'retract', given: { submission: submission.id } },
        { label: 'Show content', run: 'content' },
      ),
    ),
  )
}

/** To managers: the message behind a piece is deleted; what may still be done with the piece. */
export function sourceGoneCard(view: View, licence: string | undefined): Card {
  const { submission, creator } = view
  const waits = submission.state === 'submitted'
  const holds = licence
    ? 'It was licensed before: the licence holds, and its evidence stays.'
    : waits
      ? 'It still waits for review. Ask before you approve it; perhaps its author would rather not have it used.'
      : 'No licence covers it. Use it no further without asking.'
  return toned(
    'warn',
    card(
      `Deleted in the chat: ${subject(view)}`,
      paragraph(
        text`${person(creator.personId, creator.name)} deleted the message that this was saved from, ${moment(submission.sourceGoneAt ?? submission.submittedAt, 'full')}.`,
      ),
      holds,
      buttons(
        licence !== undefined && { label: 'Show the licence', run: 'rights show', given: { grant: licence } },
        waits && { label: 'Look', run: 'review queue', given: { submission: submission.id } },
      ),
    ),
  )
}

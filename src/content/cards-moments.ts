import { buttons, type Card, card, link, paragraph, person, text, toned } from '../kernel/card.ts'
import type { View } from './cards.ts'

/** Told to the creator whose message somebody else saved. */
export function savedCard({ submission }: View, by: { personId: string; name: string }): Card {
  const message = submission.url ? link('your message', submission.url) : 'your message'
  return card(
    'Saved as content',
    paragraph(text`${person(by.personId, by.name)} saved ${message} as content. A manager looks at it next.`),
    'If you would rather not have it used, take it back.',
    buttons({ label: 'Withdraw', run: 'retract', given: { submission: submission.id } }),
  )
}

/** The answer to whoever saved it. */
export function momentCard({ submission, creator }: View, readerId: string): Card {
  const own = creator.personId === readerId
  const given = { submission: submission.id }
  return toned(
    'good',
    card(
      'Saved as content',
      own
        ? 'A manager looks at it. /content shows where it stands.'
        : paragraph(text`It waits in #review, and ${person(creator.personId, creator.name)} is told.`),
      buttons(
        own ? { label: 'Withdraw', run: 'retract', given } : { label: 'Look', run: 'review queue', given },
        own && { label: 'Show content', run: 'content' },
      ),
    ),
  )
}

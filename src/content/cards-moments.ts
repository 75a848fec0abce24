import { buttons, type Card, card, toned } from '../kernel/card.ts'
import type { View } from './cards.ts'

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

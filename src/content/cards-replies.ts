import type { Reply } from '../db/generated/client.ts'
import { buttons, type Card, card, paragraph, small, strong, text } from '../kernel/card.ts'

/** The ready answers of the program. */
export const repliesCard = (replies: Reply[]): Card =>
  card(
    'Ready answers',
    replies.length === 0
      ? 'There is none yet. Write once what you often ask for, and pick it when you ask for changes or turn something down.'
      : 'Pick one when you ask for changes or turn something down. The same title again changes it; a title without words removes it.',
    ...replies.map(({ title, words }) => paragraph(text`${strong(title)}\n${words}`)),
    replies.length > 0 && small('Lines that begin with a time, such as 0:12, are shown as comments on that second.'),
    buttons({
      label: replies.length === 0 ? 'Write one' : 'Add or change',
      run: 'review replies',
      given: { '?': 'form' },
      look: 'main',
    }),
  )

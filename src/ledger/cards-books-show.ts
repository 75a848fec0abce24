import { buttons, type Card, card, facts, money, table, text } from '../kernel/card.ts'
import { sayMonth } from '../kernel/time.ts'
import type { OwedNow } from './reports.ts'

/** Where the books stand, with a press for everything that can be had of them. */
export function booksOverviewCard(books: {
  totals: readonly OwedNow[]
  closed: string | null
  /** The month to close next, and whether it is over. */
  next: string | null
  over: boolean
}): Card {
  const { totals, closed, next, over } = books
  return card(
    'The books',
    facts({
      'Closed up to': [closed === null ? 'no month yet' : sayMonth(closed)],
      'Next to close': [
        next === null ? 'nothing was booked yet' : over ? sayMonth(next) : `${sayMonth(next)}, which is not over yet`,
      ],
    }),
    totals.length > 0
      ? table(
          ['Owed now', 'Pending', 'Payable', 'Under way'],
          totals.map(({ currency, pending, payable, paying }) => [
            text`${currency}`,
            ...[pending, payable, paying].map((minor) => money({ minor, currency })),
          ]),
          { align: ['left', 'right', 'right', 'right'] },
        )
      : 'Nothing is owed to creators.',
    buttons(
      over && { label: 'Close a month', run: 'books close', look: 'main' },
      { label: 'Get journal', run: 'books journal' },
      { label: 'Show liability', run: 'books liability' },
      { label: 'Get year-end', run: 'books year' },
      { label: 'Show settings', run: 'books settings' },
    ),
  )
}

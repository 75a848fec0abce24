import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  code,
  moment,
  paragraph,
  small,
  strong,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import type { Waiting } from '../orders/cards-shops.ts'
import type { Parked, ParkedPage } from './queries.ts'

/** More than that of a table is counted only. */
const SHOWN = 8

/** What could not be taken further, each with its reason and one press to try it again. */
export function parkedCard({ rows, page, left }: ParkedPage, waiting: Waiting[]): Card {
  if (rows.length === 0 && waiting.length === 0)
    return page > 1
      ? card('Nothing more is parked', buttons({ label: 'Look at parked', run: 'parked' }))
      : card('Nothing is parked', 'Every delivery was taken and every post was sent.')
  const deliveries = rows.filter((row) => row.kind === 'delivery')
  const posts = rows.filter((row) => row.kind === 'post')
  return card(
    'Parked deliveries and posts',
    deliveries.length > 0 &&
      'Each delivery was kept as it came and changed nothing. Mend the cause, then retry: nothing is ever counted twice.',
    ...deliveries.flatMap((row) =>
      rowOf(row, [
        ...(row.dropped ? [] : [{ label: 'Retry', run: 'retry', given: { delivery: row.id } }]),
        { label: 'Dismiss', run: 'dismiss', given: { delivery: row.id } },
      ]),
    ),
    posts.length > 0 && 'These posts could not be shown. Mend the cause, then try them again.',
    ...posts.flatMap((row) =>
      rowOf(row, [
        { label: 'Try again', run: 'retry', given: { post: row.id } },
        ...(row.task ? [] : [{ label: 'Dismiss', run: 'dismiss', given: { post: row.id } }]),
      ]),
    ),
    left > 0 && small(`… and ${left} more.`),
    left > 0 && buttons({ label: 'Show more', run: 'parked', given: { page: String(page + 1) } }),
    ...(waiting.length > 0 ? waitingOf(waiting) : []),
  )
}

const rowOf = (row: Parked, choices: Button[]): Block[] => [
  paragraph(text`${strong(row.what)}, since ${moment(row.at, 'ago')}\n${why(row)}\n${code(row.id)}`),
  ...(row.dropped ? [small('Its body was dropped when its time was over: have it sent once more.')] : []),
  buttons(...choices),
]

const waitingOf = (rows: Waiting[]): Block[] => [
  paragraph(
    'These wait more than a day for an order that has not come. They count as soon as it does; /order import brings older ones.',
  ),
  table(
    ['Since', 'What', 'Shop', 'Order'],
    rows.slice(0, SHOWN).map((row) => [moment(row.at, 'ago'), row.what, [row.source], [code(row.order.slice(0, 60))]]),
  ),
  ...(rows.length > SHOWN ? [small(`… and ${rows.length - SHOWN} more.`)] : []),
]

const WHY = 300
const why = ({ error }: Parked): string => (error ? [...error].slice(0, WHY).join('') : 'n/a')

/** Stands where the card about the parked delivery stood, until it is taken in or comes back. */
export const againCard = (by: string, id: string): Card =>
  card(
    'A parked delivery is tried again',
    paragraph(text`${by} asked for it. If the cause is still there it comes back here.`),
    small(code(id)),
  )

export const retriedCard = (): Card =>
  toned(
    'good',
    card(
      'It is tried again',
      'Where the cause is still there, it comes back to the parked ones.',
      buttons({ label: 'Look at parked', run: 'parked' }),
    ),
  )

/** Stands where the card about the parked delivery stood. */
export const dismissedCard = (by: string, id: string): Card =>
  card('A parked delivery was dismissed', paragraph(text`${by} put it away. It changed nothing.`), small(code(id)))

export const putAwayCard = (): Card =>
  toned(
    'good',
    card('It is put away', 'It changed nothing, and stands here no more.', buttons({ label: 'Look at parked', run: 'parked' })),
  )

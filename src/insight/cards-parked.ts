import {
  type Block,
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
import type { Parked } from './queries.ts'

/** Each post has a button of its own, and a chat message has room for so many. */
const POSTS = 10

/** What could not be taken further: deliveries are run again from the shell, posts with one press. */
export function parkedCard(rows: Parked[]): Card {
  if (rows.length === 0) return card('Nothing is parked', 'Every delivery was taken and every post was sent.')
  const deliveries = rows.filter((row) => row.kind === 'delivery')
  const posts = rows.filter((row) => row.kind === 'post')
  const more = posts.length - POSTS
  return card(
    'Parked deliveries and posts',
    ...(deliveries.length > 0 ? deliveriesOf(deliveries) : []),
    posts.length > 0 && 'These posts could not be shown. Mend the cause, then try them again.',
    ...posts.slice(0, POSTS).flatMap(postOf),
    more > 0 && small(`… and ${more} more posts.`),
  )
}

const deliveriesOf = (rows: Parked[]): Block[] => [
  paragraph(
    'Each delivery was kept as it came and changed nothing. Mend the cause, then run it again with npm run replay and its id.',
  ),
  table(
    ['Since', 'What', 'Why', 'Id'],
    rows.map((row) => [moment(row.at, 'ago'), [row.what], [why(row)], [code(row.id)]]),
  ),
]

const postOf = (row: Parked): Block[] => [
  paragraph(text`${strong(row.what)}, since ${moment(row.at, 'ago')}\n${why(row)}`),
  buttons({ label: 'Try again', run: 'retry', given: { post: row.id } }),
]

const WHY = 300
const why = ({ error }: Parked): string => (error ? [...error].slice(0, WHY).join('') : 'n/a')

export const retriedCard = (): Card =>
  toned(
    'good',
    card(
      'It is tried again',
      'Where the cause is still there, it comes back to the parked ones.',
      buttons({ label: 'Look at parked', run: 'parked' }),
    ),
  )

import { type Card, card, person, small, strong, table, text } from '../kernel/card.ts'
import type { Dry } from './nudges.ts'
import { elsewhere, nudgeCap, nudges } from './rules-nudges.ts'

const SHOWN = 20

/** The rules, and who they fit now; whoever gets nothing all the same is named with the reason. */
export function dryCard(rows: Dry[]): Card {
  const because = ({ since, days }: Dry): string =>
    since === 'active' ? `quiet for ${days} days` : `admitted ${days} ${days === 1 ? 'day' : 'days'} ago`
  const count = (name: string): number => rows.filter((row) => row.name === name && row.held === null).length
  return card(
    'Hints, without sending any',
    rows.length === 0
      ? 'Nobody would get a hint now.'
      : table(
          ['Who', 'Hint', 'Because', 'Or not'],
          rows.slice(0, SHOWN).map((row) => [person(row.personId, row.creator), row.name, because(row), row.held ?? '']),
        ),
    rows.length > SHOWN && small(text`And ${rows.length - SHOWN} more.`),
    table(
      ['Hint', 'From day', 'To day', 'Unless', 'Now'],
      nudges.map(({ name, from, to, unless, since }) => [
        strong(name),
        from,
        to,
        `${unless?.replace('_', ' ') ?? ''}${since === 'active' ? 'days without anything' : ''}`,
        count(name),
      ]),
    ),
    ...elsewhere.map(({ name, says }) => small(text`${strong(name)}: ${says}`)),
    small(text`Nobody gets more than ${nudgeCap.count} in ${nudgeCap.days} days.`),
  )
}

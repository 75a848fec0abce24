import { buttons, type Card, card, moment, paragraph, person, small, strong, table, text, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { Dry } from './nudges.ts'
import type { Elsewhere } from './nudges-elsewhere.ts'
import { elsewhere, nudgeCap, nudges } from './rules-nudges.ts'

const SHOWN = 20

/** What is looked at: hints by the table, what comes from elsewhere, the digest, and until when nothing goes out by itself yet. */
export type DryRun = {
  rows: Dry[]
  others: Elsewhere[]
  digest: { readers: number; nextAt: Date | null }
  startsAt: Date | null
}

/** The rules, and who they fit now; whoever gets nothing all the same is named with the reason. */
export function dryCard({ rows, others, digest, startsAt }: DryRun): Card {
  const because = ({ since, days }: Dry): string =>
    since === 'active' ? `quiet for ${days} days` : `admitted ${plural(days, 'day')} ago`
  const count = (name: string): number => rows.filter((row) => row.name === name && row.held === null).length
  const { readers, nextAt } = digest
  return card(
    'Hints, without sending any',
    startsAt !== null &&
      paragraph(
        text`Nothing of this goes out yet. It starts by itself ${moment(startsAt, 'full')}, or when you press Start messages.`,
      ),
    startsAt !== null && buttons({ label: 'Start messages', run: 'schedule start', look: 'main' }),
    paragraph(
      text`${strong('Digest')}: ${plural(readers, 'creator')}${nextAt ? text`, next ${moment(nextAt, 'full')}` : ', paused'}.`,
    ),
    rows.length === 0
      ? 'Nobody would get a hint now.'
      : table(
          ['Who', 'Hint', 'Because', 'Or not'],
          rows.slice(0, SHOWN).map((row) => [person(row.personId, row.creator), row.name, because(row), row.held ?? '']),
        ),
    rows.length > SHOWN && small(text`And ${rows.length - SHOWN} more.`),
    others.length > 0 &&
      table(
        ['Who', 'Hint', 'Because', 'When'],
        others
          .slice(0, SHOWN)
          .map(({ personId, creator, name, because: why, at }) => [
            personId === null ? creator : person(personId, creator),
            name,
            why,
            at === null ? '' : moment(at, 'full'),
          ]),
        { caption: 'From where the thing itself lives' },
      ),
    others.length > SHOWN && small(text`And ${others.length - SHOWN} more.`),
    table(
      ['Hint', 'Counted from', 'From day', 'To day', 'Unless', 'Now'],
      nudges.map(({ name, from, to, unless, since }) => [
        strong(name),
        since === 'active' ? 'the last thing they did' : 'admission',
        from,
        to,
        unless?.replace('_', ' ') ?? '',
        count(name),
      ]),
    ),
    ...elsewhere.map(({ name, says }) => small(text`${strong(name)}: ${says}`)),
    small(text`Nobody gets more than ${nudgeCap.count} in ${nudgeCap.days} days.`),
  )
}

export const startedCard = (): Card =>
  toned(
    'good',
    card(
      'Messages have started',
      'Digests, hints and recaps go out by their schedules from now on: one a day at most, outside quiet hours, and each reader can stop them.',
      buttons({ label: 'See who gets what', run: 'nudge dry' }),
    ),
  )

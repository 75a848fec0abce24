import type { Schedule } from '../db/generated/client.ts'
import {
  buttons,
  type Card,
  card,
  facts,
  moment,
  paragraph,
  small,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { nextLocal, type Rhythm, sayRhythm } from '../kernel/time.ts'

/** All of them in a table, with a menu to open one. `says` is what each schedule posts, by its name. */
export function schedulesCard(rows: Schedule[], says: Record<string, string>): Card {
  if (rows.length === 0) return card('Schedules', 'Nothing is scheduled in this program.')
  const order = [...Object.keys(says), ...rows.map(({ name }) => name)]
  const sorted = [...rows].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  const known = sorted.filter(({ name }) => name in says)
  const zones = new Set(rows.map(({ zone }) => zone))
  const [zone] = zones
  return card(
    'Schedules',
    table(
      ['Schedule', 'Rhythm', 'Next', 'Last'],
      sorted.map((row) => [
        strong(row.name),
        zones.size === 1 ? sayRhythm(row.rhythm as Rhythm) : rhythmWords(row),
        row.paused ? 'paused' : moment(row.nextAt, 'full'),
        row.lastAt ? moment(row.lastAt, 'day') : 'not yet',
      ]),
      zones.size === 1 ? { caption: `By the clock of ${zone}` } : {},
    ),
    ...sorted.map(({ name }) => small(text`${strong(name)}: ${says[name] ?? unknown}`)),
    known.length > 0 && {
      block: 'choice',
      label: 'Open one',
      run: 'schedule show',
      option: 'schedule',
      choices: known.map(({ name }) => ({ label: name, value: name })),
    },
  )
}

const unknown = 'nothing here knows how to post this'

const rhythmWords = ({ rhythm, zone }: Schedule): string => `${sayRhythm(rhythm as Rhythm)}, ${zone} time`

/** One schedule with its next five runs, and what can be done with it. */
export function scheduleCard(schedule: Schedule, says: string): Card {
  const { name, paused, nextAt, lastAt } = schedule
  const given = { schedule: name }
  return card(
    `Schedule: ${name}`,
    facts({
      What: says,
      Rhythm: rhythmWords(schedule),
      Next: paused ? 'paused' : text`${moment(nextAt, 'full')}`,
      ...(paused ? {} : { Then: following(schedule) }),
      Last: lastAt ? text`${moment(lastAt, 'full')}` : 'not yet',
    }),
    buttons(
      { label: 'Run it now', run: 'schedule run', given, look: 'main' },
      paused
        ? { label: 'Resume', run: 'schedule pause', given: { ...given, state: 'running' } }
        : { label: 'Pause', run: 'schedule pause', given: { ...given, state: 'paused' } },
      { label: 'Change', run: 'schedule set', given: { ...given, '?': 'form' } },
      { label: 'List schedules', run: 'schedule list' },
    ),
  )
}

const MORE = 4

/** The runs after the next one. */
function following({ rhythm, zone, nextAt }: Schedule): Text {
  const runs = [nextAt]
  while (runs.length <= MORE) runs.push(nextLocal(rhythm as Rhythm, zone, runs.at(-1)!))
  return runs.slice(1).flatMap((at, n): Text => [...(n > 0 ? [' · '] : []), moment(at, 'day')])
}

/** The answer to another rhythm. */
export const changedCard = (schedule: Schedule, says: string): Card =>
  toned(
    'good',
    card(
      'Saved',
      facts({
        What: says,
        Rhythm: rhythmWords(schedule),
        Next: schedule.paused ? 'paused' : text`${moment(schedule.nextAt, 'full')}`,
        ...(schedule.paused ? {} : { Then: following(schedule) }),
      }),
      buttons({ label: 'List schedules', run: 'schedule list' }),
    ),
  )

/** The answer to pausing or resuming. */
export function pausedCard(schedule: Schedule, says: string): Card {
  const rings = { What: says, Rhythm: rhythmWords(schedule) }
  const given = { schedule: schedule.name }
  if (schedule.paused) {
    return card(
      'Paused',
      facts(rings),
      'Nothing is posted until it is resumed; what falls into the pause is not made up for.',
      buttons({ label: 'Resume', run: 'schedule pause', given: { ...given, state: 'running' }, look: 'main' }),
    )
  }
  return toned(
    'good',
    card(
      'Running',
      facts({ ...rings, Next: text`${moment(schedule.nextAt, 'full')}` }),
      buttons(
        { label: 'Run it now', run: 'schedule run', given },
        { label: 'Pause', run: 'schedule pause', given: { ...given, state: 'paused' } },
      ),
    ),
  )
}

/** The answer to posting by hand. */
export function postedCard(schedule: Schedule, sentence: string): Card {
  const next = schedule.paused
    ? text`The schedule itself is paused.`
    : text`The next one comes by itself ${moment(schedule.nextAt, 'full')}.`
  return toned('good', card('Posted', sentence, paragraph(next)))
}

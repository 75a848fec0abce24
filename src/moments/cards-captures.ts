import type { Capture, Creator, File } from '../db/generated/client.ts'
import {
  buttons,
  type Card,
  card,
  choice,
  facts,
  image,
  link,
  paragraph,
  person,
  small,
  strong,
  text,
  toned,
} from '../kernel/card.ts'
import { type Preset, presets } from '../rights/presets.ts'
import { type Intent, intents } from './rules.ts'

const QUOTED = 600

/** To the author, where nobody else reads it: what was found, what is asked, yes or no. */
export function askCard(
  row: Capture,
  by: { personId: string; name: string } | null,
  file: File | null,
  { preset, lines }: { preset: Preset; lines: { label: string; says: string }[] },
  brand: string,
): Card {
  const who = by ? person(by.personId, by.name) : 'A manager'
  const given = { capture: row.id }
  const message = row.url ? link('your message', row.url) : 'your message'
  return card(
    'May we use what you wrote?',
    paragraph(text`${who} likes ${message} and would love to have it as content of ${brand}.`),
    row.caption !== null && paragraph(text`${strong('You wrote')}\n${[...row.caption].slice(0, QUOTED).join('')}`),
    file?.mime.startsWith('image/') && image({ file: file.id }, `Your picture: ${file.name}`),
    file !== null && !file.mime.startsWith('image/') && paragraph(text`${strong('With')} ${file.name}`),
    paragraph(text`${strong('What is asked')}: ${preset.label}. ${preset.says}`),
    lines.length > 0 && facts(Object.fromEntries(lines.map(({ label, says }) => [label, [says]]))),
    small(['It stays yours. With a no, nothing of it is kept.']),
    buttons(
      {
        label: 'Yes, with these rights',
        run: 'capture answer',
        given: { ...given, answer: 'yes', rights: row.rights },
        look: 'main',
      },
      { label: 'No, delete it', run: 'capture answer', given: { ...given, answer: 'no' }, look: 'danger' },
    ),
  )
}

const closings = {
  yes: [
    'Thank you, you said yes',
    'A manager looks at it next. /content shows where it stands, and there you can still withdraw it.',
  ],
  no: ['You said no', 'Nothing of your message was kept.'],
  gone: ['May we use what you wrote?', 'This request is over. Nothing of your message was kept.'],
} as const

/** The author's card once it is answered or taken back. */
export function closedCard(how: keyof typeof closings): Card {
  const [title, words] = closings[how]
  const closed = card(title, words, how === 'yes' && buttons({ label: 'Show content', run: 'content' }))
  return how === 'yes' ? toned('good', closed) : closed
}

/** To the manager who had asked for it. */
export const deletedCard = (creator: Pick<Creator, 'personId' | 'name'>): Card =>
  card(
    'A message you asked for is deleted',
    paragraph(
      text`${person(creator.personId, creator.name)} took it out of the chat before answering. Your request is over, and nothing of it was kept.`,
    ),
  )

const labels = (of: Record<string, { label: string }>) => Object.entries(of).map(([value, { label }]) => ({ label, value }))

/** The manager's answer: the author is asked; what it is for and which rights are asked can still be said. */
export function capturedCard(row: Capture, creator: Creator, tally: { asked: number; yes: number }): Card {
  const given = { capture: row.id }
  const intent = row.intent as Intent | null
  return toned(
    'good',
    card(
      'Its author is asked',
      paragraph(
        text`${person(creator.personId, creator.name)} reads it in private. With a yes it comes to #review; with a no nothing of it is kept.`,
      ),
      facts({
        Asked: [presets[row.rights as keyof typeof presets]?.label ?? row.rights],
        For: [intent ? intents[intent] : 'not said'],
      }),
      choice(
        'What does it help with?',
        'capture set',
        'intent',
        Object.entries(intents).map(([value, label]) => ({ label, value })),
        given,
      ),
      choice('Ask for other rights', 'capture set', 'rights', labels(presets), given),
      small([`Of the last 30 days: ${tally.yes} of ${tally.asked} said yes.`]),
      buttons({ label: 'Take it back', run: 'capture undo', given }),
    ),
  )
}

import type { Revision } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  divider,
  moment,
  type Part,
  paragraph,
  small,
  strong,
  text,
} from '../kernel/card.ts'
import { cut } from '../kernel/cut.ts'
import { noteBlocks, subject, type View } from './cards.ts'
import { changes } from './rules-diff.ts'

const SHOWN = 5
const WORDS = 1_200

/** All versions of a submission, newest first, each with what its caption changed. */
export function historyCard(view: View, revisions: Revision[], pieces: ReadonlyMap<number, string[]>): Card {
  const shown = revisions.slice(-SHOWN).toReversed()
  const blocks = shown.flatMap((revision, i): Block[] => {
    const before = revisions.find(({ number }) => number === revision.number - 1)
    const title = text`${strong(`Revision ${revision.number}`)}, ${moment(revision.at, 'full')}`
    return [
      ...(i === 0 ? [] : [divider]),
      paragraph(title),
      // A revision keeps the note that it answers.
      ...noteBlocks(revision.note),
      paragraph(before ? changed(before.caption, revision.caption) : [cut(revision.caption, WORDS) || 'No caption']),
      ...filesChanged(before ? (pieces.get(before.number) ?? []) : null, pieces.get(revision.number) ?? []),
    ]
  })
  const older = revisions.length - shown.length
  return card(
    `History: ${view.creator.name}, ${subject(view)}`,
    revisions.length > 1 && small('Bold is new; what stands in [brackets] with a minus was taken out.'),
    ...blocks,
    older > 0 && small(`… and ${older} older.`),
    view.submission.state === 'submitted' &&
      buttons({ label: 'Look', run: 'review queue', given: { submission: view.submission.id }, look: 'main' }),
  )
}

function changed(before: string, after: string): Part[] {
  if (before === after) return ['The caption is the same.']
  let left = WORDS
  const parts: Part[] = []
  for (const { kind, words } of changes(before, after)) {
    if (left <= 0) return [...parts, '…']
    const said = cut(words, left)
    left -= words.length
    parts.push(kind === 'added' ? strong(said) : kind === 'removed' ? `[−${said}]` : said)
  }
  return parts
}

function filesChanged(before: string[] | null, after: string[]): Block[] {
  const list = (what: string, names: string[]) => (names.length === 0 ? [] : [small(`${what}: ${names.join(', ')}`)])
  if (before === null) return list('Links and files', after)
  const fresh = after.filter((name) => !before.includes(name))
  const gone = before.filter((name) => !after.includes(name))
  return [...list('New', fresh), ...list('Gone', gone)]
}

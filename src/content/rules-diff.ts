// What changed from one version of a caption to the next, word by word.
import { diffWordsWithSpace } from 'diff'

export type Change = { kind: 'same' | 'added' | 'removed'; words: string }

/** Longer texts are compared only this far: comparing costs more the more differs. */
const COMPARED = 4_000

/** The parts of the new text and what was taken out of the old one, in reading order. */
export const changes = (before: string, after: string): Change[] =>
  diffWordsWithSpace(before.slice(0, COMPARED), after.slice(0, COMPARED)).map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    words: value,
  }))

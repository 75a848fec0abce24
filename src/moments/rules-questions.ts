// A creator asks something about the products; a manager answers once, and from then on everyone in the program finds the answer. Before
// a question is sent its asker sees what was answered before, for the quickest answer is one that is there. Questions that say the same
// are counted together: what many ask is what the next moment could be about.
import { Refusal } from '../kernel/refusal.ts'

/** A found answer, and how many of the asked words it holds, from 0 to 1. */
export type Likeness = { matched: number; words: number }

const SIMILAR = 0.5
const SAME = 0.6

const share = ({ matched, words }: Likeness): number => (words === 0 ? 0 : matched / words)

/** Whether what was found is worth showing: half of the words, and not one word alone among several. */
export const isSimilar = (found: Likeness): boolean => share(found) >= SIMILAR && found.matched >= Math.min(2, found.words)

/** Whether two questions are counted as one. */
export const isSame = (found: Likeness): boolean => isSimilar(found) && share(found) >= SAME

/** How many questions of one person may wait at once. */
const OPEN_MOST = 5

export function checkOpen(open: number): void {
  if (open >= OPEN_MOST)
    throw new Refusal(
      'over_limit',
      `${OPEN_MOST} of your questions still wait for an answer.`,
      'Wait for one of them, or look through /answers.',
    )
}

/** "Skin Care" → "skin-care": one word, so that it can be typed and found. Refusal names the field. */
export function readTag(typed: string | undefined): string | null {
  const tag = (typed ?? '').trim().toLowerCase().replace(/^#/, '').replace(/\s+/g, '-')
  if (tag === '') return null
  if (!/^[\p{L}\p{N}-]{1,30}$/u.test(tag))
    throw new Refusal('invalid', 'This is no tag.', 'Use one word of at most 30 letters, such as serum or skin-care.', 'tag')
  return tag
}

/** The days over which what is asked most is counted. */
export const IDEA_DAYS = 30

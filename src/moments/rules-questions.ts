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

/** From how many letters on a word may be the beginning of another, one letter of it may be wrong, and two. */
const BEGINS = 3
const ONE_WRONG = 4
const TWO_WRONG = 8

/**
 * A word as it may be meant among the known ones: itself where it is known, else those that begin with it, else the nearest in spelling.
 * A first letter is rarely mistyped, so the known ones are those that share it: "cream" is not read as "dream".
 */
export function readings(word: string, known: readonly string[]): string[] {
  if (known.includes(word) || word.length < BEGINS) return [word]
  const longer = known.filter((one) => one.startsWith(word))
  if (longer.length > 0) return longer
  const most = /\d/.test(word) || word.length < ONE_WRONG ? 0 : word.length < TWO_WRONG ? 1 : 2
  const near = known.map((one) => ({ one, wrong: slips(word, one, most) })).filter(({ wrong }) => wrong <= most)
  const least = Math.min(...near.map(({ wrong }) => wrong))
  const nearest = near.filter(({ wrong }) => wrong === least).map(({ one }) => one)
  return nearest.length > 0 ? nearest : [word]
}

/** How many letters have to be put in, left out, replaced or swapped with their neighbour; anything above `most` is `most` + 1. */
function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let two: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const plain = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + cost)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(swapped ? Math.min(plain, two[j - 2]! + 1) : plain)
    }
    two = last
    last = row
  }
  return last[b.length]!
}

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

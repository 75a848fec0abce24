/** Making things fit: rooms for texts, words cut at whole letters, widths in a font where all letters are alike. */
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Shares `total` among sizes: the small ones get what they need, only the largest give way, all to the same level. */
export function share(sizes: readonly number[], total: number): number[] {
  let left = total
  let level = Number.POSITIVE_INFINITY
  const sorted = [...sizes].sort((a, b) => a - b)
  for (const [i, size] of sorted.entries()) {
    const fair = Math.floor(left / (sorted.length - i))
    if (size > fair) {
      level = fair
      break
    }
    left -= size
  }
  return sizes.map((size) => Math.min(size, level))
}

/** Words of at most `max` characters, cut at a whole letter (an emoji of several signs is one). */
export function cut(words: string, max: number): string {
  return words.length <= max ? words : `${longest(words, (part) => part.length <= max - 1).trimEnd()}…`
}

/** The longest beginning, in whole letters, that still fits; for tests that hold for every shorter beginning too. */
export function longest(words: string, fits: (beginning: string) => boolean): string {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(words.slice(0, middle))) low = middle
    else high = middle - 1
  }
  // Finding every letter takes microseconds for each; only the one that the cut goes through matters.
  return words.slice(0, letters.segment(words).containing(low)?.index ?? low)
}

// Segmenting takes about a microsecond a letter; most words don't need it.
const simple = /^[\x20-\x7e]*$/

// East Asian wide letters, and signs that are drawn as pictures.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}\p{Regional_Indicator}]|\ufe0f/u
const nothing = /^[\p{M}\p{Cf}\p{Cc}]+$/u

const columnsOfLetter = (letter: string): number => (wide.test(letter) ? 2 : nothing.test(letter) ? 0 : 1)

/** How many columns the words take where every letter has the same width. */
export function columnsOf(words: string): number {
  if (simple.test(words)) return words.length
  let sum = 0
  for (const { segment } of letters.segment(words)) sum += columnsOfLetter(segment)
  return sum
}

/** Words of exactly `columns` columns: cut with a mark, or filled with spaces on one side. */
export function padded(words: string, columns: number, side: 'left' | 'right'): string {
  const wanted = columnsOf(words)
  const [kept, taken] = wanted <= columns ? [words, wanted] : cutTo(words, columns)
  const gap = ' '.repeat(Math.max(0, columns - taken))
  return side === 'right' ? gap + kept : kept + gap
}

function cutTo(words: string, columns: number): [string, number] {
  let taken = 1
  let kept = ''
  for (const { segment } of letters.segment(words)) {
    const more = columnsOfLetter(segment)
    if (taken + more > columns) break
    taken += more
    kept += segment
  }
  return [`${kept}…`, taken]
}

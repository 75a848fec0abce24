/** Reading a caption as its readers see it: what is above the fold, what is a word, what is a label, and what only looks like one. */
import unhomoglyph from 'unhomoglyph'

/** What Instagram shows before "more". */
export const FOLD = 125
export const LINES = 3
/** What is below the fold only says why something is wrong; so much of it is read. No platform takes a longer caption. */
const READ = 10_000

const invisible = /\p{Cf}/gu
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g
/** Letters that follow are shown in the opposite order. */
const turning = /[\u202D\u202E]/
/** A stroke through the letter before it. */
const struck = /[\u0334-\u0338\u20D2\u20D3\u20E5\u20EB]/g
const marks = /\p{M}/gu
const address = /(?:https?:\/\/|www\.)\S*/g
const wordLike = /[\p{L}\p{N}\p{M}_]/u
const letter = /[\p{L}\p{N}#@]/u

/** Width, case and invisible characters make no difference to a reader. */
const plain = (words: string): string => words.normalize('NFKC').toLowerCase().replace(invisible, '')

/** Letters of other alphabets, accents and styles read as the ones they look like; a struck-out letter is none. */
const skeleton = (words: string): string =>
  unhomoglyph(words.normalize('NFKD').replace(struck, '_').replace(marks, '')).toLowerCase()

export type Seen = {
  /** Above the fold, and one character more to see whether a word ends there. */
  head: string
  after: string
  /** The caption as far as anybody writes one. */
  all: string
  /** An invisible character turns round what follows; nothing after it counts. */
  turned: boolean
  /** The head with letters as they look; it takes a while. */
  looks: () => string
}

/** The caption as it is read; addresses are no words. Linear in its length. */
export function see(caption: string): Seen {
  const lines = caption.replace(lineEnds, '\n').trimStart()
  const upTo = lines.search(turning)
  const visible = lines.replace(invisible, '')
  const readable = upTo < 0 ? visible : lines.slice(0, upTo).replace(invisible, '')
  const top = [
    ...readable
      .split('\n', LINES)
      .join('\n')
      .slice(0, 2 * FOLD + 2),
  ]
  const rest = top.slice(FOLD, FOLD + 1).join('')
  const cut = top.slice(0, FOLD).join('')
  const head = mask(plain(cut), address)
  return {
    head,
    after: plain(rest),
    all: mask(plain(visible.slice(0, READ)), address),
    turned: upTo >= 0 && [...visible.slice(0, upTo)].length < FOLD,
    looks: once(() => skeleton(mask(cut.normalize('NFKC'), address))),
  }
}

function once(make: () => string): () => string {
  let made: string | undefined
  return () => {
    made ??= make()
    return made
  }
}

const mask = (words: string, what: RegExp): string => words.replace(what, (found) => '…'.repeat(found.length))

/** The same text with these words taken out of sight, so that what is inside them counts as nothing. */
export function without(text: string, words: readonly string[]): { text: string; found: string | undefined } {
  let left = text
  let found: string | undefined
  for (const one of words) {
    const parts: string[] = []
    let from = 0
    for (let at = find(left, '', one); at >= 0; at = find(left, '', one, from)) {
      parts.push(left.slice(from, at), '…'.repeat(one.length))
      from = at + one.length
    }
    if (from === 0) continue
    found ??= one
    left = parts.join('') + left.slice(from)
  }
  return { text: left, found }
}

/** Where a word or hashtag stands by itself, or -1; `after` is what follows the text. */
export function find(text: string, after: string, word: string, from = 0): number {
  // A hashtag may follow another without a space.
  const free = word.startsWith('#')
  for (let at = text.indexOf(word, from); word !== '' && at >= 0; at = text.indexOf(word, at + 1)) {
    if ((free || !wordLike.test(before(text, at))) && !wordLike.test(next(text, after, at + word.length))) return at
  }
  return -1
}

const before = (text: string, at: number): string => (at === 0 ? '' : [...text.slice(Math.max(0, at - 2), at)].at(-1)!)
const next = (text: string, after: string, at: number): string => [...text.slice(at, at + 2)][0] ?? after

const closing =
  /^\s*(?:$|\p{Extended_Pictographic}|[\n:|·•)\]*》】~–—…]|[-/](?=\s)|[.!,](?=\s|$)|(?:with|for|by|mit|für|von|avec|pour|con|para|per|met|voor|z|dla|med|for)\s)/u

/** How much is looked at before a label, so that a long line costs no more than a short one. */
const NEAR = 40

/** Where a word stands as a label, at the start of a line or set off by marks, or -1: "ad" in "an ad I saw" is none. */
export function findLabel(text: string, after: string, word: string): number {
  for (let at = find(text, after, word); at >= 0; at = find(text, after, word, at + 1)) {
    const near = text.slice(Math.max(0, at - NEAR), at)
    const line = near.slice(near.lastIndexOf('\n') + 1)
    const rest = `${text.slice(at + word.length, at + word.length + 12)}${after}`
    if (opens(line) && closing.test(rest)) return at
  }
  return -1
}

const bracket = new Set(['[', '(', '*', '【', '《', '|', '·', '•', '~'])
const dash = new Set(['–', '—', '-', '/', ':'])

/** Whether a label may follow: nothing but marks and pictures before it on its line, or a mark that sets it off. */
function opens(line: string): boolean {
  if (!letter.test(line) && !/[@#…]/.test(line)) return true
  const trimmed = line.trimEnd()
  const last = trimmed.at(-1) ?? ''
  return bracket.has(last) || (dash.has(last) && trimmed.length < line.length)
}

/** How many hashtags stand directly before this place, with nothing between them. */
export function tagsBefore(text: string, at: number): number {
  const parts = text.slice(0, at).split(/\s+/)
  let count = 0
  for (const part of parts.reverse()) {
    if (part === '') continue
    if (!part.startsWith('#')) break
    count += part.split('#').length - 1
  }
  return count
}

/** A word as it looks, to be sought in `looks`. */
export const lookOf = skeleton

/** A word of the rules with the brand in its place; none when the brand has no letters. */
export function named(word: string, brand: string): string[] {
  if (!word.includes('{brand}')) return [plain(word)]
  const name = plain(brand).trim()
  const close = name.replace(/[^\p{L}\p{N}_]/gu, '')
  if (close === '') return []
  if (/[#@]/.test(word)) return [plain(word.replace('{brand}', close))]
  return [...new Set([name, close, `@${close}`])].map((one) => plain(word.replace('{brand}', one)))
}

/** Whether the brand is named, or an account that may be its. */
export function namesBrand(all: string, brand: string): boolean {
  const [name = '', close = ''] = [plain(brand).trim(), plain(brand).replace(/[^\p{L}\p{N}_]/gu, '')]
  return (
    (name !== '' && all.includes(name)) ||
    (close !== '' && all.includes(close)) ||
    /(?:^|[^\p{L}\p{N}_.])@[\p{L}\p{N}_]/u.test(all)
  )
}

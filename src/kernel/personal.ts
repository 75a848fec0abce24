// What is known about a person, room by room. Each room that keeps something about people exports `personal` (what it is) and `forget`
// (it goes, or names them no more); the room privacy walks them.

/** A person and everything they were here before: accounts that turned out to be theirs count as them. */
export type Subject = {
  personIds: string[]
  creatorIds: string[]
  /** Names, handles and addresses they go by. Empty until all rooms were asked. */
  words: string[]
}

/** What becomes of it when its person is forgotten: it goes, it stays without saying whose it was, or it stays for a reason. */
export type Fate = 'deleted' | 'pseudonymised' | 'kept'

export type Section = {
  /** What its owner reads, and the name of its list in an export: "Payment details". */
  name: string
  /** For what it is kept, and how long. */
  about: string
  until: string
  fate: Fate
  /** Why it stays. */
  why?: string
  rows: Record<string, unknown>[]
  /** What names them: found and replaced wherever it was posted. */
  words?: (string | null)[]
  /** What they wrote, likewise. */
  texts?: (string | null)[]
  /** Stored files that are theirs. */
  fileIds?: (string | null)[]
}

/** What a room leaves to be done after the commit: stored bytes that nothing of the program names any more, by their hashes. */
export type Forgotten = { files?: string[] }

export const FORMER = 'Former creator'
export const REMOVED = '(removed)'

/** Kept by law where money is concerned; see docs/privacy.md. */
export const BOOK_YEARS = 10

const SHORTEST_WORD = 3
// A short remark such as "Love it!" is anybody's.
const SHORTEST_TEXT = 12

// No post is about one of these alone, and there may be very many.
const figures = /^(?:trf|oln|tch|pts|evt|vdt|rev|pce|lnk)_/

export type Trace = { words: string[]; texts: string[]; ids: string[] }

const longest = (list: Iterable<string | null>, least: number): string[] =>
  [...new Set([...list].flatMap((one) => one?.trim() ?? []))]
    .filter((one) => [...one].length >= least && one !== FORMER && one !== REMOVED)
    .sort((a, b) => b.length - a.length)

/** By what somebody is found in what was posted: the longest first, so that a name is not cut out of an address. */
export function traceOf(sections: readonly Section[]): Trace {
  const ids = sections.flatMap(({ rows }) => rows.flatMap(({ id }) => (typeof id === 'string' && !figures.test(id) ? [id] : [])))
  return {
    words: longest(
      sections.flatMap(({ words }) => words ?? []),
      SHORTEST_WORD,
    ),
    texts: longest(
      sections.flatMap(({ texts }) => texts ?? []),
      SHORTEST_TEXT,
    ),
    ids: [...new Set(ids)],
  }
}

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Takes somebody out of a text: whole words, capitals or not. */
export function scrubber({ words, texts }: Pick<Trace, 'words' | 'texts'>): (text: string) => string {
  const patterns: [RegExp, string][] = [
    ...texts.map((text): [RegExp, string] => [new RegExp(escaped(text), 'giu'), REMOVED]),
    ...words.map((word): [RegExp, string] => [
      new RegExp(`(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`, 'giu'),
      FORMER,
    ]),
  ]
  return (text) => patterns.reduce((left, [pattern, by]) => left.replace(pattern, by), text)
}

/** The same in every text of a JSON value. */
export function scrubJson(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((one) => scrubJson(one, scrub))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubJson(one, scrub)]))
}

const bare = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** The parts of names and handles that an address or a code may be made of: "zoe", "rossi". */
export const namedParts = (words: readonly string[]): string[] => [
  ...new Set(
    words.flatMap((word) =>
      bare(word)
        .replace(/^@/, '')
        .split('@')[0]!
        .split(/[^\p{L}\p{N}]+/u)
        .filter((part) => part.length >= SHORTEST_WORD),
    ),
  ),
]

/** Whether a slug or code says whose it is. */
export const names = (text: string, parts: readonly string[]): boolean => {
  const plain = bare(text)
  return parts.some((part) => plain.includes(part))
}

/** What a link or a code is called once its name, which named somebody who was forgotten, is gone. */
export const nameless = (id: string): string => `former-${id.slice(-10).toLowerCase()}`

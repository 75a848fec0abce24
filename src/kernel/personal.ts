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
  /** How many more there are that nobody reads at once, and the ids of those that a post may be about. Their pages are read one by one. */
  more?: { count: number; ids: string[] }
  /** What names them: found and replaced wherever it was posted. */
  words?: (string | null)[]
  /** What they wrote, likewise. */
  texts?: (string | null)[]
  /** Their codes, of which those that are made of their name are found, however short. */
  codes?: string[]
  /** Stored files that are theirs. */
  fileIds?: (string | null)[]
}

/** How many rows a section has. */
export const countOf = ({ rows, more }: Pick<Section, 'rows' | 'more'>): number => rows.length + (more?.count ?? 0)

/**
 * What a room leaves to be done after the commit: stored bytes that nothing of the program names any more, by their hashes. `more` where
 * it has not forgotten all yet, for there is more than one unit of work may take: it is asked again.
 */
export type Forgotten = { files?: string[]; more?: boolean }

export const FORMER = 'Former creator'
export const REMOVED = '(removed)'

/** Kept by law where money is concerned; see docs/privacy.md. */
export const BOOK_YEARS = 10

const SHORTEST_WORD = 3
// A short remark such as "Love it!" is anybody's.
const SHORTEST_TEXT = 12

// No post is about one of these alone, and there may be very many.
const figures = /^(?:trf|oln|tch|pts|evt|vdt|rev|pce|lnk)_/

export type Trace = { words: string[]; short: string[]; texts: string[]; codes: string[]; ids: string[] }

const longest = (list: Iterable<string | null>, least: number): string[] =>
  [...new Set([...list].flatMap((one) => one?.trim() ?? []))]
    .filter((one) => [...one].length >= least && one !== FORMER && one !== REMOVED)
    .sort((a, b) => b.length - a.length)

/** By what somebody is found in what was posted: the longest first, so that a name is not cut out of an address. */
export function traceOf(sections: readonly Section[]): Trace {
  const all = sections.flatMap(({ rows, more }) => [...rows.map(({ id }) => id), ...(more?.ids ?? [])])
  const ids = all.flatMap((id) => (typeof id === 'string' && !figures.test(id) ? [id] : []))
  const named = longest(
    sections.flatMap((section) => section.words ?? []),
    1,
  )
  const words = longest(named, SHORTEST_WORD)
  const parts = namedParts(words)
  return {
    words,
    short: named.filter((word) => !words.includes(word)),
    texts: longest(
      sections.flatMap(({ texts }) => texts ?? []),
      SHORTEST_TEXT,
    ),
    codes: [...new Set(sections.flatMap(({ codes }) => codes ?? []))].filter((code) => names(code, parts)),
    ids: [...new Set(ids)],
  }
}

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Takes somebody out of a text: whole words, capitals or not; a name as short as "Bo" only where nothing else is said. `others` are
 * names of others that hold one of theirs: where "Anna" is forgotten, "Anna Berg" stays.
 */
export function scrubber(
  { words, short = [], texts = [], codes = [] }: Partial<Trace> & Pick<Trace, 'words'>,
  others: readonly string[] = [],
): (text: string) => string {
  const whole = [...codes, ...words].sort((a, b) => b.length - a.length).map(escaped)
  const own = new RegExp(`(?<![\\p{L}\\p{N}])(?:${whole.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
  // Whoever is called Creator stands in what is left of others, and of themselves where this is done twice.
  const { has, holds } = namesAround([...others, FORMER, REMOVED], own)
  const patterns = texts.map((text) => new RegExp(escaped(text), 'giu'))
  return (text) => {
    if (short.includes(text) && !has(text)) return FORMER
    const left = patterns.reduce((rest, pattern) => rest.replace(pattern, REMOVED), text)
    return whole.length === 0 ? left : left.replace(own, (name, at: number) => (holds(left, at, name) ? name : FORMER))
  }
}

/**
 * Whether a name that was found belongs to a longer one of somebody else. Thousands may share a first name, and every post is looked
 * through: what is tried are the few places at which it stands in them.
 */
function namesAround(others: readonly string[], own: RegExp) {
  const known = new Set(others.map((name) => name.toLowerCase()))
  const places = new Map<string, { before: number; length: number }>()
  for (const name of others)
    for (const { index: before } of name.matchAll(own)) places.set(`${before} ${name.length}`, { before, length: name.length })
  const has = (name: string): boolean => known.has(name.toLowerCase())
  const holds = (text: string, at: number, name: string): boolean =>
    [...places.values()].some(({ before, length }) => {
      const [from, to] = [at - before, at - before + length]
      return from >= 0 && to >= at + name.length && has(text.slice(from, to)) && isWhole(text, from, to)
    })
  return { has, holds }
}

const isWhole = (text: string, from: number, to: number): boolean =>
  !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, from - 2), from)) && !/^[\p{L}\p{N}]/u.test(text.slice(to, to + 2))

/** The same in every text of a JSON value. */
export function scrubJson(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((one) => scrubJson(one, scrub))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubJson(one, scrub)]))
}

const ours = new Set(['block', 'part', 'kind', 'tone', 'look', 'as', 'align', 'run', 'option', 'given', 'currency', 'push'])

/** The same in a post: its words, and not what a card is built of, or whoever is called Text would take every text with them. */
export function scrubCard(value: unknown, scrub: (text: string) => string, key = ''): unknown {
  if (ours.has(key) || (key === 'value' && typeof value === 'string')) return value
  if (Array.isArray(value)) return value.map((one) => scrubCard(one, scrub))
  if (typeof value !== 'object' || value === null) return scrubJson(value, scrub)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, scrubCard(one, scrub, name)]))
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

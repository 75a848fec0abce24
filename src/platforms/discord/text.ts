/** Texts as Discord's markdown. What people wrote is escaped sign by sign, so none of it is ever read as markdown or as a mention. */
import { addressOf } from '../../kernel/address.ts'
import type { Part, Text } from '../../kernel/card.ts'
import { clean } from '../../kernel/ink.ts'
import { format } from '../../kernel/money.ts'
import { longest } from './fit.ts'

/** Whose eyes: who can be mentioned by which Discord id, and the language of money and of tables' dates. */
export type Eyes = { mention: (personId: string) => string | undefined; zone?: string; locale?: string }

// Always: emphasis, code, quotes, spoilers, brackets, mentions, headings. A colon where it could begin an address or an emoji's name,
// a dash or "1." where it could begin a list. Ends of strings count as spaces, for the next part begins there.
const signs = /[\\*_~|`<>[\]@#+]|:(?=\S|$)|-(?=\s|$)|(?<=^|\d)[.)](?=\s|$)/gu

/** Data as text that reads the same: Discord takes a sign behind a backslash for the sign itself. */
const escaped = (words: string): string => tame(words).replace(signs, '\\$&')

/** One line of data, for labels and headings that are markdown. */
export const escapedLine = (words: string): string => clean(words).replace(signs, '\\$&')

/** Without what breaks a message: broken surrogates, controls, direction overrides that turn neighbours around, walls of empty lines. */
const tame = (words: string): string =>
  words
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\n{3,}/g, '\n\n')

export const drawText = (text: Text, eyes: Eyes): string => text.reduce<string>((so, part) => glue(so, drawPart(part, eyes)), '')

/** A zero-width space keeps two bold or code parts that touch from running together. */
const glue = (before: string, next: string): string =>
  /[*`]$/.test(before) && before.at(-1) === next[0] ? `${before}\u200b${next}` : before + next

/** The same text in at most `room` characters, cut at a whole letter of the data, never inside an escape. */
export function fitText(text: Text, eyes: Eyes, room: number): string {
  const full = drawText(text, eyes)
  if (full.length <= room) return full
  let kept = ''
  for (const part of text) {
    const more = glue(kept, drawPart(part, eyes))
    if (more.length < room) kept = more
    else {
      const upTo = (words: string): string => glue(kept, drawPart(withWords(part, words), eyes))
      // No sign becomes shorter by escaping, but tame() may take many away; twice the room is plenty to look at.
      kept = upTo(longest(wordsOf(part).slice(0, room * 2), (words) => upTo(words).length < room))
      break
    }
  }
  return `${kept.trimEnd()}…`
}

/** What can be cut of a part; a link or a name that has to be cut is no longer one. */
function wordsOf(part: Part): string {
  if (typeof part === 'string') return part
  return 'words' in part ? part.words : part.part === 'link' ? part.label : part.part === 'person' ? part.name : ''
}

const withWords = (part: Part, words: string): Part => (typeof part !== 'string' && 'words' in part ? { ...part, words } : words)

function drawPart(part: Part, eyes: Eyes): string {
  if (typeof part === 'string') return escaped(part)
  switch (part.part) {
    case 'person': {
      const id = eyes.mention(part.person)
      return id !== undefined && /^\d{1,20}$/.test(id) ? `<@${id}>` : escapedLine(part.name)
    }
    case 'moment':
      return `<t:${Math.floor(new Date(part.at).getTime() / 1000)}:${styles[part.as]}>`
    case 'money':
      return escaped(format({ minor: BigInt(part.minor), currency: part.currency }, eyes.locale))
    case 'link':
      return drawLink(part.label, part.url)
    case 'strong':
      return bold(part.words)
    case 'code':
      return drawCode(part.words)
  }
}

// reference, "Timestamp Styles": Discord draws these in the reader's own zone and language.
const styles = { ago: 'R', day: 'D', time: 't', full: 'f' } as const

export function bold(words: string): string {
  const inner = escapedLine(words)
  return inner && `**${inner}**`
}

/** Discord has no escape inside code, so words with a backtick are no code but still read right. */
function drawCode(words: string): string {
  const line = clean(words)
  return line === '' || line.includes('`') ? escapedLine(line) : `\`${line}\``
}

function drawLink(label: string, url: string): string {
  const safe = address(url)
  const words = escapedLine(label)
  if (safe === undefined) return escapedLine(`${label} (${url})`)
  // Discord doesn't mask a link whose words look like an address; angle brackets keep the bare one from growing a preview.
  return words === '' || /[a-z]:\/\//i.test(label) ? `<${safe}>` : `[${words}](${safe})`
}

const LONGEST = 2_048

/** An http(s) address as a link may carry it; undefined for all others and for those that hide their host behind a user name. */
export function address(url: string): string | undefined {
  if (!addressOf(url)) return undefined
  const parsed = new URL(url)
  if (!['http:', 'https:'].includes(parsed.protocol) || parsed.username || parsed.password) return undefined
  const href = parsed.href.replace(/[()[\]<>\\`|*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return href.length <= LONGEST ? href : undefined
}

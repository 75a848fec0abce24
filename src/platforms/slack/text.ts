import type { RichTextBlock, RichTextElement, RichTextPreformatted, RichTextSection } from '@slack/types'
import { addressOf } from '../../kernel/address.ts'
import type { Part, Text } from '../../kernel/card.ts'
import { plainText, type Reader } from '../../kernel/plain.ts'

/** Who reads: the account behind a person, where there is one, and the reader of what Slack cannot say in each reader's own way. */
export type Eyes = { mention: (personId: string) => string | undefined; reader?: Reader }

const URL_LENGTH = 3_000

// Slack draws these in the reader's own zone and language (tokens: @slack/types RichTextDate).
const dates = { ago: '{ago}', day: '{date_short}', time: '{time}', full: '{date_short} at {time}' } as const

/** The parts as native elements. What people wrote stands only in `text` of text and link elements, where nothing is read as markup. */
export function elements(text: Text, eyes: Eyes): RichTextElement[] {
  return text.map((part) => element(part, eyes)).filter((e) => e.type !== 'text' || e.text !== '')
}

function element(part: Part, eyes: Eyes): RichTextElement {
  const words: RichTextElement = { type: 'text', text: tame(plainText([part], eyes.reader)) }
  if (typeof part === 'string') return words
  switch (part.part) {
    case 'person': {
      const user = eyes.mention(part.person)
      return user !== undefined && /^[UW][A-Z0-9]{1,30}$/.test(user) ? { type: 'user', user_id: user } : words
    }
    case 'moment': {
      const timestamp = Math.floor(new Date(part.at).getTime() / 1_000)
      return { type: 'date', timestamp, format: dates[part.as], fallback: words.text }
    }
    case 'money':
      return words
    case 'link': {
      const url = webAddress(part.url)
      return url === undefined ? words : { type: 'link', url, text: tame(part.label) || url }
    }
    case 'strong':
      return { ...words, style: { bold: true } }
    case 'code':
      return { ...words, style: { code: true } }
  }
}

export const richText = (...sections: RichTextElement[][]): RichTextBlock => ({
  type: 'rich_text',
  elements: sections.map((list): RichTextSection => ({ type: 'rich_text_section', elements: list })),
})

/** Words as they are. */
export const said = (words: string): RichTextBlock => richText([{ type: 'text', text: tame(words) }])

/** Never empty, for Slack refuses that. `emoji: false`, so that ":name:" stays what someone wrote. */
export function plainWords(words: string, max: number): { type: 'plain_text'; text: string; emoji: false } {
  const said = cut(tame(words), max)
  return { type: 'plain_text', text: said.trim() === '' ? '–' : said, emoji: false }
}

/** Without what spoils a message: controls, halves of emoji, direction overrides that turn neighbours around, towers of accents. */
export const tame = (words: string): string =>
  words
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')

/** Words whose columns stand under each other. */
export const monospace = (words: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: tame(words) }] } satisfies RichTextPreformatted],
})

/** An address that a link or a button may lead to; undefined for all but http and https. */
export function webAddress(url: string): string | undefined {
  if (!addressOf(url)) return undefined
  const { protocol, href } = new URL(url)
  return (protocol === 'https:' || protocol === 'http:') && href.length <= URL_LENGTH ? href : undefined
}

/** For `text` of a message, the one place that Slack reads as markup: its three special characters become entities. */
export function escaped(words: string, max: number): string {
  const safe = (part: string): string => part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const tamed = tame(words)
  let length = max
  let said = safe(cut(tamed, length))
  // Entities are longer than what they stand for; each round takes off at least what is too much in the worst case.
  while (said.length > max) {
    length -= Math.ceil((said.length - max) / 5)
    said = safe(cut(tamed, length))
  }
  return said
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** At most `max` UTF-16 units, never through a grapheme; "…" says that something is missing. */
export function cut(words: string, max: number): string {
  if (words.length <= max) return words
  if (max < 1) return ''
  const start = graphemes.segment(words.slice(0, max + 64)).containing(max - 1)?.index ?? 0
  // A single grapheme may be longer than all the room there is (piled-up accents); then at least no pair is torn.
  const at = start > 0 ? start : max - 1 - Number(/[\ud800-\udbff]/.test(words[max - 2] ?? ''))
  return `${words.slice(0, at).trimEnd()}…`
}

/**
 * Cards: what is shown, before any platform. Everything here is plain JSON (cards are stored in the outbox), so money is
 * minor units as a string and instants are ISO strings. A plain string is data and is escaped by every renderer.
 */
import type { Money } from './money.ts'

export type Part =
  | string
  | { part: 'person'; person: string; name: string }
  | { part: 'moment'; at: string; as: 'ago' | 'day' | 'time' | 'full' }
  | { part: 'money'; minor: string; currency: string }
  | { part: 'link'; label: string; url: string }
  | { part: 'strong'; words: string }
  | { part: 'code'; words: string }

export type Text = Part[]

/** Option values a button carries: ids, choices and file references, never prose. */
export type Given = Record<string, string>

export type Button =
  | { label: string; run: string; given?: Given; look?: 'main' | 'danger' | 'plain' }
  | { label: string; url: string }

export type Series = { name: string; points: { label: string; value: number }[] }

export type Block =
  | { block: 'text'; text: Text; small?: boolean }
  | { block: 'facts'; facts: { label: string; value: Text }[] }
  /** A table that `repeats` says what the picture before it shows; a door that shows both may fold it. */
  | { block: 'table'; caption?: string; head: string[]; rows: Text[][]; align?: ('left' | 'right')[]; repeats?: boolean }
  | { block: 'image'; file?: string; url?: string; alt: string }
  | { block: 'chart'; kind: 'line' | 'bar'; title: string; unit?: string; series: Series[]; alt: string }
  | { block: 'divider' }
  | { block: 'buttons'; buttons: Button[] }
  | { block: 'choice'; label: string; run: string; option: string; given?: Given; choices: { label: string; value: string }[] }

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

export type Card = { title: string; tone: Tone; blocks: Block[] }

type Insert = Part | Text | number | bigint

/** Text with parts: text`${person} earned ${money}`. Plain strings stay data. */
export function text(strings: TemplateStringsArray, ...inserts: Insert[]): Text {
  const parts: Text = []
  strings.forEach((words, i) => {
    if (words) parts.push(words)
    const insert = inserts[i]
    if (insert === undefined) return
    if (Array.isArray(insert)) parts.push(...insert)
    else parts.push(typeof insert === 'number' || typeof insert === 'bigint' ? String(insert) : insert)
  })
  return parts
}

const asText = (value: Text | Part | number): Text =>
  Array.isArray(value) ? value : [typeof value === 'number' ? String(value) : value]

export const person = (id: string, name: string): Part => ({ part: 'person', person: id, name })
export const moment = (at: Date, as: 'ago' | 'day' | 'time' | 'full' = 'day'): Part => ({
  part: 'moment',
  at: at.toISOString(),
  as,
})
export const money = (m: Money): Part => ({ part: 'money', minor: m.minor.toString(), currency: m.currency })
export const link = (label: string, url: string): Part => ({ part: 'link', label, url })
export const strong = (words: string): Part => ({ part: 'strong', words })
/** Something to copy: a code, an address, an id. */
export const code = (words: string): Part => ({ part: 'code', words })

export const paragraph = (value: Text | Part): Block => ({ block: 'text', text: asText(value) })
export const small = (value: Text | Part): Block => ({ block: 'text', text: asText(value), small: true })
export const facts = (entries: Record<string, Text | Part | number>): Block => ({
  block: 'facts',
  facts: Object.entries(entries).map(([label, value]) => ({ label, value: asText(value) })),
})
export const table = (
  head: string[],
  rows: (Text | Part | number)[][],
  options: { caption?: string; align?: ('left' | 'right')[]; repeats?: boolean } = {},
): Block => ({
  block: 'table',
  head,
  rows: rows.map((row) => row.map(asText)),
  ...options,
})
export const image = (source: { file?: string; url?: string }, alt: string): Block => ({ block: 'image', ...source, alt })
export const chart = (kind: 'line' | 'bar', title: string, series: Series[], alt: string, unit?: string): Block => ({
  block: 'chart',
  kind,
  title,
  series,
  alt,
  ...(unit === undefined ? {} : { unit }),
})
export const divider: Block = { block: 'divider' }
export const buttons = (...list: (Button | false | undefined)[]): Block => ({
  block: 'buttons',
  buttons: list.filter((b) => !!b) as Button[],
})
export const choice = (
  label: string,
  run: string,
  option: string,
  choices: { label: string; value: string }[],
  given: Given = {},
): Block => ({
  block: 'choice',
  label,
  run,
  option,
  choices,
  given,
})

/** A card; strings among the blocks become paragraphs, empty button rows fall away. */
export function card(title: string, ...blocks: (Block | string | false | undefined)[]): Card {
  const kept = blocks
    .filter((b): b is Block | string => !!b)
    .map((b): Block => (typeof b === 'string' ? paragraph(b) : b))
    .filter((b) => b.block !== 'buttons' || b.buttons.length > 0)
  return { title, tone: 'plain', blocks: kept }
}

/** The same card in another tone: good, bad or warn (colour and word, never colour alone). */
export const toned = (tone: Tone, c: Card): Card => ({ ...c, tone })

/** The ids of all persons that a card speaks of, each once. */
export const personsIn = (c: Card): string[] => [
  ...new Set([...JSON.stringify(c.blocks).matchAll(/"person":"(per_[0-9A-Z]+)"/g)].map((match) => match[1]!)),
]

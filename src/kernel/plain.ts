import type { Block, Button, Card, Part, Text } from './card.ts'
import { format } from './money.ts'
import { sayAgo, sayDay, sayMoment } from './time.ts'

/** Who reads: the zone and language of dates and money, and the time that "ago" counts from (without it, dates are said in full). */
export type Reader = { zone?: string; locale?: string; now?: Date }

/** What the renderer works with once the gaps of a Reader are filled. */
type Eyes = { zone: string; locale: string; now: Date | undefined }

/**
 * A card as plain text, for tests, notifications, logs and screen readers: the title, then one or more lines a block.
 * As a tag it takes the common indent off the lines, so that a test can write what it expects.
 */
export function plain(card: Card, reader?: Reader): string
export function plain(strings: TemplateStringsArray, ...inserts: (string | number)[]): string
export function plain(first: Card | TemplateStringsArray, ...rest: unknown[]): string {
  if ('raw' in first) return dedent(first, rest as (string | number)[])
  const eyes = eyesOf(rest[0] as Reader | undefined)
  return [first.title, ...first.blocks.map((block) => blockLines(block, eyes))].filter((lines) => lines !== '').join('\n')
}

/** Parts as plain text. */
export function plainText(text: Text, reader?: Reader): string {
  return saidBy(text, eyesOf(reader))
}

const eyesOf = (reader: Reader = {}): Eyes => ({ zone: reader.zone ?? 'UTC', locale: reader.locale ?? 'en', now: reader.now })

const saidBy = (text: Text, eyes: Eyes): string => text.map((part) => partWords(part, eyes)).join('')

function partWords(part: Part, eyes: Eyes): string {
  if (typeof part === 'string') return part
  switch (part.part) {
    case 'person':
      return part.name
    case 'moment':
      return momentWords(part, eyes)
    case 'money':
      return format({ minor: BigInt(part.minor), currency: part.currency }, eyes.locale)
    case 'link':
      return part.label === part.url ? part.url : `${part.label} (${part.url})`
    case 'strong':
    case 'code':
      return part.words
  }
}

function momentWords(part: Extract<Part, { part: 'moment' }>, { zone, locale, now }: Eyes): string {
  const at = new Date(part.at)
  if (part.as === 'day') return sayDay(at, zone, locale)
  return part.as === 'ago' && now ? sayAgo(at, now, locale) : sayMoment(at, zone, locale)
}

function blockLines(block: Block, eyes: Eyes): string {
  switch (block.block) {
    case 'text':
      return saidBy(block.text, eyes)
    case 'facts':
      return columns(
        block.facts.map((fact) => [fact.label, saidBy(fact.value, eyes)]),
        ['left', 'left'],
      )
    case 'table': {
      const rows = block.rows.map((row) => row.map((cell) => saidBy(cell, eyes)))
      const table = columns([block.head, ...rows], block.align ?? [])
      return block.caption === undefined ? table : `${block.caption}\n${table}`
    }
    case 'image':
      return `[Picture: ${block.alt}]`
    case 'chart':
      return `[Chart: ${block.title}. ${block.alt}]`
    case 'divider':
      return '---'
    case 'buttons':
      return block.buttons.map(buttonWords).join(' ')
    case 'choice':
      return `${block.label}: ${block.choices.map((choice) => choice.label).join(' | ')}`
  }
}

const buttonWords = (button: Button): string => ('url' in button ? `[${button.label}: ${button.url}]` : `[${button.label}]`)

/** Cells side by side, two spaces apart; a cell is one line. */
function columns(rows: string[][], align: ('left' | 'right')[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()))
  const widths: number[] = []
  for (const row of cells) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  const pad = (cell: string, i: number) => (align[i] === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))
  return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

function dedent(strings: TemplateStringsArray, inserts: (string | number)[]): string {
  const lines = strings
    .map((words, i) => (i === 0 ? words : `${inserts[i - 1]}${words}`))
    .join('')
    .split('\n')
  while (lines[0]?.trim() === '') lines.shift()
  while (lines.at(-1)?.trim() === '') lines.pop()
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const common = indents.length === 0 ? 0 : Math.min(...indents)
  return lines.map((line) => line.slice(common).trimEnd()).join('\n')
}

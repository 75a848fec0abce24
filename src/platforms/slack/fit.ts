/** Makes a card as short as a Slack message may be. What is left out is counted, and the renderer says it. */
import type { Block, Button, Card, Part, Text } from '../../kernel/card.ts'
import { plain, plainText, type Reader } from '../../kernel/plain.ts'
import { cut } from './text.ts'

// Sources: @slack/types 3.2 doc comments; docs.slack.dev table block (100 rows with the head, 20 columns, 10,000 characters in all
// cells). `words`: Slack answers msg_blocks_too_long near 13,200 characters (bolt-js #2509); the rest is room for notes.
const limits = {
  words: 11_500,
  rows: 99,
  columns: 20,
  table: 9_500,
  cell: 500,
  monoCell: 40,
  buttons: 125,
  options: 100,
  alt: 2_000,
  label: 150,
}

/** A block that fits. `more` counts rows, facts, options or buttons left out; `mono` is a table that cannot be a native one. */
export type Piece = { block: Block; more: number; mono: boolean }

type Table = Extract<Block, { block: 'table' }>

/** The blocks of a card, the longest shortened first. Slack has one table in a message and none in a window or on the home page. */
export function fitCard(card: Card, tables: number, reader?: Reader): Piece[] {
  let native = tables
  const pieces = card.blocks.map((block): Piece => {
    const mono = block.block === 'table' && --native < 0
    return shorten({ block: trim(block, mono, reader), more: 0, mono }, mono ? limits.words : cap(block), reader)
  })
  const room = level(
    pieces.map((piece) => sizeOf(piece, reader)),
    limits.words,
  )
  return pieces.map((piece, i) => {
    const short = shorten(piece, room, reader)
    return { ...short, more: countOf(card.blocks[i]!) - countOf(short.block) }
  })
}

/** How much one block may have when all share: the small ones keep what they have, the large ones share the rest. */
function level(sizes: number[], room: number): number {
  let left = room
  for (const [i, size] of [...sizes].sort((a, b) => a - b).entries()) {
    const fair = Math.floor(left / (sizes.length - i))
    if (size > fair) return Math.max(fair, 0)
    left -= size
  }
  return room
}

const cap = (block: Block): number => (block.block === 'table' ? limits.table : limits.words)

/** Counts in a block are cut to what the platform takes, whatever the length. */
function trim(block: Block, mono: boolean, reader?: Reader): Block {
  switch (block.block) {
    case 'table': {
      const size = mono ? limits.monoCell : limits.cell
      const row = (cells: Text[]) => block.head.slice(0, limits.columns).map((_, i) => cutText(cells[i] ?? [], size, reader))
      return { ...block, head: block.head.slice(0, limits.columns), rows: block.rows.slice(0, limits.rows).map(row) }
    }
    case 'facts':
      return { ...block, facts: block.facts.map((fact) => ({ ...fact, label: cut(fact.label, limits.label) })) }
    case 'image':
    case 'chart':
      return { ...block, alt: cut(block.alt, limits.alt) }
    case 'buttons':
      return { ...block, buttons: block.buttons.slice(0, limits.buttons) }
    case 'choice':
      return { ...block, choices: block.choices.slice(0, limits.options) }
    default:
      return block
  }
}

const countOf = (block: Block): number => {
  if (block.block === 'table') return block.rows.length
  if (block.block === 'facts') return block.facts.length
  if (block.block === 'choice') return block.choices.length
  return block.block === 'buttons' ? block.buttons.length : 0
}

/** The same block in at most `max` characters. */
function shorten(piece: Piece, max: number, reader?: Reader): Piece {
  const { block, mono } = piece
  if (sizeOf(piece, reader) <= max) return piece
  const list = <T>(items: T[], base: number, length: (item: T) => number): T[] => {
    let left = max - base
    const end = items.findIndex((item) => {
      left -= length(item)
      return left < 0
    })
    return end < 0 ? items : items.slice(0, end)
  }
  const kept = ((): Block => {
    switch (block.block) {
      case 'text':
        return { ...block, text: cutText(block.text, max, reader) }
      case 'facts': {
        // A single long fact is cut; of many, the last ones go.
        const each = Math.max(Math.floor(max / Math.min(block.facts.length, 4)) - limits.label - 4, 0)
        const facts = block.facts.map((fact) => ({ ...fact, value: cutText(fact.value, each, reader) }))
        return { ...block, facts: list(facts, 0, (fact) => factSize(fact, reader)) }
      }
      case 'table': {
        const caption = block.caption === undefined ? {} : { caption: cut(block.caption, Math.floor(max / 4)) }
        const each = Math.floor(max / 2 / Math.max(block.head.length, 1)) - 2
        const narrow = { ...block, ...caption, head: block.head.map((words) => cut(words, Math.max(each, 1))) }
        const { base, row } = tableSize(narrow, mono, reader)
        return { ...narrow, rows: list(narrow.rows, base, row) }
      }
      case 'image':
      case 'chart':
        return { ...block, alt: cut(block.alt, max) }
      case 'choice':
        return { ...block, choices: list(block.choices, labelSize(block.label), (c) => labelSize(c.label) + c.value.length) }
      case 'buttons':
        return { ...block, buttons: list(block.buttons, 0, buttonSize) }
      case 'divider':
        return block
    }
  })()
  return { ...piece, block: kept }
}

function sizeOf({ block, mono }: Piece, reader?: Reader): number {
  const sum = <T>(items: T[], length: (item: T) => number): number => items.reduce((all, item) => all + length(item), 0)
  switch (block.block) {
    case 'text':
      return width(block.text, reader)
    case 'facts':
      return sum(block.facts, (f) => factSize(f, reader))
    case 'table': {
      const { base, row } = tableSize(block, mono, reader)
      return base + sum(block.rows, row)
    }
    case 'image':
    case 'chart':
      return block.alt.length + ('title' in block ? labelSize(block.title) : 0)
    case 'choice':
      return labelSize(block.label) + sum(block.choices, (c) => labelSize(c.label) + c.value.length)
    case 'buttons':
      return sum(block.buttons, buttonSize)
    case 'divider':
      return 0
  }
}

// An address that may not be opened is said in words.
const buttonSize = (button: Button): number => ('url' in button ? limits.label : labelSize(button.label))
const labelSize = (words: string): number => Math.min(words.length, limits.label)
const factSize = (fact: { label: string; value: Text }, reader?: Reader): number =>
  fact.label.length + width(fact.value, reader) + 4

/** What a table takes without its rows, and what each row takes. In a monospace table each line is as long as the longest one. */
function tableSize(block: Table, mono: boolean, reader?: Reader): { base: number; row: (cells: Text[]) => number } {
  const caption = block.caption?.length ?? 0
  const gap = 2
  if (!mono) {
    const row = (cells: Text[]) => cells.reduce((all, cell) => all + width(cell, reader) + gap, 0)
    return { base: caption + row(block.head.map((words) => [words])), row }
  }
  const lines = plain({ title: '', tone: 'plain', blocks: [bare(block)] }, reader).split('\n')
  const longest = lines.reduce((most, line) => Math.max(most, line.length), 0) + gap
  return { base: caption + longest, row: () => longest }
}

/** A table without its caption, which stands outside the columns. */
export const bare = ({ caption: _, ...table }: Table): Table => table

const width = (text: Text, reader?: Reader): number => text.reduce((all, part) => all + partWidth(part, reader), 0)
const partWidth = (part: Part, reader?: Reader): number =>
  typeof part === 'string' ? part.length : plainText([part], reader).length

/** The first parts of a text, in at most `max` characters. */
function cutText(text: Text, max: number, reader?: Reader): Text {
  if (width(text, reader) <= max) return text
  let left = max
  const kept: Text = []
  for (const part of text) {
    const size = partWidth(part, reader)
    if (size < left) {
      kept.push(part)
      left -= size
      continue
    }
    if (typeof part === 'string') kept.push(cut(part, Math.min(left, part.length - 1)))
    else if (part.part === 'strong' || part.part === 'code')
      kept.push({ ...part, words: cut(part.words, Math.min(left, size - 1)) })
    else kept.push(left > 0 ? '…' : '')
    break
  }
  return kept
}

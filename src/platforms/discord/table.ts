/** Discord has no tables, so they are drawn as code, where all letters have the same width. */
import type { Block, Text } from '../../kernel/card.ts'
import { clean } from '../../kernel/ink.ts'
import { plain } from '../../kernel/plain.ts'
import { columnsOf, cut, padded, share } from './fit.ts'
import { bold, type Eyes } from './text.ts'

type Table = Extract<Block, { block: 'table' }>

/** About what a window of usual width shows before a line of code wraps; there is no documented number. */
const LINE = 64
const GAP = '  '

/** The words, and how many of the rows they show. */
export type Drawn = { words: string; shown: number; lost: ('table rows behind Next' | 'table cells')[] }

/** The table in at most `room` characters; rows that don't fit are counted. */
export function drawTable(block: Table, eyes: Eyes, room: number): Drawn {
  const caption = bold(cut(block.caption ?? '', 200))
  const rows = block.rows.map((row) => row.map((cell) => textWords(cell, eyes)))
  const head = block.head.map(cellWords)
  const wanted = widthsOf([head, ...rows])
  const widths = share(wanted, Math.max(LINE - GAP.length * (wanted.length - 1), wanted.length * 2))
  const narrow: Drawn['lost'] = widths.some((width, i) => width < wanted[i]!) ? ['table cells'] : []
  const line = (cells: string[]): string => lineOf(cells, widths, block.align ?? [])
  const opening = `${caption && `${caption}\n`}\`\`\`\n${line(head)}\n${line(widths.map((width) => '─'.repeat(width)))}`
  const drawn = rows.length === 0 ? ['Nothing here yet'] : rows.map(line)
  let shown = drawn.length
  let size = opening.length + FENCE.length + drawn.reduce((sum, row) => sum + row.length + 1, 0)
  while (shown > 0 && size + more(drawn.length - shown).length > room) size -= drawn[--shown]!.length + 1
  if (shown === 0)
    return {
      words: `-# ${caption && `${block.caption?.slice(0, 40)}: `}${drawn.length} rows`,
      shown: 0,
      lost: ['table rows behind Next'],
    }
  return {
    words: [opening, ...drawn.slice(0, shown)].join('\n') + FENCE + more(drawn.length - shown),
    shown: rows.length === 0 ? 0 : shown,
    lost: shown < drawn.length ? ['table rows behind Next', ...narrow] : narrow,
  }
}

const FENCE = '\n```'

const more = (n: number): string => (n === 0 ? '' : `\n-# … and ${n} more`)

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Code shows no links, so a link is its label; dates are said in the program's zone. */
function textWords(text: Text, eyes: Eyes): string {
  const cell = text.map((part) => (typeof part !== 'string' && part.part === 'link' ? part.label : part))
  return cellWords(plain({ title: '', tone: 'plain', blocks: [{ block: 'text', text: cell }] }, eyes))
}

const cellWords = (words: string): string => clean(words.slice(0, 300))

function widthsOf(rows: string[][]): number[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 1, columnsOf(cell))
  return widths
}

/** Marks keep Arabic or Hebrew from turning its neighbours around; a zero-width space parts backticks, of which three would end the code. */
function lineOf(cells: string[], widths: number[], align: ('left' | 'right')[]): string {
  return widths
    .map((width, i) => padded(cells[i] ?? '', width, align[i] === 'right' ? 'right' : 'left'))
    .map((cell) => (rightToLeft.test(cell) ? `\u2068${cell}\u2069` : cell))
    .join(GAP)
    .trimEnd()
    .replace(/`(?=`)/g, '`\u200b')
}

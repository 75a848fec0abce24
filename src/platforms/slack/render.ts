/** Cards as Block Kit: a pure function, for messages and for the Home tab. */
import type { HomeView, ImageBlock, KnownBlock, TableBlock } from '@slack/types'
import type { Block, Card, Text, Tone } from '../../kernel/card.ts'
import { lengthOf, restOf } from '../../kernel/more.ts'
import { plain, plainText } from '../../kernel/plain.ts'
import type { Wanted } from '../pictures.ts'
import type { Press } from '../platform.ts'
import { type Writer, writer } from './codec.ts'
import { drawButtons, drawChoice, drawNext } from './controls.ts'
import { bare, fitCard, type Piece } from './fit.ts'
import { type Eyes, elements, escaped, monospace, plainWords, richText, said, tame, webAddress } from './text.ts'

// Sources: @slack/types 3.2 doc comments, python-slack-sdk model validators; `text`: one message up to 4,040 characters, measured.
const limits = { blocks: 50, homeBlocks: 100, header: 150, words: 2_000, text: 4_000 }

export type Drawn = {
  blocks: KnownBlock[]
  /** To be uploaded before the message is sent; `placed` then puts the files' ids in. */
  files: Wanted[]
  /** To be kept before the message is sent. */
  presses: Press[]
  /** What the card has and Slack does not show as it is, in words. */
  losses: string[]
}

type Desk = { eyes: Eyes; codec: Writer; files: Wanted[]; lose: (what: string) => void }

const tones: Record<Exclude<Tone, 'plain'>, string> = { good: '✅ Done', warn: '⚠️ Please note', bad: '⛔ Problem' }

/** A card as a message. `text` is what notifications and screen readers say. */
export function renderCard(card: Card, eyes: Eyes): Drawn & { text: string } {
  const words = plain(card, eyes.reader)
  return { text: escaped(words, limits.text) || '…', ...draw(card, eyes, 1, limits.blocks) }
}

/** A card as the Home tab, which has no native tables. */
export function renderHome(card: Card, eyes: Eyes): Omit<Drawn, 'blocks'> & { view: HomeView & { blocks: KnownBlock[] } } {
  const { blocks, ...rest } = draw(card, eyes, 0, limits.homeBlocks)
  return { view: { type: 'home', blocks }, ...rest }
}

/** The blocks with the uploaded files in their places; a picture that could not be uploaded is said in words. */
export function placed(blocks: KnownBlock[], ids: ReadonlyMap<string, string>): KnownBlock[] {
  return blocks.map((block) => {
    if (block.type !== 'image' || !('slack_file' in block) || !('id' in block.slack_file)) return block
    const id = ids.get(block.slack_file.id)
    return id === undefined ? said(`Picture: ${block.alt_text}`) : { ...block, slack_file: { id } }
  })
}

function draw(card: Card, eyes: Eyes, tables: number, room: number): Drawn {
  const losses: string[] = []
  const desk: Desk = { eyes, codec: writer(), files: [], lose: (what) => void losses.push(what) }
  const pieces = fitCard(card, tables, eyes.reader)
  const drawn = [header(card, desk), ...pieces.map((piece, i) => drawPiece(piece, card, i, desk))].flat()
  if (pieces.some(({ block }, i) => block.block === 'text' && block !== card.blocks[i])) desk.lose('long text shortened')
  return { blocks: within(drawn, room, desk), files: desk.files, presses: desk.codec.presses(), losses }
}

/** The tone is a sign and a word, for colour alone says nothing to many. */
function header(card: Card, desk: Desk): KnownBlock[] {
  const words = oneLine(card.tone === 'plain' ? card.title : `${tones[card.tone]} · ${card.title}`)
  if (words.length > limits.header) desk.lose('title shortened')
  return words === '' ? [] : [{ type: 'header', text: plainWords(words, limits.header) }]
}

/** The first blocks; what people press stays before what they only read. */
function within(blocks: KnownBlock[], room: number, desk: Desk): KnownBlock[] {
  if (blocks.length <= room) return blocks
  const left = blocks.length - room + 1
  desk.lose(`${left} blocks left out`)
  const spare = blocks.map((block, i) => ({ i, pressed: block.type === 'actions' || block.type === 'section' }))
  const gone = new Set([...spare.filter((s) => s.pressed), ...spare.filter((s) => !s.pressed)].slice(-left).map((s) => s.i))
  return [...blocks.filter((_, i) => !gone.has(i)), note(left)]
}

function drawPiece(piece: Piece, card: Card, at: number, desk: Desk): KnownBlock[] {
  const { block, more } = piece
  const drawn = drawBlock(piece, desk)
  if (more === 0) return drawn
  const whole = card.blocks[at]!
  const list = whole.block === 'table' || whole.block === 'facts' ? whole : undefined
  desk.lose(`${block.block}: ${more} ${list ? 'behind Next' : 'left out'}`)
  const next = list ? [drawNext(restOf(card.title, list, lengthOf(list) - more), desk)] : []
  return [...drawn, note(more), ...next]
}

function drawBlock({ block, mono }: Piece, desk: Desk): KnownBlock[] {
  switch (block.block) {
    case 'text':
      return drawText(block.text, block.small === true, desk)
    case 'facts': {
      const lines = block.facts.map((fact, i) =>
        elements([{ part: 'strong', words: `${i ? '\n' : ''}${fact.label}: ` }, ...fact.value], desk.eyes),
      )
      return lines.length === 0 ? [] : [richText(lines.flat())]
    }
    case 'table':
      return drawTable(block, mono, desk)
    case 'image':
      return [drawImage(block, desk)]
    case 'chart':
      return [
        {
          ...wanted({ svg: block }, `chart-${desk.files.length + 1}.png`, block.alt, desk),
          title: plainWords(block.title, limits.words),
        },
      ]
    case 'divider':
      return [{ type: 'divider' }]
    case 'buttons':
      return drawButtons(block.buttons, desk)
    case 'choice':
      return drawChoice(block, desk)
  }
}

/** Small words lose nothing as context when they are only words; what is alive in them needs rich text, which has one size. */
function drawText(text: Text, small: boolean, desk: Desk): KnownBlock[] {
  const list = elements(text, desk.eyes)
  if (list.every((e) => e.type === 'text' && e.text.trim() === '')) return []
  const alive = list.some((e) => e.type !== 'text' || e.style?.code)
  if (small && !alive) return [{ type: 'context', elements: [plainWords(plainText(text, desk.eyes.reader), limits.words)] }]
  if (small) desk.lose('small words in normal size, to keep links, dates or mentions')
  return [richText(list)]
}

function drawTable(block: Extract<Block, { block: 'table' }>, mono: boolean, desk: Desk): KnownBlock[] {
  const { eyes } = desk
  const caption = block.caption ? [richText([{ type: 'text', text: tame(block.caption) || '–', style: { bold: true } }])] : []
  if (block.rows.length === 0 || block.head.length === 0)
    return [...caption, richText([{ type: 'text', text: 'Nothing here yet', style: { italic: true } }])]
  if (mono) {
    desk.lose('table in monospace')
    return [...caption, monospace(plain({ title: '', tone: 'plain', blocks: [bare(block)] }, eyes.reader))]
  }
  // Slack refuses an empty cell. Only a cell with something alive in it needs rich text.
  const cell = (text: Text): TableBlock['rows'][number][number] => {
    const list = elements(text, eyes)
    const words = plainText(text, eyes.reader)
    if (list.some((e) => e.type !== 'text' || e.style)) return richText(list)
    return { type: 'raw_text', text: plainWords(words, limits.words).text }
  }
  const rows = [block.head.map((words) => cell([words])), ...block.rows.map((row) => row.map(cell))]
  const column_settings = block.head.map((_, i) => ({
    align: block.align?.[i] ?? 'left',
    is_wrapped: block.align?.[i] !== 'right',
  }))
  return [...caption, { type: 'table', rows, column_settings }]
}

function drawImage(block: Extract<Block, { block: 'image' }>, desk: Desk): KnownBlock {
  const { url = '', file } = block
  const alt_text = tame(block.alt).trim() || 'Picture'
  const name = `picture-${desk.files.length + 1}`
  if (file !== undefined) return wanted({ file }, name, alt_text, desk)
  const base64 = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(url)?.[1]
  if (base64 !== undefined) return wanted({ base64 }, `${name}.png`, alt_text, desk)
  const image_url = webAddress(url)
  if (image_url !== undefined) return { type: 'image', image_url, alt_text }
  desk.lose('picture as words: its address may not be shown')
  return said(`Picture: ${alt_text}`)
}

function wanted(from: Wanted['from'], name: string, alt: string, desk: Desk): ImageBlock {
  const alt_text = tame(alt).trim() || 'Picture'
  desk.files.push({ name, from, alt: alt_text })
  return { type: 'image', slack_file: { id: name }, alt_text }
}

const note = (more: number): KnownBlock => ({ type: 'context', elements: [plainWords(`… and ${more} more`, limits.words)] })
const oneLine = (words: string): string => tame(words).replace(/\s+/g, ' ').trim()

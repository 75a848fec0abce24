/** Each block of a card as components, or as words that are drawn when it is known how much room they have. */
import type { APIActionRowComponent, APIButtonComponent, APIComponentInContainer, APIStringSelectComponent } from 'discord.js'
import { type Block, type Button, type Card, type Given, link, type Text } from '../../kernel/card.ts'
import { clean } from '../../kernel/ink.ts'
import { type List, lengthOf, restOf } from '../../kernel/more.ts'
import type { Wanted } from '../pictures.ts'
import { cut, share } from './fit.ts'
import { drawTable } from './table.ts'
import { address, bold, drawText, type Eyes, fitText } from './text.ts'

/** components/reference and resources/message. `selects` is ours: four lists of 25 are as many as one can look through. */
const limits = { row: 5, label: 80, url: 512, placeholder: 150, options: 25, option: 100, selects: 4, alt: 1_024, files: 10 }

/** Draws words in at most this many characters (the room is never less than 90). */
export type Draw = (room: number) => string

/** `next` is a row that stands below a list, if that list had to be cut when it was drawn. */
export type Piece =
  | { words: Draw[] }
  | { component: APIComponentInContainer }
  | { next: () => APIComponentInContainer | undefined }

/** What drawing one card shares: whose eyes, names for presses, files wanted so far and what was lost. */
export type Pen = {
  eyes: Eyes
  name: (run: string, given: Given, option?: string) => string
  title: string
  more: (rest: Card) => string
  files: Wanted[]
  lost: Set<string>
}

export function pieces(block: Block, pen: Pen): Piece[] {
  switch (block.block) {
    case 'text':
      return [{ words: [(room) => drawWords(block, pen, room)] }]
    case 'facts':
      return listPieces(block, pen, (room) => drawFacts(block, pen, room))
    case 'table':
      return tablePieces(block, pen)
    case 'image':
      return [imagePiece(block, pen)]
    case 'chart':
      return [filePiece({ svg: block }, `${block.title}. ${block.alt}`, pen)]
    case 'divider':
      return [{ component: { type: 14, divider: true, spacing: 1 } }]
    case 'buttons':
      return buttonPieces(block.buttons, pen)
    case 'choice':
      return choicePieces(block, pen)
  }
}

const SMALL = '-# '

const sayIn = (text: Text, { eyes }: Pen): Piece => ({ words: [(room) => fitText(text, eyes, room)] })
const saySmall = (words: string, { eyes }: Pen): Piece => ({
  words: [(room) => SMALL + fitText([clean(words)], eyes, Math.min(room, 200) - SMALL.length)],
})

function drawWords(block: Extract<Block, { block: 'text' }>, { eyes, lost }: Pen, room: number): string {
  const marked = (words: string) => (block.small ? words.replace(/^(?=.*\S)/gm, SMALL) : words)
  const full = marked(drawText(block.text, eyes))
  if (full.length <= room) return full
  lost.add('text')
  const first = fitText(block.text, eyes, room)
  return block.small ? marked(fitText(block.text, eyes, room - SMALL.length * first.split('\n').length)) : first
}

/** A list, and the button for what could not be shown of it. */
function listPieces(block: List, pen: Pen, draw: (room: number) => { words: string; shown: number }): Piece[] {
  let shown = lengthOf(block)
  const words = (room: number): string => {
    const drawn = draw(room)
    shown = drawn.shown
    return drawn.words
  }
  const next = () =>
    shown < lengthOf(block)
      ? ({
          type: 1,
          components: [{ type: 2, style: 2, label: 'Next', custom_id: pen.more(restOf(pen.title, block, shown)) }],
        } satisfies APIActionRowComponent<APIButtonComponent>)
      : undefined
  return [{ words: [words] }, { next }]
}

function drawFacts(
  block: Extract<Block, { block: 'facts' }>,
  { eyes, lost }: Pen,
  room: number,
): { words: string; shown: number } {
  const labels = block.facts.map((fact) => bold(cut(fact.label, 100)))
  const line = (i: number, words: string) => `${labels[i]} ${words}`.trim()
  const lines = block.facts.map((fact, i) => line(i, drawText(fact.value, eyes)))
  if (lines.join('\n').length <= room) return { words: lines.join('\n'), shown: lines.length }
  lost.add('facts')
  const sizes = lines.map((one) => one.length + 1)
  const rooms = share(sizes, room - 20)
  const short = block.facts.map((fact, i) => {
    return rooms[i] === sizes[i] ? lines[i]! : line(i, fitText(fact.value, eyes, Math.max(20, rooms[i]! - labels[i]!.length - 2)))
  })
  let shown = short.length
  const words = () =>
    [...short.slice(0, shown), ...(shown < short.length ? [`-# … and ${short.length - shown} more`] : [])].join('\n')
  while (shown > 0 && words().length > room) shown--
  if (shown < short.length) lost.add('facts behind Next')
  return { words: words(), shown }
}

function tablePieces(block: Extract<Block, { block: 'table' }>, pen: Pen): Piece[] {
  const { eyes, lost } = pen
  const parts = block.rows.flat(2).map((part) => (typeof part === 'string' ? 'string' : part.part))
  if (parts.includes('person')) lost.add('mentions in a table')
  if (parts.includes('moment')) lost.add("the reader's own zone in a table")
  if (parts.includes('link')) lost.add('links in a table')
  return listPieces(block, pen, (room) => {
    const drawn = drawTable(block, eyes, room)
    for (const loss of drawn.lost) lost.add(loss)
    return drawn
  })
}

function imagePiece(block: Extract<Block, { block: 'image' }>, pen: Pen): Piece {
  if (block.file !== undefined) return filePiece({ file: block.file }, block.alt, pen)
  const base64 = /^data:image\/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/=]+)$/.exec(block.url ?? '')?.[1]
  if (base64 !== undefined) return filePiece({ base64 }, block.alt, pen)
  const url = address(block.url ?? '')
  return url === undefined ? asWords(block.alt, pen) : gallery(url, block.alt)
}

function filePiece(from: Wanted['from'], alt: string, pen: Pen): Piece {
  if (pen.files.length === limits.files) return asWords(alt, pen)
  const name = `${'svg' in from ? 'chart' : 'picture'}-${pen.files.length + 1}.png`
  pen.files.push({ name, from, alt })
  return gallery(`attachment://${name}`, alt)
}

function asWords(alt: string, pen: Pen): Piece {
  pen.lost.add('picture')
  return saySmall(`Picture: ${alt}`, pen)
}

function gallery(url: string, alt: string): Piece {
  const description = cut(clean(alt), limits.alt)
  return { component: { type: 12, items: [{ media: { url }, ...(description && { description }) }] } }
}

/** Rows of five; a button whose address may not be a link becomes words. */
function buttonPieces(buttons: Button[], pen: Pen): Piece[] {
  const drawn = buttons.map((button) => drawButton(button, pen))
  const rows = chunks(
    drawn.filter((one): one is APIButtonComponent => !Array.isArray(one)),
    limits.row,
  )
  return [...drawn.filter((one) => Array.isArray(one)).map((one) => sayIn(one, pen)), ...rows.map(row)]
}

const row = (components: APIButtonComponent[]): Piece => ({
  component: { type: 1, components } satisfies APIActionRowComponent<APIButtonComponent>,
})

function drawButton(button: Button, pen: Pen): APIButtonComponent | Text {
  const label = cut(clean(button.label), limits.label) || '…'
  if (!('url' in button)) {
    const style = button.look === 'main' ? 1 : button.look === 'danger' ? 4 : 2
    return { type: 2, style, label, custom_id: pen.name(button.run, button.given ?? {}) }
  }
  const url = address(button.url)
  if (url !== undefined && url.length <= limits.url) return { type: 2, style: 5, label, url }
  pen.lost.add('link button')
  return [link(label, url ?? cut(button.url, 200))]
}

/** Lists of 25 below one another, so that all choices of a longer list can still be made. */
function choicePieces(block: Extract<Block, { block: 'choice' }>, pen: Pen): Piece[] {
  const options = optionsOf(block.choices, pen)
  const lists = chunks(options, limits.options)
  const shown = lists.slice(0, limits.selects)
  const left = options.length - shown.flat().length
  if (left > 0) pen.lost.add('more than 100 choices')
  const drawn = shown.map((list, i): Piece => {
    const which = lists.length > 1 ? ` (${i * limits.options + 1}–${i * limits.options + list.length})` : ''
    const select: APIStringSelectComponent = {
      type: 3,
      custom_id: pen.name(block.run, block.given ?? {}, block.option),
      placeholder: (cut(clean(block.label), limits.placeholder - which.length) || 'Choose') + which,
      options: list,
    }
    return { component: { type: 1, components: [select] } }
  })
  if (options.length === 0) return [saySmall(`${cut(block.label, 80)}: nothing to choose from`, pen)]
  return left > 0 ? [...drawn, saySmall(`… and ${left} more`, pen)] : drawn
}

/** Options with values that Discord takes: 1 to 100 whole characters and no two alike. */
function optionsOf(choices: { label: string; value: string }[], { lost }: Pen): { label: string; value: string }[] {
  const known = new Map<string, string>()
  for (const { label, value } of choices) {
    if (value === '' || value.length > limits.option || /\p{Cs}/u.test(value)) lost.add('choice value')
    else if (!known.has(value)) known.set(value, cut(clean(label), limits.option) || cut(clean(value), limits.option) || '…')
  }
  return [...known].map(([value, label]) => ({ label, value }))
}

const chunks = <T>(list: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))

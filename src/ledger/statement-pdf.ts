import { type Cut, runsOf } from '../kernel/fonts.ts'
import { format } from '../kernel/money.ts'
import { sayMonth } from '../kernel/time.ts'
import type { InvoiceParty, StatementPaper, StatementRow } from './rules-statement.ts'

type Doc = PDFKit.PDFDocument

const MARGIN = 48
const WIDTH = 595.28 - 2 * MARGIN
const BOTTOM = 841.89 - MARGIN - 24
const LINE = 12
/** From line to line within a row of the table. */
const CLOSE = 10
/** Where amounts may begin that stand beside a label alone. */
const LABEL = 320
const soft = '#656376'
const strong = '#1b1a26'
const rule = '#d5d4de'

/** Left edges and widths: date, what, order, arithmetic, amount. */
const columns = [
  { head: 'Date', x: 0, width: 58, right: false },
  { head: 'What', x: 62, width: 88, right: false },
  { head: 'Order', x: 154, width: 76, right: false },
  { head: 'Arithmetic', x: 234, width: 178, right: false },
  { head: 'Amount', x: 416, width: WIDTH - 416, right: true },
] as const

/**
 * A statement or invoice on A4. The same paper of the same day gives the same bytes. Letters that no font here draws are named, as in
 * "[Arabic]", and never left out.
 */
export async function statementPdf(paper: StatementPaper, creatorId: string, day: string): Promise<Uint8Array> {
  // The library reads its tables when it is loaded; a process that writes no papers never loads it.
  const { default: PDFDocument } = await import('pdfkit')
  const made = new Date(`${day}T12:00:00Z`)
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: titleOf(paper), Author: paper.program, CreationDate: made, ModDate: made },
  })
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const over = new Promise<void>((resolve, reject) => {
    doc.once('end', resolve)
    doc.once('error', reject)
  })
  let y = drawHead(doc, paper, creatorId, day)
  y = drawRows(doc, paper, y)
  drawEnd(doc, paper, y)
  drawFoot(doc, paper)
  doc.end()
  await over
  return Buffer.concat(chunks)
}

const titleOf = ({ invoice, month }: StatementPaper): string =>
  invoice ? `Self-billed ${invoice.corrects ? 'credit note' : 'invoice'} ${invoice.number}` : `Statement of ${sayMonth(month)}`

/** What a credit note refers to. */
const correctsWords = (numbers: string[]): string =>
  numbers.length === 0 ? 'earlier statements, which had no number' : `invoice ${numbers.join(', ')}`

type Style = { cut?: Cut; size?: number; colour?: string; right?: boolean }
const small: Style = { size: 8 }

/** How wide words stand, in as many fonts as they need. */
const widthOf = (doc: Doc, words: string, { cut = '400Regular', size = 9 }: Style): number =>
  runsOf(words, cut).reduce((sum, run) => sum + doc.font(run.file).fontSize(size).widthOfString(run.words), 0)

/** One line of words within a width. What does not fit is drawn smaller: no figure of a paper is ever cut. */
function write(doc: Doc, words: string, x: number, y: number, width: number, style: Style = {}): void {
  const { cut = '400Regular', size = 9, colour = strong, right = false } = style
  const line = words.replace(/\s+/g, ' ')
  const total = widthOf(doc, line, style)
  const fitting = total > width ? size * (width / total) : size
  let at = MARGIN + x + (right ? width - Math.min(total, width) : 0)
  doc.fillColor(colour)
  for (const run of runsOf(line, cut)) {
    doc.font(run.file).fontSize(fitting).text(run.words, at, y, { lineBreak: false })
    at += doc.widthOfString(run.words)
  }
}

/** Words in lines that fit a width; a word that is longer than a line goes on in the next. */
function linesIn(doc: Doc, words: string, width: number, style: Style = {}): string[] {
  const fits = (text: string) => widthOf(doc, text, style) <= width
  if (fits(words)) return [words]
  const lines: string[] = []
  for (const word of words.trim().split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer
    else if (fits(word)) lines.push(word)
    else
      [...word].forEach((letter, i) => {
        if (i > 0 && fits(`${lines.at(-1)}${letter}`)) lines[lines.length - 1] += letter
        else lines.push(letter)
      })
  }
  return lines
}

/** Words over several lines; gives where the next line begins. */
function flow(doc: Doc, words: string, x: number, y: number, width: number, style: Style = {}, leading = LINE): number {
  const lines = linesIn(doc, words, width, style)
  lines.forEach((line, i) => {
    write(doc, line, x, y + i * leading, width, style)
  })
  return y + lines.length * leading
}

function drawHead(doc: Doc, paper: StatementPaper, creatorId: string, day: string): number {
  write(doc, paper.program, 0, MARGIN, WIDTH, { cut: '600SemiBold', size: 11, colour: soft })
  write(doc, titleOf(paper), 0, MARGIN + 18, WIDTH, { cut: '700Bold', size: 18 })
  let y = MARGIN + 46
  if (paper.provisional) {
    write(doc, `Provisional, as of ${day}: the month is not closed, and rows may still come.`, 0, y, WIDTH, { colour: '#c22f3d' })
    y += LINE + 4
  }
  const { invoice } = paper
  if (invoice)
    y =
      Math.max(
        party(doc, 'Payer', invoice.payer, 0, y),
        party(doc, 'Payee, in whose name it is written', invoice.payee, WIDTH / 2, y),
      ) + 8
  const known: [string, string][] = [
    ['Creator', `${paper.creator} (${creatorId})`],
    ['Month', sayMonth(paper.month)],
    ['Currency', paper.currency],
    ...(invoice
      ? ([
          ['Number', invoice.number],
          ['Date', invoice.day],
          ...(invoice.corrects ? [['Corrects', correctsWords(invoice.corrects)]] : []),
        ] as [string, string][])
      : []),
  ]
  for (const [label, value] of known) {
    write(doc, label, 0, y, 90, { colour: soft })
    y = flow(doc, value, 92, y, WIDTH - 92) + 2
  }
  return tableHead(doc, y + 10)
}

function party(doc: Doc, label: string, { name, address, country, vatId }: InvoiceParty, x: number, y: number): number {
  const lines = [name, ...address, country, ...(vatId === '' ? [] : [`VAT id ${vatId}`])].filter((line) => line !== '')
  write(doc, label, x, y, WIDTH / 2 - 12, { colour: soft })
  return lines.reduce((at, line) => flow(doc, line, x, at, WIDTH / 2 - 12) + 1, y + LINE + 1)
}

function tableHead(doc: Doc, y: number): number {
  for (const { head, x, width, right } of columns)
    write(doc, head, x, y, width, { cut: '600SemiBold', size: 8, colour: soft, right })
  return line(doc, y + LINE + 1)
}

function line(doc: Doc, y: number): number {
  doc
    .moveTo(MARGIN, y)
    .lineTo(MARGIN + WIDTH, y)
    .lineWidth(0.5)
    .strokeColor(rule)
    .stroke()
  return y + 5
}

function drawRows(doc: Doc, paper: StatementPaper, from: number): number {
  const say = (minor: bigint) => format({ minor, currency: paper.currency }, paper.locale)
  let y = balanceRow(doc, 'Opening balance', say(paper.opening.minor), from)
  for (const row of paper.rows) {
    const said = cells(row, say)
    const most = Math.max(...said.map((cell, i) => (columns[i]!.right ? 1 : linesIn(doc, cell, columns[i]!.width, small).length)))
    const height = LINE + 3 + (most - 1) * CLOSE
    y = room(doc, y, height)
    said.forEach((cell, i) => {
      const { x, width, right } = columns[i]!
      if (right) write(doc, cell, x, y, width, { ...small, right })
      else flow(doc, cell, x, y, width, small, CLOSE)
    })
    y += height
  }
  if (paper.rows.length === 0) {
    write(doc, 'Nothing was booked in this month.', 0, y, WIDTH, { colour: soft })
    y += LINE + 3
  }
  return y
}

const cells = ({ day, what, order, arithmetic, minor }: StatementRow, say: (minor: bigint) => string): string[] => [
  day,
  what,
  order,
  arithmetic,
  say(minor),
]

function balanceRow(doc: Doc, label: string, amount: string, y: number): number {
  write(doc, label, 0, y, LABEL, { cut: '600SemiBold' })
  write(doc, amount, LABEL, y, WIDTH - LABEL, { cut: '600SemiBold', right: true })
  return y + LINE + 5
}

/** A new page with the head of the table when so much no longer fits. */
function room(doc: Doc, y: number, height: number): number {
  if (y + height <= BOTTOM) return y
  doc.addPage()
  return tableHead(doc, MARGIN)
}

function drawEnd(doc: Doc, paper: StatementPaper, from: number): void {
  const say = (minor: bigint) => format({ minor, currency: paper.currency }, paper.locale)
  let y = line(doc, room(doc, from, 110))
  y = balanceRow(doc, 'Closing balance', say(paper.closing.minor), y)
  const split: [string, bigint][] = [
    ['pending, until each hold ends', paper.pending.minor],
    ['payable', paper.payable.minor],
    ['payment under way', paper.paying.minor],
  ]
  for (const [label, minor] of split.filter(([, held]) => held !== 0n)) {
    write(doc, `of it ${label}`, 0, y, LABEL, { colour: soft })
    write(doc, say(minor), LABEL, y, WIDTH - LABEL, { colour: soft, right: true })
    y += LINE + 2
  }
  if (!paper.invoice) return
  const credit = paper.invoice.corrects !== null
  const amount = credit
    ? 'Amount of this credit note (more was taken back than earned)'
    : 'Amount of this invoice (earned in the month)'
  y = balanceRow(doc, amount, say(paper.earned.minor), y + 6)
  y = flow(doc, paper.invoice.note, 0, y, WIDTH, { colour: soft })
  flow(
    doc,
    `Self-billing: this ${credit ? 'credit note' : 'invoice'} was written by the payer in the name of the payee, who agreed to that.`,
    0,
    y + 2,
    WIDTH,
    { colour: soft },
  )
}

function drawFoot(doc: Doc, paper: StatementPaper): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    // Below the margin a line of text would begin a page of its own.
    doc.page.margins.bottom = 0
    write(doc, `${paper.program} · ${titleOf(paper)}`, 0, 841.89 - MARGIN + 8, WIDTH - 80, { size: 7, colour: soft })
    write(doc, `Page ${page - start + 1} of ${count}`, WIDTH - 80, 841.89 - MARGIN + 8, 80, {
      size: 7,
      colour: soft,
      right: true,
    })
  }
}

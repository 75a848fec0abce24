/**
 * Tables as CSV (RFC 4180) that no spreadsheet runs: a text that would begin a formula gets an apostrophe before it, and reading takes
 * it back, so that what was written is what is read. Amounts and numbers are no text and stay numbers, debts too.
 */
import { type Info, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { decimal, type Money } from './money.ts'
import { Refusal } from './refusal.ts'

/** Text is guarded; money, numbers and nothing are not. */
export type Cell = string | number | bigint | Money | null

// What Excel, LibreOffice, Numbers and Google take for the begin of a formula, in narrow and full width, also after what they skip.
const formula = /^[\s\p{Cf}\p{Cc}]*[=+\-@|%＝＋－＠]/u
const guarded = /^'(?='*[\s\p{Cf}\p{Cc}]*[=+\-@|%＝＋－＠])/u

/** A text as a cell may hold it. One that looks guarded already gets a second guard, or reading would take what was its own. */
const guard = (words: string): string => (formula.test(words) || guarded.test(words) ? `'${words}` : words)

function written(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell)
  if (typeof cell === 'object') return decimal(cell)
  return guard(cell)
}

// Quoted also against the other separators: a file opened with them must not begin a cell in the middle of a text.
const delicate = /[;\t\r\n]|^\s|\s$/

/** Rows as CSV. `mark` adds the sign by which older spreadsheets know UTF-8. */
export const writeCsv = (rows: Cell[][], { mark = true } = {}): string =>
  stringify(
    rows.map((row) => row.map(written)),
    { bom: mark, record_delimiter: 'windows', quoted_match: delicate },
  )

/** A list as a file that opens in a spreadsheet. */
export const csvFile = (head: string[], rows: Cell[][]): Uint8Array => Buffer.from(writeCsv([head, ...rows]), 'utf8')

/** A cell as it was before it was guarded. */
export const unguarded = (cell: string): string => cell.replace(guarded, '')

const isWide = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)

/** Whether bytes can be words at all; what is written in two bytes for each sign has empty ones between them, and says so at its begin. */
export const hasWords = (bytes: Uint8Array): boolean => bytes.length > 0 && (isWide(bytes) || !bytes.includes(0))

/** The words of a list as people's tools save it: UTF-8 with or without a mark, UTF-16, or what stands on a western Windows. */
export const wordsOf = (bytes: Uint8Array): string =>
  // A first line that only tells a spreadsheet what stands between the cells is no heading.
  decoded(bytes).replace(/^"?sep=.?"?(?=[\r\n])/i, '')

function decoded(bytes: Uint8Array): string {
  if (isWide(bytes)) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes).replaceAll('\0', '')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** A row of a CSV and the line of the file that it begins in: a cell may go over several lines, and empty ones count. */
export type CsvRow = { line: number; cells: string[] }

/** The rows of a CSV with commas, semicolons or tabs, guards taken back; empty lines fall away. Refusal('invalid') for what is none. */
export function csvRows(text: string): CsvRow[] {
  const head = text.trimStart().slice(0, 10_000).split(/\r?\n/, 1)[0] ?? ''
  const count = (sign: string) => head.split(sign).length
  const delimiter = [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
  try {
    const options = {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 100_000,
    }
    return beginnings(parse(text, options) as unknown as Read[]).map(({ line, cells }) => ({ line, cells: cells.map(unguarded) }))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new Refusal(
      'invalid',
      'This file is no CSV that we can read.',
      'Save it as CSV (comma separated) and try again.',
      'file',
    )
  }
}

/** A record as the parser gives it, which counts the lines up to its end, and within a cell two for the two signs that end one. */
export type Read = { record: string[]; info: Info }

/** Records with the line that each begins in. */
export function beginnings(records: readonly Read[]): CsvRow[] {
  let twice = 0
  return records.map(({ record, info }) => {
    const words = record.join()
    const line = info.lines - twice - (words.match(/[\r\n]/g)?.length ?? 0)
    twice += words.match(/\r\n/g)?.length ?? 0
    return { line, cells: record }
  })
}

/**
 * The law of Amazon's own files: Amazon pays its associates itself, so what it reports is shown and ranked and never paid by us. A
 * row has no id. It is known by its content and by how many the same stand before it in the file, for two people may buy the same
 * thing on one day; the words of its language are no part of that, so the report of one day is one report in every language. What was
 * sent back comes as a row below zero and is taken from the newest purchases of that product under that tracking id. The file of orders
 * tells what was ordered and not yet shipped: such rows wait, and earn when the file of earnings has them.
 */
import type { Amount } from '../kernel/fact.ts'
import { isCurrency, type Money, toJson } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { type Finding, type ImportRow, type Reading, refused, type Sheet, signedAmount } from './rules-import.ts'
import { type DayOrder, dayOrderOf, plainCount, plainDay } from './rules-import-words.ts'
import { readKey } from './rules-network.ts'

/** What a column can be, with its headings in the languages of the files; compared without case, accents and what stands in brackets. */
const headings = {
  name: 'name nombre nom titel produktname titulo titre 商品名 名前',
  tracking: 'trackingid trackingids iddeseguimiento iddesuivi identifiantdesuivi trackingkennung トラッキングid',
  date: `date dateshipped shippeddate datum versanddatum bestelldatum fecha fechadeenvio fechadepedido datedexpedition datedenvoi
    datedecommande 発送日 出荷日 注文日 日付`,
  price: 'price preis precio prix 価格 単価',
  items: `itemsshipped shippeditems versandteartikel artikelversandt gelieferteartikel articulosenviados productosenviados articlesexpedies
    articlesenvoyes 発送済み商品数 発送数 出荷数 qty quantity menge anzahl cantidad quantite 数量 個数`,
  returns: 'returns rucksendungen retouren devoluciones retours 返品 返品数',
  revenue: 'revenue umsatz ingresos revenus chiffredaffaires 売上 売上高',
  fees: `adfees earnings fees vergutung werbekostenerstattung werbekostenerstattungen comisiones comision tarifasdepublicidad
    fraispublicitaires commissions remuneration 紹介料 広告料 報酬`,
} as const
type Column = keyof typeof headings
const meanings = new Map(
  Object.entries(headings).flatMap(([column, words]) => words.split(/\s+/).map((word) => [word, column as Column] as const)),
)

/** Where the columns stand when their language is none we know; a file of earnings has 13 columns, one of orders 11. */
const places: Record<number, Partial<Record<Column, number>>> = {
  13: { name: 1, tracking: 4, date: 5, price: 6, items: 7, returns: 8, revenue: 9, fees: 10 },
  11: { name: 1, tracking: 4, date: 5, items: 6, price: 7 },
}

const bare = (heading: string): string =>
  heading
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\([^()]*\)/g, '')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')

const isHead = (cells: string[]): boolean => cells.some((cell) => cell.trim().toUpperCase() === 'ASIN')

/** Whether a list is one of Amazon's: below a title its headings name the ASIN, a word that is the same everywhere. */
export const isAmazon = (sheet: Sheet): boolean => sheet.slice(0, 10).some((record) => isHead(record.cells))

type Head = { at: (column: Column) => number; asin: number; currency: string | undefined; english: boolean; earnings: boolean }

/** Reads a file of earnings or of orders. Refusal('invalid') when columns that are needed are missing. */
export function readAmazon(sheet: Sheet): Reading {
  const reading: Reading = { source: 'amazon', rows: [], problems: [], remarks: [], ignored: [] }
  const seen = new Map<string, number>()
  let head: Head | undefined
  let order: DayOrder = 'day first'
  for (const [i, record] of sheet.entries()) {
    if (isHead(record.cells)) {
      head = headOf(record.cells)
      order = orderIn(sheet.slice(i + 1), head)
    } else if (head && /^[A-Z0-9]{10}$/i.test(record.cells[head.asin] ?? '')) takeRow(reading, record, head, order, seen)
  }
  // What was sent back is looked up among what was bought, which may stand below it.
  const isReturn = (row: ImportRow) => 'back' in row
  reading.rows.sort((a, b) => Number(isReturn(a)) - Number(isReturn(b)))
  return reading
}

function headOf(cells: string[]): Head {
  const found = new Map<Column, number>()
  for (const [i, cell] of cells.entries()) {
    const column = meanings.get(bare(cell))
    if (column && !found.has(column)) found.set(column, i)
  }
  const asin = cells.findIndex((cell) => cell.trim().toUpperCase() === 'ASIN')
  const fallback = asin === 2 ? places[cells.filter((cell) => cell !== '').length] : undefined
  const at = (column: Column): number => found.get(column) ?? fallback?.[column] ?? -1
  const missing = (['tracking', 'date', 'price', 'items'] as const).find((column) => at(column) < 0)
  if (missing)
    throw refused(
      'file',
      `No heading says which column holds the ${missing === 'tracking' ? 'tracking id' : missing}.`,
      'Download the earnings report as CSV again and leave its columns as they are.',
    )
  const earnings = at('revenue') >= 0 && at('fees') >= 0
  return {
    at,
    asin,
    currency: cells.map(currencyIn).find(Boolean),
    english: found.has('date') && /^date/.test(bare(cells[at('date')]!)) && bare(cells[at('price')]!) === 'price',
    earnings,
  }
}

/** Dates of three numbers: a day above twelve proves the order for the whole file; else America writes the month first. */
function orderIn(body: Sheet, head: Head): DayOrder {
  const dates = body.map((record) => record.cells[head.at('date')] ?? '')
  const american = head.english && (head.currency === undefined || head.currency === 'USD')
  return dayOrderOf(dates) ?? (american ? 'month first' : 'day first')
}

function takeRow(reading: Reading, record: Sheet[number], head: Head, order: DayOrder, seen: Map<string, number>): void {
  const { line, cells } = record
  const what = `${cells[head.asin]} ${cells[head.at('name')] ?? ''}`.trim().slice(0, 80)
  try {
    reading.rows.push({ line, what, ...readRow(cells, head, order, seen) })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const finding: Finding = { line, what, field: error.field ?? '', says: error.sentence, fix: error.fix ?? '' }
    reading.problems.push(finding)
  }
}

type Row = ImportRow extends infer R ? (R extends ImportRow ? Omit<R, 'line' | 'what'> : never) : never

function readRow(cells: string[], head: Head, order: DayOrder, seen: Map<string, number>): Row {
  const cell = (column: Column): string => cells[head.at(column)] ?? ''
  const asin = cells[head.asin]!.toUpperCase()
  const tracking = readKey('amazon', cell('tracking'))
  const day = plainDay(cell('date'), order, 'date')
  const currency = [cell('revenue'), cell('fees'), cell('price')].map(currencyIn).find(Boolean) ?? head.currency
  if (!currency)
    throw refused(
      'currency',
      'Nothing says which currency this is.',
      'Its sign stands in the headings or the amounts of Amazon’s file.',
    )
  const read = (column: Column): Money => signedAmount(cell(column), currency, column)
  const [price, items] = [read('price'), plainCount(cell('items'), 'items')]
  const [revenue, fees] = head.earnings ? [read('revenue'), read('fees')] : [times(price, items), times(price, 0)]
  const returns = cell('returns') === '' ? 0 : plainCount(cell('returns'), 'returns')
  const numbers = [price, revenue, fees].map((money) => money.minor)
  const content = [head.earnings, asin, tracking, day, currency, items, returns, ...numbers].join('|')
  const nth = (seen.get(content) ?? 0) + 1
  seen.set(content, nth)
  const under = `${tracking}/${asin}/`
  const id = `${under}${day}/${sha256(content).slice(0, 24)}/${head.earnings ? '' : 'o'}${nth}`
  const at = `${day}T12:00:00.000Z`
  if (revenue.minor < 0n || items < 0) {
    if (fees.minor > 0n)
      throw refused('fees', 'Something was sent back, and earned a fee.', 'Look at this row in Amazon’s report.')
    return { back: { id, under, at, base: positive(revenue) } }
  }
  if (fees.minor < 0n)
    throw refused('fees', 'The fee is below zero, and nothing was sent back.', 'Look at this row in Amazon’s report.')
  return {
    fact: {
      type: 'order.placed',
      orderId: id,
      number: `Amazon ${asin}`,
      at,
      // What was only ordered waits: Amazon pays for what it ships.
      paid: head.earnings,
      test: false,
      base: toJson(revenue),
      components: { total: toJson(revenue) },
      codes: [],
      shopper: {},
      items: [{ sku: asin, quantity: items, net: toJson(revenue) }],
      mirror: { commission: toJson(fees), creatorKey: tracking },
    },
  }
}

const positive = ({ minor, currency }: Money): Amount => ({ minor: (minor < 0n ? -minor : minor).toString(), currency })
const times = ({ minor, currency }: Money, n: number): Money => ({ minor: minor * BigInt(n), currency })

/** Longer signs first: a plain $ stands in many of them. */
const signs: [string, string][] = [
  ['CDN$', 'CAD'],
  ['CA$', 'CAD'],
  ['C$', 'CAD'],
  ['AU$', 'AUD'],
  ['A$', 'AUD'],
  ['MX$', 'MXN'],
  ['R$', 'BRL'],
  ['S$', 'SGD'],
  ['$', 'USD'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['円', 'JPY'],
  ['₹', 'INR'],
  ['₺', 'TRY'],
  ['zł', 'PLN'],
  ['kr', 'SEK'],
]

/** The currency that a heading or an amount names by its sign or its code; undefined when it names none. */
function currencyIn(words: string): string | undefined {
  const text = words.normalize('NFKC')
  const inside = /\(([^)]{1,6})\)/.exec(text)?.[1] ?? (/\d/.test(text) ? text : '')
  const code = /\b[A-Z]{3}\b/.exec(inside)?.[0]
  if (code && isCurrency(code)) return code
  return signs.find(([sign]) => inside.includes(sign))?.[1]
}

/**
 * The law of imported orders: a row is one fact of one order, lead or refund, known by its own id, so the same rows again change
 * nothing. A row that is wrong in one place is left out as a whole and named with its line, its field and what helps; the others come
 * in. Amounts and dates may be written the way the usual tools write them; what could be read in two ways is refused, never guessed.
 */
import type { Amount, OrderFact, OrderPlaced, Shopper } from '../kernel/fact.ts'
import { decimals, isCurrency, type Money, parseMoney, subtract, sum, toJson } from '../kernel/money.ts'
import * as piece from '../kernel/payload.ts'
import { Refusal } from '../kernel/refusal.ts'
import { instantOf } from '../kernel/time.ts'
import { bare, type Cells, cellsOf, columnOf, several } from './rules-import-columns.ts'
import {
  type DayOrder,
  dayOrderOf,
  plainCount,
  plainDay,
  plainNumber,
  plainTime,
  plainYes,
  wasPaid,
} from './rules-import-words.ts'

/** A line of the file as it stands there. */
export type Sheet = { line: number; cells: string[] }[]

/** Something wrong with a row, or worth knowing about it. */
export type Finding = { line: number; what: string; field: string; says: string; fix: string }

/** Something that a network says was sent back; which purchase it belongs to is looked up when it is taken in. */
export type Return = { id: string; under: string; at: string; base: Amount }

/** `names` are all ids that the shop gives the row's order, where there are several. */
export type ImportRow =
  | { line: number; what: string; fact: OrderFact; names?: string[] }
  | { line: number; what: string; back: Return }

export type Reading = {
  /** What the rows are facts of; undefined where whoever imports says it. */
  source: string | undefined
  rows: ImportRow[]
  problems: Finding[]
  remarks: Finding[]
  /** Headings that mean nothing to us. */
  ignored: string[]
}

export type ReadingOptions = { zone: string; source: string; hash: (plain: string) => string }

export const refused = (field: string, says: string, fix: string) => new Refusal('invalid', says, fix, field)

const kinds: Record<string, 'order' | 'refund' | 'cancellation' | 'lead' | 'rejected lead'> = {
  order: 'order',
  sale: 'order',
  refund: 'refund',
  return: 'refund',
  cancel: 'cancellation',
  cancelled: 'cancellation',
  cancellation: 'cancellation',
  lead: 'lead',
  signup: 'lead',
  leadqualified: 'lead',
  rejected: 'rejected lead',
  rejectedlead: 'rejected lead',
  leadrejected: 'rejected lead',
}

/** Reads a list of our own columns; see docs/webhooks.md. Refusal('invalid') when it is no such list at all. */
export function readOrders(sheet: Sheet, options: ReadingOptions): Reading {
  const [head, ...body] = sheet
  const columns = (head?.cells ?? []).map(columnOf)
  const known = columns.filter((column) => column !== undefined)
  if (!known.includes('order') || !known.includes('date'))
    throw refused(
      'file',
      'No heading says which columns hold the order and its date.',
      'Give one line of headings: type, order, date, currency, total, tax, shipping, base, codes, refund. Amazon’s own files are known too.',
    )
  const twice = known.find((column, i) => !several.has(column) && known.indexOf(column) !== i)
  if (twice !== undefined) throw refused('file', `Two columns seem to hold the ${twice}.`, 'Keep one of them.')
  const cells = body.map((record) => ({ line: record.line, cells: cellsOf(record.cells, columns) }))
  const order = dayOrderOf(cells.map((row) => row.cells.date ?? ''))
  const reading: Reading = {
    source: undefined,
    rows: [],
    problems: [],
    remarks: [],
    ignored: (head?.cells ?? []).filter((heading, i) => columns[i] === undefined && heading !== ''),
  }
  const seen = new Map<string, number>()
  const times = new Map<string, string>()
  for (const [i, row] of cells.entries())
    if (!goesOn(row.cells, cells[i - 1]?.cells)) takeRow(reading, row, () => readRow(row, { ...options, order, times }, seen))
  return reading
}

/** A further line of the same order: a shop that writes one for each item repeats the order's number there, and neither id nor amount. */
const goesOn = (cells: Cells, before: Cells | undefined): boolean =>
  cells.number !== undefined &&
  cells.number === before?.number &&
  [cells.order, cells.total, cells.base, cells.subtotal, cells.kind].every((cell) => cell === undefined)

/** Adds the row, or what is wrong with it. */
function takeRow(reading: Reading, { line, cells }: { line: number; cells: Cells }, read: () => ImportRow): void {
  try {
    reading.rows.push(read())
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const what = cells.number ?? cells.order ?? ''
    reading.problems.push({ line, what, field: error.field ?? '', says: error.sentence, fix: error.fix ?? '' })
  }
}

function readRow({ line, cells }: { line: number; cells: Cells }, file: FileOptions, seen: Map<string, number>): ImportRow {
  const fact = factOf(cells, file)
  const key = fact.type === 'order.refunded' ? `refund ${fact.refundId}` : `${fact.type} ${fact.orderId}`
  const before = seen.get(key)
  const field = fact.type === 'order.refunded' ? 'refund' : 'order'
  if (before !== undefined) throw refused(field, `It stands in line ${before} too.`, 'Keep one of the two rows.')
  seen.set(key, line)
  const names = [
    fact.orderId,
    ...(cells.names ?? '')
      .split(/[\s,;|]+/)
      .filter(Boolean)
      .map((id) => idOf(id, 'other ids')),
  ]
  return { line, what: 'number' in fact ? fact.number : fact.orderId, fact, ...(names.length > 1 ? { names } : {}) }
}

/** What holds for the whole file: how its dates are meant, and those that were read before, for a day has many orders. */
type FileOptions = ReadingOptions & { order: DayOrder | undefined; times: Map<string, string> }

function factOf(cells: Cells, file: FileOptions): OrderFact {
  const kind = kinds[bare(cells.kind ?? 'order')]
  if (!kind)
    throw refused('type', `“${cells.kind?.slice(0, 40)}” is no type.`, 'Use order, refund, cancellation, lead or rejected lead.')
  const orderId = idOf(cells.order, 'order')
  const at = atOf(cells.date, file)
  switch (kind) {
    case 'order':
      return placed(cells, orderId, at, file)
    case 'refund': {
      const back = cells.base ?? cells.subtotal
      if (back === undefined)
        throw refused('base', 'What was given back is missing.', 'Give the part of the order’s base, without tax and shipping.')
      const base = amountOf(back, currencyOf(cells.currency), 'base')
      return { type: 'order.refunded', refundId: idOf(cells.refund, 'refund'), orderId, at, base: toJson(base) }
    }
    case 'cancellation':
      return { type: 'order.cancelled', orderId, at }
    case 'lead':
      if (!wasPaid(cells)) throw refused('status', 'It is not decided yet.', 'Bring it in once it is approved.')
      return { type: 'lead.qualified', orderId, number: cells.number ?? orderId, at, ...touchesOf(cells, file) }
    case 'rejected lead':
      return { type: 'lead.rejected', orderId, at, ...(cells.reason ? { reason: cells.reason.slice(0, 300) } : {}) }
  }
}

function placed(cells: Cells, orderId: string, at: string, options: ReadingOptions): OrderPlaced {
  const currency = currencyOf(cells.currency)
  const read = (column: 'total' | 'discount' | 'tax' | 'shipping' | 'giftcards' | 'base' | 'subtotal'): Money | undefined => {
    const typed = cells[column]
    return typed === undefined ? undefined : amountOf(typed, currency, column)
  }
  const parts = { tax: read('tax'), shipping: read('shipping'), giftCards: read('giftcards') }
  const [total, discounts] = [read('total'), read('discount')]
  const earnsNothing = Object.values(parts).filter((part) => part !== undefined)
  const left = total && subtract(total, sum(earnsNothing, currency))
  const given = read('base') ?? lesser(read('subtotal'), left)
  const base = given ?? left
  if (!base) throw refused('total', 'There is no amount.', 'Give the total, or the base that commission is paid on.')
  if (base.minor < 0n)
    throw refused('total', 'It is less than tax, shipping and gift cards together.', 'Look at the amounts of this row.')
  if (total && base.minor > total.minor) throw refused('base', 'It is more than the total.', 'Look at the amounts of this row.')
  const shown = Object.entries({ total: total ?? given, discounts, ...parts })
  return {
    type: 'order.placed',
    orderId,
    number: (cells.number ?? orderId).slice(0, 100),
    at,
    paid: wasPaid(cells) && plainYes(cells.paid, true, 'paid'),
    base: toJson(base),
    components: Object.fromEntries(shown.flatMap(([name, part]) => (part ? [[name, toJson(part)] as const] : []))),
    items: (cells.items ?? '').split(/[;|]/).flatMap((item) => itemOf(item, currency)),
    ...touchesOf(cells, options),
  }
}

/** A shop whose prices have the tax in them writes subtotals with it, on which nothing is earned. */
const lesser = (subtotal: Money | undefined, left: Money | undefined): Money | undefined =>
  subtotal && left && left.minor < subtotal.minor ? left : subtotal

type Touches = Pick<OrderPlaced, 'test' | 'codes' | 'cid' | 'shopper'>

function touchesOf(cells: Cells, { source, hash }: ReadingOptions): Touches {
  if (cells.email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(cells.email))
    throw refused('email', 'That is no e-mail address.', 'Write it like mia@example.com, or leave it out.')
  const shopper: Shopper = piece.shopperOf(source, plainShopper(cells), hash)
  const cid = piece.clickOf([cells.cid])
  return {
    test: plainYes(cells.test, false, 'test'),
    codes: piece.codesOf((cells.codes ?? '').split(/[\s,;|]+/)),
    ...(cid ? { cid } : {}),
    shopper,
  }
}

const plainShopper = ({ customer, email, address, postcode, country }: Cells) => ({
  id: customer ?? null,
  email: email ?? null,
  addresses: [{ street: address, postcode, country }],
})

/** "TEE*2=80.00": the SKU, how many, and what they add to the base. */
function itemOf(typed: string, currency: string): OrderPlaced['items'] {
  if (typed.trim() === '') return []
  const [, sku = '', quantity = '1', net] = /^\s*([^*=]{1,100}?)\s*(?:\*\s*(\d{1,6}))?\s*(?:=\s*(\S+))?\s*$/.exec(typed) ?? []
  if (sku === '') throw refused('items', `“${typed.slice(0, 40)}” is no item.`, 'Write items like TEE*2=80.00; MUG.')
  return [{ sku, quantity: plainCount(quantity, 'items'), ...(net ? { net: toJson(amountOf(net, currency, 'items')) } : {}) }]
}

function idOf(typed: string | undefined, field: string): string {
  if (typed === undefined)
    throw refused(field, `There is no ${field} id.`, 'Give the shop’s own id: it tells what is here already.')
  if (typed.length > 200) throw refused(field, 'The id is too long.', 'Use at most 200 characters.')
  if (/^\d(?:[.,]\d+)?E\+?\d+$/i.test(typed))
    throw refused(
      field,
      `“${typed.slice(0, 40)}” lost digits in a spreadsheet.`,
      'Format the column as text, then export it again.',
    )
  return typed
}

function currencyOf(typed: string | undefined): string {
  const code = typed?.toUpperCase()
  if (code === undefined) throw refused('currency', 'There is no currency.', 'Give a code such as EUR.')
  if (!isCurrency(code)) throw refused('currency', `“${typed?.slice(0, 20)}” is no currency.`, 'Give a code such as EUR.')
  return code
}

/** An amount of zero or more. */
function amountOf(typed: string, currency: string, field: string): Money {
  const money = signedAmount(typed, currency, field)
  if (money.minor < 0n)
    throw refused(field, 'It is below zero.', 'Give amounts of zero or more; what was given back is a row of type refund.')
  return money
}

export function signedAmount(typed: string, currency: string, field: string): Money {
  try {
    return parseMoney(plainNumber(typed, field, decimals(currency)), currency)
  } catch (error) {
    if (error instanceof Refusal) throw refused(field, error.sentence, error.fix ?? '')
    throw error
  }
}

function atOf(typed: string | undefined, { order, zone, times }: FileOptions): string {
  if (typed === undefined) throw refused('date', 'There is no date.', 'Write it like 2026-09-16.')
  const at = times.get(typed) ?? readTime(typed, order, zone)
  times.set(typed, at)
  return at
}

function readTime(typed: string, order: DayOrder | undefined, zone: string): string {
  const exact = piece.instant.safeParse(typed.replace(/^(\d{4}-\d\d-\d\d) (?=\d\d:)/, '$1T'))
  if (exact.success) return exact.data
  if (order === undefined && /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/.test(typed) && !typed.includes('.'))
    throw refused('date', `“${typed.slice(0, 40)}” can be read in two ways.`, 'Write dates like 2026-09-16.')
  const day = plainDay(typed, order ?? 'day first', 'date')
  const time = plainTime(typed)
  if (!time) throw refused('date', `“${typed.slice(0, 40)}” is no time.`, 'Write it like 2026-09-16 14:30, or with an offset.')
  return instantOf(day, time.at, time.zone ?? zone).toISOString()
}

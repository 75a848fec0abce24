// The rows of a file of orders from its bytes alone. A long one takes seconds, so whoever has one reads it between two transactions.
import { readRecords } from '../creators/rules-import-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Reading, type ReadingOptions, readOrders } from './rules-import.ts'
import { isAmazon, readAmazon } from './rules-import-amazon.ts'

const MOST_ROWS = 100_000

/** The rows of a file, ours or Amazon's. Refusal('invalid') for what is no such list. */
export function readImport(bytes: Uint8Array, options: ReadingOptions): Reading {
  const sheet = readRecords(bytes, 5)
  if (sheet.length === 0) throw new Refusal('invalid', 'The file is empty.', 'Export it again.', 'file')
  if (sheet.length > MOST_ROWS)
    throw new Refusal('over_limit', `The file has ${sheet.length} rows.`, `Import at most ${MOST_ROWS} at a time.`, 'file')
  return isAmazon(sheet) ? readAmazon(sheet) : readOrders(sheet, options)
}

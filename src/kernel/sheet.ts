import { stringify } from 'csv-stringify/sync'

// What a spreadsheet would run as a formula; the wide signs are run by some after they were made narrow.
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/
const number = /^-?\d{1,30}(\.\d{1,9})?$/

/** A list that opens in a spreadsheet without running anything: text that looks like a formula is defused, numbers stay numbers. */
export const writeSheet = (head: string[], rows: string[][]): Uint8Array =>
  Buffer.from(stringify([head, ...rows.map((row) => row.map(guarded))], { bom: true, record_delimiter: 'windows' }), 'utf8')

const guarded = (cell: string): string => (formula.test(cell) && !number.test(cell) ? `'${cell}` : cell)

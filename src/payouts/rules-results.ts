/**
 * The answer of a bank or provider as a table: any cell that is the id or reference of one of our payments names it, a column that
 * speaks of a state says what became of it. A word we do not know changes nothing and is told, for a guess could pay twice.
 */

import { csvRows } from '../kernel/csv.ts'
import { Refusal } from '../kernel/refusal.ts'

export type Result = { line: number; payment: string; outcome: 'settle' | 'fail' | 'wait'; reason: string; providerRef: string }
export type Unread = { line: number; why: string }

const bare = (words: string): string => words.toLowerCase().replace(/[^a-z0-9]/g, '')
const list = (words: string): Set<string> => new Set(words.split(' '))

const columns = {
  state: list('status state transactionstatus paymentstatus payoutstatus itemstatus transferstatus result'),
  reason: list('reason error errormessage errordescription failurereason statusreason message details returnreason'),
  reference: list('transactionid transferid providerid payoutitemid paypaltransactionid bankreference id'),
}
const settled = list(
  'success succeeded completed complete settled paid processed claimed done executed booked outgoingpaymentsent accepted arrived',
)
const failed = list(
  'failed failure returned refunded fundsrefunded chargedback denied rejected blocked bounced bouncedback cancelled canceled reversed error declined',
)
// Wise converts first and sends then, so what was converted has not left it.
const waiting = list(
  'pending unclaimed processing onhold held new inprogress queued sent created incomingpaymentwaiting incomingpaymentinitiated fundsconverted',
)

/** What a result file says, and which lines it can't say anything of. Throws Refusal('invalid') for a file without states. */
export function readResults(text: string): { results: Result[]; unread: Unread[] } {
  const [head, ...rows] = csvRows(text)
  if (!head) throw notThis('The file is empty.')
  const at = (names: Set<string>) => head.cells.findIndex((heading) => names.has(bare(heading)))
  const [state, reason, reference] = [at(columns.state), at(columns.reason), at(columns.reference)]
  if (state === -1) throw notThis('No column of this file says what became of the payments.')
  const results: Result[] = []
  const unread: Unread[] = []
  for (const { line, cells: row } of rows) {
    const payment = row.map((cell) => cell.trim()).find((cell) => /^(?:pay_[0-9A-Z]{26}|P-[0-9A-Z]{10})$/.test(cell))
    const word = bare(row[state] ?? '')
    const outcome = settled.has(word) ? 'settle' : failed.has(word) ? 'fail' : waiting.has(word) ? 'wait' : undefined
    if (payment === undefined) unread.push({ line, why: 'names none of our payments' })
    else if (outcome === undefined) unread.push({ line, why: `says “${(row[state] ?? '').slice(0, 40)}”, which we do not know` })
    else
      results.push({
        line,
        payment,
        outcome,
        reason: (row[reason] ?? '').trim().slice(0, 200),
        providerRef: (row[reference] ?? '').trim().slice(0, 100),
      })
  }
  return { results, unread }
}

const notThis = (sentence: string): Refusal =>
  new Refusal(
    'invalid',
    sentence,
    'Hand in the report of the bank or provider as CSV, with its headings: a status, and our reference or payment id.',
    'file',
  )

import {
  buttons,
  type Card,
  card,
  code,
  facts,
  moment,
  money,
  paragraph,
  small,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { sayMonth } from '../kernel/time.ts'
import type { OwedTotal } from './reports.ts'
import { accountWords, ageBuckets, type Trial } from './rules-books.ts'
import type { StatementPaper } from './rules-statement.ts'

const amount = (currency: string, minor: bigint): Text => text`${money({ minor, currency })}`

export type Numbered = { number: string | null; corrects: string[] | null }

/**
 * A creator's statement with the addresses of its files. `number` is that of an invoice, or of a credit note where it `corrects` others.
 * `others` are further papers of the month, from before two accounts became one; `apart` says that no paper has all the amounts.
 */
export function statementCard(
  paper: StatementPaper,
  { number, corrects }: Numbered,
  urls: { pdf: string; csv: string },
  { others = [], apart = false }: { others?: { number: string | null; pdf: string }[]; apart?: boolean } = {},
): Card {
  const paperName = corrects ? 'credit note' : 'invoice'
  // What went out less what came back, so that the four amounts add up.
  const paid = paper.opening.minor + paper.earned.minor - paper.closing.minor
  return card(
    number === null ? `Statement of ${sayMonth(paper.month)}` : `Statement of ${sayMonth(paper.month)}, ${paperName} ${number}`,
    facts({
      ...(corrects && corrects.length > 0 ? { Corrects: `invoice ${corrects.join(', ')}` } : {}),
      'Opening balance': money(paper.opening),
      Earned: text`${money(paper.earned)} in ${plural(paper.rows.length, 'row')}, refunds taken off`,
      'Paid out': amount(paper.currency, paid),
      'Closing balance': money(paper.closing),
    }),
    paper.provisional
      ? 'Provisional: the month is not closed, and rows may still come.'
      : 'Final: the month is closed, and this statement never changes.',
    apart &&
      'What was given out was of one account each, before two of yours became one; the amounts above are of both together.',
    small(text`Each button works once, within ten minutes. Keep it to yourself.`),
    buttons(
      { label: 'Open PDF', url: urls.pdf },
      { label: 'Open list', url: urls.csv },
      ...others.map((other) => ({ label: `Open PDF ${other.number ?? 'of the other account'}`, url: other.pdf })),
      { label: 'See earnings', run: 'earnings' },
    ),
  )
}

const trialTable = (totals: readonly Trial[]) =>
  table(
    ['Account', 'Balance'],
    totals.map(({ account, currency, minor }) => [text`${accountWords[account] ?? account}`, amount(currency, minor)]),
    { caption: 'Trial balance: adds up to zero', align: ['left', 'right'] },
  )

/** What closing a month would fix, before it is done. */
export function closePreviewCard({ month, totals, hash }: { month: string; totals: readonly Trial[]; hash: string }): Card {
  return toned(
    'warn',
    card(
      `Close ${sayMonth(month)}?`,
      totals.length > 0 ? trialTable(totals) : 'Nothing was booked up to its end.',
      paragraph(
        text`Closing is for good: reports up to the end of ${sayMonth(month)} stay as they are, statements become final, and whatever is told later books into a later month.`,
      ),
      buttons({ label: 'Close the month', run: 'books close', given: { month, hash }, look: 'danger' }),
    ),
  )
}

export const closedCard = ({ month, totals, hash }: { month: string; totals: readonly Trial[]; hash: string }): Card =>
  toned(
    'good',
    card(
      `${sayMonth(month)} is closed`,
      totals.length > 0 && trialTable(totals),
      facts({ Hash: text`${code(hash)}` }),
      buttons(
        { label: 'Get journal', run: 'books journal', given: { month } },
        { label: 'Show liability', run: 'books liability', given: { month } },
        { label: 'Close the next', run: 'books close' },
      ),
    ),
  )

export const nothingToCloseCard = (next: string | null): Card =>
  card(
    'Nothing to close',
    next === null
      ? 'Nothing was booked yet.'
      : paragraph(text`The next month to close is ${strong(sayMonth(next))}, and it is not over yet.`),
  )

/** What is owed to creators, for each currency by itself. */
export function liabilityCard(report: {
  at: Date
  month: string | null
  creators: number
  totals: readonly OwedTotal[]
  url: string
}): Card {
  const { at, month, creators, totals, url } = report
  return card(
    month === null ? 'Owed to creators' : `Owed to creators at the end of ${sayMonth(month)}`,
    paragraph(text`As of ${moment(at, 'full')}, ${plural(creators, 'creator')} with an open balance.`),
    totals.length > 0
      ? table(
          ['Currency', 'Pending', 'Payable', 'Under way', 'Below zero'],
          totals.map(({ currency, pending, payable, paying, negative }) => [
            text`${currency}`,
            ...[pending, payable, paying, negative].map((minor) => amount(currency, minor)),
          ]),
          { align: ['left', 'right', 'right', 'right', 'right'] },
        )
      : 'Nothing is owed.',
    totals.length > 0 &&
      table(
        ['Payable since', ...totals.map(({ currency }) => currency)],
        ageBuckets.map(({ label }, i) => [
          text`${label}`,
          ...totals.map(({ currency, ages }) => amount(currency, ages[i] ?? 0n)),
        ]),
        { caption: 'How old it is', align: ['left', ...totals.map(() => 'right' as const)] },
      ),
    small(text`Below zero is carried to later sales, and counts neither as owed nor as a claim.`),
    buttons({ label: 'Open list', url }),
  )
}

/** The journal of a month. */
export const journalCard = (month: string, entries: number, totals: readonly Money[], url: string): Card =>
  card(
    `Journal of ${sayMonth(month)}`,
    facts({
      Entries: entries,
      ...Object.fromEntries(totals.map((total) => [`Debit and credit, ${total.currency}`, text`${money(total)} each`])),
    }),
    small(text`One entry a day for each pair of accounts. /books account gives an account your own number.`),
    buttons({ label: 'Open list', url }),
  )

export const yearCard = (
  year: number,
  creators: number,
  totals: readonly Money[],
  reported: { yes: number; look: number },
  url: string,
): Card =>
  card(
    `Paid in ${year}`,
    facts({
      Creators: creators,
      ...Object.fromEntries(totals.map((total) => [`Paid, ${total.currency}`, money(total)])),
      'To report in the US': reported.yes,
      ...(reported.look > 0 ? { 'To look at': text`${reported.look} in the US, paid in another currency than the dollar` } : {}),
    }),
    buttons({ label: 'Open list', url }),
  )

export type BooksSettings = {
  legalName?: string | undefined
  address?: string | undefined
  country?: string | undefined
  vatId?: string | undefined
  accounts?: Record<string, string> | undefined
}

export function booksCard(settings: BooksSettings, name: string): Card {
  const missing = text`not given`
  return card(
    'The books',
    facts({
      'Legal name': settings.legalName ? text`${settings.legalName}` : text`${name} (the program's)`,
      Address: settings.address ? text`${settings.address}` : missing,
      Country: settings.country ? text`${settings.country}` : missing,
      'VAT id': settings.vatId ? text`${settings.vatId}` : missing,
    }),
    table(
      ['Account', 'Name', 'Your number'],
      Object.entries(accountWords).map(([account, words]) => [
        text`${code(account)}`,
        text`${words}`,
        text`${settings.accounts?.[account] ?? ''}`,
      ]),
      { caption: 'Accounts of the journal' },
    ),
    buttons(
      { label: 'Change settings', run: 'books settings', given: { '?': 'form' } },
      { label: 'Number an account', run: 'books account' },
    ),
  )
}

/** For managers: a law of the books that does not hold, with the first of the rows that break it. */
export const breakCard = ({ law, count, ids }: { law: string; count: number; ids: readonly string[] }): Card =>
  toned(
    'bad',
    card(
      'The books do not balance',
      paragraph(text`${count} ${law}.`),
      ids.length > 0 && facts({ Rows: ids.flatMap((id, i) => (i === 0 ? [code(id)] : [' ', code(id)])) }),
      'Nothing was changed. Please keep a copy of the database and look at these rows.',
    ),
  )

/** For a creator: the brand has written their invoice of a month, or corrected earlier ones. */
export const invoicedCard = (month: string, { number, corrects }: Numbered, earned: Money): Card =>
  card(
    `Your ${corrects ? 'credit note' : 'invoice'} of ${sayMonth(month)}`,
    corrects
      ? paragraph(
          text`More was given back than you earned, so credit note ${strong(number ?? '')} over ${money(earned)} was written in your name, as you agreed.${corrects.length > 0 ? ` It corrects invoice ${corrects.join(', ')}.` : ''}`,
        )
      : paragraph(text`Invoice ${strong(number ?? '')} over ${money(earned)} was written in your name, as you agreed.`),
    buttons({ label: 'Get statement', run: 'statement', given: { month } }),
  )

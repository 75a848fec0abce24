/**
 * The law of the books: a month that is closed stays as it was, and whatever comes later books into the next. Reports of a month read
 * transfers alone, so the same month gives the same report for ever. Money that moves is a debit of the account it leaves and a credit
 * of the account it reaches; a day's moves between two accounts are one entry, and debits and credits add up to the same. What is owed
 * ages from the day it became payable, and what was taken or paid counts against the oldest first. A payment that came back, at
 * whatever step, was none: what it was made of is as old as before.
 */
import type { Cell } from '../kernel/csv.ts'
import type { Money } from '../kernel/money.ts'

/** What an account holds, in minor units; the program's own are below zero for what they gave. */
export type Trial = { account: string; currency: string; minor: bigint }

/** Every creator's account of one kind is one account in a report. */
const accountClass = (account: string): string => (account.startsWith('creator:') ? `creators:${account.split(':')[2]}` : account)

/** The accounts of reports, with what they are in the words of a bookkeeper. */
export const accountWords: Record<string, string> = {
  'program:commission': 'Commission expense',
  'program:content-fee': 'Content fee expense',
  'program:bonus': 'Bonus expense',
  'program:referral': 'Referral expense',
  'program:opening': 'Balances brought along',
  'program:fx': 'Currency exchange',
  'program:waived': 'Given up by creators',
  'program:bank': 'Bank',
  'creators:pending': 'Creators, pending',
  'creators:payable': 'Creators, payable',
  'creators:paying': 'Creators, payment under way',
  'creators:paid': 'Creators, paid',
}

/** Balances by account of the report and currency; each currency adds up to zero. */
export function trialTotals(trial: readonly Trial[]): Trial[] {
  const totals = new Map<string, Trial>()
  for (const { account, currency, minor } of trial) {
    const name = accountClass(account)
    const key = `${currency} ${name}`
    totals.set(key, { account: name, currency, minor: (totals.get(key)?.minor ?? 0n) + minor })
  }
  return [...totals.values()].sort((a, b) => order(a.currency, b.currency) || order(a.account, b.account))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The month after: 2026-12 comes 2027-01. */
export function after(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}

/** A day's moves from one account to another. */
export type Moved = { day: string; from: string; to: string; currency: string; minor: bigint; count: number }

export const journalHead = ['Date', 'Entry', 'Account', 'Name', 'Debit', 'Credit', 'Currency', 'Transfers']

/** Two rows for each entry and a row of totals for each currency. `numbers` are the brand's own for our accounts. */
export function journalRows(moves: readonly Moved[], numbers: Readonly<Record<string, string>>): Cell[][] {
  const totals = new Map<string, bigint>()
  const rows = moves.flatMap(({ day, from, to, currency, minor, count }, i) => {
    totals.set(currency, (totals.get(currency) ?? 0n) + minor)
    const amount: Money = { minor, currency }
    const row = (account: string, debit: Cell, credit: Cell): Cell[] => {
      const known = [numbers[account] ?? account, accountWords[account] ?? account]
      return [day, i + 1, ...known, debit, credit, currency, count]
    }
    return [row(from, amount, ''), row(to, '', amount)]
  })
  const sums = [...totals].sort(([a], [b]) => order(a, b)).map(([currency, minor]) => totalRow({ minor, currency }))
  return [...rows, ...sums]
}

const totalRow = (total: Money): Cell[] => ['', '', '', 'Total', total, total, total.currency, '']

/** Days since it became payable, from the youngest; the last has no end. */
export const ageBuckets = [
  { label: '0–30 days', to: 30 },
  { label: '31–60 days', to: 60 },
  { label: '61–90 days', to: 90 },
  { label: 'over 90 days', to: null },
] as const

/** What a country asks to be reported of whoever was paid more than so much in a year; the newest rule that began counts. */
const usThresholds = [
  { fromYear: 2026, minor: 200_000n },
  { fromYear: 0, minor: 60_000n },
]

/**
 * Whether US payers report this person for the year: 'yes' from USD 2,000 a year on (USD 600 before 2026), 'no' below, 'look' where
 * the books are not in dollars, '' for anyone else.
 */
export function usReporting(year: number, paid: Money, { country, taxForm }: { country: string; taxForm: string }): string {
  if (country !== 'US' && taxForm !== 'w9') return ''
  if (paid.currency !== 'USD') return 'look'
  const threshold = usThresholds.find((rule) => year >= rule.fromYear)!
  return paid.minor >= threshold.minor ? 'yes' : 'no'
}

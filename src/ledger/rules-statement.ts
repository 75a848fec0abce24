/**
 * The law of a statement: it is what a creator was owed when a month began, every transfer of the month that changed that, and what
 * they are owed at its end; the first and the rows add up to the last. What is owed is pending, payable and under way together, so a
 * hold that ends or a payment that begins changes nothing, and only what reached their bank takes away. Rows say what was booked, in
 * the words and numbers it was booked with.
 */
import type { Cell } from '../kernel/csv.ts'
import { format, type Money, percent } from '../kernel/money.ts'
import { localDay, monthOf } from '../kernel/time.ts'
import { limitWords, type Part, partsOf } from './rules.ts'

/** A transfer as far as a statement needs it. */
export type Moved = { id: string; key: string; from: string; to: string; minor: bigint; at: Date; because: unknown }

/** A line and its order, for the arithmetic. */
export type Sold = Parameters<typeof partsOf>[0] & { id: string; number: string; currency: string }

export type StatementRow = { day: string; what: string; order: string; arithmetic: string; minor: bigint }

const words: Record<string, string> = {
  bounce: 'Payout that came back',
  commission: 'Commission',
  refund: 'Refund',
  undone: 'Refund that failed',
  topup: 'Tier top-up',
  fee: 'Content fee',
  'fee-back': 'Content fee, undone',
  rights: 'Usage rights',
  opening: 'Brought along',
  bonus: 'Bonus',
  milestone: 'Milestone',
  performance: 'Bonus for results',
  incentive: 'Bonus',
  reward: 'Reward',
  waived: 'Given up',
  referral: 'Referral',
  'referral-refund': 'Referral, refund',
  'referral-restore': 'Referral, given again',
  'referral-recredit': 'Referral, dispute granted',
  forfeit: 'Case upheld',
  restore: 'Appeal granted',
  recredit: 'Dispute granted',
  settle: 'Payout',
}
// Referrals name a line too, but of somebody else, whose orders are their own business.
/** Kinds whose key names the line third. */
const lineThird = new Set(['refund', 'undone', 'forfeit', 'restore', 'recredit'])
const lineSecond = new Set(['commission', 'topup', 'mature'])

/** The line that a transfer is about, if it is about one. */
export function lineOf(key: string): string | undefined {
  const [kind = '', second, third] = key.split(':')
  return lineThird.has(kind) ? third : lineSecond.has(kind) ? second : undefined
}

/** What a transfer is about, the same for what brought it and for what takes it back: a line, the share of a friend's line, a fee. */
export function subjectOf(key: string): string | undefined {
  const [kind = '', second, third] = key.split(':')
  if (kind.startsWith('referral')) return `referral:${third ?? second}`
  return kind === 'fee' || kind === 'fee-back' ? `fee:${second}` : lineOf(key)
}

const owed = /^creator:([^:]+):(pending|payable|paying)$/

/** What a transfer changes in what is owed to these creators, who are one person. */
export function effect({ from, to, minor }: Pick<Moved, 'from' | 'to' | 'minor'>, family: ReadonlySet<string>): bigint {
  const own = (account: string) => family.has(owed.exec(account)?.[1] ?? '')
  return (own(to) ? minor : 0n) - (own(from) ? minor : 0n)
}

/**
 * In which months each subject was booked for a family, from its transfers as they were booked. Whatever was taken back whole has
 * been corrected, so only what came again since counts.
 */
export function bookedIn(moved: readonly Omit<Moved, 'id' | 'because'>[], family: ReadonlySet<string>, zone: string) {
  const found = new Map<string, { left: bigint; months: Set<string> }>()
  for (const one of moved) {
    const subject = subjectOf(one.key)
    const minor = effect(one, family)
    if (subject === undefined || minor === 0n) continue
    const { left, months } = found.get(subject) ?? { left: 0n, months: new Set<string>() }
    if (minor > 0n) months.add(monthOf(one.at, zone))
    found.set(subject, { left: left + minor, months: left + minor > 0n ? months : new Set() })
  }
  return found
}

export type Frame = {
  family: ReadonlySet<string>
  sold: ReadonlyMap<string, Sold>
  zone: string
  locale: string
  currency: string
}

// What is booked by one unit of work has one time, and is told as it follows from one another.
const rank = ['opening', 'commission', 'topup', 'mature', 'refund', 'undone', 'forfeit', 'restore']
const rankOf = ({ key }: Moved): number => (rank.indexOf(key.split(':')[0] ?? '') + rank.length + 1) % (rank.length + 1)

/** The rows of a statement in the order in which they were booked; what changes nothing is left out. */
export function statementRows(moved: readonly Moved[], frame: Frame): StatementRow[] {
  const sorted = [...moved].sort((a, b) => a.at.getTime() - b.at.getTime() || rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1))
  return sorted.flatMap((one) => {
    const minor = effect(one, frame.family)
    if (minor === 0n) return []
    const sold = frame.sold.get(lineOf(one.key) ?? '')
    const kind = one.key.split(':')[0] ?? ''
    const what = words[kind] ?? (paidOut(one) ? 'Payout' : 'Booking')
    return [
      {
        day: localDay(one.at, frame.zone),
        what,
        order: sold?.number ?? '',
        arithmetic: arithmetic(kind, one, sold, frame),
        minor,
      },
    ]
  })
}

const paidOut = ({ to }: Moved): boolean => to.endsWith(':paid')

function arithmetic(kind: string, { because, minor }: Moved, sold: Sold | undefined, { locale, currency }: Frame): string {
  const said = (because ?? {}) as Record<string, unknown>
  const say = (minor: bigint) => format({ minor, currency: sold?.currency ?? currency }, locale)
  if (kind === 'commission' && sold) {
    const parts = partsOf({ ...sold, raisedBps: null }).map((part) => partWords(part, say))
    const rate = typeof said.exchange === 'string' ? `, at the rate ${said.exchange} of ${said.exchangeDay}` : ''
    const cut = typeof said.cappedBy === 'string' ? `, cut to ${say(minor)} by ${limitWords(said.cappedBy)}` : ''
    return `${parts.join(' + ')}${rate}${cut}`
  }
  if ((kind === 'refund' || kind === 'undone') && isMinor(said.left) && isMinor(said.of)) {
    // A lead has no base: it is there, or it is gone.
    return said.of === '1' ? 'taken back' : `${say(BigInt(said.left))} of ${say(BigInt(said.of))} is left`
  }
  if (kind === 'topup' && isMinor(said.left) && typeof said.rateBps === 'number')
    return `${said.tier}: ${percent(said.rateBps)} of ${say(BigInt(said.left))} instead of what it had earned`
  const why = whyOf(because)
  if (why !== '') return why
  for (const name of ['reference', 'tier', 'rule', 'note']) {
    const value = said[name]
    if (typeof value === 'string') return value.slice(0, 120)
  }
  return ''
}

/** Why something beside a sale was booked, in words; empty where nobody said. */
export function whyOf(because: unknown): string {
  const { reason, rule, milestone, mission, bps } = (because ?? {}) as Record<string, unknown>
  const share = typeof bps === 'number' ? percent(bps) : ''
  if (typeof reason === 'string') return reason.slice(0, 120)
  if (rule === 'milestone' && typeof milestone === 'string') return `milestone “${milestone}”`
  if (rule === 'referral') return `${share} of what a sale of someone you invited earned`
  if (rule === 'referral refund') return `${share} of what was taken back of such a sale`
  if (rule === 'opening balance') return 'your balance from before this program was here'
  return typeof mission === 'string' ? `for “${mission}”`.slice(0, 120) : ''
}

const isMinor = (value: unknown): value is string => typeof value === 'string' && /^-?\d{1,18}$/.test(value)

function partWords({ base, rateBps, fixedMinor, minor, of }: Part, say: (minor: bigint) => string): string {
  const made = fixedMinor === null ? `${say(base)} × ${percent(rateBps ?? 0)} = ${say(minor)}` : `${say(fixedMinor)} fixed`
  return of === null ? made : `${of}: ${made}`
}

/** Who pays and who is paid, as an invoice names them. */
export type InvoiceParty = { name: string; address: string[]; country: string; vatId: string }

export type StatementPaper = {
  program: string
  creator: string
  month: string
  currency: string
  locale: string
  opening: Money
  rows: StatementRow[]
  closing: Money
  /** Closing, by where it is now. */
  pending: Money
  payable: Money
  paying: Money
  /** What was earned in the month: all rows that are no payout, gone out or come back. */
  earned: Money
  /** The month is not closed, so rows may still come. */
  provisional: boolean
  /** Of an invoice that the brand writes for the creator. */
  invoice: Invoice | null
}

/** `corrects`: null for an invoice; of a credit note the numbers of the invoices it takes from, [] where none was written before. */
export type Invoice = {
  number: string
  day: string
  payer: InvoiceParty
  payee: InvoiceParty
  note: string
  corrects: string[] | null
}

/** What these transfers brought in. A payout takes nothing from that, and one that came back from the bank brings nothing. */
export const earnedIn = (moved: readonly Moved[], family: ReadonlySet<string>): bigint =>
  moved.reduce((sum, one) => (one.from.endsWith(':paid') || paidOut(one) ? sum : sum + effect(one, family)), 0n)

export const statementHead = ['Date', 'What', 'Order', 'Arithmetic', 'Amount', 'Balance', 'Currency']

/** The statement as a list; the balance runs along. */
export function statementCells({ month, opening, closing, rows, currency }: StatementPaper): Cell[][] {
  let balance = opening.minor
  const amount = (minor: bigint): Money => ({ minor, currency })
  const cells = rows.map(({ day, what, order, arithmetic: made, minor }) => {
    balance += minor
    return [day, what, order, made, amount(minor), amount(balance), currency]
  })
  return [
    [`${month}-01`, 'Opening balance', '', '', '', amount(opening.minor), currency],
    ...cells,
    ['', 'Closing balance', '', '', '', amount(closing.minor), currency],
  ]
}

/** 2026-00042: the year it was written in, and its number in that year. */
export const invoiceNumber = (year: number, number: number): string => `${year}-${String(number).padStart(5, '0')}`

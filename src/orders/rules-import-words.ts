// Numbers and dates as people's tools write them, in any of the usual languages. A number tells by itself which of its signs is the
// decimal one; a date of three numbers does not always, so a whole file is asked which order its dates are in.
import { Refusal } from '../kernel/refusal.ts'
import { bare } from './rules-import-columns.ts'

/** So many decimals and one has as many digits as a group of thousands. */
const MILLS = 3

const bad = (sentence: string, fix: string, field: string) => new Refusal('invalid', sentence, fix, field)

/**
 * "1.234,50 €", "1,234.50", "−12,5", "(3.00)", "￥1,200" → "1234.50", "1234.50", "-12.5", "-3.00", "1200". One sign before exactly three
 * digits stands for thousands, unless nothing but a 0 is before it. Where the currency itself has three `places`, a point there is the
 * decimal one, as shops write it, and a comma can be either. Refusal('invalid') for what is no number, or two.
 */
export function plainNumber(typed: string, field: string, places = 2): string {
  const bare = typed
    .normalize('NFKC')
    .replace(/[−–]/g, '-')
    .replace(/[\s'’_]/g, '')
  const [, open, sign1, before, sign2, digits = '', after, sign3, close] =
    /^(\()?(-)?(\p{L}{0,4}\.?\p{Sc}?)(-)?(\d[\d.,]*)(\p{Sc}?\p{L}{0,4}\.?)(-)?(\))?$/u.exec(bare) ?? []
  const refused = () => bad(`“${typed.slice(0, 40)}” is no number.`, 'Write it like 1234.50.', field)
  if (before === undefined || after === undefined || (open === undefined) !== (close === undefined)) throw refused()
  if ([open, sign1, sign2, sign3].filter((sign) => sign !== undefined).length > 1) throw refused()
  const last = Math.max(digits.lastIndexOf(','), digits.lastIndexOf('.'))
  const minus = open || sign1 || sign2 || sign3 ? '-' : ''
  if (last < 0) return minus + digits
  const [whole, part] = [digits.slice(0, last), digits.slice(last + 1)]
  const signs = new Set(digits.replace(/\d/g, ''))
  const again = [...whole].some((sign) => sign === digits[last])
  const alone = part.length === 3 && !again && signs.size === 1 && !/^0+$/.test(whole)
  if (alone && places >= MILLS && digits[last] === ',')
    throw bad(`“${typed.slice(0, 40)}” can be read in two ways.`, 'Write it like 1234.500.', field)
  const grouped = part.length === 3 && (again || (alone && places < MILLS))
  const groups = grouped ? digits : whole
  if (part === '' || (!/^\d{1,3}(?:[.,]\d{3})*$/.test(groups) && !/^\d+$/.test(groups))) throw refused()
  return minus + (grouped ? digits.replace(/[.,]/g, '') : `${whole.replace(/[.,]/g, '')}.${part}`)
}

/** A whole number, "2" or "-1". */
export function plainCount(typed: string, field: string): number {
  const number = plainNumber(typed, field)
  if (!/^-?\d{1,9}(\.0+)?$/.test(number)) throw bad(`“${typed.slice(0, 40)}” is no whole number.`, 'Write it like 2.', field)
  return Math.trunc(Number(number))
}

/** The first three letters of a month in the languages whose lists we read; with accents taken off. */
const months = [
  'jan ene gen',
  'feb fev fév',
  'mar mär mrz',
  'apr abr avr',
  'may mai mag maj mei',
  'jun jui giu',
  'jul lug',
  'aug ago aou',
  'sep set',
  'oct okt ott',
  'nov',
  'dec dez dic déc',
].map((words) => words.normalize('NFKD').replace(/\p{M}/gu, '').split(' '))

function monthOf(word: string): number | undefined {
  const bare = word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  // French says juin and juillet, which begin alike.
  if (bare.startsWith('juil')) return 7
  const found = months.findIndex((words) => words.includes(bare.slice(0, 3)))
  return found < 0 ? undefined : found + 1
}

export type DayOrder = 'day first' | 'month first'

const threeNumbers = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$/

/** The order that the dates of a file prove by a number above twelve; undefined when none does, or they disagree. */
export function dayOrderOf(dates: Iterable<string>): DayOrder | undefined {
  const seen = new Set<DayOrder>()
  for (const date of dates) {
    const [, first, second] = threeNumbers.exec(timeOff(date)) ?? []
    if (Number(first) > 12) seen.add('day first')
    else if (Number(second) > 12) seen.add('month first')
  }
  return seen.size === 1 ? [...seen][0] : undefined
}

const timeOff = (typed: string): string =>
  typed
    .normalize('NFKC')
    .trim()
    .replace(/,?[T\s]\d{1,2}:\d{2}.*$/, '')

/**
 * The calendar day, "2026-09-16", of "09/16/2026", "16.09.2026", "September 16 2026", "16 de septiembre de 2026", "2026年9月16日" or
 * "2026-09-16". Refusal('invalid') for what is none.
 */
export function plainDay(typed: string, order: DayOrder, field: string): string {
  const text = timeOff(typed)
  const [year, month, day] = dayParts(text, order)
  const date = new Date(Date.UTC(year, month - 1, day))
  const real = year >= 2000 && year < 2100 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!real) throw bad(`“${typed.slice(0, 40)}” is no date.`, 'Write it like 2026-09-16.', field)
  return date.toISOString().slice(0, 10)
}

function dayParts(text: string, order: DayOrder): [number, number, number] {
  const iso = /^(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?$/.exec(text)
  if (iso) return [Number(iso[1]), Number(iso[2]), Number(iso[3])]
  const three = threeNumbers.exec(text)
  if (three) {
    const [one, two, year] = [Number(three[1]), Number(three[2]), Number(three[3])]
    const whole = year < 100 ? 2000 + year : year
    return order === 'day first' ? [whole, two, one] : [whole, one, two]
  }
  const words = text.split(/[\s.,/-]+/).filter(Boolean)
  const month = words.map(monthOf).find((one) => one !== undefined)
  const numbers = words.flatMap((word) => (/^\d{1,4}(st|nd|rd|th|er|º)?$/i.test(word) ? [Number.parseInt(word, 10)] : []))
  const year = numbers.find((n) => n >= 1000)
  const day = numbers.find((n) => n < 100)
  return [year ?? Number.NaN, month ?? Number.NaN, day ?? Number.NaN]
}

/**
 * The wall clock time of "16.09.2026, 14:30", "9/16/2026 2:30:00 PM" or "2026-09-16 14:30:00 -0500", with the zone where one is told; noon
 * where there is no time. Undefined for what is none, and for a zone by name: CST is three of them.
 */
export function plainTime(typed: string): { at: string; zone?: string } | undefined {
  const words = typed.normalize('NFKC').trim()
  const from = words.search(/[T\s]\d{1,2}:\d/)
  if (from < 0) return { at: '12:00' }
  const [, hour, minute = '', half, told] =
    /^(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)?(?:\s*Uhr)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i.exec(
      words.slice(from + 1),
    ) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined
  const twelve = half === undefined || Number(hour) > 12 ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  const at = `${String(twelve).padStart(2, '0')}:${minute}`
  if (told === undefined) return { at }
  return { at, zone: /^[zug]/i.test(told) ? 'UTC' : told.replace(/^(...):?/, '$1:') }
}

/** Yes or no in the usual languages. */
export function plainYes(typed: string | undefined, otherwise: boolean, field: string): boolean {
  if (typed === undefined) return otherwise
  const word = typed.toLowerCase()
  if (['yes', 'true', '1', 'y', 'paid', 'ja', 'sí', 'si', 'oui'].includes(word)) return true
  if (['no', 'false', '0', 'n', 'unpaid', 'nein', 'non'].includes(word)) return false
  throw bad(`“${typed.slice(0, 20)}” is neither yes nor no.`, 'Write yes or no.', field)
}

const words = (list: string): Set<string> => new Set(list.split(' '))
const stands = words(
  'paid complete completed processing fulfilled shipped delivered approved confirmed accepted closed active success succeeded captured settled',
)
const waits = words('pending unpaid authorized onhold open new draft partiallypaid awaitingpayment')
const fell = words(
  'refunded partiallyrefunded cancelled canceled void voided failed denied rejected declined returned disputed chargeback expired trash spam',
)

/** Whether a row was paid, by the words of the tool that wrote it. Refusal('invalid') for what was given back or never came about. */
export function wasPaid({ standing, cancelled }: { standing?: string; cancelled?: string }): boolean {
  if (cancelled !== undefined && !['no', 'false', '0'].includes(cancelled.toLowerCase())) throw wasLost('cancelled')
  const said = (standing ?? '').split('|').filter(Boolean)
  const plain = said.map((word) => bare(word).replace(/^wc/, ''))
  const lost = said.find((_, i) => fell.has(plain[i]!))
  if (lost !== undefined) throw wasLost(lost)
  const strange = said.find((_, i) => !stands.has(plain[i]!) && !waits.has(plain[i]!))
  if (strange !== undefined)
    throw bad(`“${strange.slice(0, 40)}” is no status that we know.`, 'Write paid or unpaid, or leave the column out.', 'status')
  return !plain.some((word) => waits.has(word))
}

const wasLost = (word: string): Refusal =>
  bad(
    `The list says “${word.slice(0, 40)}”.`,
    'Take the row out. Where a part was given back, write paid and add a row of type refund.',
    'status',
  )

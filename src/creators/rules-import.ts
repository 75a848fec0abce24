// A roster from an earlier system: each row is one creator, known by e-mail or handle. A row that is wrong in one place is left out as
// a whole and named with its line and its fix, and the others come in; running the corrected file again changes only what is new.
import { z } from 'zod'
import { decimals, parseMoney, percent } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { stepNamed, type Tiers } from '../ledger/rules-tiers.ts'
import { parsePercent } from '../programs/rules.ts'
import { niches, parseHandle, UNKNOWN_COUNTRY } from './rules.ts'
import { parseCountry } from './rules-countries.ts'
import type { Cells } from './rules-import-file.ts'
import { parseTags } from './rules-roster.ts'

export type RosterRow = {
  line: number
  name: string
  /** Empty when the file has none. */
  handle: string
  handles: string[]
  email: string
  country: string
  niche: string
  codes: string[]
  destinations: string[]
  rateBps: number | null
  tier: string | null
  tags: string[]
  openingMinor: bigint
}

/** Something about a row that a person should know; a problem keeps the row out, a remark does not. */
export type Finding = { line: number; name: string; says: string; fix: string }

export type Roster = { rows: RosterRow[]; problems: Finding[]; remarks: Finding[] }

type Reading = { locale: string; currency: string }

const email = z.email()

/** Reads every row; those with a problem are left out. Two rows of one person are one problem. */
export function readRoster(sheet: Cells[], reading: Reading): Roster {
  const roster: Roster = { rows: [], problems: [], remarks: [] }
  const seen = new Map<string, number>()
  for (const cells of sheet) {
    const found: Finding[] = []
    const row = readRow(cells, reading, found, roster.remarks)
    const key = [...keysOf(row), ...row.codes.map((code) => `code ${code}`)].find((one) => seen.has(one))
    if (key !== undefined) {
      const what = key.startsWith('code ') ? key.slice(5) : key
      found.push(finding(row, `${what} stands in line ${seen.get(key)} too.`, 'Keep one of the two rows.'))
    }
    for (const one of keysOf(row)) seen.set(one, seen.get(one) ?? row.line)
    for (const code of row.codes) seen.set(`code ${code}`, seen.get(`code ${code}`) ?? row.line)
    if (found.length === 0) roster.rows.push(row)
    roster.problems.push(...found)
  }
  return roster
}

/** What a creator is known by in a file and in the program. */
export const keysOf = (row: Pick<RosterRow, 'email' | 'handle' | 'handles'>): string[] =>
  [row.email, row.handle, ...row.handles].filter((key) => key !== '')

export const finding = (row: { line: number; name: string }, says: string, fix: string): Finding => ({
  line: row.line,
  name: row.name,
  says,
  fix,
})

type Known = { name: string; tier: string | null; rateBps: number | null }

/** What a row says of tier and rate and does not bring about. */
export function remarksOn(row: RosterRow, known: Known | null, tiers: Tiers | null): Finding[] {
  const { tier, rateBps } = row
  if (known === null) return tiers && tier !== null && !stepNamed(tiers, tier) ? [offLadder(row, tier, tiers)] : []
  const found: Finding[] = []
  if (tier !== null && tier.toLowerCase() !== known.tier?.toLowerCase()) {
    const has = known.tier === null ? 'was given no tier' : `has the tier ${known.tier}`
    found.push(
      finding(
        row,
        `${known.name} ${has}, the file says ${tier}.`,
        'A list changes no tier of those who are here: /tier give does.',
      ),
    )
  }
  if (rateBps !== null && known.rateBps !== rateBps) {
    const has = known.rateBps === null ? 'the program’s rate' : percent(known.rateBps)
    found.push(
      finding(
        row,
        `${known.name} has ${has}, the file says ${percent(rateBps)}.`,
        'A list changes no rate of those who are here: /creator rate does.',
      ),
    )
  }
  return found
}

/** A tier that is given wins over any that would be earned, so one that is misspelt keeps from all of them. */
const offLadder = (row: RosterRow, tier: string, { steps }: Tiers): Finding =>
  finding(
    row,
    `“${tier}” is none of the program’s tiers, and whoever is given it reaches none of them.`,
    `The tiers are ${steps.map(({ name }) => name).join(', ')}. For a mere group use a tag.`,
  )

function readRow({ line, cells }: Cells, { locale, currency }: Reading, problems: Finding[], remarks: Finding[]): RosterRow {
  const name = cut(cells.name ?? [cells.first, cells.last].filter(Boolean).join(' '), 60)
  const at = { line, name: name || cells.email || cells.handle || '' }
  const tried = <T>(fallback: T, read: () => T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      problems.push(finding(at, error.sentence, error.fix ?? ''))
      return fallback
    }
  }
  tried(undefined, () => checkIn(cells.status))
  const handles = tried([], () => split(cells.handle).map(parseHandle))
  const row: RosterRow = {
    line,
    name: name || (handles[0]?.slice(1) ?? cells.email?.split('@')[0] ?? ''),
    handle: handles[0] ?? '',
    handles: [...new Set(handles.slice(1))].filter((handle) => handle !== handles[0]),
    email: tried('', () => readEmail(cells.email)),
    country: tried(UNKNOWN_COUNTRY, () => (cells.country ? parseCountry(cells.country, locale) : UNKNOWN_COUNTRY)),
    niche: readNiche(cells.niche, at, remarks),
    codes: tried([], () => [...new Set(split(cells.codes).map(readCode))]),
    destinations: split(cells.links, /[;|\s]+/),
    rateBps: tried(null, () => (cells.rate ? readRate(cells.rate) : null)),
    tier: cells.tier === undefined ? null : cut(cells.tier, 30),
    tags: tried([], () => parseTags(cells.tags ?? '')),
    openingMinor: tried(0n, () => readBalance(cells.balance, cells.currency, currency)),
  }
  const unnamed = keysOf(row).length === 0 && problems.length === 0
  if (unnamed) problems.push(finding(at, 'There is no e-mail and no handle.', 'Give one of them: it tells creators apart.'))
  return row
}

/** By whole characters: half of one breaks whatever keeps it. */
const cut = (words: string, most: number): string => [...words].slice(0, most).join('')

const split = (words: string | undefined, by: RegExp = /[,;|\s]+/): string[] =>
  (words ?? '')
    .split(by)
    .map((word) => word.trim())
    .filter(Boolean)

const inside = new Set(['approved', 'active', 'activated', 'accepted', 'confirmed', 'enabled', 'live'])

/** Whoever comes in earns from then on, so whom the earlier tool had turned down, blocked or not decided about does not come by itself. */
function checkIn(status: string | undefined): void {
  if (status === undefined || inside.has(status.toLowerCase())) return
  throw new Refusal(
    'invalid',
    `The list says “${status.slice(0, 40)}” of them.`,
    'Take the line out, or write approved where they are to be in. A column that means something else needs another heading.',
  )
}

/** A part of one without its sign may be a share: "0.12" is twelve percent where a tool writes it. */
function readRate(typed: string): number {
  const rateBps = parsePercent(typed)
  if (rateBps > 0 && rateBps < 100 && !typed.includes('%'))
    throw twoWays(typed, 'Write it like 12 or 0.12 %, with the sign where it is below one percent.')
  return rateBps
}

const twoWays = (typed: string, fix: string): Refusal =>
  new Refusal('invalid', `“${typed.slice(0, 40)}” can be read in two ways.`, fix)

function readEmail(typed: string | undefined): string {
  if (typed === undefined) return ''
  const address = typed.toLowerCase()
  if (address.length > 254 || !email.safeParse(address).success)
    throw new Refusal('invalid', `“${typed.slice(0, 60)}” is no e-mail address.`, 'Write it like mia@example.com.')
  return address
}

function readNiche(typed: string | undefined, at: { line: number; name: string }, remarks: Finding[]): string {
  const wanted = (typed ?? 'other').trim().toLowerCase()
  const known = niches.find((niche) => niche === wanted)
  if (known) return known
  remarks.push(
    finding(at, `“${wanted.slice(0, 30)}” is none of our niches; it becomes “other”.`, `We know ${niches.join(', ')}.`),
  )
  return 'other'
}

/** A shop's own code, kept as it is but for its case, which shops do not mind. */
function readCode(typed: string): string {
  const code = typed.toUpperCase()
  if (!/^[A-Z0-9][A-Z0-9_-]{1,39}$/.test(code))
    throw new Refusal('invalid', `“${typed.slice(0, 40)}” can be no code.`, 'Codes have 2 to 40 letters A-Z, digits, - and _.')
  return code
}

function readBalance(typed: string | undefined, said: string | undefined, currency: string): bigint {
  if (typed === undefined) return 0n
  // Bookkeepers write debts as DR, and spreadsheets large numbers as 1E5.
  if (/\b[cd]r\b|\d\s*e\d/i.test(typed)) throw twoWays(typed, 'Write it like 1234.50, or -1234.50 where they owe it to you.')
  const letters = /[A-Z]{3}/.exec(typed.toUpperCase())?.[0]
  // Several currencies are written with one sign, and a sign that is not ours means none of ours.
  const sign = /[€£¥$]/.exec(typed)?.[0]
  const named = said?.toUpperCase() ?? letters ?? (sign === undefined || sign === signOf(currency) ? currency : sign)
  if (named !== currency)
    throw new Refusal(
      'invalid',
      `The balance is in ${named.slice(0, 10)}.`,
      `The program's books are in ${currency}: convert it first.`,
    )
  return parseMoney(plainNumber(typed.replace(/[A-Za-z€£¥$\s\u00a0'’]/g, ''), decimals(currency)), currency).minor
}

const signOf = (currency: string): string | undefined =>
  new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value

/**
 * "1.234,50" and "1,234.50" → "1234.50", "1.500.000" → "1500000". Of one sign before three digits a comma stands for thousands and a point
 * for the decimals of a currency that has as many `places`; the other way round it can be either, and is refused.
 */
function plainNumber(typed: string, places: number): string {
  const last = Math.max(typed.lastIndexOf(','), typed.lastIndexOf('.'))
  if (last < 0) return typed
  const [whole, part] = [typed.slice(0, last), typed.slice(last + 1)]
  if (!/^-?\d{1,3}(?:[.,]\d{3})*$|^-?\d+$/.test(whole)) return typed
  const decimal = `${whole.replace(/[.,]/g, '')}.${part}`
  const both = typed.includes(',') && typed.includes('.')
  if (both || part.length !== 3 || /^-?0$/.test(whole)) return decimal
  if (/[.,]/.test(whole)) return typed.replace(/[.,]/g, '')
  if ((typed[last] === '.') === places < 3) throw twoWays(typed, 'Write it like 1500 or 1.50, with no sign for thousands.')
  return typed[last] === '.' ? decimal : typed.replace(',', '')
}

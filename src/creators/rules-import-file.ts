// A list as people's tools write it: UTF-8 with or without a mark, UTF-16 or the old Windows set; commas, semicolons or tabs; headings
// in the words of many tools. What a spreadsheet would run as a formula is defused when we write one, and taken back when we read it.
import { parse } from 'csv-parse/sync'
import { beginnings, type Read, unguarded, wordsOf } from '../kernel/csv.ts'
import { Refusal } from '../kernel/refusal.ts'

const MOST_ROWS = 2_000

/** What a column can be, with the headings that mean it; compared without case, spaces and signs. */
const headings = {
  name: 'name fullname creator creatorname influencer displayname',
  first: 'firstname givenname first',
  last: 'lastname familyname surname last',
  handle: 'handle handles handlehandles username usernames instagram instagramhandle tiktok profile social socialhandle',
  email: 'email emailaddress mail',
  country: 'country countrycode land',
  niche: 'niche category vertical topic',
  codes: 'code codes discountcode discountcodes couponcode couponcodes coupon coupons promocode promocodes',
  links: 'link links destination destinations url urls landingpage affiliatelink',
  rate: 'rate commission commissionrate commissionpercent ratepercent',
  tier: 'tier level group',
  tags: 'tag tags label labels',
  balance: 'balance openingbalance amountowed unpaidbalance unpaidcommission payable',
  currency: 'currency currencycode balancecurrency',
  status: 'status accountstatus approvalstatus affiliatestatus partnerstatus creatorstatus ambassadorstatus',
} as const

export type Column = keyof typeof headings

export type Cells = { line: number; cells: Partial<Record<Column, string>> }

export type Sheet = { rows: Cells[]; columns: Column[]; ignored: string[] }

const meanings = new Map(
  Object.entries(headings).flatMap(([column, words]) => words.split(' ').map((word) => [word, column as Column] as const)),
)

const bare = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** The rows of a list under headings we know. Throws Refusal('invalid') for what can not be read as one. */
export function readSheet(bytes: Uint8Array): Sheet {
  const text = wordsOf(bytes)
  const [head, ...body] = recordsOf(text)
  if (!head) throw badFile('The file is empty.')
  const columns = head.cells.map((heading) => meanings.get(bare(heading)))
  const known = columns.filter((column) => column !== undefined)
  if (!known.some((column) => column === 'name' || column === 'first' || column === 'handle' || column === 'email'))
    throw badFile('No heading says which column holds the names, handles or e-mail addresses.')
  const twice = known.find((column, i) => known.indexOf(column) !== i)
  if (twice !== undefined && twice !== 'handle') {
    const both = head.cells.filter((_, i) => columns[i] === twice).map((heading) => `“${heading.slice(0, 30)}”`)
    const fix = `${both.join(' and ')} mean the same: take one out, or give it another heading.`
    throw new Refusal('invalid', `Two columns seem to hold the ${twice}.`, fix, 'file')
  }
  if (body.length > MOST_ROWS)
    throw new Refusal('over_limit', `The file has ${body.length} rows.`, `Import at most ${MOST_ROWS} at a time.`, 'file')
  const ignored = head.cells.filter((heading, i) => columns[i] === undefined && heading !== '')
  return { rows: body.map((record) => cellsOf(record, columns)), columns: [...new Set(known)], ignored }
}

/** What tools write where there is nothing; spreadsheets say “$ -” for an amount of zero. Names are left as they are: Na is one. */
const nothing = /^(?:[€£¥$]?\s*[-–—]+\s*[€£¥$]?|#?n\/?a|null|none|nil|undefined)$/i
const names = new Set<Column | undefined>(['name', 'first', 'last'])

function cellsOf({ line, cells }: { line: number; cells: string[] }, columns: (Column | undefined)[]): Cells {
  const named: Partial<Record<Column, string>> = {}
  for (const [i, column] of columns.entries()) {
    const cell = unguarded(cells[i] ?? '')
    const words = nothing.test(cell) && !names.has(column) ? '' : cell
    // Instagram and TikTok in columns of their own are two handles of one person.
    if (column && words !== '') named[column] = named[column] === undefined ? words : `${named[column]}; ${words}`
  }
  return { line, cells: named }
}

/** A line of a list as it stands there, before anyone knows what its columns mean. */
export type SheetRecord = { line: number; cells: string[] }

/** All lines of a list that hold something. `head`: how many of its first lines may be titles. Refusal('invalid') for what is none. */
export const readRecords = (bytes: Uint8Array, head = 1): SheetRecord[] =>
  recordsOf(wordsOf(bytes), head).map(({ line, cells }) => ({ line, cells: cells.map(unguarded) }))

function recordsOf(text: string, head = 1): SheetRecord[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text, head),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 100_000,
    }) as unknown as Read[]
    return beginnings(records).filter(({ cells }) => cells.some((cell) => cell !== ''))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const line = 'lines' in error && typeof error.lines === 'number' ? ` Look at line ${error.lines}.` : ''
    throw badFile(`The file is no list that we can read.${line}`)
  }
}

/** Whatever stands most often in the line of headings; a title above it has fewer. */
function delimiterOf(text: string, lines: number): string {
  const head = text.trimStart().slice(0, 10_000).split(/\r?\n/, lines).join('\n')
  const count = (sign: string) => head.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

const badFile = (sentence: string) =>
  new Refusal(
    'invalid',
    sentence,
    'Save the table as CSV with one line of headings: name, handle, e-mail, country, niche, code, link, rate, tier, tags, balance, currency.',
    'file',
  )

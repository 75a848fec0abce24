/** Every credited order and lead of a window as a list for spreadsheets, however many: read and written by the page, never whole in memory. */
import pg from 'pg'
import { type Cell, writeCsv } from '../kernel/csv.ts'
import type { Money } from '../kernel/money.ts'
import type { Range } from '../kernel/time.ts'
import { type Period, periods } from './rules.ts'

/** So many rows wait for a reader who is slower than the database. */
const PAGE = 250
const TIMEOUT_MS = 15_000

const head = [
  'Date',
  'Order',
  'Shop',
  'Creator',
  'Creator id',
  'By',
  'Currency',
  'Net revenue',
  'Left',
  'Commission',
  'Left of it',
  'Kind',
  'Paid by',
]

type Words = 'at' | 'id' | 'when' | 'number' | 'source' | 'name' | 'creatorId' | 'rule' | 'currency' | 'kind' | 'payer'
type Amounts = 'base' | 'leftBase' | 'minor' | 'leftMinor'
type Row = Record<Words | Amounts, string>

/** The list in pieces. A page goes on after the last line of the one before, so no order is in it twice, whatever is sold meanwhile. */
export async function* ordersFile(pool: pg.Pool, program: { id: string; zone: string }, range: Range): AsyncGenerator<string> {
  yield writeCsv([head])
  let [at, id] = [range.from.toISOString(), '']
  for (;;) {
    const page = await pageOf(pool, program, { at, id, to: range.to.toISOString() })
    if (page.length > 0) yield writeCsv(page.map(written), { mark: false })
    const last = page[PAGE - 1]
    if (!last) return
    at = last.at
    id = last.id
    // What the driver has been done with may outlive many pages, and would keep their rows alive with it.
    page.length = 0
  }
}

type Place = { at: string; id: string; to: string }

/** One message to PostgreSQL, whose statements run one after the other in one transaction. */
async function pageOf(pool: pg.Pool, program: { id: string; zone: string }, place: Place): Promise<Row[]> {
  const [tenant, zone, at, id, to] = [program.id, program.zone, place.at, place.id, place.to].map(pg.escapeLiteral)
  const text = `SELECT set_config('troupe.program', ${tenant}, true);
    SELECT l.at::text AS at, l.id, to_char(l.at AT TIME ZONE ${zone}, 'YYYY-MM-DD HH24:MI') AS "when", o.number, o.source, c.name,
      l."creatorId", o.rule, l.currency, greatest(0, l.base) AS base,
      coalesce(l."leftBase", greatest(0, l.base)) AS "leftBase", l.minor, coalesce(l."leftMinor", l.minor) AS "leftMinor",
      o.kind, CASE WHEN l.mirror THEN 'network' ELSE 'program' END AS payer
    FROM "Line" l JOIN "Order" o ON o.id = l."orderId" JOIN "Creator" c ON c.id = l."creatorId"
    WHERE l."programId" = ${tenant} AND (l.at, l.id) > (${at}, ${id}) AND l.at < ${to} ORDER BY l.at, l.id LIMIT ${PAGE}`
  // Several statements give several results, which the types don't know.
  const results = await pool.query({ text, query_timeout: TIMEOUT_MS } as pg.QueryConfig)
  return (results as unknown as pg.QueryResult<Row>[])[1]!.rows
}

function written(row: Row): Cell[] {
  const amount = (minor: string): Money => ({ minor: BigInt(minor), currency: row.currency })
  const [net, left, commission, leftOfIt] = [row.base, row.leftBase, row.minor, row.leftMinor].map(amount) as [
    Money,
    Money,
    Money,
    Money,
  ]
  const { when, number, source, name, creatorId, rule, currency, kind, payer } = row
  return [when, number, source, name, creatorId, rule, currency, net, left, commission, leftOfIt, kind, payer]
}

/** The name of the list of a period, which is also its address. */
export const ordersFileName = (period: Period): string => `orders-${period}`

/** The period of such a name; undefined for any other. */
export const periodOfFile = (name: string): Period | undefined =>
  (Object.keys(periods) as Period[]).find((period) => ordersFileName(period) === name)

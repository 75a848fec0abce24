// The database side of shipping clicks: one statement per thousand rows, a month of clicks per partition.
import type pg from 'pg'
import { remembered } from '../kernel/remember.ts'
import type { Click } from './click-line.ts'
import { isBotAgent, markUnique, UNIQUE_MS } from './rules.ts'
import type { ClickSink, Shipment } from './shipper.ts'

const TIMEOUT_MS = 15_000
/** unique_violation */
const STORED_ALREADY = '23505'

const insert = `INSERT INTO "Click" (id, "programId", "linkId", at, ip, "userAgent", referer, visitor, country, bot, "uniqueInHour")
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::bool[], $11::bool[])`
// What is stored already is passed over. That costs each row a fifth to a third more, and only a file that is shipped again has such rows.
const insertNew = `${insert} ON CONFLICT DO NOTHING`

// OFFSET 0 makes the planner look each pair up in its index: without statistics on a young month it would compare all with all. The
// bounds let it leave other months out.
const counted = `SELECT c."linkId", c.visitor, c.at FROM unnest($1::text[], $2::text[]) AS pair("linkId", visitor)
  JOIN LATERAL (SELECT "linkId", visitor, at FROM "Click"
    WHERE "linkId" = pair."linkId" AND visitor = pair.visitor AND at > $3 AND at < $4 AND "uniqueInHour" AND NOT bot OFFSET 0) c ON true`

const moveOffset = `INSERT INTO "JournalOffset" AS held (instance, file, "offset") VALUES ($1, $2, $3)
  ON CONFLICT (instance, file) DO UPDATE SET "offset" = excluded."offset" WHERE held."offset" = $4`

/** Stores clicks through a pool of the application's role. Times out after 15 s, so that a silent database cannot hold the journal. */
export function clickSink(pool: pg.Pool): ClickSink {
  const isAgentBot = remembered(isBotAgent, 2_000, (agent) => agent)
  // Files of which some click was there already: more of them will be.
  const again = new Set<string>()
  return {
    async offset(instance, file) {
      const text = 'SELECT "offset" FROM "JournalOffset" WHERE instance = $1 AND file = $2'
      const { rows } = await pool.query<{ offset: string }>({
        text,
        values: [instance, file],
        query_timeout: TIMEOUT_MS,
      } as pg.QueryConfig)
      return Number(rows[0]?.offset ?? 0)
    },
    async store(shipment) {
      const marked = shipment.clicks.map((click) => ({ ...click, bot: click.bot || isAgentBot(click.userAgent) }))
      const client = await pool.connect()
      let failure: Error | undefined
      try {
        return await storeOn(client, { ...shipment, clicks: marked }, again)
      } catch (error) {
        failure = error as Error
        throw error
      } finally {
        // After a failure the connection is closed, which also rolls back.
        client.release(failure)
      }
    },
    async forget(instance, file) {
      const text = 'DELETE FROM "JournalOffset" WHERE instance = $1 AND file = $2'
      await pool.query({ text, values: [instance, file], query_timeout: TIMEOUT_MS } as pg.QueryConfig)
      again.delete(`${instance}/${file}`)
    },
    refuses: (error) => /^2[23]/.test(codeOf(error)),
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '')

type Counted = { linkId: string; visitor: string; at: Date }

type Run = (query: { name?: string; text: string; values?: unknown[] }) => Promise<pg.QueryResult>

async function storeOn(client: pg.PoolClient, shipment: Shipment, again: Set<string>): Promise<boolean> {
  const run: Run = (query) => client.query({ ...query, query_timeout: TIMEOUT_MS } as pg.QueryConfig)
  const file = `${shipment.instance}/${shipment.file}`
  if (again.has(file)) return storeBy(run, shipment, insertNew)
  try {
    return await storeBy(run, shipment, insert)
  } catch (error) {
    if (codeOf(error) !== STORED_ALREADY) throw error
    await run({ text: 'ROLLBACK' })
    again.add(file)
    return storeBy(run, shipment, insertNew)
  }
}

async function storeBy(run: Run, { instance, file, from, to, clicks }: Shipment, insertion: string): Promise<boolean> {
  await run({ text: `BEGIN; SELECT set_config('troupe.program', '*', true)` })
  const moved = await run({ name: 'move an offset', text: moveOffset, values: [instance, file, to, from] })
  if (moved.rowCount === 0) {
    await run({ text: 'ROLLBACK' })
    return false
  }
  if (clicks.length > 0) {
    const times = clicks.map((click) => click.at)
    const bounds = [new Date(Math.min(...times) - UNIQUE_MS), new Date(Math.max(...times) + UNIQUE_MS)]
    const people = [
      ...new Map(clicks.filter((click) => !click.bot).map((click) => [`${click.linkId} ${click.visitor}`, click])).values(),
    ]
    const values = [people.map((click) => click.linkId), people.map((click) => click.visitor), ...bounds]
    const known = (await run({ text: counted, values })).rows as Counted[]
    const unique = markUnique(
      clicks,
      known.map((row) => ({ ...row, at: row.at.getTime() })),
    )
    await run({ name: insertion === insert ? 'clicks' : 'clicks, some again', text: insertion, values: columns(clicks, unique) })
  }
  await run({ text: 'COMMIT' })
  return true
}

function columns(clicks: Click[], unique: boolean[]): unknown[] {
  const column = <K extends keyof Click>(key: K) => clicks.map((click) => (click[key] === '' ? null : click[key]))
  const at = clicks.map((click) => new Date(click.at).toISOString())
  const named = [column('ip'), column('userAgent'), column('referer'), column('visitor'), column('country'), column('bot')]
  return [column('id'), column('programId'), column('linkId'), at, ...named, unique]
}

// What is written for every click and every webhook, through Troupe's own code, beside pg alone sending one INSERT of the same rows with
// values that lie ready: no mark of who is unique, no offset, no tenant, nothing checked. Counted only when all rows of both are there.
import pg from 'pg'
import { wallClock } from '../src/app.ts'
import { hearAll } from '../src/db/inbox.ts'
import { newId } from '../src/kernel/id.ts'
import type { Click } from '../src/links/click-line.ts'
import { clickSink } from '../src/links/click-sink.ts'
import { ensurePartitions } from '../src/links/partitions.ts'
import { type House, openHouse } from './house-process.ts'
import { type Bench, type Comparison, sideBySide, type Turn } from './side-by-side.ts'

const CLICKS = 1_000
const DELIVERIES = 32
const SHARE = 0.8

/** How many rows a batch of either side wrote. */
type Path = {
  ours: () => Promise<number>
  raw: () => Promise<number>
  stored: () => Promise<number>
  rawStored: () => Promise<number>
}

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  const client = new pg.Client(house.url)
  await client.connect()
  try {
    await ensurePartitions(house.app.database.owner, wallClock())
    const paths = { clicks: await clickPath(house, client), webhooks: await hookPath(house, client) }
    const found: Record<string, { result: Comparison; exact: boolean }> = {}
    for (const [name, path] of Object.entries(paths)) found[name] = await compare(path, short)
    const gates = {
      ...Object.fromEntries(
        Object.entries(found).map(([name, { result }]) => [
          `${name} at least ${SHARE} of pg alone (median of pairs)`,
          result.ratio >= SHARE,
        ]),
      ),
      'all rows are there, on both sides': Object.values(found).every(({ exact }) => exact),
    }
    return {
      name: 'hot-paths',
      claim: 'what is written for every click and webhook goes nearly as fast as pg alone',
      main: 'share of pg alone, clicks and webhooks',
      exact: 'all rows are there, on both sides',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        'share of pg alone, clicks and webhooks': Object.values(found).map(({ result }) => result.ratio),
        ...Object.fromEntries(
          Object.entries(found).map(([name, { result }]) => [
            `${name} a second, ours and pg alone`,
            [Math.round(result.b.perSecond), Math.round(result.a.perSecond)],
          ]),
        ),
      },
      rounds: Object.fromEntries(Object.entries(found).map(([name, { result }]) => [`${name}: pg alone, ours`, result.turns])),
    }
  } finally {
    await client.end()
    await house.close()
  }
}

async function compare(path: Path, short: boolean): Promise<{ result: Comparison; exact: boolean }> {
  const written = { ours: 0, raw: 0 }
  const turn = async (side: 'ours' | 'raw'): Promise<Turn> => {
    const began = performance.now()
    let rows = 0
    while (performance.now() - began < (short ? 1_000 : 4_000)) rows += await path[side]()
    written[side] += rows
    return { perSecond: rows / ((performance.now() - began) / 1_000) }
  }
  const result = await sideBySide(
    short ? 7 : 15,
    () => turn('raw'),
    () => turn('ours'),
  )
  return { result, exact: (await path.stored()) === written.ours && (await path.rawStored()) === written.raw }
}

const columnsOf = (rows: Record<string, unknown>[]): unknown[][] =>
  Object.keys(rows[0]!).map((name) => rows.map((row) => row[name]))

/** Batches of the shipper. */
async function clickPath({ app, programId }: House, client: pg.Client): Promise<Path> {
  const sink = clickSink(app.database.pool)
  await client.query('CREATE TABLE "RawClick" (LIKE "Click" INCLUDING ALL)')
  let n = 0
  let offset = 0
  const batch = (): Click[] =>
    Array.from({ length: CLICKS }, () => ({
      id: newId('click', wallClock(), () => app.random(10)),
      programId,
      linkId: `lnk_${n % 5_000}`,
      at: wallClock().getTime(),
      ip: '192.0.2.0',
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
      referer: 'https://www.tiktok.com/',
      visitor: `visitor-${n++ % 20_000}`,
      country: 'DE',
      bot: false,
    }))
  return {
    async ours() {
      const stored = await sink.store({ instance: 'bench', file: 'bench', from: offset, to: offset + 1, clicks: batch() })
      if (!stored) throw new Error('The offset was moved by somebody else.')
      offset++
      return CLICKS
    },
    async raw() {
      const rows = batch().map(({ at, ...click }) => ({ ...click, at: new Date(at).toISOString() }))
      await client.query({
        name: 'raw clicks',
        text: `INSERT INTO "RawClick" (id, "programId", "linkId", ip, "userAgent", referer, visitor, country, bot, at)
          SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[], $10::timestamptz[])`,
        values: columnsOf(rows),
      })
      return CLICKS
    },
    stored: () => counted(client, 'Click'),
    rawStored: () => counted(client, 'RawClick'),
  }
}

/** Batches as a burst of webhooks shares them. */
async function hookPath({ app, programId }: House, client: pg.Client): Promise<Path> {
  await client.query('CREATE TABLE "RawInbox" (LIKE "Inbox" INCLUDING ALL)')
  const body = Uint8Array.from(app.random(600))
  let n = 0
  const batch = () =>
    Array.from({ length: DELIVERIES }, () => ({
      id: newId('inbox', wallClock(), () => app.random(10)),
      source: 'generic',
      externalId: `msg_${n++}`,
      bodyHash: '0'.repeat(64),
      body,
      receivedAt: wallClock(),
    }))
  return {
    async ours() {
      const fresh = await hearAll(app.database.pool, programId, batch())
      return fresh.filter(Boolean).length
    },
    async raw() {
      const rows = batch().map(({ body, ...row }) => ({ ...row, programId, body: Buffer.from(body) }))
      await client.query({
        name: 'raw hooks',
        text: `INSERT INTO "RawInbox" (id, source, "externalId", "bodyHash", "receivedAt", "programId", body, state)
          SELECT *, 'heard' FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[])`,
        values: columnsOf(rows),
      })
      return DELIVERIES
    },
    stored: () => counted(client, 'Inbox'),
    rawStored: () => counted(client, 'RawInbox'),
  }
}

async function counted(client: pg.Client, name: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM "${name}"`)
  return rows[0]!.n
}

// Tracking links under a load that comes whatever the answers do: how long an answer takes beside bare node:http in the same run, how
// soon a click is in PostgreSQL, and what a while without PostgreSQL does. The database notes when it committed each row, so nothing has
// to ask for it meanwhile. Figures count only when every click id that the load was sent is stored, once.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { wallClock } from '../src/app.ts'
import { type Embedded, startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { type Seat, type Server, serve, start, turn } from './redirect.ts'
import { type Bench, type Comparison, median, sideBySide } from './side-by-side.ts'

/** Clicks a second beside bare node:http, and while PostgreSQL is away. */
const RATE = 5_000
const RATE_AWAY = 2_000
const BEFORE_S = 5

export const bench: Bench = async ({ short }) => {
  const seat: Seat = { root: mkdtempSync(join(tmpdir(), 'troupe-clicks-')), load: start('./load-process.js'), acked: [] }
  const postgres = await ownPostgres(join(seat.root, 'database'))
  const bare = await serve('bare', seat.root)
  const child = start('./clicks-process.js', [postgres.url])
  const gone = once(child, 'exit')
  const [port] = (await once(child, 'message')) as [number]
  const ours: Server = { child, port, keeps: true }
  try {
    const began = wallClock()
    const open = await sideBySide(
      short ? 5 : 15,
      () => turn(seat, bare, short ? 3 : 10, RATE),
      () => turn(seat, ours, short ? 3 : 10, RATE),
    )
    const ended = wallClock()
    const awayS = short ? 10 : 60
    const outage = turn(seat, ours, BEFORE_S + awayS + (short ? 20 : 45), RATE_AWAY)
    await pause(BEFORE_S * 1_000)
    await postgres.stop()
    await pause(awayS * 1_000)
    const back = wallClock()
    await postgres.start()
    const through = await outage
    const stored = await storedClicks(postgres.direct(), seat)
    const seen = await visible(postgres.direct(), began, ended)
    const caught = await caughtUp(postgres.direct(), back)
    return report({ open, through, stored, seen, caught, awayS })
  } finally {
    child.disconnect()
    await gone
    for (const one of [seat.load, bare.child]) one.disconnect()
    await postgres.close()
    rmSync(seat.root, { recursive: true, force: true })
  }
}

/** A database that notes when each row was committed, at an address that stays when it goes and comes back. */
async function ownPostgres(dir: string) {
  let server: Embedded = await startEmbedded({ dir })
  await asked(server.url, 'ALTER SYSTEM SET track_commit_timestamp = on')
  await server.stop()
  server = await startEmbedded({ dir })
  await migrate(server.url)
  const pairs = new Set<Socket>()
  const door = createServer((near) => {
    const far = connect(server.port, '127.0.0.1')
    for (const socket of [near, far]) {
      pairs.add(socket)
      socket.setNoDelay(true)
      socket
        .on('error', () => {})
        .on('close', () => {
          pairs.delete(socket)
          near.destroy()
          far.destroy()
        })
    }
    near.pipe(far).pipe(near)
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const url = new URL(server.url)
  url.port = String((door.address() as { port: number }).port)
  return {
    url: url.href,
    direct: () => server.url,
    stop: () => server.stop(),
    async start() {
      server = await startEmbedded({ dir })
    },
    async close() {
      door.close()
      for (const socket of pairs) socket.destroy()
      await server.stop()
    },
  }
}

async function asked<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<Row>(text, values)
  await client.end()
  return rows
}

/** Holds the ids that the load was sent against the rows, once the journal has had time to be shipped. */
async function storedClicks(url: string, seat: Seat): Promise<{ acked: number; lost: number; twice: number }> {
  const acked = seat.acked.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((cid) => (cid === '' ? [] : [cid.slice(0, 30)])),
  )
  for (let tries = 0; tries < 600; tries++) {
    const [row] = await asked<{ n: number }>(url, 'SELECT count(*)::int AS n FROM "Click"')
    if (row!.n >= acked.length) break
    await pause(100)
  }
  const rows = await asked<{ id: string; times: number }>(url, 'SELECT id, count(*)::int AS times FROM "Click" GROUP BY 1')
  const kept = new Map(rows.map(({ id, times }) => [id, times]))
  const lost = acked.filter((id) => !kept.has(id)).length
  return { acked: acked.length, lost, twice: rows.filter(({ times }) => times > 1).length }
}

/** Milliseconds from a click to its commit, of those clicked in this time. */
async function visible(url: string, from: Date, to: Date): Promise<{ p50: number; p99: number }> {
  const [row] = await asked<{ p50: number; p99: number }>(
    url,
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
     FROM (SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - at)::float8 * 1000 AS ms FROM "Click" WHERE at >= $1 AND at < $2) each_click`,
    [from, to],
  )
  return row!
}

/** How many clicks a second went in from the first commit after the return until they were a second behind, and when each began and ended. */
async function caughtUp(url: string, back: Date): Promise<{ perSecond: number; firstMs: number; behindMs: number }> {
  const [row] = await asked<{ n: number; seconds: number; firstMs: number; behindMs: number }>(
    url,
    `WITH late AS (SELECT pg_xact_commit_timestamp(xmin) AS stored, at FROM "Click" WHERE pg_xact_commit_timestamp(xmin) > $1),
       span AS (SELECT min(stored) AS began, max(stored) FILTER (WHERE stored - at > interval '1 second') AS ended FROM late)
     SELECT count(*)::int AS n, extract(epoch FROM max(ended) - max(began))::float8 AS seconds,
       extract(epoch FROM max(began) - $1)::float8 * 1000 AS "firstMs", extract(epoch FROM max(ended) - $1)::float8 * 1000 AS "behindMs"
     FROM late, span WHERE stored BETWEEN began AND ended`,
    [back],
  )
  return { ...row!, perSecond: row!.n / row!.seconds }
}

type Measured = {
  open: Comparison
  through: Awaited<ReturnType<typeof turn>>
  stored: Awaited<ReturnType<typeof storedClicks>>
  seen: Awaited<ReturnType<typeof visible>>
  caught: Awaited<ReturnType<typeof caughtUp>>
  awayS: number
}

function report({ open, through, stored, seen, caught, awayS }: Measured) {
  const ratio = (key: 'p99' | 'p999') => median(open.turns.map(({ a, b }) => b[key]! / a[key]!))
  const failed = open.turns.reduce((sum, { a, b }) => sum + a.errors! + b.errors!, 0)
  const gates = {
    'p99 at most 1.5 times that of bare node:http (median of pairs)': ratio('p99') <= 1.5,
    'a click is in PostgreSQL within a second (99 of 100)': seen.p99 <= 1_000,
    'no request failed, PostgreSQL there or not': failed + through.errors! === 0,
    'what waited goes in at ten times the rate at which clicks come': caught.perSecond >= 10 * RATE_AWAY,
    'every acked click is stored, once': stored.acked > 0 && stored.lost === 0 && stored.twice === 0,
  }
  return {
    name: 'clicks',
    claim: 'under a steady load answers stay quick, and clicks are soon stored, also after a while without PostgreSQL',
    main: 'p99, ours over bare (median of pairs)',
    exact: 'every acked click is stored, once',
    passed: Object.values(gates).every(Boolean),
    gates,
    figures: {
      'wanted a second': RATE,
      'answered a second': Math.round(open.b.perSecond),
      'p99, ours over bare (median of pairs)': ratio('p99'),
      'p99.9, ours over bare (median of pairs)': ratio('p999'),
      'bare p99, p99.9 ms': [open.a.p99, open.a.p999],
      'ours p99, p99.9 ms': [open.b.p99, open.b.p999],
      'click until committed, p50 ms': seen.p50,
      'click until committed, p99 ms': seen.p99,
      'PostgreSQL away, s': awayS,
      'answered a second, before, meanwhile and after': Math.round(through.perSecond),
      'requests failed meanwhile': through.errors,
      'its return until the first click went in, ms': caught.firstMs,
      'its return until none was a second behind, ms': caught.behindMs,
      'clicks a second while catching up': Math.round(caught.perSecond),
      'clicks acked': stored.acked,
      'clicks lost': stored.lost,
      'clicks twice': stored.twice,
    },
    rounds: { 'bare, ours': open.turns, 'PostgreSQL away': [through] },
  }
}

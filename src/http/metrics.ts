/** GET /metrics in Prometheus's text format, and the small port where a process without pages answers it and its health. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import type { Row } from '../meter.ts'
import { ticksOf } from '../watch.ts'
import type { Clicks } from './clicks.ts'
import { healthOf } from './health.ts'

/** A look at the rows of every program is shared for this long. */
const FRESH_MS = 10_000

/** Who may look: the bearer of METRICS_KEY; without one, this machine alone, and not through a proxy. */
function mayLook(key: string | undefined, request: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const { authorization = '', forwarded, 'x-forwarded-for': behind } = request.headers
  if (key !== undefined) return same(authorization, `Bearer ${key}`)
  const from = request.socket.remoteAddress ?? ''
  return forwarded === undefined && behind === undefined && /^(127\.|::1$|::ffff:127\.)/.test(from)
}

/** Hashes have one length, and comparing them tells nothing by its time. */
function same(given: string, wanted: string): boolean {
  const hash = (words: string) => createHash('sha256').update(words).digest()
  return timingSafeEqual(hash(given), hash(wanted))
}

type Seen = { waiting: Row[]; oldest: Row[]; rings: Row[]; ticks: { name: string; at: Date }[] }

/**
 * What waits in the database, what the bell holds, how far behind the journal is, which door is open. What can't be seen now is not
 * shown as it was; when a job ran last stays known, and its age grows.
 */
function metricsOf(app: App, clicks: Clicks | undefined): () => Promise<{ type: string; body: string }> {
  let asked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> = Promise.resolve()
  let seen: Seen = { waiting: [], oldest: [], rings: [], ticks: [] }
  const look = async () => {
    // Apart, for rows may be waited for long after the queue has said nothing.
    const ringing = ringsOf(app).then((rings) => {
      seen = { ...seen, rings }
    })
    // Beside the rows, which may wait behind a crowd: a job that runs is not to look like one that stands still.
    const ticking = ticksOf(app).then(
      (ticks) => {
        seen = { ...seen, ticks: ticks.filter(({ name }) => app.jobs.has(name)) }
      },
      () => {},
    )
    const rows = await rowsOf(app).catch((err: unknown) => {
      app.log.warn({ err }, 'some measures could not be taken')
      return { waiting: [], oldest: [] }
    })
    await Promise.all([ringing, ticking])
    seen = { ...seen, ...rows }
  }
  return async () => {
    const now = performance.now()
    if (now - asked > FRESH_MS) {
      asked = now
      looking = look()
    }
    const reached = app.database.ping().then(
      () => true,
      () => false,
    )
    const [up] = await Promise.all([soon(reached, false), soon(looking, undefined)])
    show(app, up ? seen : { ...seen, waiting: [], oldest: [] }, up)
    measureHere(app, clicks)
    return app.meter.read()
  }
}

const PATIENCE_MS = 2_000

function soon<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([answer, new Promise<T>((resolve) => setTimeout(resolve, PATIENCE_MS, otherwise).unref())])
}

async function rowsOf(app: App): Promise<Pick<Seen, 'waiting' | 'oldest'>> {
  const now = app.clock().getTime()
  const waiting: Row[] = []
  const oldest: Row[] = []
  for (const program of await app.programs()) {
    const rows = await app.database.within(
      program,
      (db) =>
        db.$queryRaw<{ what: string; state: string; n: bigint; since: Date | null }[]>`
          SELECT 'outbox' AS what, state, count(*) AS n, min("notBefore") AS since FROM "Outbox"
          WHERE state IN ('due', 'held', 'waiting', 'parked') GROUP BY state
          UNION ALL SELECT 'inbox', state, count(*), min("receivedAt") FROM "Inbox" WHERE state IN ('heard', 'parked') GROUP BY state`,
    )
    for (const { what, state, n, since } of rows) {
      waiting.push({ labels: { program, box: what, state }, value: Number(n) })
      if (since && (state === 'due' || state === 'heard'))
        oldest.push({ labels: { program, box: what }, value: Math.max(0, (now - since.getTime()) / 1000) })
    }
  }
  return { waiting, oldest }
}

/** None where nothing rings, and none while the queue does not answer: Redis that is away is waited for without an end. */
async function ringsOf(app: App): Promise<Row[]> {
  const counts =
    app.bell === undefined
      ? {}
      : await soon(
          app.bell.counts().catch(() => ({})),
          {},
        )
  return Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }))
}

function show({ meter, clock }: App, { waiting, oldest, rings, ticks }: Seen, up: boolean): void {
  const now = clock().getTime()
  meter.show('troupe_database_up', 'Whether the database answers this process', [], [{ value: up ? 1 : 0 }])
  meter.show('troupe_waiting', 'Rows of inbox and outbox by state', ['program', 'box', 'state'], waiting)
  meter.show('troupe_waiting_oldest_seconds', 'How long the oldest row has been due', ['program', 'box'], oldest)
  const age = ticks.map(({ name, at }) => ({ labels: { task: name }, value: (now - at.getTime()) / 1000 }))
  meter.show('troupe_tick_age_seconds', 'Since each recurring job last ran anywhere', ['task'], age)
  meter.show('troupe_queue_jobs', 'Rings in the queue by state', ['state'], rings)
}

/** What this process knows by itself. */
function measureHere(app: App, clicks: Clicks | undefined): void {
  const doors = [...app.platforms.values()].map((door) => ({ labels: { platform: door.name }, value: door.health().ok ? 1 : 0 }))
  app.meter.show('troupe_platform_up', 'Whether a door is open', ['platform'], doors)
  if (!clicks) return
  const { appended, dropped, waitingBytes, degraded } = clicks.journal.stats()
  const { pendingBytes, lagMs, failures } = clicks.shipper.stats()
  const one = (name: string, help: string, value: number) => app.meter.show(name, help, [], [{ value }])
  one('troupe_clicks_total', 'Clicks kept by this process since its start', appended)
  one('troupe_clicks_dropped_total', 'Clicks lost because disk and memory were full', dropped)
  one('troupe_journal_degraded', '1 while the disk refuses the click journal', degraded ? 1 : 0)
  one('troupe_journal_memory_bytes', 'Bytes of clicks that wait in memory for the disk', waitingBytes)
  one('troupe_journal_pending_bytes', 'Bytes of clicks that are not in the database yet', pendingBytes)
  one('troupe_journal_lag_seconds', 'Age of the oldest click that is not in the database yet', lagMs / 1000)
  one('troupe_journal_failures_total', 'Tries to ship clicks that failed', failures)
}

/** Counts requests by their route, and answers /metrics to those who may look; to others there is nothing at this address. */
export function metricsRoute(server: FastifyInstance, app: App, clicks: Clicks): void {
  const metrics = metricsOf(app, clicks)
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    app.meter.request(route, request.method, reply.statusCode, reply.elapsedTime / 1000)
  })
  server.get('/metrics', { config: { rateLimit: false } }, async (request, reply) => {
    if (!mayLook(app.config.METRICS_KEY, request.raw)) return reply.callNotFound()
    const { type, body } = await metrics()
    return reply.type(type).header('cache-control', 'no-store').send(body)
  })
}

/** A port of its own for a process without pages; gives the way to close it. */
export async function openHealthPort(app: App, port: number, host: string): Promise<() => Promise<void>> {
  const metrics = metricsOf(app, undefined)
  const tell = healthOf(app, undefined)
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 8_192 },
    async (request, response) => {
      const answer = async () => {
        const told = request.method === 'GET' ? await tell(request.url ?? '') : undefined
        if (told) return { status: told.status, type: 'application/json', body: JSON.stringify(told.body) }
        if (request.method === 'GET' && request.url === '/metrics' && mayLook(app.config.METRICS_KEY, request))
          return { status: 200, ...(await metrics()) }
        return { status: 404, type: 'text/plain', body: 'There is nothing at this address.\n' }
      }
      const { status, type, body } = await answer().catch((err: unknown) => {
        app.log.error({ err }, 'health could not be told')
        return { status: 500, type: 'text/plain', body: '' }
      })
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    },
  )
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve()))
  return () => new Promise((resolve) => server.close(() => resolve()))
}

/** What is well and what is not, for people and for load balancers. */
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { minutes } from '../kernel/time.ts'
import type { Clicks } from './clicks.ts'

type Part = { ok: boolean; [detail: string]: unknown }
export type Health = { ok: boolean; parts: { db: Part; key: Part; queue: Part; journal: Part; schedule: Part; doors: Part } }

const STALE_MINUTES = 3
/** The worker shows every ten seconds that it is awake. */
const ASLEEP_MINUTES = 0.75
const LAG_MS = 45_000

type Seen = { print: string | null; due: Date | null; pulse: Date | null }

// All at once and beside whatever waits for the database: who is busy is well.
const seeing = `SELECT (SELECT print FROM "KeyPrint") AS print,
  (SELECT at FROM "Tick" WHERE name = 'due') AS due, (SELECT at FROM "Tick" WHERE name = 'pulse') AS pulse`

/** Asks each part for at most two seconds. `clicks` is undefined where this process serves no web. */
export async function health(app: App, clicks: Clicks | undefined): Promise<Health> {
  const seen = app.database.beside<Seen>(seeing).then(([row]) => row!)
  const [db, key, queue, schedule] = await Promise.all([
    part(() => seen.then(() => ({ ok: true }))),
    part(async () => {
      const { print } = await seen
      const ok = print === null || app.sealer.prints.includes(print)
      return { ok, ...(ok ? {} : { error: 'the rows are sealed with another key' }) }
    }),
    part(async () => (app.bell ? { ok: true, ...(await app.bell.counts()) } : { ok: true, bell: 'none in this process' })),
    part(async () => {
      const { due, pulse } = await seen
      const awake = pulse === null || pulse > minutes(app.clock(), -ASLEEP_MINUTES)
      const ok = due !== null && due > minutes(app.clock(), -STALE_MINUTES) && awake
      return { ok, awake, lastTick: due?.toISOString() ?? null }
    }),
  ])
  const journal = journalPart(clicks)
  const parts = { db, key, queue, journal, schedule, doors: doorsPart(app) }
  return { ok: Object.values(parts).every((p) => p.ok), parts }
}

function journalPart(clicks: Clicks | undefined): Part {
  if (!clicks) return { ok: true, journal: 'none in this process' }
  const { degraded, dropped } = clicks.journal.stats()
  const { pendingBytes, lagMs, failures } = clicks.shipper.stats()
  // What was lost stays counted; a process that takes clicks again is well, and is to be asked again.
  return { ok: !degraded && lagMs < LAG_MS, degraded, dropped, pendingBytes, lagMs, failures }
}

/** Doors that are to be open here; each says in words how it stands. */
function doorsPart(app: App): Part {
  const stand = [...app.platforms.values()].map((door) => [door.name, door.health()] as const)
  return { ok: stand.every(([, { ok }]) => ok), ...Object.fromEntries(stand.map(([name, { words }]) => [name, words])) }
}

async function part(ask: () => Promise<Part>): Promise<Part> {
  const late = new Promise<Part>((resolve) => setTimeout(resolve, 2_000, { ok: false, error: 'no answer within 2 s' }).unref())
  return Promise.race([
    ask().catch((error: unknown): Part => ({ ok: false, error: error instanceof Error ? error.name : 'failed' })),
    late,
  ])
}

type Said = { status: number; body: Health | { ok: true } }

/**
 * What is said at /health and at /health/live; nothing at any other path. Live is a process that answers at all: to start it anew because
 * the database is away, or another process stands still, would mend nothing. Who asks while another is answered gets the same answer.
 */
export function healthOf(app: App, clicks: Clicks | undefined): (path: string) => Promise<Said> | undefined {
  let looking: Promise<Said> | undefined
  const look = async (): Promise<Said> => {
    const body = await health(app, clicks)
    return { status: body.ok ? 200 : 503, body }
  }
  return (path) => {
    if (path === '/health/live') return Promise.resolve({ status: 200, body: { ok: true } })
    if (path !== '/health') return undefined
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
}

/** GET /health: 200 while everything is well, else 503; the body names each part. GET /health/live: 200 while this process answers. */
export function healthRoute(server: FastifyInstance, app: App, clicks: Clicks | undefined): void {
  const told = healthOf(app, clicks)
  // Each asks the database, and a balancer asks often.
  const config = { rateLimit: { max: 6_000, timeWindow: '1 minute' } }
  for (const path of ['/health', '/health/live'])
    server.get(path, { config }, async (_request, reply) => {
      const { status, body } = (await told(path))!
      return reply.code(status).header('cache-control', 'no-store').send(body)
    })
}

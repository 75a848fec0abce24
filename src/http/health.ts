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

/** Asks each part for at most two seconds. `clicks` is undefined where this process serves no web. */
export async function health(app: App, clicks: Clicks | undefined): Promise<Health> {
  const [db, key, queue, schedule] = await Promise.all([
    part(async () => {
      await app.database.ping()
      return { ok: true }
    }),
    part(async () => {
      const kept = await app.database.across((db) => db.keyPrint.findFirst())
      const ok = kept === null || app.sealer.prints.includes(kept.print)
      return { ok, ...(ok ? {} : { error: 'the rows are sealed with another key' }) }
    }),
    part(async () => (app.bell ? { ok: true, ...(await app.bell.counts()) } : { ok: true, bell: 'none in this process' })),
    part(async () => {
      const ticks = await app.database.across((db) => db.tick.findMany({ where: { name: { in: ['due', 'pulse'] } } }))
      const [tick, pulse] = ['due', 'pulse'].map((name) => ticks.find((one) => one.name === name)?.at)
      const awake = pulse === undefined || pulse > minutes(app.clock(), -ASLEEP_MINUTES)
      const ok = tick !== undefined && tick > minutes(app.clock(), -STALE_MINUTES) && awake
      return { ok, awake, lastTick: tick?.toISOString() ?? null }
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

/** GET /health: 200 while everything is well, else 503; the body names each part. */
export function healthRoute(server: FastifyInstance, app: App, clicks: Clicks | undefined): void {
  // Each asks the database, and a balancer asks often.
  server.get('/health', { config: { rateLimit: { max: 6_000, timeWindow: '1 minute' } } }, async (_request, reply) => {
    const report = await health(app, clicks)
    return reply
      .code(report.ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report)
  })
}

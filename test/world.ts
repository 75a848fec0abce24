/** A program in a real database with a clock that stands still, told in readable verbs. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { type App, createApp, foundProgram } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Actor, Context, Role } from '../src/context.ts'
import { type Clicks, openClicks } from '../src/http/clicks.ts'
import { buildServer, type Mount } from '../src/http/server.ts'
import { createLog, type Log } from '../src/log.ts'
import { setRole } from '../src/people/service.ts'
import type { NewProgram } from '../src/programs/service.ts'
import { createSealer } from '../src/seal.ts'
import { Persona } from './chat.ts'
import { emptyDatabase, freshDatabase } from './database.ts'
import { MemoryDoor } from './door.ts'

export type WorldOptions = {
  now?: string
  /** A database that no other test had: for tests of tables, not of rows. */
  fresh?: boolean
  /** A migrated database that the test brings along, on a server that it may break. */
  database?: { url: string; drop(): Promise<void> }
  program?: Partial<NewProgram>
  mounts?: (app: App) => Mount[]
  /** Where the test lets the server listen; links then lead there. */
  port?: number
  /** Where its log goes, for tests of what is logged. */
  log?: Log
  /** Of a house that real processes live in as well. */
  key?: Buffer
  /** Other variables. */
  environment?: Record<string, string>
}

export type World = Awaited<ReturnType<typeof world>>

/** For stories told at the time that it is: at night they would wait for the morning. */
export const awake = { policy: { quietFrom: '00:00', quietTo: '00:00' } }

const noon = '2026-11-20T12:00:00Z'

/** An empty database with one program 'Glow' (EUR, Europe/Berlin, default policy). Close it when done. */
export async function world(options: WorldOptions = {}) {
  const database = options.database ?? (await (options.fresh ? freshDatabase : emptyDatabase)())
  const folder = mkdtempSync(join(tmpdir(), 'troupe-world-'))
  let now = new Date(options.now ?? noon)
  const key = options.key ?? randomBytes(32)
  const config = Object.freeze({
    ...readConfig({
      NODE_ENV: 'test',
      SECRET_KEY: key.toString('base64'),
      DATABASE_URL: database.url,
      PUBLIC_URL: 'https://go.glow.example',
      LOG_LEVEL: 'error',
      ...listening(options.port),
      ...options.environment,
    }),
    DATA_DIR: folder,
  })
  const app = await createApp({
    config,
    log: options.log ?? createLog('fatal'),
    databaseUrl: database.url,
    sealer: createSealer(key),
    clock: () => new Date(now),
  })
  const door = new MemoryDoor('web')
  app.platforms.set('web', door)
  const programId = await foundProgram(app, { name: 'Glow', currency: 'EUR', zone: 'Europe/Berlin', ...options.program })
  await longConnected(app, programId)
  let web: { server: FastifyInstance; clicks: Clicks } | undefined
  const serve = async () => {
    if (!web) {
      const clicks = openClicks(app, database.url)
      await clicks.start()
      web = { clicks, server: await buildServer(app, clicks, { mounts: options.mounts?.(app) ?? [] }) }
    }
    return web
  }

  const persona = async (name: string, role: Role = 'anyone') => {
    const one = new Persona(app, door, programId, name)
    await one.arrive()
    if (role !== 'anyone') await within((ctx) => setRole(ctx, one.personId, role))
    return one
  }
  const within = <T>(work: (ctx: Context) => Promise<T>): Promise<T> => app.within(programId, work)

  return {
    app,
    door,
    programId,
    url: database.url,
    get now() {
      return new Date(now)
    },
    /** Moves the clock. */
    at(instant: string | Date) {
      now = new Date(instant)
    },
    within,
    /** A unit of work as a person. */
    as: <T>(actor: Actor, work: (ctx: Context) => Promise<T>): Promise<T> => app.act(programId, actor, work),
    applicant: (name: string) => persona(name),
    manager: (name: string) => persona(name, 'manager'),
    admin: (name: string) => persona(name, 'admin'),
    /** Applied, accepted and approved through the real commands. */
    async creator(name: string, given: Record<string, string> = {}) {
      const one = await persona(name)
      await one.ask('apply', {
        handle: `@${name.toLowerCase()}.glow`,
        niche: 'beauty',
        country: 'DE',
        email: `${name.toLowerCase()}@example.com`,
        adult_and_consent: 'yes',
        ...given,
      })
      await one.press('Accept')
      const judge = await persona(`Judge of ${name}`, 'manager')
      const creator = await within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: one.personId } }))
      await judge.ask('creator approve', { creator: creator.id })
      one.creatorId = creator.id
      return one
    },
    /** Rings the bells once: absorb, due, schedule, deliver (those that exist). */
    async tick() {
      for (const job of ['absorb', 'due', 'deliver']) if (app.jobs.has(job)) await app.runJob(job)
    },
    /** A signed delivery through the real intake, then absorbed. Gives the HTTP answer. */
    async hook(source: 'generic', event: object, { id = `msg_${randomBytes(8).toString('hex')}`, absorb = true } = {}) {
      const { server } = await serve()
      const body = JSON.stringify(event)
      const secret = await secretOf(app, programId, source)
      const signature = new Webhook(secret).sign(id, now, body)
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': signature,
        'content-type': 'application/json',
      }
      const answer = await server.inject({ method: 'POST', url: `/hooks/${source}/${programId}`, headers, payload: body })
      if (absorb) await app.runJob('absorb')
      return answer
    },
    /** Follows a tracking link as a shopper; the click is shipped. Gives the click id that the shop would see. */
    async click(slug: string, headers: Record<string, string> = {}) {
      const { server, clicks } = await serve()
      const answer = await server.inject({
        method: 'GET',
        url: `/${slug}`,
        headers: { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605', ...headers },
      })
      await clicks.shipper.shipAll()
      return new URL(answer.headers.location as string).searchParams.get('cid')!
    },
    serve,
    /** Another program in the same house, for tenant tests. */
    neighbour: (plan: Partial<NewProgram> = {}) =>
      foundProgram(app, { name: 'Other', currency: 'USD', zone: 'America/New_York', ...plan }),
    async close() {
      await web?.clicks.stop()
      await web?.server.close()
      await app.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const listening = (port: number | undefined): Record<string, string> =>
  port === undefined ? {} : { PORT: String(port), PUBLIC_URL: `http://localhost:${port}` }

/** As if its shops had been connected before any order that a test tells of. */
export const longConnected = (app: App, programId: string) =>
  app.database.within(programId, (db) =>
    db.connection.updateMany({ where: { programId }, data: { createdAt: new Date('2020-01-01T00:00:00Z') } }),
  )

/** The current signing secret of a source. */
export async function secretOf(app: App, programId: string, source: string): Promise<string> {
  const row = await app.database.within(programId, (db) =>
    db.connection.findUniqueOrThrow({ where: { programId_source: { programId, source } } }),
  )
  return app.sealer.unseal(Buffer.from((row.secrets as string[])[0]!, 'base64')).toString('utf8')
}

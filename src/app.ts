/** Wires database, queue, clock, commands and doors. The only file that reads the wall clock. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { meant } from './audience.ts'
import type { Config } from './config.ts'
import { readFile, storeFile } from './content/media.ts'
import { type Media, openStore } from './content/store.ts'
import type { Actor, Context } from './context.ts'
import { ranTooLong } from './db/away.ts'
import { type Db, openDatabase } from './db/client.ts'
import type { Program } from './db/generated/client.ts'
import { intend, intendMail } from './db/outbox.ts'
import { intendEach } from './db/outbox-each.ts'
import { directVariable, reaching } from './db/reach.ts'
import { openFetch } from './fetch.ts'
import { makerOf } from './founding.ts'
import { bring } from './house.ts'
import type { Job, JobContext } from './job.ts'
import { newId } from './kernel/id.ts'
import { mailerOf } from './letters.ts'
import type { Log } from './log.ts'
import { ensureSchedules } from './messages/plan.ts'
import { openMeter } from './meter.ts'
import { loadParts } from './parts.ts'
import { codeHash } from './people/claims.ts'
import { hushedUntil } from './people/settings.ts'
import { openLeftCalls } from './platforms/left.ts'
import type { Platform } from './platforms/platform.ts'
import { type Hall, lines } from './platforms/porter.ts'
import { type AnswerLate, answerLeft, closeTold, resume } from './platforms/resume.ts'
import { openTold } from './platforms/told.ts'
import { unclaimed, unclaimedForm } from './platforms/unclaimed.ts'
import { found, type NewProgram, programNow } from './programs/service.ts'
import { type Bell, openBell } from './queue.ts'
import type { Sealer } from './seal.ts'
import { openShops } from './shops.ts'
import { openTracer, tracedJob } from './trace.ts'

export type App = Hall &
  JobContext & {
    config: Config
    media: Media
    jobs: ReadonlyMap<string, Job>
    platforms: Map<string, Platform>
    random: (bytes: number) => Uint8Array
    clickKey: Buffer
    /** Undefined where nothing rings: tests tick by hand. */
    bell: Bell | undefined
    /** Runs one job now, in this process. */
    runJob: (name: string, payload?: Record<string, string>) => Promise<void>
    close: () => Promise<void>
  }

export type AppOptions = {
  config: Config
  log: Log
  databaseUrl: string
  directUrl?: string
  /** redis://… or postgres://…; undefined opens no bell. */
  queueUrl?: string
  sealer: Sealer
  clock?: () => Date
  random?: (bytes: number) => Uint8Array
}

/** The wall clock, for everyone who is not given another. */
export const wallClock = (): Date => new Date()

export async function createApp(options: AppOptions): Promise<App> {
  const { config, log, sealer } = options
  const clock = options.clock ?? wallClock
  const random = options.random ?? ((bytes: number) => randomBytes(bytes))
  const [commands, jobs, connectors] = await loadParts()
  const tracer = await openTracer(config, log)
  const database = await openDatabase(options.databaseUrl, {
    tracer,
    ...(options.directUrl === undefined ? {} : { directUrl: options.directUrl }),
  })
  const { queueUrl } = options
  const named = config.QUEUE_URL === undefined ? directVariable(config) : 'QUEUE_URL'
  const bell = queueUrl === undefined ? undefined : await reaching(() => openBell(queueUrl, jobs, log), named)
  const ring = (job: string, payload: Record<string, string> = {}, afterMs = 0) => {
    bell
      ?.ring(job, payload, afterMs)
      .catch((err: unknown) => log.warn({ err, job }, 'a ring was lost; the next sweep finds the work'))
  }
  const outgoing = openFetch({ allow: config.FETCH_ALLOW ?? [] })
  const mailer = await mailerOf(config)
  const world: World = {
    meter: openMeter(),
    tracer,
    config,
    database,
    sealer,
    clock,
    random,
    ring,
    commands,
    media: await openStore(config),
    uploads: join(config.DATA_DIR, 'uploads'),
    clickKey: sealer.lasting('click'),
    fetch: outgoing.fetch,
    mailer,
    shops: openShops({ config, fetch: outgoing.fetch, sealer, connectors, tracer, database, clock }),
    ...lines(),
    left: openLeftCalls({ folder: join(config.DATA_DIR, 'heard'), sealer, log, clock }),
    told: openTold({ folder: join(config.DATA_DIR, 'told'), sealer, log, clock }),
  }
  const app = assemble(world, { log, jobs, connectors, bell })
  app.close = async () => {
    bell?.leave()
    for (const platform of app.platforms.values()) await platform.stop()
    await bell?.close()
    await outgoing.close()
    mailer?.close()
    await Promise.all([database.close(), tracer.close()])
  }
  return app
}

/**
 * The same house with another clock: what is done through it happens at that time, and nothing rings. It has no doors until some
 * are opened, and closing it closes those alone. For telling a past.
 */
export function atClock(app: App, clock: () => Date): App {
  const { log, jobs, connectors } = app
  return assemble({ ...app, clock, ring: () => {} }, { log, jobs, connectors, bell: undefined })
}

function assemble(world: World, parts: Parts): App {
  const { database, clock, random } = world
  const unit = createUnit(world)
  const app: App = {
    ...world,
    ...parts,
    platforms: new Map(),
    leaving: () => parts.bell?.leaving() ?? false,
    newId: (kind, now) => newId(kind, now, () => random(10)),
    act: (programId, actor, work) => unit(programId, () => actor, work),
    within: (programId, work) => unit(programId, system, work),
    bring: (programId, call) => bring(app, programId, call),
    found: (plan, work) => founded(world, unit, plan, work),
    unclaimed: (call) => unclaimed(app, call),
    unclaimedForm: (call) => unclaimedForm(app, call),
    programs: () =>
      database.across(async (db) =>
        (await db.program.findMany({ select: { id: true }, orderBy: { id: 'asc' } })).map((p) => p.id),
      ),
    async runJob(name, payload = {}) {
      const job = app.jobs.get(name)
      if (!job) throw new Error(`There is no job called ${name}.`)
      const began = performance.now()
      const count = (ok: boolean) => world.meter.job(name, ok, (performance.now() - began) / 1000)
      const reference = () => app.newId('err', clock())
      await tracedJob(world.tracer, name, reference, () => job.run(app, payload)).catch((error: unknown) => {
        count(false)
        if (ranTooLong(error)) world.meter.overran('job', name)
        throw error
      })
      count(true)
      await database.beside(ticking, [name, clock()])
    },
    async close() {
      for (const platform of app.platforms.values()) await platform.stop()
    },
  }
  return app
}

const ticking = 'INSERT INTO "Tick" (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at'

/** Founds a program and gives its id. */
export const foundProgram = (app: Pick<App, 'found'>, plan: Omit<NewProgram, 'id'>): Promise<string> =>
  app.found(plan, async (ctx) => ctx.program.id)

/** Finishes what a killed process heard through these doors; only who listens at a door may, for calls of others are still alive. */
export async function takeUp(app: App, doors: readonly string[]): Promise<void> {
  const late: AnswerLate = async (call, card, askedAt) => app.platforms.get(call.platform)?.answerLate(call, card, askedAt)
  await closeTold(app)
  for (const door of doors) await answerLeft(app, door, late)
  for (const programId of await app.programs()) await resume(app, programId, doors, late)
}

/** Starts the recurring bells in this process. */
export const startWork = async (app: App): Promise<void> => app.bell?.work((job, payload) => app.runJob(job.name, payload))

type Parts = Pick<App, 'log' | 'jobs' | 'connectors' | 'bell'>
/** What is there before the app is put together. */
type World = Omit<
  App,
  | keyof Parts
  | 'platforms'
  | 'leaving'
  | 'newId'
  | 'act'
  | 'within'
  | 'bring'
  | 'found'
  | 'unclaimed'
  | 'unclaimedForm'
  | 'programs'
  | 'runJob'
  | 'close'
>

type Unit = <T>(
  programId: string,
  who: (program: Program) => Actor,
  work: (ctx: Context) => Promise<T>,
  before?: (db: Db) => Promise<unknown>,
) => Promise<T>

/** One unit of work: one transaction, one `now`, one Context; rings go out after the commit. `before` makes what it needs to begin. */
function createUnit(world: World): Unit {
  return async (programId, who, work, before) => {
    const rings = new Map<string, [string, Record<string, string>]>()
    const result = await world.database.within(programId, async (db) => {
      rings.clear()
      await before?.(db)
      const program = await programNow(db, programId)
      const ringLater = (job: string, payload: Record<string, string> = {}) =>
        void rings.set(`${job}:${JSON.stringify(payload)}`, [job, payload])
      return work(createContext(world, db, program, who(program), ringLater))
    })
    for (const [job, payload] of rings.values()) world.ring(job, payload)
    return result
  }
}

function founded<T>(world: World, unit: Unit, plan: Omit<NewProgram, 'id'>, work: (ctx: Context) => Promise<T>): Promise<T> {
  const maker = makerOf(world, world.clock())
  const id = maker.id('program')
  const begin = (ctx: Context): Promise<T> => ensureSchedules(ctx).then(() => work(ctx))
  return unit(id, system, begin, (db) => found({ ...maker, db }, { ...plan, id }))
}

function createContext(world: World, db: Db, program: Program, actor: Actor, ring: Context['ring']): Context {
  const now = world.clock()
  const id: Context['id'] = (kind) => newId(kind, now, () => world.random(10))
  const writer = { db, now, programId: program.id, id }
  return {
    db,
    now,
    id,
    random: world.random,
    program,
    actor,
    async show(audience, key, card, options = {}) {
      const notBefore = options.unasked && 'person' in audience ? await hushedUntil(db, program, audience.person, now) : now
      const push = options.unasked && 'person' in audience ? { push: options.unasked === true ? 'other' : options.unasked } : {}
      const shown = meant(audience, { card, pin: options.pin ?? false, ...(options.unpin ? { unpin: true } : {}), ...push })
      await intend(writer, { kind: 'post', ...shown, key, notBefore, ...(options.everywhere ? { everywhere: true } : {}) })
      ring('deliver')
    },
    async showEach(people, card) {
      await intendEach(writer, people, { card, pin: false })
      ring('deliver')
    },
    async closeThread(thread) {
      await intend(writer, { kind: 'close', audience: `thread:${thread}`, key: 'close', payload: {} })
      ring('deliver')
    },
    async grant(personId, role, on) {
      await intend(writer, { kind: 'grant', audience: personId, key: role, payload: { role, on } })
      ring('deliver')
    },
    async prepare(spaceId, channels, tell) {
      // Another moment, another key: asking again looks again.
      const payload = { channels, tell, asked: now.toISOString() }
      await intend(writer, { kind: 'prepare', audience: spaceId, key: 'channels', payload })
      ring('deliver')
    },
    async call(connectionId, key, payload, notBefore = now) {
      await intend(writer, { kind: 'call', audience: connectionId, key, payload, notBefore })
      ring('deliver')
    },
    mails: world.mailer !== undefined,
    async mail(to, key, card, until, stop) {
      if (!world.mailer) return
      const words = { to, card, ...(until ? { until: until.toISOString() } : {}), ...(stop ? { stop } : {}) }
      await intendMail(writer, key, world.sealer.seal(JSON.stringify(words)).toString('base64'))
      ring('deliver')
    },
    ring,
    store: (bytes, name) => storeFile({ db, now, id, programId: program.id, media: world.media, ring }, bytes, name),
    read: (fileId) => readFile({ db, programId: program.id, media: world.media }, fileId),
    seal: (plain) => world.sealer.seal(plain).toString('base64'),
    unseal: (sealed) => world.sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8'),
    hash: (plain) => world.sealer.hash(program.id, plain),
    hashCode: (code) => codeHash(world.sealer, code),
    clickKey: world.clickKey,
    url: (path) => new URL(path, publicUrl(world.config)).href,
    commands: world.commands,
  }
}

/** How the world reaches this Troupe; the port is known by the time anything is shown. */
export const publicUrl = (config: Config): string => config.PUBLIC_URL ?? `http://localhost:${config.PORT}`

const system = ({ zone, locale }: Program): Actor => ({ personId: 'system', name: 'Troupe', role: 'admin', zone, locale })

/** Reads the configuration, builds, starts, and stops on a signal. The only file with effects at import. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import type { FastifyInstance } from 'fastify'
import { type App, createApp, publicUrl, startWork, takeUp, wallClock } from './app.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { clearHalfDemo, markDemoBegun, markDemoTold } from './db/demo.ts'
import { startEmbedded } from './db/embedded.ts'
import { acquireFolder, makeFolder } from './db/folder.ts'
import { checkKey, sealerFor } from './db/key.ts'
import { migrate } from './db/migrate.ts'
import { refuseMoved } from './db/moved.ts'
import { directVariable, reaching, sameDatabase } from './db/reach.ts'
import { openChatDoors } from './doors.ts'
import { type Clicks, openClicks } from './http/clicks.ts'
import { openWebDoor } from './http/doors.ts'
import { needsKey } from './http/gate.ts'
import { openHealthPort } from './http/metrics.ts'
import { buildServer, type Mount } from './http/server.ts'
import { Refusal } from './kernel/refusal.ts'
import { closed } from './line.ts'
import { createLog, openLogFile } from './log.ts'
import { loadParts } from './parts.ts'
import { claimCodeAtStart } from './people/claims.ts'
import { freePort, listenHost } from './port.ts'
import { readSecret } from './seal.ts'
import { mapStacks } from './stacks.ts'
import { complain, say, step, strongly } from './steps.ts'
import { watch } from './watch.ts'

mapStacks(new URL('../', import.meta.url).href)

const DRAIN_MS = 9_000

/** Undone in reverse order when Troupe stops or a start fails half-way. */
const endings: { what: string; end: () => unknown }[] = []
let stopping = false

async function start(): Promise<void> {
  const read = readConfig()
  // Before the port, which another run in this folder holds as well. Processes around one DATABASE_URL share their folder.
  if (read.embedded) ending('folder', acquireFolder(read.DATA_DIR))
  else makeFolder(read.DATA_DIR)
  if (read.DATABASE_URL !== undefined && read.DATABASE_DIRECT_URL !== undefined)
    await sameDatabase(read.DATABASE_URL, read.DATABASE_DIRECT_URL)
  if (!read.TROUPE_ROLES.includes('web') && read.HEALTH_PORT !== undefined) await freePort(read, 'HEALTH_PORT')
  const config = read.TROUPE_ROLES.includes('web') ? portFor(read, await freePort(read, 'PORT')) : read
  const log = createLog(config.LOG_LEVEL, config.embedded ? await ownLog(join(config.DATA_DIR, 'troupe.log')) : undefined)
  const databaseUrl = config.DATABASE_URL ?? (await step('PostgreSQL is running', () => embedded(config)))
  const directUrl = config.DATABASE_DIRECT_URL ?? databaseUrl
  const sealer = await step('Database is up to date', () =>
    reaching(async () => {
      await migrate(directUrl, config.embedded ? backedUp(config, directUrl) : {})
      return sealerFor(directUrl, config)
    }, directVariable(config)),
  )
  if (config.embedded) await clearHalfDemo(databaseUrl)
  const app = await step('Commands, jobs and connectors are loaded', () =>
    reaching(() => createApp({ config, log, databaseUrl, directUrl, queueUrl: config.QUEUE_URL ?? directUrl, sealer })),
  )
  ending('app', app.close)
  if (config.embedded && config.SIMULATOR && config.chat.length === 0 && (await app.programs()).length === 0) {
    const { seedDemo } = await import('../prisma/seed.ts')
    await step('Demo program is seeded', async () => {
      await markDemoBegun(app.database, app.clock())
      await seedDemo(app)
      await markDemoTold(app.database, app.clock())
    })
  }
  const mounts = [...openWebDoor(app, config.SIMULATOR), ...(await openChatDoors(app))]
  const key = needsKey(config) ? randomBytes(12).toString('base64url') : undefined
  let clicks: Clicks | undefined
  if (config.TROUPE_ROLES.includes('web')) clicks = await step('Web is listening', () => startWeb(app, directUrl, mounts, key))
  const inBackground = (doors: readonly string[]): void => {
    // What was left behind is finished beside everything new; a door that is slow to answer keeps no start waiting.
    takeUp(app, doors).catch((err: unknown) => log.error({ err }, 'calls from before the restart could not be taken up'))
  }
  if (!config.TROUPE_ROLES.includes('web') && config.HEALTH_PORT !== undefined)
    ending('health', await openHealthPort(app, config.HEALTH_PORT, listenHost(config)))
  if (config.TROUPE_ROLES.includes('web')) inBackground(['web'])
  if (config.TROUPE_ROLES.includes('worker')) await step('Worker and scheduler are ringing', () => startWork(app))
  ending('watchdog', watch(app, clicks))
  if (config.TROUPE_ROLES.includes('bot')) {
    for (const name of config.chat) {
      const platform = app.platforms.get(name)
      await step(`${names[name]} is listening`, async () => platform?.start())
      inBackground([name])
      if (platform && !platform.health().ok) complain(`${names[name]}: ${platform.health().words}`)
    }
  }
  welcome(config, key)
  const code = await claimCodeAtStart(app)
  if (code !== undefined) {
    say(
      `  First admin: type /setup space in your Discord server (/troupe setup space in Slack), press Connect, and give the code ${strongly(code)}`,
    )
    say(
      '  It works once, within a day, for the owner of the Discord server, or in Slack for who installed the app or owns the workspace.\n',
    )
  }
}

const names = { discord: 'Discord', slack: 'Slack' }

function ending(what: string, end: () => unknown): void {
  endings.push({ what, end })
}

/** The port is known before anything starts, so that a taken one is told first and links are right from the start. */
function portFor(config: Config, port: number): Config {
  return Object.freeze({ ...config, PORT: port })
}

const ownLog = (path: string): ReturnType<typeof openLogFile> =>
  openLogFile(path).catch(({ code }: NodeJS.ErrnoException) => {
    throw new ConfigError(`${path} can't be written by this user (${code}). Give this user the right to, or remove it.`)
  })

/** The rows as they were lie in `backups` before a new version changes their tables. */
const backedUp = (config: Config, url: string) => ({
  before: async () => {
    const { backUpBefore } = await import('./backup/before.ts')
    await checkKey(url, config)
    const secret = readSecret(config.SECRET_KEY, config.DATA_DIR)
    const { path } = await backUpBefore({ url, dir: config.DATA_DIR, secret, at: wallClock() })
    say(`    a copy from before the update is in ${path}`)
  },
})

async function embedded(config: Config): Promise<string> {
  refuseMoved(config.DATA_DIR)
  // Read while PostgreSQL starts; what is wrong with one of them is said where they are needed.
  loadParts().catch(() => {})
  const database = await startEmbedded({ dir: config.DATA_DIR, log: (line) => say(`    ${line} …`), lost })
  ending('PostgreSQL', database.stop)
  return database.url
}

/** Without its database a process answers nothing but failures; its clicks wait in the journal for the next start. */
function lost(sentence: string): void {
  if (stopping) return
  complain(`${sentence}. Start Troupe again; what was acknowledged is kept.`)
  void stop(1)
}

async function startWeb(app: App, directUrl: string, mounts: Mount[], key: string | undefined): Promise<Clicks> {
  const clicks: Clicks = openClicks(app, directUrl)
  await clicks.start()
  ending('clicks', clicks.stop)
  const server: FastifyInstance = await buildServer(app, clicks, { mounts, ...(key === undefined ? {} : { key }) })
  await server.listen({ port: app.config.PORT, host: listenHost(app.config) })
  ending('web', () => server.close())
  return clicks
}

function welcome(config: Config, key: string | undefined): void {
  if (config.chat.length === 0 && !config.SIMULATOR && config.TROUPE_ROLES.includes('bot'))
    say(
      '\n  No chat is connected: put what docs/discord.md or docs/slack.md name into .env and start again; then the first admin’s code is said here.',
    )
  if (!config.TROUPE_ROLES.includes('web')) {
    say('\n  Troupe is at work; it serves no pages here, for TROUPE_ROLES does not name web. Stop with Ctrl-C.\n')
    return
  }
  const page = config.SIMULATOR ? '/simulator' : '/health'
  const address = `${publicUrl(config)}${page}${key === undefined ? '' : `?key=${key}`}`
  say('')
  say(`  Troupe is open at ${strongly(address)}`)
  if (key !== undefined) say('  The key in this address is asked for once by each browser.')
  if (config.SIMULATOR)
    say(`  On a remote machine: ssh -L ${config.PORT}:127.0.0.1:${config.PORT} you@that-machine, then open the address here.`)
  say('  Stop with Ctrl-C.')
  say('')
}

/** Ends everything in reverse order, within ten seconds. */
async function stop(code: number): Promise<never> {
  if (stopping) return new Promise(() => {})
  stopping = true
  const late = setTimeout(() => {
    complain('Stopping took longer than 9 seconds; what was under way is taken up at the next start.')
    process.exit(code || 1)
  }, DRAIN_MS)
  for (const { what, end } of endings.toReversed()) {
    await Promise.resolve()
      .then(end)
      .catch((error: unknown) => complain(`${what} did not stop cleanly: ${error instanceof Error ? error.message : error}`))
  }
  clearTimeout(late)
  process.exit(code)
}

/** A closed terminal ends what it shows. Under nohup there is none, and Node forgets that the signal was to be ignored. */
const atTerminal = isatty(0) || isatty(1)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (signal === 'SIGHUP' && !atTerminal) return
    if (!stopping) say('\n  Finishing what is under way …')
    void stop(0)
  })
}

start().catch(async (error: unknown) => {
  // Once it is stopping, a start fails because its ground is taken away.
  if (!stopping) complain(explain(error))
  await stop(1)
})

/** One sentence with the cause and the fix; what is nobody's fault but ours keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof Refusal) return error.fix === undefined ? error.sentence : `${error.sentence} ${error.fix}`
  const { code } = error as { code?: string }
  if (code === 'ENOSPC' || code === '53100') return 'The disk is full; free some space and start again. Nothing was lost.'
  if (code === 'EADDRINUSE') return 'The port was taken a moment ago; set PORT to another number.'
  return closed(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))
}

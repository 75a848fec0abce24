import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { freePort } from './port.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's URL of the database server that this run may use. */
    databaseUrl: string
    /** A Redis that this run may use, or null. */
    redisUrl: string | null
    /** The path of a Chromium, or null. */
    chromium: string | null
    /** The path of a PgBouncer, or null. */
    pgbouncer: string | null
    /** The path of an nginx, or null. */
    nginx: string | null
  }
}

/** The migrated database that every test database is a copy of. */
const TEMPLATE = 'troupe_template'

/**
 * How most databases in the world sort words: as people do, signs and punctuation last of all. The embedded one sorts by bytes. Nothing
 * may rest on either, so the run of the doors has the latter and every other run this one.
 */
const PEOPLES = ` LOCALE_PROVIDER icu ICU_LOCALE 'en-US-u-ka-shifted-kv-currency'`

type Ending = () => Promise<unknown>

/** Starts, once for the whole run, what the tests stand on; what is not found is said and its tests are skipped. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-test-'))
  const endings: Ending[] = []
  const down = async () => {
    for (const ending of endings.reverse()) await ending()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const databaseUrl = await database(dir, endings)
    await makeTemplate(databaseUrl, project.vite.config.mode !== 'doors')
    project.provide('databaseUrl', databaseUrl)
    project.provide('redisUrl', await redis(dir, endings))
    project.provide('chromium', chromium())
    project.provide('pgbouncer', ifThere('pgbouncer', 'behind a pooler'))
    project.provide('nginx', ifThere('nginx', 'behind nginx'))
    return down
  } catch (error) {
    await down()
    throw error
  }
}

async function database(dir: string, endings: Ending[]): Promise<string> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return given
  const embedded = await startEmbedded({ dir: join(dir, 'db'), durable: false })
  endings.push(embedded.stop)
  return embedded.url
}

async function makeTemplate(databaseUrl: string, likePeople: boolean): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${TEMPLATE} TEMPLATE template0${likePeople ? PEOPLES : ''}`)
  await client.end()
  const url = new URL(databaseUrl)
  url.pathname = `/${TEMPLATE}`
  await migrate(url.href)
}

async function redis(dir: string, endings: Ending[]): Promise<string | null> {
  if (process.env.REDIS_URL) return process.env.REDIS_URL
  const program = onPath('redis-server')
  if (!program) return missing('redis-server is not on PATH and REDIS_URL is unset: tests on Redis are skipped')
  const port = await freePort()
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir]
  // BullMQ refuses a Redis that may throw jobs away.
  const child = spawn(program, [...flags, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  endings.push(() => {
    process.removeListener('exit', kill)
    kill()
    return over
  })
  await answers(child, port)
  return `redis://127.0.0.1:${port}`
}

function chromium(): string | null {
  const given = process.env.CHROMIUM_PATH
  if (given && existsSync(given)) return given
  const found = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => onPath(name)).find((path) => path !== null)
  return found ?? missing('Chromium is not on PATH and CHROMIUM_PATH names none: tests in a browser are skipped')
}

/** Never asked for by REQUIRE_ALL: not every machine has it to install. */
function ifThere(name: string, where: string): string | null {
  const found = onPath(name) ?? onPath(name, '/usr/sbin')
  if (!found) console.log(`${name} is not on PATH: tests ${where} are skipped`)
  return found
}

function missing(reason: string): null {
  if (process.env.REQUIRE_ALL === '1') throw new Error(`${reason}, but REQUIRE_ALL=1 forbids that.`)
  console.log(reason)
  return null
}

function onPath(name: string, folders = process.env.PATH ?? ''): string | null {
  for (const folder of folders.split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}

async function answers(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode} before it answered.`)
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1')
      socket.once('connect', () => resolve(socket.destroy() !== undefined))
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await pause(10)
  }
  throw new Error('redis-server did not answer within five seconds.')
}

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, realpathSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Refusal } from '../kernel/refusal.ts'
import { invocation, type Way } from './binaries.ts'
import { type Cluster, complaint, OWNER, prepareCluster } from './cluster.ts'
import { diskFull, makeFolder, saysFull } from './folder.ts'

/** A running PostgreSQL of our own; `url` is its superuser's, for the database `troupe`. */
export type Embedded = { url: string; port: number; stop(): Promise<void> }

export type EmbeddedOptions = {
  /** The data folder: the cluster is `<dir>/postgres`, its log `<dir>/postgres.log`. */
  dir: string
  log?: (line: string) => void
  /** Told in one sentence when the server ends without having been stopped. */
  lost?: (sentence: string) => void
  /** False trades safety against a crash for speed: for tests. */
  durable?: boolean
  /** The way to run it, instead of the first that works. */
  way?: Way
}

const DATABASE = 'troupe'
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=120',
  'shared_buffers=128MB',
  'timezone=UTC',
  'log_timezone=UTC',
]
const HASTY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'jit=off']
const LOG_LIMIT = 10 * 1024 * 1024

/**
 * Starts PostgreSQL 18 from the binaries that npm installed, on a free port of 127.0.0.1 only, and resolves when it
 * answers. It ends with this process. Whatever prevents the start is a Refusal of one sentence.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { durable = true, log = () => {}, lost = log } = options
  makeFolder(options.dir)
  const dir = realpathSync(options.dir)
  const cluster = await prepareCluster(dir, durable, options.way)
  const settings = [...SETTINGS, ...(durable ? [] : HASTY)]
  const deadline = performance.now() + 20_000
  for (;;) {
    const port = await freePort()
    const server = launch(cluster, port, settings, join(dir, 'postgres.log'))
    const url = `postgres://${OWNER}:${cluster.password}@127.0.0.1:${port}`
    const failure = await ready(server, url, log)
    if (failure === null) return watch(server, `${url}/${DATABASE}`, port, lost)
    // Another program took the port first, or a killed server is not buried yet, or not all of its children have gone.
    const passing = /Address already in use|pre-existing shared memory|"postmaster.pid" already exists/.test(failure)
    if (!passing || performance.now() > deadline) throw broken(failure, dir)
    await pause(100)
  }
}

type Server = { child: ChildProcess; said: () => string; ended: () => boolean; over: Promise<void> }

function launch(cluster: Cluster, port: number, settings: string[], file: string): Server {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT) renameSync(file, `${file}.old`)
  const out = openSync(file, 'a', 0o600)
  const begin = fstatSync(out).size
  const flags = settings.flatMap((setting) => ['-c', setting])
  const { program, args, options } = invocation(cluster.runner, 'postgres', ['-D', cluster.data, '-p', String(port), ...flags])
  // A process group of its own keeps Ctrl-C from it: it has to outlive the work that we still finish.
  const child = spawn(program, args, { ...options, stdio: ['ignore', out, out], detached: true })
  closeSync(out)
  child.unref()
  // What ends us ends it, also while it is still starting.
  const kill = () => child.kill('SIGINT')
  process.once('exit', kill)
  let ended = false
  const over = new Promise<void>((resolve) => {
    const end = () => {
      ended = true
      process.removeListener('exit', kill)
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  return { child, said: () => readFileSync(file).subarray(begin).toString('utf8'), ended: () => ended, over }
}

/** Waits until the server answers and has our database. Null, or what its log says when it ended instead. */
async function ready(server: Server, url: string, log: (line: string) => void): Promise<string | null> {
  const begin = performance.now()
  let told = false
  while (!server.ended()) {
    try {
      await makeDatabase(url)
      return null
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      // 57P03: it is starting up, perhaps replaying its journal after a crash, which may take as long as it takes.
      if (!['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code) && !server.ended()) {
        await end(server, 'SIGQUIT')
        return server.said().includes('No space left on device') ? server.said() : `error: ${(error as Error).message}`
      }
    }
    if (!told && performance.now() - begin > 5000) log('PostgreSQL is recovering from an unclean stop')
    told ||= performance.now() - begin > 5000
    await pause(15)
  }
  return server.said()
}

async function makeDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${url}/postgres` })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

function watch(server: Server, url: string, port: number, lost: (sentence: string) => void): Embedded {
  let stopping = false
  void server.over.then(() => {
    if (!stopping) lost(`PostgreSQL stopped by itself: ${complaint(server.said())}`)
  })
  const stop = async () => {
    stopping = true
    await end(server, 'SIGINT')
  }
  return { url, port, stop }
}

/** Ends the server by `signal`; when five seconds are not enough, at once and then by force. */
async function end(server: Server, signal: NodeJS.Signals): Promise<void> {
  for (const [each, seconds] of [
    [signal, 5],
    ['SIGQUIT', 2],
    ['SIGKILL', 2],
  ] as const) {
    if (server.ended()) return
    server.child.kill(each)
    const timer = new AbortController()
    await Promise.race([server.over, pause(seconds * 1000, undefined, { signal: timer.signal }).catch(() => {})])
    timer.abort()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

function broken(said: string, dir: string): Refusal {
  if (saysFull(said)) return diskFull(dir)
  return new Refusal('invalid', `PostgreSQL did not start: ${complaint(said)}; its log is ${join(dir, 'postgres.log')}.`)
}

/** A Redis and a PostgreSQL of a test's own, to be frozen, flushed and killed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { freePort } from '../port.ts'
import { openProxy } from './proxy.ts'

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** Keeps nothing on the disk: what is killed is empty afterwards. */
export async function ownRedis(...flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-redis-'))
  const port = await freePort()
  let child: ChildProcess
  const start = async (): Promise<void> => {
    const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
    child = spawn('redis-server', [...fixed, '--maxmemory-policy', 'noeviction', ...flags], { stdio: 'ignore' })
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries === 500) throw new Error('redis-server did not answer within five seconds.')
      await pause(10)
    }
  }
  const kill = async (): Promise<void> => {
    const over = once(child, 'exit')
    child.kill('SIGKILL')
    await over
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (name: NodeJS.Signals) => child.kill(name),
    kill,
    start,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A migrated database on a durable server, reached through a proxy that stays when the server comes and goes. */
export async function ownPostgres() {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-postgres-'))
  let server: Embedded = await startEmbedded({ dir, lost: () => {} })
  await migrate(server.url)
  const proxy = await openProxy({ host: '127.0.0.1', port: server.port })
  const postmaster = () => Number(readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
  const gone = async (pid: number) => {
    for (let tries = 0; existsSync(`/proc/${pid}`) && tries < 500; tries++) await pause(10)
  }
  return {
    proxy,
    url: proxy.through(server.url),
    direct: () => server.url,
    /** The server and every process of it. */
    async killAll() {
      const pid = postmaster()
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      process.kill(pid, 'SIGKILL')
      for (const child of stdout.split(/\s+/).filter(Boolean).map(Number)) {
        try {
          process.kill(child, 'SIGKILL')
        } catch {
          // It ended by itself.
        }
      }
      await gone(pid)
    },
    /** As `pg_ctl stop -m immediate`. */
    async shutDown() {
      const pid = postmaster()
      process.kill(pid, 'SIGQUIT')
      await gone(pid)
    },
    async start() {
      server = await startEmbedded({ dir, lost: () => {} })
      proxy.lead(server.port)
    },
    async stop() {
      await proxy.close()
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })

/** A Redis of a bench's own, on a free port, that keeps nothing on the disk; undefined where there is none on this machine. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

const REDIS = '/usr/bin/redis-server'

export async function openRedis(): Promise<{ client: Redis; url: string; stop: () => void } | undefined> {
  if (!existsSync(REDIS)) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'troupe-redis-'))
  const port = await freePort()
  const server = spawn(REDIS, ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''], { stdio: 'ignore' })
  const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null })
  // Until the server listens there is nothing to hear.
  client.on('error', () => {})
  await client.ping()
  return {
    client,
    url: `redis://127.0.0.1:${port}`,
    stop() {
      client.disconnect()
      server.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

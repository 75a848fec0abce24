/** Processes of Troupe as an operator starts them, around one database. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../port.ts'

const root = join(import.meta.dirname, '../..')

export type Run = {
  child: ChildProcess
  port: number
  out: () => string
  ready: () => Promise<void>
  stop: () => Promise<Stopped>
}
export type Stopped = { code: number | null; ms: number }

/** `before` is what the shell does first, such as a limit. */
export function installation(databaseUrl: string, environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-house-'))
  const { PATH, HOME } = process.env
  const fixed = { PATH, HOME, DATA_DIR: folder, DATABASE_URL: databaseUrl, SECRET_KEY: randomBytes(32).toString('base64') }
  const running = new Set<ChildProcess>()
  const { status, stderr } = spawnSync(process.execPath, ['start.mjs', '--build-only'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`Troupe could not be built: ${stderr}`)
  return {
    async start(port?: number, before = '', more: Record<string, string> = {}): Promise<Run> {
      const at = port ?? (await freePort())
      const env = {
        ...fixed,
        PORT: String(at),
        LOG_LEVEL: 'warn',
        PUBLIC_URL: 'https://go.glow.example',
        ...environment,
        ...more,
      }
      const child = spawn('sh', ['-c', `${before} exec "${process.execPath}" dist/src/main.js`], {
        cwd: root,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      running.add(child)
      let out = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (bytes) => {
          out += bytes
        })
      }
      const ended = once(child, 'exit')
      return {
        child,
        port: at,
        out: () => out,
        async ready() {
          for (let tries = 0; tries < 2_400; tries++) {
            if (child.exitCode !== null) throw new Error(`Troupe ended: ${out}`)
            if (out.includes('Stop with Ctrl-C')) return
            await pause(50)
          }
          throw new Error(`Troupe did not become ready: ${out}`)
        },
        async stop() {
          const began = performance.now()
          child.kill('SIGTERM')
          const [code] = (await ended) as [number | null]
          running.delete(child)
          return { code, ms: performance.now() - began }
        },
      }
    },
    close() {
      for (const child of running) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * The status; 'refused' where nobody listens, or a process that ended let go what it had not read yet, which a balancer asks elsewhere;
 * 'broken' where an answer was cut, or none came.
 */
export function follow(port: number, slug: string): Promise<{ said: number | 'refused' | 'broken'; ms: number }> {
  const began = performance.now()
  return new Promise((resolve) => {
    const done = (said: number | 'refused' | 'broken') => resolve({ said, ms: performance.now() - began })
    const asked = request(
      { port, host: '127.0.0.1', path: `/${slug}`, headers: { 'user-agent': 'Safari' }, agent: false },
      (res) => {
        res.resume()
        res.on('end', () => done(res.statusCode!))
        res.on('error', () => done('broken'))
      },
    )
    let late = false
    asked.setTimeout(15_000, () => {
      late = true
      asked.destroy()
    })
    asked.on('error', ({ code }: NodeJS.ErrnoException) =>
      done(!late && (code === 'ECONNREFUSED' || code === 'ECONNRESET') ? 'refused' : 'broken'),
    )
    asked.end()
  })
}

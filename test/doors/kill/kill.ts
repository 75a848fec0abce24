/** Real processes that are killed: they listen at a door, and die without a word. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export type Victim = { kill: () => Promise<void>; takenUp: Promise<void> }

export type Victims = {
  /** Starts a process and gives it once it listens. */
  start: () => Promise<Victim>
  /** How many calls lie on the disk of these processes, by door. */
  left: () => Record<string, number>
  close: () => Promise<void>
}

/** Processes that share one data folder and one key, as those of one installation do. */
export function victims(environment: Record<string, string>): Victims {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-kill-'))
  const secret = randomBytes(32).toString('base64')
  const running = new Set<ChildProcess>()
  const end = (child: ChildProcess): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  return {
    async start() {
      const { PATH, HOME } = process.env
      const env = { PATH, HOME, NODE_ENV: 'test', DATA_DIR: folder, SECRET_KEY: secret, LOG_LEVEL: 'warn', ...environment }
      const child = fork(fileURLToPath(new URL('./child.mjs', import.meta.url)), [], { env, execArgv: [] })
      running.add(child)
      const said = (words: string): Promise<void> =>
        new Promise((resolve, reject) => {
          child.on('message', (told) => told === words && resolve())
          child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)))
        })
      const [listening, takenUp] = [said('listening'), said('taken up')]
      takenUp.catch(() => {})
      await listening
      return { kill: () => end(child), takenUp }
    },
    left() {
      const heard = join(folder, 'heard')
      const doors = existsSync(heard) ? readdirSync(heard).sort() : []
      return Object.fromEntries(doors.map((door) => [door, readdirSync(join(heard, door)).length]))
    },
    async close() {
      for (const child of running) await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Holds what every call reads first, until it is let go. */
export async function held(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE "Identity" IN ACCESS EXCLUSIVE MODE')
  return () => client.query('ROLLBACK').then(() => client.end())
}

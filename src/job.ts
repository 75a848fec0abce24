/** The plug for src/jobs: a bell. A job may run twice, late, at the same time, or never; what is due is found in the database. */
import type { Connector } from './connector.ts'
import type { Media } from './content/store.ts'
import type { Context } from './context.ts'
import type { Database } from './db/client.ts'
import type { Fetch } from './fetch.ts'
import type { Id, Kind } from './kernel/id.ts'
import type { Log } from './log.ts'
import type { Mailer } from './platforms/email/index.ts'
import type { Platform } from './platforms/platform.ts'
import type { NewProgram } from './programs/service.ts'
import type { Sealer } from './seal.ts'
import type { Shops } from './shops.ts'
import type { Tracer } from './trace.ts'

/** What a job may reach; the app fits. */
export type JobContext = {
  database: Database
  log: Log
  tracer: Tracer
  clock: () => Date
  sealer: Sealer
  connectors: ReadonlyMap<string, Connector>
  platforms: ReadonlyMap<string, Platform>
  /** The one way out into the network. */
  fetch: Fetch
  media: Media
  /** The folder where large files lie until all of them is there. */
  uploads: string
  /** Undefined where SMTP_URL is unset. */
  mailer: Mailer | undefined
  /** Conversations with connected shops. */
  shops: Shops
  /** One unit of work as the system in one program. */
  within: <T>(programId: string, work: (ctx: Context) => Promise<T>) => Promise<T>
  newId: <K extends Kind>(kind: K, now: Date) => Id<K>
  /** Founds a program and does the first work in it as the system, both or neither. */
  found: <T>(plan: Omit<NewProgram, 'id'>, work: (ctx: Context) => Promise<T>) => Promise<T>
  /** The process is to end: a job ends after what it has under way, and the next ring finds what is left. */
  leaving: () => boolean
  /** Ids of all programs. */
  programs: () => Promise<string[]>
  /** Rings a job, at once or after some time; a lost ring is harmless. */
  ring: (job: string, payload?: Record<string, string>, afterMs?: number) => void
}

export type Job = {
  /** The file's name, filled in by discover. */
  name: string
  about: string
  /** How often it rings by itself, in seconds; undefined = only when rung. */
  everySeconds?: number
  /** Silent for longer than this, it is told to the managers; undefined = three turns and at least five minutes. */
  alarmSeconds?: number
  run: (app: JobContext, payload: Record<string, string>) => Promise<void>
}

export function job(definition: Omit<Job, 'name'>): Job {
  return { name: '', ...definition }
}

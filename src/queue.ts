/** The bell. BullMQ on Redis or on PostgreSQL; it wakes jobs up and remembers nothing that matters. */
import { createPostgresBackend, Queue, type QueueOptions, UnrecoverableError, Worker, type WorkerOptions } from 'bullmq'
import { Redis } from 'ioredis'
import { ConfigError } from './config.ts'
import { unproven } from './db/reach.ts'
import { sameEverywhere } from './db/session.ts'
import type { Job } from './job.ts'
import { Refusal } from './kernel/refusal.ts'
import type { Log } from './log.ts'

export type Bell = {
  /** Rings a job; rings of one job that is already waiting melt into one. */
  ring: (job: string, payload?: Record<string, string>, afterMs?: number) => Promise<void>
  /** Starts working and the recurring rings. */
  work: (run: (job: Job, payload: Record<string, string>) => Promise<void>) => Promise<void>
  /** Makes recurring rings that are gone, such as after a flush of Redis; says which. Also done by itself every few seconds. */
  mend: () => Promise<string[]>
  counts: () => Promise<Record<string, number>>
  /** What holds the rings, for a page that shows them. */
  queue: Queue
  /** Asks running jobs to end after what they have under way. */
  leave: () => void
  leaving: () => boolean
  /** Waits for running jobs, then lets go. */
  close: () => Promise<void>
}

const NAME = 'troupe-bells'
const jobOptions = { attempts: 5, backoff: { type: 'exponential', delay: 1_000 }, removeOnComplete: 100, removeOnFail: 1_000 }

/** Rings are looked at by admins of every program, and the words of an error may repeat what somebody of another one wrote. */
function withoutWords(error: unknown): Error {
  const { reference } = error as { reference?: string }
  const words = reference === undefined ? 'It broke; the log says how.' : `It broke; the log has it as ${reference}.`
  return new Error(words, { cause: error })
}

const MEND_MS = 5_000

/** `url` is redis://… or postgres://…; `jobs` as discovered. */
export async function openBell(url: string, jobs: ReadonlyMap<string, Job>, log: Log, mendMs = MEND_MS): Promise<Bell> {
  const { queue, newWorker, release } = url.startsWith('redis') ? await overRedis(url) : overPostgres(url)
  queue.on('error', (err) => log.warn({ err }, 'queue connection'))
  await queue.waitUntilReady().catch(async (error: Error) => {
    await queue.close().catch(() => {})
    await release()
    throw notAllowed(error)
  })
  let worker: Worker | undefined
  let mending: NodeJS.Timeout | undefined
  let leaving = false
  const mend = (): Promise<string[]> => mendRings(queue, jobs)
  return {
    mend,
    queue,
    async ring(name, payload = {}, afterMs = 0) {
      const id = `${name}:${JSON.stringify(payload)}`
      const once =
        afterMs > 0 ? { delay: afterMs, deduplication: { id: `${id}:later` } } : { deduplication: { id, keepLastIfActive: true } }
      await queue.add(name, payload, { ...jobOptions, ...once })
    },
    async work(run) {
      worker = newWorker(async (rung) => {
        const job = jobs.get(rung.name)
        if (!job) throw new UnrecoverableError(`There is no job called ${rung.name}.`)
        try {
          await run(job, rung.data as Record<string, string>)
        } catch (error) {
          if (error instanceof Refusal)
            throw Object.assign(new UnrecoverableError('It was refused; the log says why.'), { cause: error })
          throw withoutWords(error)
        }
      })
      worker.on('error', (err) => log.warn({ err }, 'worker connection'))
      worker.on('failed', (rung, told) => {
        const err = told.cause ?? told
        const { reference } = err as { reference?: string }
        log.error({ err, reference, job: rung?.name, tries: rung?.attemptsMade }, 'job failed')
      })
      await worker.waitUntilReady()
      // Those that ring most often come first, so that a worker shows that it is awake before it takes up what was due meanwhile.
      for (const job of [...jobs.values()].sort((a, b) => (a.everySeconds ?? 0) - (b.everySeconds ?? 0)))
        await setRing(queue, job).catch((error: Error) => Promise.reject(notAllowed(error)))
      mending = setInterval(() => {
        mend().then(
          (names) => names.length > 0 && log.warn({ jobs: names }, 'recurring rings were gone and are made anew'),
          (err: unknown) => log.warn({ err }, 'the recurring rings could not be looked at'),
        )
      }, mendMs)
      mending.unref()
    },
    counts: () => queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
    leave() {
      leaving = true
    },
    leaving: () => leaving,
    async close() {
      leaving = true
      clearInterval(mending)
      await worker?.close()
      await queue.close()
      await release()
    },
  }
}

async function setRing(queue: Queue, { name, everySeconds }: Job): Promise<void> {
  if (everySeconds === undefined) return
  await queue.upsertJobScheduler(name, { every: everySeconds * 1_000 }, { name, data: {}, opts: jobOptions })
}

/** Those that stand are left alone: set again, a ring would begin its wait anew. */
async function mendRings(queue: Queue, jobs: ReadonlyMap<string, Job>): Promise<string[]> {
  const standing = new Set((await queue.getJobSchedulers()).map(({ key }) => key))
  const gone = [...jobs.values()].filter((job) => job.everySeconds !== undefined && !standing.has(job.name))
  for (const job of gone) await setRing(queue, job)
  return gone.map(({ name }) => name)
}

type Make = (rung: { name: string; data: unknown }) => Promise<void>

function overPostgres(url: string) {
  const options = {
    connection: { connectionString: url, migrate: true, max: 4, application_name: 'troupe-bell', options: sameEverywhere },
  }
  return {
    queue: new Queue(NAME, options as QueueOptions as never, createPostgresBackend as never) as Queue,
    newWorker: (make: Make) =>
      new Worker(
        NAME,
        make,
        { ...options, concurrency: 4 } as unknown as WorkerOptions as never,
        createPostgresBackend as never,
      ) as Worker,
    release: async () => {},
  }
}

/** Redis's own words, and none that the name of a host may hold as well. */
const refusals: [RegExp, string][] = [
  [/\b(?:NOAUTH|WRONGPASS|NOPERM)\b|ERR (?:AUTH|invalid password)/, 'Redis refuses the user or password'],
  [
    /^closed\b|\b(?:DENIED|EPIPE|ECONNRESET)\b/,
    'what answers there hangs up at once, as a Redis does in its protected mode (give it a password), or one that wants TLS (rediss://)',
  ],
]

/** Who may come in may still not do all that the queue does. */
const notAllowed = (error: Error): Error =>
  /\bNOPERM\b/.test(error.message)
    ? new ConfigError(
        `The user of QUEUE_URL may not do all that the queue needs: ${error.message}. Give it the keys bull:* and all channels, and of the dangerous commands +info (ACL SETUSER … ~bull:* &* +@all -@admin).`,
      )
    : error

async function overRedis(url: string) {
  const connection = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true })
  // Lost connections are taken up again by themselves and told by the queue; without a listener they would be printed as well.
  // The end of a first try says only that it ended; what Redis said is in the error before.
  const said: string[] = []
  connection.on('error', ({ code, message }: NodeJS.ErrnoException) => said.splice(0, 2, message, code ?? ''))
  await connection.connect().catch((error: Error) => {
    connection.disconnect()
    if (unproven.has(said[1] ?? ''))
      throw new ConfigError(
        `The certificate of the Redis of QUEUE_URL can't be verified: ${said[0]}. Name who signed it in the environment (NODE_EXTRA_CA_CERTS=/path/to/ca.pem), or leave QUEUE_URL unset to ring through the database.`,
      )
    const [, why] = refusals.find(([word]) => word.test(`${said[0] ?? 'closed'} ${error.message}`)) ?? [
      null,
      'nothing answers there',
    ]
    throw new ConfigError(
      `QUEUE_URL can't be reached: ${why}. Start that Redis, correct QUEUE_URL, or leave it unset to ring through the database.`,
    )
  })
  if (/DB index/i.test(said[0] ?? '')) {
    connection.disconnect()
    throw new ConfigError(`QUEUE_URL names a database that this Redis does not have (${said[0]}). Correct the number at its end.`)
  }
  return {
    queue: new Queue(NAME, { connection: connection as never }),
    newWorker: (make: Make) =>
      // What a killed worker or a frozen Redis left half done is looked for every five seconds, not every thirty.
      new Worker(NAME, make, { connection: connection as never, concurrency: 4, maxStalledCount: 5, stalledInterval: 5_000 }),
    release: async () => {
      await connection.quit().catch(() => connection.disconnect())
    },
  }
}

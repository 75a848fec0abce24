/** The watchdog: it needs no bell. A job whose tick is missed is told to the managers once, and once more when it rings again. */
import type { App } from './app.ts'
import type { Clicks } from './http/clicks.ts'
import { type Card, card, moment, paragraph, strong, text, toned } from './kernel/card.ts'
import { minutes } from './kernel/time.ts'
import { closeTold } from './platforms/resume.ts'

const LOOK_MS = 10_000
/** A job may take its time; three turns and some minutes without one is no accident. */
const TURNS = 3
const LEAST_MINUTES = 5

/** Clicks that are this old and not in the database; a door that was closed at so many looks in a row. */
const CLICKS_MS = 40_000
const LOOKS = 3

type Late = { job: string; about: string; since: Date }

/** What works in this process alone: its doors, and the loop that stores clicks. Each look counts how often a door was found closed. */
export function watchHere(app: Pick<App, 'platforms' | 'clock'>, clicks?: Pick<Clicks, 'shipper'>): () => Late[] {
  const closed = new Map<string, { looks: number; since: Date }>()
  return () => {
    const now = app.clock()
    const late: Late[] = []
    for (const { name, health } of [...app.platforms.values()].map((door) => ({ name: door.name, health: door.health() }))) {
      if (health.ok) closed.delete(name)
      else {
        const before = closed.get(name) ?? { looks: 0, since: now }
        closed.set(name, { ...before, looks: before.looks + 1 })
        if (before.looks + 1 >= LOOKS) late.push({ job: name, about: `The door says: ${health.words}`, since: before.since })
      }
    }
    const lagMs = clicks?.shipper.stats().lagMs ?? 0
    if (lagMs > CLICKS_MS)
      late.push({ job: 'clicks', about: 'Stores clicks; they wait on the disk', since: new Date(now.getTime() - lagMs) })
    return late
  }
}

/** When each job last ran anywhere. */
export const ticksOf = (app: Pick<App, 'database'>): Promise<{ name: string; at: Date }[]> =>
  app.database.beside('SELECT name, at FROM "Tick"')

/** Recurring jobs that have not rung for too long. A job that never rang counts from `started`. */
async function lateJobs(app: App, started: Date): Promise<Late[]> {
  const now = app.clock()
  const ticks = new Map((await ticksOf(app)).map(({ name, at }) => [name, at]))
  return [...app.jobs.values()].flatMap((job) => {
    if (job.everySeconds === undefined) return []
    const last = ticks.get(job.name)
    const since = last !== undefined && last > started ? last : started
    const usual = Math.max(LEAST_MINUTES, (TURNS * job.everySeconds) / 60)
    const patience = job.alarmSeconds === undefined ? usual : job.alarmSeconds / 60
    return minutes(since, patience) < now ? [{ job: job.name, about: job.about, since }] : []
  })
}

/** Looks once: mends the bell, tells the managers of every program what stands still, and carries that out by itself. */
export async function watchOnce(app: App, started: Date, known: Map<string, Date>, here: () => Late[] = () => []): Promise<void> {
  const late = [...(await lateJobs(app, started)), ...here()]
  const back = [...known.keys()].filter((job) => late.every((one) => one.job !== job))
  const fresh = late.filter(({ job }) => !known.has(job))
  if (late.length > 0) {
    await app.bell?.mend()
    app.log.error({ jobs: late.map(({ job }) => job) }, 'recurring work stands still')
  }
  if (fresh.length === 0 && back.length === 0) return
  for (const programId of await app.programs()) {
    await app.within(programId, async (ctx) => {
      for (const one of fresh) await ctx.show({ channel: 'managers' }, keyOf(one.job, one.since), lateCard(one))
      for (const job of back) await ctx.show({ channel: 'managers' }, keyOf(job, known.get(job)!), backCard(job, known.get(job)!))
    })
  }
  for (const job of back) known.delete(job)
  for (const one of fresh) known.set(one.job, one.since)
  // What carries posts may be what stands still.
  await app.runJob('deliver')
}

const keyOf = (job: string, since: Date): string => `watch:${job}:${since.toISOString()}`

const lateCard = ({ job, about, since }: Late): Card =>
  toned(
    'bad',
    card(
      'Something stands still',
      paragraph(text`${strong(job)} has not worked since ${moment(since, 'full')}. ${about}.`),
      'Nothing is lost: it is made up for once it runs. Look whether the worker and its queue are up; npm run doctor says what is wrong.',
    ),
  )

const backCard = (job: string, since: Date): Card =>
  toned('good', card('It runs again', paragraph(text`${strong(job)} stood still from ${moment(since, 'full')} and runs again.`)))

/** Watches until `stop`; a process that works for others does. */
export function watch(app: App, clicks?: Clicks): () => void {
  const started = app.clock()
  const here = watchHere(app, clicks)
  const known = new Map<string, Date>()
  let busy = false
  const look = setInterval(() => {
    if (busy) return
    busy = true
    closeTold(app)
      .catch((err: unknown) => app.log.warn({ err }, 'what was told can not be written yet'))
      .then(() => watchOnce(app, started, known, here))
      .catch((err: unknown) => app.log.error({ err }, 'the watchdog could not look'))
      .finally(() => {
        busy = false
      })
  }, LOOK_MS)
  look.unref()
  return () => clearInterval(look)
}

/** How the story is told: through the product's own doors and services, each act at its own time. */
import { type App, atClock } from '../../src/app.ts'
import type { FileRef } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { openWebDoor } from '../../src/http/doors.ts'
import { must } from '../../src/kernel/refusal.ts'
import { nextLocal, type Range, type Rhythm } from '../../src/kernel/time.ts'
import { foldWaiting } from '../../src/messages/fold.ts'
import { MORNING } from '../../src/messages/rules.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import type { Member } from './people.ts'

export type Stage = {
  app: App
  programId: string
  /** Where the story ends: now. */
  end: Date
}

/** One thread of the story with a clock of its own; several may be told at once. */
export type Thread = Stage & {
  /** Moves this thread's clock. */
  at: (when: Date) => void
  /** Runs a command as a person does. What is refused is a mistake in the story; `nothingRefused` finds it. */
  ask: (who: Member, run: string, given?: Record<string, string | FileRef>) => Promise<void>
  /** A unit of work as the house itself. */
  within: <T>(work: (ctx: Context) => Promise<T>) => Promise<T>
}

export type Act = { at: Date; tell: (told: Thread) => Promise<void> }

export function thread({ app, programId, end }: Stage): Thread {
  let now = end
  // Its jobs work for this program alone.
  const past = { ...atClock(app, () => now), programs: async () => [programId] }
  return {
    app: past,
    programId,
    end,
    at(when) {
      must(when <= end, `the story ends at ${end.toISOString()}, before ${when.toISOString()}`)
      now = when
    },
    async ask({ user, name: userName }, run, given = {}) {
      const place = `${programId}:start-here`
      const eventId = past.newId('press', now)
      await dispatch(past, { platform: 'web', workspace: programId, place, user, userName, eventId, run, given, by: 'slash' })
    },
    within: (work) => past.within(programId, work),
  }
}

/** Told by itself every unit of work would be committed to the disk; a chapter is one transaction, short enough for a slow machine. */
const CHAPTER = 20
/** Nobody waits for a chapter but the start, which a busy machine may make long. */
const CHAPTER_MS = 120_000

/** A thread whose units of work are all part of one transaction. */
function together<T>(stage: Stage, work: (told: Thread) => Promise<T>): Promise<T> {
  const { app, programId } = stage
  return app.database.within(
    programId,
    (db) => {
      // One connection does one thing at a time, and some jobs start several at once.
      let before: Promise<unknown> = Promise.resolve()
      const inTurn = <R>(part: () => Promise<R>): Promise<R> => {
        const mine = before.then(part)
        before = mine.catch(() => undefined)
        return mine
      }
      const within: App['database']['within'] = (id, part) =>
        id === programId ? inTurn(() => part(db)) : app.database.within(id, part)
      const single: App['database']['single'] = (id, { text, values }) => within(id, (db) => db.$queryRawUnsafe(text, ...values))
      return work(thread({ ...stage, app: { ...app, database: { ...app.database, within, single } } }))
    },
    CHAPTER_MS,
  )
}

/** Tells acts in their order, a chapter at a time. */
export async function tellRow(stage: Stage, acts: readonly Act[], chapter = CHAPTER): Promise<void> {
  for (let from = 0; from < acts.length; from += chapter) {
    await together(stage, async (told) => {
      for (const act of acts.slice(from, from + chapter)) {
        told.at(act.at)
        await act.tell(told)
      }
    })
  }
}

/**
 * Tells rows of acts side by side. Until a chapter is over the others do not see it, so what several rows touch belongs into one. The
 * `single` row may touch what the others do: it keeps no lock from one act to the next, so that no two rows wait for each other.
 */
export const sideBySide = async (stage: Stage, rows: readonly (readonly Act[])[], single: readonly Act[] = []): Promise<void> => {
  await Promise.all([...rows.map((row) => tellRow(stage, row)), tellRow(stage, single, 1)])
}

/** Throws when a command of the story was refused or broke. */
export async function nothingRefused({ app, programId }: Stage): Promise<void> {
  const where = { programId, outcome: { not: 'done' } }
  const refused = await app.database.within(programId, (db) => db.audit.findFirst({ where, orderBy: { at: 'asc' } }))
  must(!refused, `the demo's /${refused?.run} of ${refused?.at.toISOString()} ended as ${refused?.outcome}`)
}

/** Runs one of the jobs at the thread's time. */
export async function ring({ app }: Thread, job: string): Promise<void> {
  await app.jobs.get(job)!.run(app, {})
}

/**
 * Carries out what was said until then, each post at the time when it was last changed. What had to wait, for its reader had heard
 * something that day, is told in their next morning, before anything later.
 */
export async function deliver(stage: Stage, { from, to }: Range): Promise<void> {
  for (let told = from; ; ) {
    const morning = await nextMorning(stage, told, to)
    const times = await dueTimes(stage, morning ?? to)
    if (times.length > 0) await tellRow(stage, times.map(carrying))
    else if (!morning) return
    else {
      await tellRow(stage, [{ at: morning, tell: (then) => then.within(async (ctx) => void (await foldWaiting(ctx))) }])
      told = morning
    }
  }
}

const carrying = (at: Date): Act => ({
  at,
  async tell(told) {
    if (told.app.platforms.size === 0) openWebDoor(told.app, false)
    await ring(told, 'deliver')
  },
})

/** The first morning after `from`, where they live, of somebody to whom something is still to be said; none after `to`. */
async function nextMorning({ app, programId }: Stage, from: Date, to: Date): Promise<Date | undefined> {
  const rows = await app.database.within(
    programId,
    (db) => db.$queryRaw<{ zone: string | null; since: Date }[]>`
      SELECT m.zone, min(o."notBefore") AS since FROM "Outbox" o
      JOIN "Membership" m ON m."programId" = o."programId" AND o.audience = 'person:' || m."personId"
      WHERE o."programId" = ${programId} AND o.kind = 'post' AND o.payload->>'push' IS NOT NULL
        AND (o.state = 'held' OR o.state = 'due' AND o."notBefore" <= ${to}) GROUP BY 1`,
  )
  const mornings = rows.map(({ zone, since }) => nextLocal(daily, zone ?? 'Europe/Berlin', since > from ? since : from))
  return mornings.filter((at) => at <= to).sort((a, b) => a.getTime() - b.getTime())[0]
}

const daily: Rhythm = { every: 'day', at: MORNING }

async function dueTimes({ app, programId }: Stage, until: Date): Promise<Date[]> {
  const rows = await app.database.within(programId, (db) =>
    db.outbox.findMany({
      where: { programId, state: 'due', notBefore: { lte: until } },
      select: { notBefore: true },
      distinct: ['notBefore'],
      orderBy: { notBefore: 'asc' },
    }),
  )
  return rows.map((row) => row.notBefore)
}

/** The list dealt out to so many rows. */
export const deal = <T>(list: readonly T[], rows: number): T[][] =>
  Array.from({ length: rows }, (_, row) => list.filter((_one, i) => i % rows === row))

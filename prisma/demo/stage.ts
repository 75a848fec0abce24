/** How the story is told: through the product's own doors and services, each act at its own time. */
import { type App, atClock } from '../../src/app.ts'
import type { FileRef } from '../../src/command.ts'
import type { Context } from '../../src/context.ts'
import { openWebDoor } from '../../src/http/doors.ts'
import { must } from '../../src/kernel/refusal.ts'
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

/** `name` is part of the ids of its calls, so no two threads share one. */
export function thread({ app, programId, end }: Stage, name: string): Thread {
  let now = end
  let calls = 0
  const past = atClock(app, () => now)
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
      const eventId = `demo-${programId}-${name}-${++calls}`
      const call = { platform: 'web', workspace: programId, place, user, userName, eventId, run, given, by: 'slash' as const }
      await dispatch(past, call)
    },
    within: (work) => past.within(programId, work),
  }
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

/** Carries what was said out to the chat, each post at the time when it was last changed. */
export function postman(stage: Stage) {
  const told = thread(stage, 'post')
  openWebDoor(told.app, false)
  return {
    async deliver(until: Date): Promise<void> {
      for (let times = await dueTimes(told, until); times.length > 0; times = await dueTimes(told, until)) {
        for (const at of times) {
          told.at(at)
          await ring(told, 'deliver')
        }
      }
    },
    close: told.app.close,
  }
}

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

/** Tells what does not touch one another side by side, a few at a time, each row in its order. */
export async function sideBySide<T>(rows: readonly (readonly T[])[], tell: (one: T, row: number) => Promise<void>): Promise<void> {
  await Promise.all(
    rows.map(async (row, i) => {
      for (const one of row) await tell(one, i)
    }),
  )
}

/** The list dealt out to so many rows. */
export const deal = <T>(list: readonly T[], rows: number): T[][] =>
  Array.from({ length: rows }, (_, row) => list.filter((_one, i) => i % rows === row))

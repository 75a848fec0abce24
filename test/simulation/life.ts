/** One process of the house, which may be killed between any two of its effects, and a database that does one thing at a time. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from '../../src/db/client.ts'
import type { MessageRef, Platform, Post } from '../../src/platforms/platform.ts'
import type { ToldCalls } from '../../src/platforms/told.ts'

/** What ends everything a killed process still had in hand; nothing of the house may take it for an answer. */
export class Killed extends Error {}

export class Life {
  /** So many effects are left to it; undefined = it lives on. */
  left: number | undefined
  /** Where it was killed: "before commit 7". */
  killedAt: string | undefined
  private effects = 0

  constructor(left?: number) {
    this.left = left
  }

  /** A named point: the process may end here, and a dead one gets no further. */
  at(point: string): void {
    if (this.killedAt !== undefined) throw new Killed(this.killedAt)
    this.effects++
    if (this.left === undefined || this.effects < this.left) return
    this.killedAt = `${point} ${this.effects}`
    throw new Killed(this.killedAt)
  }
}

const inside = new AsyncLocalStorage<true>()

/** Lets transactions through one after the other, in the order they were asked for: only so the same seed finds the same rows. */
export function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    if (inside.getStore()) return work()
    const turn = last.then(() => inside.run(true, work))
    last = turn.catch(() => {})
    return turn
  }
}

/** The database as this process has it: killed before a commit nothing stays, killed after it nobody was told. */
export function databaseOf(base: Database, life: Life, line: ReturnType<typeof oneByOne>): Database {
  return {
    ...base,
    within: (programId, work) =>
      line(async () => {
        life.at('before begin')
        const result = await base.within(programId, async (db) => {
          const done = await work(db)
          life.at('before commit')
          return done
        })
        life.at('after commit')
        return result
      }),
    across: (work) => line(() => base.across(work)),
  }
}

/** What was told, as this process keeps it: a dead one has told nobody anything. */
export const toldOf = (base: ToldCalls, life: Life): ToldCalls => ({
  ...base,
  keep: async (told) => (life.killedAt === undefined ? base.keep(told) : undefined),
})

/** A door as this process has it: killed before a request nothing arrives, killed after it its answer is lost. */
export function doorOf(platform: Platform, life: Life): Platform {
  const around = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    life.at(`before ${what}`)
    const done = await work()
    life.at(`after ${what}`)
    return done
  }
  return {
    ...platform,
    post: (workspace, place, post: Post) => around('post', () => platform.post(workspace, place, post)),
    edit: (workspace, ref: MessageRef, post: Post) => around('edit', () => platform.edit(workspace, ref, post)),
    grant: (workspace, user, role, on) => around('grant', () => platform.grant(workspace, user, role, on)),
    prepare: (workspace, wanted) => around('prepare', () => platform.prepare(workspace, wanted)),
  }
}

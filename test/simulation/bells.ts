/** What is done without a chat: bells that ring, pages that are opened, each in a process that may end in the middle of it. */
import type { App } from '../../src/app.ts'
import { type House, idle } from './house.ts'
import { Killed } from './life.ts'

const MINUTE = 60_000

/** Does something on a page, in a process that may be killed meanwhile: then there is no answer. */
export async function attempt<T>(house: House, what: string, work: (app: App) => Promise<T>): Promise<T | undefined> {
  const life = house.life(4)
  try {
    const done = await work(house.process(life))
    if (life.killedAt === undefined) return done
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
  house.killed.push(`${what} ${life.killedAt}`)
  house.note(`killed ${what} ${life.killedAt}`)
  await idle()
  return undefined
}

/** Rings a job, in a process that may be killed meanwhile; true when it lived. */
export async function ring(house: House, job: string): Promise<boolean> {
  const life = house.life(job === 'deliver' || job === 'due' ? 60 : 14)
  try {
    await house.process(life).runJob(job)
  } catch (error) {
    if (life.killedAt === undefined) house.trouble.push({ what: `${job} threw`, error })
  }
  if (life.killedAt === undefined) return true
  house.killed.push(`${job} ${life.killedAt}`)
  house.note(`killed ${job} ${life.killedAt}`)
  await idle()
  return false
}

/** Rings the delivery until nothing is due any more, as its minute and its own rings would. */
export async function carry(house: House, rounds = 8): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const next = await nextDue(house)
    if (next === undefined) return
    if (next > house.time.ms) house.time.ms = Math.max(house.time.ms + house.dice.between(1_000, 20_000), next)
    const lived = await ring(house, 'deliver')
    // A lease of the dead lasts two minutes.
    if (!lived) house.time.ms += house.dice.between(121_000, 150_000)
  }
}

/** When something is to be done outside, within the next minute. */
async function nextDue({ app, programId, time }: House): Promise<number | undefined> {
  const soon = new Date(time.ms + MINUTE)
  const [row] = await app.database.within(
    programId,
    (db) => db.$queryRaw<{ at: Date | null }[]>`
      SELECT min(greatest("notBefore", "leasedTo")) AS at FROM "Outbox"
      WHERE state = 'due' AND greatest("notBefore", "leasedTo") <= ${soon}`,
  )
  return row?.at?.getTime()
}

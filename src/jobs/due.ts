import type { Context } from '../context.ts'
import { type JobContext, job } from '../job.ts'
import { due as ledger } from '../ledger/mature.ts'

/** What has come due, room by room; each says how much it did. */
const rooms: Record<string, (ctx: Context) => Promise<unknown>> = { ledger }

/** A room that always finds more would keep the others waiting. */
const ROUNDS = 100

export default job({
  about: 'Everything whose date has come, room by room: holds that end',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      for (const [room, due] of Object.entries(rooms)) {
        if (!(await sweep(app, programId, room, due))) failed.push(`${room} of ${programId}`)
      }
    }
    if (failed.length > 0) throw new Error(`What is due could not be done in ${failed.join(', ')}.`)
  },
})

/** One room in transactions of its own, so that a bad one does not stop the others. */
async function sweep(
  app: JobContext,
  programId: string,
  room: string,
  due: (ctx: Context) => Promise<unknown>,
): Promise<boolean> {
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const done = await app.within(programId, due)
      if (typeof done !== 'number' || done === 0) break
    }
    return true
  } catch (error) {
    app.log.error({ err: error, room, programId }, 'a room could not do what is due')
    return false
  }
}

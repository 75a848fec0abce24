import { removeBytes } from '../content/drop.ts'
import { type JobContext, job } from '../job.ts'
import { advance, bytesGone, bytesToGo, putBack } from '../privacy/erase.ts'

/** A room that always finds more would keep other programs waiting. */
const ROUNDS = 200

export default job({
  about: 'Forgets those who asked for it and whose day has come, room by room, and then their files',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      for (let round = 0; round < ROUNDS; round++) if (!(await step(app, programId))) break
      for (const { id, files } of await app.within(programId, bytesToGo)) {
        await removeBytes(app, files)
        await app.within(programId, (ctx) => bytesGone(ctx, id))
      }
    }
    app.ring('deliver')
  },
})

/** One step of one wish; false when there is none. */
async function step(app: JobContext, programId: string): Promise<boolean> {
  try {
    return (await app.within(programId, advance)) > 0
  } catch (err) {
    app.log.error({ err, programId }, 'somebody could not be forgotten; it is tried again in an hour')
    await app.within(programId, putBack)
    return true
  }
}

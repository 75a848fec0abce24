import { type JobContext, job } from '../job.ts'
import { reconcile } from '../recognition/badges.ts'
import { due as points } from '../rewards/points.ts'

export default job({
  about: 'Roles follow badges and tiers, visits become badges, and what was earned becomes points',
  everySeconds: 3_600,
  async run(app) {
    for (const programId of await app.programs()) {
      await alone(app, programId, () => app.within(programId, reconcile))
      await alone(app, programId, async () => {
        for (let more = true; more && !app.leaving(); ) more = (await app.within(programId, points)) > 0
      })
    }
  },
})

/** What cannot be done in a program keeps nothing else from being done. */
async function alone(app: JobContext, programId: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    app.log.error({ err: error, programId }, 'recognition could not be brought up to date')
  }
}

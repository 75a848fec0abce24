import { job } from '../job.ts'
import { reconcile } from '../recognition/badges.ts'
import { due as points } from '../rewards/points.ts'

export default job({
  about: 'Roles follow badges and tiers, visits become badges, and what was earned becomes points',
  everySeconds: 3_600,
  async run(app) {
    for (const programId of await app.programs()) {
      try {
        await app.within(programId, reconcile)
        for (let more = true; more && !app.leaving(); ) more = (await app.within(programId, points)) > 0
      } catch (error) {
        app.log.error({ err: error, programId }, 'recognition could not be brought up to date')
      }
    }
  },
})

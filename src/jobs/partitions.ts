import { job } from '../job.ts'
import { ensurePartitions } from '../links/partitions.ts'

export default job({
  about: 'Makes the months that clicks will fall into, ahead of time',
  everySeconds: 6 * 60 * 60,
  async run(app) {
    await ensurePartitions(app.database.owner, app.clock())
  },
})

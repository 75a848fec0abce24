import { tidySent, tidyUploads } from '../content/uploads.ts'
import { job } from '../job.ts'

export default job({
  about: 'Takes in large files that an interrupted process left, and clears pages whose time is over',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) await tidyUploads(app, programId)
    await tidySent(app.uploads, app.clock())
    app.ring('deliver')
  },
})

import { removeBytes } from '../content/drop.ts'
import { job } from '../job.ts'
import { erase } from '../shares/erase.ts'
import { adoptVideos } from '../shares/service.ts'

export default job({
  about: 'Gives large videos of customers to their entries, and deletes entries that are kept no longer',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      await app.within(programId, adoptVideos)
      await removeBytes(app, await app.within(programId, erase))
    }
    app.ring('deliver')
  },
})

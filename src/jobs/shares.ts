import { job } from '../job.ts'
import { erase } from '../shares/erase.ts'
import { adoptVideos } from '../shares/service.ts'

export default job({
  about: 'Gives large videos of customers to their entries, and deletes entries that are kept no longer',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      await app.within(programId, adoptVideos)
      for (const sha256 of await app.within(programId, erase)) {
        // The same bytes may be somebody else's too, and then they stay.
        const { rowCount } = await app.database.owner.query('SELECT 1 FROM "File" WHERE sha256 = $1 LIMIT 1', [sha256])
        if (rowCount === 0) await app.media.remove(sha256)
      }
    }
    app.ring('deliver')
  },
})

import { job } from '../job.ts'
import { dropPictures } from '../moments/captures.ts'

export default job({
  about: 'Pictures of messages whose authors said no are deleted',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      for (const sha256 of await app.within(programId, dropPictures)) {
        // The same bytes may be somebody else's too, and then they stay.
        const { rowCount } = await app.database.owner.query('SELECT 1 FROM "File" WHERE sha256 = $1 LIMIT 1', [sha256])
        if (rowCount === 0) await app.media.remove(sha256)
      }
    }
  },
})

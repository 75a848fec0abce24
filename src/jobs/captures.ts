import { removeBytes } from '../content/drop.ts'
import { job } from '../job.ts'
import { dropPictures } from '../moments/captures.ts'

export default job({
  about: 'Pictures of messages whose authors said no are deleted',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      await removeBytes(app, await app.within(programId, dropPictures))
    }
  },
})

import { warnAbout } from '../content/near.ts'
import { lookAt, note, noteFailure, type Waiting, waiting } from '../content/watch.ts'
import { type JobContext, job } from '../job.ts'
import { showLooked } from '../shares/service.ts'

const BATCH = 10

export default job({
  about: 'Makes small pictures and posters of what came, and finds what was handed in before',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      for (let more = true; more; ) {
        const batch = await app.within(programId, (ctx) => waiting(ctx, BATCH))
        let done = 0
        for (const one of batch) done += (await take(app, programId, one)) ? 1 : 0
        // Where nothing could be done, trying again at once would only fail again.
        more = batch.length === BATCH && done > 0 && !app.leaving()
      }
    }
  },
})

/** One file: drawn without a transaction, then noted. True when it could be drawn. */
async function take(app: JobContext, programId: string, one: Waiting): Promise<boolean> {
  try {
    const seen = await lookAt(app.media, one)
    await app.within(programId, async (ctx) => {
      if (!(await note(ctx, app.media, one.file.id, seen))) return
      await warnAbout(ctx, one.file.id)
      await showLooked(ctx, one.file.id)
    })
    return true
  } catch (err) {
    app.log.warn({ err, file: one.file.id }, 'a picture could not be drawn small')
    await app.within(programId, (ctx) => noteFailure(ctx, one))
    return false
  }
}

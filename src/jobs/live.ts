import { claimLooks, planLooks, remindUnanswered, settleLook } from '../content/live.ts'
import { readLive } from '../content/live-page.ts'
import { askAboutStreams } from '../content/streams.ts'
import { type JobContext, job } from '../job.ts'

const BATCH = 10
/** A program with very many posts would keep the others waiting. */
const ROUNDS = 10

export default job({
  about: 'Looks whether what was posted says that it is advertising: when it is live, and again after seven days',
  everySeconds: 300,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) if (!(await look(app, programId))) failed.push(programId)
    if (failed.length > 0) throw new Error(`Posts could not be looked at in ${failed.join(', ')}.`)
  },
})

/** A program that cannot be looked at does not stop the others. */
async function look(app: JobContext, programId: string): Promise<boolean> {
  try {
    await app.within(programId, planLooks)
    await app.within(programId, remindUnanswered)
    await app.within(programId, askAboutStreams)
    for (let round = 0; round < ROUNDS; round++) {
      const looks = await app.within(programId, (ctx) => claimLooks(ctx, BATCH))
      // One after the other, and each page between two transactions: no site is asked in a burst, and no row is held while one answers.
      for (const one of looks) {
        const reading = await readLive(app.fetch, one.url)
        await app.within(programId, (ctx) => settleLook(ctx, one, reading))
      }
      if (looks.length < BATCH) break
    }
    return true
  } catch (err) {
    app.log.error({ err, programId }, 'posts of a program could not be looked at')
    return false
  }
}

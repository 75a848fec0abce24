import { type JobContext, job } from '../job.ts'
import { days } from '../kernel/time.ts'
import { retell } from '../orders/telling.ts'
import { ordersOfCases } from '../trust/queries.ts'
import { due, sweep } from '../trust/sweep.ts'

export default job({
  about: 'Looks for patterns in the last day of clicks and orders, and reminds managers of cases',
  everySeconds: 60 * 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) if (!(await look(app, programId))) failed.push(programId)
    if (failed.length > 0) throw new Error(`The last day could not be looked at in ${failed.join(', ')}.`)
  },
})

/** A program that cannot be looked at does not stop the others. */
async function look(app: JobContext, programId: string): Promise<boolean> {
  try {
    await sweep((work) => app.within(programId, work))
    await app.within(programId, due)
    // What is held or let go without a person at a command, by a rule or a bank, changes the posts of its sales here.
    await app.within(programId, async (ctx) => retell(ctx, await ordersOfCases(ctx, days(ctx.now, -1))))
    return true
  } catch (err) {
    app.log.error({ err, programId }, 'the signals of a program could not be looked for')
    return false
  }
}

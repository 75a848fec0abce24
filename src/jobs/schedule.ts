import { type JobContext, job } from '../job.ts'
import { ringNames, rings } from '../messages/rings.ts'
import { dueSchedules, dueTurn, takeTurn } from '../programs/schedule.ts'

export default job({
  about: 'Posts what is due by a schedule and moves it to its next ring',
  everySeconds: 30,
  async run(app) {
    for (const programId of await app.programs()) {
      for (const id of await app.within(programId, (ctx) => dueSchedules(ctx, ringNames))) await carryOut(app, programId, id)
    }
  },
})

/**
 * The turn and the post are one transaction: what fails stays due, and holds up no other schedule. What was missed before has one for each
 * piece, or months of it would never end in time.
 */
async function carryOut(app: JobContext, programId: string, id: string): Promise<void> {
  const made = (): Promise<boolean> =>
    app.within(programId, async (ctx) => {
      const turn = await dueTurn(ctx, id)
      return turn !== null && (await rings[turn.name]!.makeUp?.(ctx, turn.rings)) === true
    })
  try {
    while (await made());
    await app.within(programId, async (ctx) => {
      const turn = await takeTurn(ctx, id)
      if (turn) await rings[turn.name]!.due(ctx, turn.rings)
    })
  } catch (err) {
    app.log.error({ err, schedule: id, program: programId }, 'a schedule could not be carried out and stays due')
  }
}

import { rollDays } from '../insight/roll.ts'
import { job } from '../job.ts'

const TURN_MS = 2_000
const REST_MS = 3_000

export default job({
  about: 'Counts days that are over once, so that figures of months are sums of days',
  everySeconds: 300,
  async run(app) {
    let left = 0
    for (const programId of await app.programs()) {
      try {
        const turn = await rollDays((work) => app.within(programId, work), TURN_MS)
        if (turn.counted > 0) left += turn.left
      } catch (error) {
        app.log.error({ err: error, programId }, 'days could not be counted')
      }
    }
    // A program that comes with years of orders is done within the hour; who works meanwhile has the machine in between.
    if (left > 0) app.ring('days', {}, REST_MS)
  },
})

import { job } from '../job.ts'
import { remind } from '../payouts/remind.ts'

export default job({
  about: 'Tells finance on payday, once, who can be paid; later where that was missed, or a full batch left some over',
  everySeconds: 600,
  async run(app) {
    for (const programId of await app.programs()) {
      try {
        await app.within(programId, (ctx) => remind(ctx))
      } catch (err) {
        app.log.error({ err, program: programId }, 'finance could not be told that it is payday')
      }
    }
  },
})

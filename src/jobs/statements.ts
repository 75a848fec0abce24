import { type JobContext, job } from '../job.ts'
import { closedMonths } from '../ledger/close.ts'
import { unbilled } from '../ledger/statement.ts'
import { giveInvoice } from '../payouts/billing.ts'

/** Each makes two files, and all are made in one transaction, which has its time limit. */
const AT_ONCE = 10

export default job({
  about: 'Writes the invoices of a month that was closed, for creators who agreed to that, and gives each to its creator',
  everySeconds: 60 * 60,
  async run(app) {
    for (const programId of await app.programs()) while (!app.leaving() && (await some(app, programId)));
  },
})

/** The next few that are missing, the oldest month first; false when there are none. */
const some = (app: JobContext, programId: string): Promise<boolean> =>
  app.within(programId, async (ctx) => {
    for (const month of await closedMonths(ctx)) {
      const waiting = await unbilled(ctx, month, AT_ONCE)
      for (const creatorId of waiting) await giveInvoice(ctx, creatorId, month)
      if (waiting.length > 0) return true
    }
    return false
  })

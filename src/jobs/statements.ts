import { type JobContext, job } from '../job.ts'
import { lastClose } from '../ledger/close.ts'
import { unbilled } from '../ledger/statement.ts'
import { giveInvoice } from '../payouts/billing.ts'

/** Each makes two files, and all are made in one transaction, which has its time limit. */
const AT_ONCE = 10

export default job({
  about: 'Writes the invoices of a month that was closed, for creators who agreed to that, and gives each to its creator',
  everySeconds: 60 * 60,
  async run(app) {
    for (const programId of await app.programs()) while (await some(app, programId));
  },
})

/** The next few that are missing; false when there are none. */
const some = (app: JobContext, programId: string): Promise<boolean> =>
  app.within(programId, async (ctx) => {
    const last = await lastClose(ctx)
    const waiting = last ? await unbilled(ctx, last.month, AT_ONCE) : []
    for (const creatorId of waiting) await giveInvoice(ctx, creatorId, last!.month)
    return waiting.length > 0
  })

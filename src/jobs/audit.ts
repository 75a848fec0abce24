import type { Context } from '../context.ts'
import { job } from '../job.ts'
import { sha256 } from '../kernel/signature.ts'
import { type Break, breaks } from '../ledger/audit.ts'
import { breakCard } from '../ledger/cards-books.ts'
import { audit as orders } from '../orders/queries.ts'
import { audit as payouts } from '../payouts/audit.ts'

/** Rooms that say only which law is broken give no ids. */
const broken = async (ctx: Context): Promise<Break[]> => [
  ...(await breaks(ctx)),
  ...[...(await orders(ctx)), ...(await payouts(ctx))].map(
    (said): Break => ({ law: said.replace(/^\d+ /, ''), count: Number.parseInt(said, 10), ids: [] }),
  ),
]

export default job({
  about: 'Adds up the books of every program anew, and tells managers of each law that does not hold, once',
  everySeconds: 24 * 60 * 60,
  async run(app) {
    for (const programId of await app.programs()) {
      await app.within(programId, async (ctx) => {
        for (const one of await broken(ctx)) {
          app.log.error({ programId, ...one }, 'the books do not balance')
          // The same rows under the same law are the same news; a further row is news again.
          const key = `break:${sha256(JSON.stringify(one)).slice(0, 32)}`
          await ctx.show({ channel: 'managers' }, key, breakCard(one))
        }
      })
    }
  },
})

import type { Context } from '../context.ts'
import { type JobContext, job } from '../job.ts'
import { sha256 } from '../kernel/signature.ts'
import { minutes } from '../kernel/time.ts'
import { type Break, breaks } from '../ledger/audit.ts'
import { breakCard } from '../ledger/cards-books.ts'
import type { Log } from '../log.ts'
import { audit as orders } from '../orders/queries.ts'
import { audit as payouts } from '../payouts/audit.ts'
import { audit as boards } from '../recognition/audit.ts'

type Audit = (ctx: Context) => Promise<Break[]>

/** Rooms that say only which law is broken give no ids. */
const plain =
  (audit: (ctx: Context) => Promise<string[]>): Audit =>
  async (ctx) =>
    (await audit(ctx)).map((said) => ({ law: said.replace(/^\d+ /, ''), count: Number.parseInt(said, 10), ids: [] }))

/** Each in a unit of work of its own, for with years behind it a program takes a while to add up. */
const audits: Audit[] = [breaks, plain(orders), plain(payouts), plain(boards)]

/** A quick look is taken each minute; one that takes its time rests a hundred times as long. */
const QUICK_MS = 500
const REST = 100
const restsUntil = new Map<string, Date>()

async function look(ctx: Context, audit: Audit, log: Log): Promise<void> {
  for (const one of await audit(ctx)) {
    log.error({ programId: ctx.program.id, ...one }, 'the books do not balance')
    // The same rows under the same law are the same news; a further row is news again.
    const key = `break:${sha256(JSON.stringify(one)).slice(0, 32)}`
    await ctx.show({ channel: 'managers' }, key, breakCard(one))
  }
}

/** An audit that cannot be done, as where a program has outgrown the time of a transaction, stops neither the others nor other programs. */
async function lookAll(app: JobContext, programId: string): Promise<boolean> {
  let whole = true
  for (const audit of audits) {
    try {
      await app.within(programId, (ctx) => look(ctx, audit, app.log))
    } catch (err) {
      app.log.error({ err, programId }, 'the books could not be added up')
      whole = false
    }
  }
  return whole
}

export default job({
  about: 'Adds up the books of every program anew, and tells managers of each law that does not hold, once',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      if ((restsUntil.get(programId) ?? app.clock()) > app.clock()) continue
      const began = performance.now()
      if (!(await lookAll(app, programId))) failed.push(programId)
      const tookMs = performance.now() - began
      if (tookMs > QUICK_MS) restsUntil.set(programId, minutes(app.clock(), (REST * tookMs) / 60_000))
    }
    if (failed.length > 0) throw new Error(`The books could not be added up in ${failed.join(', ')}.`)
  },
})

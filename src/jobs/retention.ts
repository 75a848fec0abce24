import { leftovers, removeBytes } from '../content/drop.ts'
import { job } from '../job.ts'
import { dropFarewells } from '../privacy/hall.ts'
import { dropInvoices, dropLapsed, dropLists, dropSheets, trimClicks } from '../privacy/retention.ts'

/** A program with very many clicks goes on in the next night. */
const ROUNDS = 1_000

export default job({
  about: 'Takes away what is kept no longer: who clicked, after 90 days; content and invoices of those who were forgotten',
  everySeconds: 24 * 60 * 60,
  async run(app) {
    const gone: string[] = []
    for (const programId of await app.programs()) {
      for (let round = 0; round < ROUNDS; round++) if ((await app.within(programId, trimClicks)) === 0) break
      await app.within(programId, dropFarewells)
      await app.within(programId, async (ctx) => {
        for (const drop of [dropLapsed, dropInvoices, dropLists]) await drop(ctx)
        await dropSheets(ctx)
      })
      gone.push(...(await app.within(programId, leftovers)))
    }
    await removeBytes(app, gone)
  },
})

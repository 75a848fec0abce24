import { leftovers, removeBytes } from '../content/drop.ts'
import { type JobContext, job } from '../job.ts'
import { dropFarewells } from '../privacy/hall.ts'
import { dropHeard, dropInvoices, dropLapsed, dropLists, dropSheets, trimClicks } from '../privacy/retention.ts'

/** A program with very many clicks goes on in the next night. */
const ROUNDS = 1_000

export default job({
  about:
    'Takes away what is kept no longer: who clicked, after 90 days; raw bodies and calls; content and invoices of those who were forgotten',
  everySeconds: 24 * 60 * 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) if (!(await tidy(app, programId))) failed.push(programId)
    if (failed.length > 0) throw new Error(`What is kept no longer could not be taken away in ${failed.join(', ')}.`)
  },
})

/** A program, or a part of one, that cannot be looked through stops nothing else. */
async function tidy(app: JobContext, programId: string): Promise<boolean> {
  let whole = true
  for (const part of [dropOld, trimAll, dropAllHeard])
    try {
      await part(app, programId)
    } catch (err) {
      app.log.error({ err, programId }, 'what is kept no longer could not be taken away')
      whole = false
    }
  return whole
}

async function dropOld(app: JobContext, programId: string): Promise<void> {
  await app.within(programId, dropFarewells)
  await app.within(programId, async (ctx) => {
    for (const drop of [dropLapsed, dropInvoices, dropLists]) await drop(ctx)
    await dropSheets(ctx)
  })
  await removeBytes(app, await app.within(programId, leftovers))
}

async function trimAll(app: JobContext, programId: string): Promise<void> {
  let from = await app.within(programId, (ctx) => trimClicks(ctx))
  for (let round = 0; from && round < ROUNDS; round++) from = await app.within(programId, (ctx) => trimClicks(ctx, from))
}

async function dropAllHeard(app: JobContext, programId: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++)
    if ((await app.within(programId, (ctx) => dropHeard(ctx, { lately: false }))) === 0) break
}

import { type JobContext, job } from '../job.ts'
import { Refusal } from '../kernel/refusal.ts'
import { finishImport, readImport, skipRow, takeBatch } from '../orders/import.ts'
import type { Reading } from '../orders/rules-import.ts'

const BATCH = 500

export default job({
  about: 'Takes in the files of orders that were confirmed, batch by batch',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      const running = await app.within(programId, (ctx) =>
        ctx.db.import.findMany({ where: { programId, state: 'running' }, orderBy: { id: 'asc' } }),
      )
      for (const one of running) {
        try {
          const reading = await app.within(programId, (ctx) => readImport(ctx, one.fileId, one.source))
          while (await takeNext(app, programId, one.id, reading)) app.ring('deliver')
          await app.within(programId, (ctx) => finishImport(ctx, one.id, reading))
          app.ring('deliver')
        } catch (error) {
          // A bad one does not stop the others; it is taken up again at the next bell.
          app.log.error({ err: error, import: one.id, programId }, 'an import stopped')
          failed.push(one.id)
        }
      }
    }
    if (failed.length > 0) throw new Error(`Imports stopped: ${failed.join(', ')}.`)
  },
})

/** A batch in one transaction; where one of its rows breaks it, the rows go one by one and that row is left out with its reason. */
async function takeNext(app: JobContext, programId: string, importId: string, reading: Reading): Promise<boolean> {
  try {
    return (await app.within(programId, (ctx) => takeBatch(ctx, importId, reading, BATCH))) > 0
  } catch (error) {
    if (!(error instanceof Refusal)) app.log.warn({ err: error, import: importId }, 'a batch of an import goes row by row')
  }
  for (let n = 0; n < BATCH; n++) {
    try {
      if ((await app.within(programId, (ctx) => takeBatch(ctx, importId, reading, 1))) === 0) return false
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      await app.within(programId, (ctx) => skipRow(ctx, importId, reading, error.sentence))
    }
  }
  return true
}

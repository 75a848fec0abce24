import { type JobContext, job } from '../job.ts'
import { Refusal } from '../kernel/refusal.ts'
import { finishImport, openImport, skipRow, takeBatch } from '../orders/import.ts'
import { forgetOldFiles } from '../orders/import-files.ts'
import type { Reading } from '../orders/rules-import.ts'

const BATCH = 1_000

export default job({
  about: 'Takes in the files of orders that were confirmed, batch by batch, and forgets old ones',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      await forget(app, programId)
      const running = await app.within(programId, (ctx) =>
        ctx.db.import.findMany({ where: { programId, state: 'running' }, orderBy: { id: 'asc' } }),
      )
      for (const one of running) {
        try {
          const reading = await app.within(programId, (ctx) => openImport(ctx, one))
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

/** Lists whose week is over. The same bytes may be another program's too, and then they stay. */
async function forget(app: JobContext, programId: string): Promise<void> {
  const gone = await app.within(programId, forgetOldFiles)
  for (const sha256 of gone) {
    const { rowCount } = await app.database.owner.query('SELECT 1 FROM "File" WHERE sha256 = $1 LIMIT 1', [sha256])
    if (rowCount === 0) await app.media.remove(sha256)
  }
}

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

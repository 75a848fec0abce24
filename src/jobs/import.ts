import { removeBytes } from '../content/drop.ts'
import type { Import } from '../db/generated/client.ts'
import { type JobContext, job } from '../job.ts'
import { Refusal } from '../kernel/refusal.ts'
import { finishImport, reportFile, skipRow, takeBatch, takenOf } from '../orders/import.ts'
import { forgetOldFiles } from '../orders/import-files.ts'
import { knownIn } from '../orders/import-known.ts'
import { SLICE, showPreview, showUnreadable, strangersIn, unhashed } from '../orders/import-plan.ts'
import { readImport } from '../orders/import-read.ts'
import type { Reading } from '../orders/rules-import.ts'
import { watchful } from '../trust/persons.ts'

const BATCH = 1_000

export default job({
  about: 'Reads long files of orders for their preview, takes in those that were confirmed, batch by batch, and forgets old ones',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      await removeBytes(app, await app.within(programId, forgetOldFiles))
      const open = await app.within(programId, (ctx) =>
        ctx.db.import.findMany({ where: { programId, state: { in: ['reading', 'running'] } }, orderBy: { id: 'asc' } }),
      )
      for (const one of open) {
        try {
          if (one.state === 'reading') await preview(app, programId, one)
          else await takeAll(app, programId, one)
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

/** What reads a file needs of the program; reading it takes longer than a transaction may. */
const ground = (app: JobContext, programId: string, { fileId }: Import) =>
  app.within(programId, async (ctx) => ({ bytes: (await ctx.read(fileId)).bytes, zone: ctx.program.zone, hash: ctx.hash }))

/** Reads a long file, looks up slice by slice what is here already, and shows what its import would do. */
async function preview(app: JobContext, programId: string, one: Import): Promise<void> {
  try {
    const { bytes, zone } = await ground(app, programId, one)
    const reading = readImport(bytes, { zone, source: one.source, hash: unhashed })
    const source = reading.source ?? one.source
    let known = 0
    for (let from = 0; from < reading.rows.length; from += SLICE) {
      const slice = reading.rows.slice(from, from + SLICE)
      const here = await app.within(programId, (ctx) => knownIn(ctx, source, slice))
      known += here.known
      for (const remark of here.remarks) reading.remarks.push(remark)
    }
    const report = reading.problems.length + reading.remarks.length > 0 ? reportFile([], reading) : undefined
    await app.within(programId, async (ctx) => {
      const strangers = await strangersIn(ctx, source, reading)
      await showPreview(ctx, one, { source, reading, known, strangers }, report)
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await app.within(programId, (ctx) => showUnreadable(ctx, one, error))
  }
}

/** Takes in what is left of an import and closes it; addresses that exist for minutes are remembered by their hashes. */
async function takeAll(app: JobContext, programId: string, one: Import): Promise<void> {
  const { bytes, zone, hash } = await ground(app, programId, one)
  const eyes = watchful({ hash })
  const reading = readImport(bytes, { zone, source: one.source, hash: eyes.hash })
  await app.within(programId, eyes.keep)
  while (await takeNext(app, programId, one.id, reading)) {
    app.ring('deliver')
    if (app.leaving()) return
  }
  const taken = await app.within(programId, (ctx) => takenOf(ctx, one.id))
  const report = reportFile(taken, reading)
  await app.within(programId, (ctx) => finishImport(ctx, one.id, reading, report))
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

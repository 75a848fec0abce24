// A file of orders comes in. Nothing is written before it was previewed and confirmed; then a job takes it batch by batch, each in one
// transaction with the mark of how far it is, so a process that dies loses nothing and counts nothing twice.
import type { Context } from '../context.ts'
import type { Import } from '../db/generated/client.ts'
import { csvFile } from '../kernel/csv.ts'
import type { OrderFact } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { holdFile } from '../programs/files.ts'
import { recordMany } from './bulk.ts'
import { importDoneCard, importProgressCard } from './cards-import.ts'
import { hereOf, underNames } from './import-known.ts'
import { importRow, quickly, unhashed } from './import-plan.ts'
import { readImport } from './import-read.ts'
import { sameOrder } from './names.ts'
import { giveBack } from './returns.ts'
import type { Finding, ImportRow, Reading } from './rules-import.ts'
import { sayOutcome, type Taken, unmatched } from './rules-import-report.ts'
import type { Outcome } from './settle.ts'

/**
 * Begins what was previewed; the same file pressed twice is one import while it runs. Of a long file what its preview said is believed:
 * to read it again would take longer than a transaction may.
 */
export async function beginImport(ctx: Context, file: { id: string; name: string }, wanted: string): Promise<Import> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`import ${ctx.program.id}`}, 0))`
  await holdFile(ctx, file.id)
  const programId = ctx.program.id
  const mine = { programId, fileId: file.id }
  const running = await ctx.db.import.findFirst({ where: { ...mine, state: 'running' } })
  if (running) return running
  const source = { in: [wanted, 'amazon'] }
  const seen = await ctx.db.import.findFirst({
    where: { ...mine, source, state: { in: ['shown', 'done'] } },
    orderBy: { id: 'desc' },
  })
  const begun = seen ? await goOn(ctx, seen) : await beginUnseen(ctx, file, wanted)
  await ctx.show({ person: begun.personId }, `import:${begun.id}`, importProgressCard(begun))
  ctx.ring('import', { import: begun.id })
  return begun
}

/** What was previewed, or was taken in before, as an import that runs. */
async function goOn(ctx: Context, seen: Import): Promise<Import> {
  if (seen.rows === 0) throw nothingIn()
  if (seen.state === 'shown') return ctx.db.import.update({ where: { id: seen.id }, data: { state: 'running', reportId: null } })
  const { fileId: id, name, source, rows } = seen
  return ctx.db.import.create({ data: { ...importRow(ctx, { id, name }, source), state: 'running', rows } })
}

async function beginUnseen(ctx: Context, file: { id: string; name: string }, wanted: string): Promise<Import> {
  const { bytes } = await ctx.read(file.id)
  if (!quickly(bytes))
    throw new Refusal('conflict', 'This file was not previewed.', 'Upload it again with /order import.', 'file')
  const reading = readImport(bytes, { zone: ctx.program.zone, source: wanted, hash: unhashed })
  if (reading.rows.length === 0) throw nothingIn()
  const source = reading.source ?? wanted
  return ctx.db.import.create({ data: { ...importRow(ctx, file, source), state: 'running', rows: reading.rows.length } })
}

const nothingIn = () =>
  new Refusal('invalid', 'No row of the file can be imported.', 'Mend the rows and upload it again.', 'file')

/** An import as it stands, held until the transaction ends; undefined when another worker has it or it is done. */
async function held(ctx: Context, importId: string): Promise<Import | undefined> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Import" WHERE id = ${importId} AND "programId" = ${ctx.program.id} AND state = 'running' FOR UPDATE SKIP LOCKED`
  return rows.length === 0 ? undefined : ctx.db.import.findUniqueOrThrow({ where: { id: importId } })
}

/** Where it is over: an update of Troupe may read fewer rows in a file than were counted when it was previewed. */
const endOf = ({ rows }: Import, reading: Reading): number => Math.min(rows, reading.rows.length)

/** Takes in the next rows; gives how many, 0 when none is left for this worker. */
export async function takeBatch(ctx: Context, importId: string, reading: Reading, most: number): Promise<number> {
  const one = await held(ctx, importId)
  if (!one || one.next >= endOf(one, reading)) return 0
  const rows = await underNames(ctx, one.source, reading.rows.slice(one.next, one.next + most))
  const here = await hereOf(ctx, one.source, rows)
  const fresh = rows.filter((row) => !here.settled(row))
  const told = await takeRows(ctx, one.source, fresh)
  const outcomes = new Map(fresh.map((row, i) => [row, told[i]]))
  const names = await namesIn(ctx, told)
  const taken = rows.map((row): Taken => {
    const said = { line: row.line, what: row.what }
    const did = outcomes.has(row) ? outcomes.get(row) : []
    if (did === undefined) return { ...said, ...unmatched }
    const whose = did.find((outcome) => 'creatorId' in outcome)
    const creator = whose && 'creatorId' in whose ? (names.get(whose.creatorId) ?? '') : ''
    return { ...said, ...sayOutcome(did, { creator, known: here.has(row), fact: 'fact' in row ? row.fact : undefined }) }
  })
  await keep(ctx, one, taken)
  return rows.length
}

/** What became of each row; undefined for what was sent back and never bought. Facts come first, returns look for them. */
async function takeRows(ctx: Context, source: string, rows: ImportRow[]): Promise<(Outcome[] | undefined)[]> {
  const facts: OrderFact[] = []
  for (const row of rows) {
    if (!('fact' in row)) continue
    facts.push(row.names ? { ...row.fact, orderId: (await sameOrder(ctx, source, row.names)).orderId } : row.fact)
  }
  const told = facts.length > 0 ? await recordMany(ctx, source, facts) : []
  const outcomes: (Outcome[] | undefined)[] = []
  let nth = 0
  for (const row of rows) outcomes.push('fact' in row ? told[nth++] : await giveBack(ctx, source, row.back))
  return outcomes
}

async function namesIn(ctx: Context, outcomes: (Outcome[] | undefined)[]): Promise<Map<string, string>> {
  const ids = outcomes.flatMap((told) => (told ?? []).flatMap((one) => ('creatorId' in one ? [one.creatorId] : [])))
  const rows = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  })
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** Puts one row aside that could not be taken in, with the reason, so that the others go on. */
export async function skipRow(ctx: Context, importId: string, reading: Reading, why: string): Promise<void> {
  const one = await held(ctx, importId)
  const row = one && reading.rows[one.next]
  if (row) await keep(ctx, one, [{ line: row.line, what: row.what, outcome: 'left out', says: why.slice(0, 300), fix: '' }])
}

async function keep(ctx: Context, one: Import, taken: Taken[]): Promise<void> {
  const counts = { ...(one.counts as Record<string, number>) }
  for (const { outcome } of taken) counts[outcome] = (counts[outcome] ?? 0) + 1
  await ctx.db.importPart.create({ data: { programId: ctx.program.id, importId: one.id, first: one.next, rows: taken } })
  const next = one.next + taken.length
  const now = await ctx.db.import.update({ where: { id: one.id }, data: { next, counts } })
  const twentieth = (n: number) => Math.floor((n * 20) / Math.max(1, one.rows))
  if (twentieth(next) > twentieth(one.next)) await ctx.show({ person: one.personId }, `import:${one.id}`, importProgressCard(now))
}

/** What became of the rows of an import so far, in the order of the file. */
export async function takenOf(ctx: Context, importId: string): Promise<Taken[]> {
  const where = { programId: ctx.program.id, importId }
  const parts = await ctx.db.importPart.findMany({ where, orderBy: { first: 'asc' } })
  return parts.flatMap((part) => part.rows as Taken[])
}

/** The row-by-row report as a file. */
export const reportFile = (taken: Taken[], reading: Pick<Reading, 'problems' | 'remarks'>): Uint8Array =>
  csvFile(reportHead, reportRows(taken, reading))

/** Closes an import whose rows are all behind: keeps its report and shows the card with its button. */
export async function finishImport(ctx: Context, importId: string, reading: Reading, file: Uint8Array): Promise<void> {
  const one = await held(ctx, importId)
  if (!one || one.next < endOf(one, reading)) return
  const report = await ctx.store(file, 'order-import-report.csv')
  const done = await ctx.db.import.update({
    where: { id: importId },
    data: {
      state: 'done',
      reportId: report.id,
      doneAt: ctx.now,
      counts: { ...(one.counts as object), ...leftOut(one, reading) },
    },
  })
  await ctx.db.importPart.deleteMany({ where: { programId: ctx.program.id, importId } })
  await ctx.show({ person: one.personId }, `import:${importId}`, importDoneCard(done))
}

const leftOut = (one: Import, { problems }: Reading): object => {
  const before = (one.counts as Record<string, number>)['left out'] ?? 0
  const wrong = new Set(problems.map((problem) => problem.line)).size
  return before + wrong > 0 ? { 'left out': before + wrong } : {}
}

const reportHead = ['line', 'order', 'outcome', 'what', 'field', 'fix']

/** Every row with what became of it, in the order of the file. */
function reportRows(taken: Taken[], { problems, remarks }: Pick<Reading, 'problems' | 'remarks'>): string[][] {
  const said = (outcome: string) => (one: Finding) => ({
    line: one.line,
    cells: [one.what, outcome, one.says, one.field, one.fix],
  })
  return [
    ...taken.map(({ line, what, outcome, says, fix }) => ({ line, cells: [what, outcome, says, '', fix] })),
    ...problems.map(said('left out')),
    ...remarks.map(said('remark')),
  ]
    .sort((a, b) => a.line - b.line)
    .map(({ line, cells }) => [String(line), ...cells])
}

/** An import of the program. Refusal not_found. */
export async function importOf(ctx: Context, importId: string): Promise<Import> {
  const one = await ctx.db.import.findFirst({ where: { id: importId, programId: ctx.program.id } })
  if (!one) throw new Refusal('not_found', 'This import does not exist.', 'Begin again with /order import.')
  return one
}

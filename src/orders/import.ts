// A file of orders comes in. Nothing is written before it was previewed and confirmed; then a job takes it batch by batch, each in one
// transaction with the mark of how far it is, so a process that dies loses nothing and counts nothing twice.
import type { Context } from '../context.ts'
import { readRecords } from '../creators/rules-import-file.ts'
import type { Import } from '../db/generated/client.ts'
import { csvFile } from '../kernel/csv.ts'
import type { OrderFact } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { watchful } from '../trust/persons.ts'
import { recordMany } from './bulk.ts'
import { importDoneCard, importProgressCard } from './cards-import.ts'
import { sameOrder } from './names.ts'
import { keysOfNetwork } from './network-keys.ts'
import { giveBack } from './returns.ts'
import { type Finding, type ImportRow, type Reading, readOrders } from './rules-import.ts'
import { isAmazon, readAmazon } from './rules-import-amazon.ts'
import { sayOutcome, type Taken, unmatched } from './rules-import-report.ts'
import type { Outcome } from './service.ts'

const MOST_ROWS = 100_000
const CHUNK = 5_000

/** The rows of an import that is about to be taken in; addresses that exist for minutes are remembered by their hashes. */
export async function openImport(ctx: Context, { fileId, source }: Pick<Import, 'fileId' | 'source'>): Promise<Reading> {
  const eyes = watchful(ctx)
  const reading = await readImport(ctx, fileId, source, eyes.hash)
  await eyes.keep()
  return reading
}

/** Whoever only looks at a list has no use for hashes of its shoppers. */
const unhashed = (): string => ''

/** The rows of a file, ours or Amazon's. Refusal('invalid') for what is no such list. */
export async function readImport(ctx: Context, fileId: string, source: string, hash = ctx.hash): Promise<Reading> {
  const { bytes } = await ctx.read(fileId)
  const sheet = readRecords(bytes, 5)
  if (sheet.length === 0) throw new Refusal('invalid', 'The file is empty.', 'Export it again.', 'file')
  if (sheet.length > MOST_ROWS)
    throw new Refusal('over_limit', `The file has ${sheet.length} rows.`, `Import at most ${MOST_ROWS} at a time.`, 'file')
  return isAmazon(sheet) ? readAmazon(sheet) : readOrders(sheet, { zone: ctx.program.zone, source, hash })
}

export type OrderPlan = {
  source: string
  reading: Reading
  /** How many of the orders and refunds are here already. */
  known: number
  /** Names that a network uses and nobody has, with how many rows each. */
  strangers: Map<string, number>
}

/** What an import of this file would do; nothing is written. */
export async function planOrders(ctx: Context, fileId: string, wanted: string): Promise<OrderPlan> {
  const reading = await readImport(ctx, fileId, wanted, unhashed)
  const source = reading.source ?? wanted
  const known = await knownOf(ctx, source, reading)
  const keys = await keysOfNetwork(ctx, source)
  const strangers = new Map<string, number>()
  for (const row of reading.rows) {
    const key = 'fact' in row && row.fact.type === 'order.placed' ? row.fact.mirror?.creatorKey : undefined
    if (key !== undefined && !keys.has(key)) strangers.set(key, (strangers.get(key) ?? 0) + 1)
  }
  return { source, reading, known, strangers }
}

/** The rows under the ids that their orders are kept under here, where a shop has several for one. */
async function underNames(ctx: Context, source: string, rows: ImportRow[]): Promise<ImportRow[]> {
  const names = rows.flatMap((row) => ('fact' in row ? (row.names ?? []) : []))
  if (names.length === 0) return rows
  const found = await ctx.db.orderName.findMany({ where: { programId: ctx.program.id, source, name: { in: names } } })
  const kept = new Map(found.map((row) => [row.name, row.orderExternalId]))
  return rows.map((row) => {
    const known = 'fact' in row ? row.names?.map((name) => kept.get(name)).find((id) => id !== undefined) : undefined
    return 'fact' in row && known !== undefined ? { ...row, fact: { ...row.fact, orderId: known } } : row
  })
}

/** Counts what is here already, and remarks on orders that are here with another amount: what is here stays. */
async function knownOf(ctx: Context, source: string, reading: Reading): Promise<number> {
  let known = 0
  for (let from = 0; from < reading.rows.length; from += CHUNK) {
    const rows = await underNames(ctx, source, reading.rows.slice(from, from + CHUNK))
    const here = await hereOf(ctx, source, rows)
    known += rows.filter(here.has).length
    reading.remarks.push(...rows.filter(here.differs).map(differs))
  }
  return known
}

/** Which of these rows are here already, by the ids of their orders and refunds. */
async function hereOf(ctx: Context, source: string, rows: ImportRow[]) {
  // One list each: thousands of parameters take a driver longer than the database.
  const given = (ids: (string | undefined)[]) => ids.filter((id) => id !== undefined)
  const programId = ctx.program.id
  const orders = await ctx.db.$queryRaw<{ externalId: string; base: bigint; currency: string; paidAt: Date | null }[]>`
    SELECT "externalId", base, currency, "paidAt" FROM "Order"
    WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ANY(${given(rows.map(orderIn))}::text[])`
  const refunds = await ctx.db.$queryRaw<{ externalId: string }[]>`
    SELECT "externalId" FROM "Refund"
    WHERE "programId" = ${programId} AND source = ${source} AND "externalId" = ANY(${given(rows.map(refundIn))}::text[])`
  const byId = new Map(orders.map((order) => [order.externalId, order]))
  const ids = new Set(refunds.map((refund) => refund.externalId))
  return {
    has: (row: ImportRow): boolean => byId.has(orderIn(row) ?? '') || ids.has(refundIn(row) ?? ''),
    /** Whether there is nothing new in it: not even that the order was paid. */
    settled: (row: ImportRow): boolean => {
      if (ids.has(refundIn(row) ?? '')) return true
      const order = byId.get(orderIn(row) ?? '')
      return (
        order !== undefined && (order.paidAt !== null || ('fact' in row && row.fact.type === 'order.placed' && !row.fact.paid))
      )
    },
    differs: (row: ImportRow): boolean => {
      const order = byId.get(orderIn(row) ?? '')
      if (!order || !('fact' in row) || row.fact.type !== 'order.placed') return false
      return order.currency !== row.fact.base.currency || order.base.toString() !== row.fact.base.minor
    },
  }
}

const orderIn = (row: ImportRow): string | undefined =>
  'fact' in row && (row.fact.type === 'order.placed' || row.fact.type === 'lead.qualified') ? row.fact.orderId : undefined
const refundIn = (row: ImportRow): string | undefined =>
  'back' in row ? row.back.id : row.fact.type === 'order.refunded' ? row.fact.refundId : undefined

const differs = ({ line, what }: ImportRow): Finding => ({
  line,
  what,
  field: 'base',
  says: 'It is here already with another amount.',
  fix: 'What is here stays. Tell what was given back as a refund.',
})

/** Begins what was previewed; the same file pressed twice is one import while it runs. */
export async function beginImport(ctx: Context, file: { id: string; name: string }, wanted: string): Promise<Import> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`import ${ctx.program.id}`}, 0))`
  const programId = ctx.program.id
  const running = await ctx.db.import.findFirst({ where: { programId, fileId: file.id, state: 'running' } })
  if (running) return running
  const reading = await readImport(ctx, file.id, wanted, unhashed)
  if (reading.rows.length === 0)
    throw new Refusal('invalid', 'No row of the file can be imported.', 'Mend the rows and upload it again.', 'file')
  const begun = await ctx.db.import.create({
    data: {
      id: ctx.id('import'),
      programId,
      personId: ctx.actor.personId,
      fileId: file.id,
      name: file.name.slice(0, 100),
      source: reading.source ?? wanted,
      state: 'running',
      rows: reading.rows.length,
      counts: {},
      createdAt: ctx.now,
    },
  })
  await ctx.show({ person: begun.personId }, `import:${begun.id}`, importProgressCard(begun))
  ctx.ring('import', { import: begun.id })
  return begun
}

/** An import as it stands, held until the transaction ends; undefined when another worker has it or it is done. */
async function held(ctx: Context, importId: string): Promise<Import | undefined> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Import" WHERE id = ${importId} AND "programId" = ${ctx.program.id} AND state = 'running' FOR UPDATE SKIP LOCKED`
  return rows.length === 0 ? undefined : ctx.db.import.findUniqueOrThrow({ where: { id: importId } })
}

/** Takes in the next rows; gives how many, 0 when none is left for this worker. */
export async function takeBatch(ctx: Context, importId: string, reading: Reading, most: number): Promise<number> {
  const one = await held(ctx, importId)
  if (!one || one.next >= one.rows) return 0
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

/** Closes an import whose rows are all behind: writes the row-by-row report and shows the card with its button. */
export async function finishImport(ctx: Context, importId: string, reading: Reading): Promise<void> {
  const one = await held(ctx, importId)
  if (!one || one.next < one.rows) return
  const where = { programId: ctx.program.id, importId }
  const parts = await ctx.db.importPart.findMany({ where, orderBy: { first: 'asc' } })
  const report = await ctx.store(
    csvFile(
      reportHead,
      reportRows(
        parts.flatMap((part) => part.rows as Taken[]),
        reading,
      ),
    ),
    'order-import-report.csv',
  )
  const done = await ctx.db.import.update({
    where: { id: importId },
    data: {
      state: 'done',
      reportId: report.id,
      doneAt: ctx.now,
      counts: { ...(one.counts as object), ...leftOut(one, reading) },
    },
  })
  await ctx.db.importPart.deleteMany({ where })
  await ctx.show({ person: one.personId }, `import:${importId}`, importDoneCard(done))
}

const leftOut = (one: Import, { problems }: Reading): object => {
  const before = (one.counts as Record<string, number>)['left out'] ?? 0
  const wrong = new Set(problems.map((problem) => problem.line)).size
  return before + wrong > 0 ? { 'left out': before + wrong } : {}
}

export const reportHead = ['line', 'order', 'outcome', 'what', 'field', 'fix']

/** Every row with what became of it, in the order of the file. */
export function reportRows(taken: Taken[], { problems, remarks }: Pick<Reading, 'problems' | 'remarks'>): string[][] {
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

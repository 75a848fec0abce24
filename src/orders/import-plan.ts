// What an import of a file would do. A short file is read while its card is waited for; a long one is read by the job, and the card that
// says so becomes the preview.
import type { Context } from '../context.ts'
import type { Import } from '../db/generated/client.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { holdFile } from '../programs/files.ts'
import { importPreviewCard, importReadingCard, importUnreadableCard } from './cards-import.ts'
import { knownIn } from './import-known.ts'
import { readImport } from './import-read.ts'
import { keysOfNetwork } from './network-keys.ts'
import type { Reading } from './rules-import.ts'

/** Some three thousand rows, which take less than a second on a slow day. */
const QUICK_BYTES = 256 * 1024
/** How many rows are looked up in one transaction. */
export const SLICE = 5_000

export const quickly = (bytes: Uint8Array): boolean => bytes.length <= QUICK_BYTES

/** Whoever only looks at a list has no use for hashes of its shoppers. */
export const unhashed = (): string => ''

export type OrderPlan = {
  source: string
  reading: Reading
  /** How many of the orders and refunds are here already. */
  known: number
  /** Names that a network uses and nobody has, with how many rows each. */
  strangers: Map<string, number>
}

/** What an import of a short file would do; nothing is written. */
export async function planOrders(ctx: Context, bytes: Uint8Array, wanted: string): Promise<OrderPlan> {
  const reading = readImport(bytes, { zone: ctx.program.zone, source: wanted, hash: unhashed })
  const source = reading.source ?? wanted
  const { known, remarks } = await knownIn(ctx, source, reading.rows)
  reading.remarks.push(...remarks)
  return { source, reading, known, strangers: await strangersIn(ctx, source, reading) }
}

/** Names of a network in the rows that nobody here has. */
export async function strangersIn(ctx: Context, source: string, { rows }: Reading): Promise<Map<string, number>> {
  const keys = await keysOfNetwork(ctx, source)
  const strangers = new Map<string, number>()
  for (const row of rows) {
    const key = 'fact' in row && row.fact.type === 'order.placed' ? row.fact.mirror?.creatorKey : undefined
    if (key !== undefined && !keys.has(key)) strangers.set(key, (strangers.get(key) ?? 0) + 1)
  }
  return strangers
}

/** A row for an import of this file by whoever acts. */
export const importRow = (ctx: Context, file: { id: string; name: string }, source: string) => ({
  id: ctx.id('import'),
  programId: ctx.program.id,
  personId: ctx.actor.personId,
  fileId: file.id,
  name: file.name.slice(0, 100),
  source,
  counts: {},
  createdAt: ctx.now,
})

/** Leaves a long file to the job; the same file asked for twice is read once. */
export async function askPreview(ctx: Context, file: { id: string; name: string }, wanted: string): Promise<Import> {
  await holdFile(ctx, file.id)
  const same = { programId: ctx.program.id, fileId: file.id, source: wanted, state: 'reading' }
  const one =
    (await ctx.db.import.findFirst({ where: same })) ??
    (await ctx.db.import.create({ data: { ...importRow(ctx, file, wanted), state: 'reading', rows: 0 } }))
  await ctx.show({ person: one.personId }, `import:${one.id}`, importReadingCard(one))
  ctx.ring('import', { import: one.id })
  return one
}

/** The preview of what the job has read, on the card that was waited for; `report` is its row-by-row report. */
export async function showPreview(ctx: Context, one: Import, plan: OrderPlan, report: Uint8Array | undefined): Promise<void> {
  const reportId = report && (await ctx.store(report, 'order-import-preview.csv')).id
  const { count } = await ctx.db.import.updateMany({
    where: { id: one.id, programId: ctx.program.id, state: 'reading' },
    data: { state: 'shown', source: plan.source, rows: plan.reading.rows.length, reportId: reportId ?? null },
  })
  if (count === 0) return
  const view = { file: one.fileId, name: one.name, wanted: one.source, ...(reportId ? { importId: one.id } : {}) }
  await ctx.show({ person: one.personId }, `import:${one.id}`, importPreviewCard(plan, view))
}

/** What cannot be read says so, with what helps. */
export async function showUnreadable(ctx: Context, one: Import, why: Refusal): Promise<void> {
  await ctx.db.import.updateMany({
    where: { id: one.id, programId: ctx.program.id, state: 'reading' },
    data: { state: 'done', doneAt: ctx.now },
  })
  await ctx.show({ person: one.personId }, `import:${one.id}`, importUnreadableCard(one.name, why))
}

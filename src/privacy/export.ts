import type { Context } from '../context.ts'
import { type Cell, csvFile } from '../kernel/csv.ts'
import type { Section } from '../kernel/personal.ts'
import { localDay } from '../kernel/time.ts'
import { everything, subjectOf } from './walk.ts'

/** Where a person opens their own export; whose it is says the session. */
export const EXPORT_PATH = '/privacy/export'

export type ExportFile = { name: string; bytes: Uint8Array }
export type Export = { name: string; files: ExportFile[]; media: { name: string; sha256: string }[] }

/** All that is kept about a person, as files: one JSON, a list for each subject, and what they handed in. */
export async function exportOf(ctx: Context, personId: string): Promise<Export> {
  const sections = await everything(ctx, await subjectOf(ctx, personId))
  const there = sections.filter(({ rows }) => rows.length > 0)
  const day = localDay(ctx.now, ctx.actor.zone)
  const all = {
    program: ctx.program.name,
    madeAt: ctx.now,
    data: there.map(({ name, about, until, fate, why, rows }) => ({ name, about, until, onErasure: fate, why, rows })),
  }
  return {
    name: `my-data-${day}.zip`,
    files: [
      { name: 'README.txt', bytes: Buffer.from(readme(ctx.program.name, there)) },
      { name: 'data.json', bytes: Buffer.from(`${JSON.stringify(all, plain, 2)}\n`) },
      ...there.map(({ name, rows }) => ({ name: `${fileName(name)}.csv`, bytes: listOf(rows) })),
    ],
    media: await mediaOf(ctx, there),
  }
}

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

const fileName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

const readme = (program: string, sections: readonly Section[]): string =>
  [
    `Everything that ${program} keeps about you.`,
    '',
    'data.json holds all of it; each list holds one subject; media holds your files. Amounts are in the smallest unit of their currency.',
    '',
    ...sections.map(({ name, about, until }) => `${name}: ${about}. Kept ${until}.`),
    '',
  ].join('\r\n')

/** Rows of several kinds are one list: every column that any of them has. */
function listOf(rows: readonly Record<string, unknown>[]): Uint8Array {
  const head = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) => column !== 'programId')
  return csvFile(
    head,
    rows.map((row) => head.map((column) => cellOf(row[column]))),
  )
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : JSON.stringify(value, plain)
}

async function mediaOf(ctx: Context, sections: readonly Section[]): Promise<Export['media']> {
  const ids = [...new Set(sections.flatMap(({ fileIds }) => fileIds ?? []).flatMap((id) => id ?? []))]
  const files = await ctx.db.file.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    orderBy: { createdAt: 'asc' },
  })
  // Two files may have the same name.
  return files.map(({ name, sha256 }, n) => ({
    name: `media/${String(n + 1).padStart(3, '0')}-${name.replace(/[^\p{L}\p{N}._-]/gu, '_')}`,
    sha256,
  }))
}

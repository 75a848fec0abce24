import type { Context } from '../context.ts'
import { type Cell, writeCsv } from '../kernel/csv.ts'
import { countOf, type Section, type Subject } from '../kernel/personal.ts'
import { localDay } from '../kernel/time.ts'
import { everything, pagesOf, subjectOf } from './walk.ts'

/** Where a person opens their own export; whose it is says the session. */
export const EXPORT_PATH = '/privacy/export'

/** Written part by part while it is read. */
export type ExportFile = { name: string; parts: () => AsyncIterable<string> }
export type Export = { name: string; files: ExportFile[]; media: { name: string; sha256: string }[] }

/** Runs a unit of work as the one whose data it is. */
type Unit = <T>(work: (ctx: Context) => Promise<T>) => Promise<T>

/**
 * All that is kept about a person, as files: one JSON, a list for each subject, and what they handed in. Of some things there are more
 * rows than one unit of work may take or a process can hold, so these are read page by page while their file is written.
 */
export async function exportOf(unit: Unit, personId: string): Promise<Export> {
  const { there, subject, program, day, madeAt, media } = await unit(async (ctx) => {
    const subject = await subjectOf(ctx, personId)
    const there = (await everything(ctx, subject)).filter((section) => countOf(section) > 0)
    const { name: program } = ctx.program
    return { there, subject, program, day: localDay(ctx.now, ctx.actor.zone), madeAt: ctx.now, media: await mediaOf(ctx, there) }
  })
  const lists = there.map((section) => ({ section, rows: (kinds?: boolean) => rowsOf(unit, subject, section, kinds) }))
  return {
    name: `my-data-${day}.zip`,
    files: [
      { name: 'README.txt', parts: () => once(readme(program, there)) },
      { name: 'data.json', parts: () => jsonOf({ program, madeAt }, lists) },
      ...lists.map(({ section, rows }) => ({ name: `${fileName(section.name)}.csv`, parts: () => listOf(rows) })),
    ],
    media,
  }
}

type Row = Record<string, unknown>
type Rows = (kinds?: boolean) => AsyncIterable<Row[]>

const PAGE = 2_000

async function* once(text: string): AsyncIterable<string> {
  yield text
}

/** The rows of a section, a page at a time; of each kind the first page alone where `kinds` are wanted. */
async function* rowsOf(unit: Unit, subject: Subject, { name, rows }: Section, kinds = false): AsyncIterable<Row[]> {
  if (rows.length > 0) yield rows
  for (const page of pagesOf[name] ?? [])
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after
      const next = await unit((ctx) => page(ctx, subject, from, PAGE))
      if (next.length > 0) yield next
      after = kinds || next.length < PAGE ? undefined : next.at(-1)?.id
    }
}

async function* jsonOf(head: object, lists: { section: Section; rows: Rows }[]): AsyncIterable<string> {
  yield `${JSON.stringify(head, plain, 2).slice(0, -2)},\n  "data": [`
  for (const [n, { section, rows }] of lists.entries()) {
    const { name, about, until, fate, why } = section
    const said = JSON.stringify({ name, about, until, onErasure: fate, why }).slice(0, -1)
    yield `${n === 0 ? '' : ','}\n    ${said},"rows":[`
    let begun = false
    for await (const page of rows()) {
      yield `${begun ? ',' : ''}\n      ${page.map((row) => JSON.stringify(row, plain)).join(',\n      ')}`
      begun = true
    }
    yield ']}'
  }
  yield '\n  ]\n}\n'
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
async function* listOf(rows: Rows): AsyncIterable<string> {
  const columns = new Set<string>()
  for await (const page of rows(true)) for (const row of page) for (const column of Object.keys(row)) columns.add(column)
  const head = [...columns].filter((column) => column !== 'programId')
  yield writeCsv([head])
  for await (const page of rows())
    yield writeCsv(
      page.map((row) => head.map((column) => cellOf(row[column]))),
      { mark: false },
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

/** Lists of numbers: one row for each post and day, found by its address or the id of its submission. Reading the same list again changes nothing. */
import { addressKey } from '../content/rules.ts'
import type { Context } from '../context.ts'
import { addressOf } from '../kernel/address.ts'
import { csvRows } from '../kernel/csv.ts'
import type { PostMeasured } from '../kernel/fact.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { type Measure, measures, type Numbers, readCount, unknown } from './rules.ts'
import { record } from './service.ts'

const MOST_ROWS = 1_000

const headings: Record<string, Measure | 'post' | 'day'> = {
  post: 'post',
  url: 'post',
  link: 'post',
  permalink: 'post',
  posturl: 'post',
  submission: 'post',
  date: 'day',
  day: 'day',
  views: 'views',
  plays: 'views',
  videoviews: 'views',
  impressions: 'views',
  likes: 'likes',
  comments: 'comments',
  shares: 'shares',
  saves: 'saves',
  saved: 'saves',
  reach: 'reach',
  accountsreached: 'reach',
  followers: 'followers',
}

const bare = (heading: string): string => heading.toLowerCase().replace(/[^a-z]/g, '')

export type Row = { line: number; post: string; day: string | undefined; numbers: Numbers }
export type Problem = { line: number; says: string }
export type Imported = { taken: number; paid: number; problems: Problem[]; ignored: string[] }

/** The rows of a list; throws Refusal invalid for what is none. */
export function readRows(text: string): { rows: Row[]; problems: Problem[]; ignored: string[] } {
  const [head, ...body] = csvRows(text)
  const columns = (head?.cells ?? []).map((heading) => headings[bare(heading)])
  if (!head || !columns.includes('post') || !columns.some((column) => (measures as readonly string[]).includes(column ?? '')))
    throw new Refusal(
      'invalid',
      'The list does not say which posts it is about, or has no numbers.',
      'Give it the headings post, date, views, likes, comments, shares, saves, reach and followers; those you have are enough.',
      'file',
    )
  if (body.length > MOST_ROWS)
    throw new Refusal('over_limit', `The list has ${body.length} rows.`, `Bring in at most ${MOST_ROWS} at a time.`, 'file')
  const problems: Problem[] = []
  const rows = body.flatMap(({ line, cells }): Row[] => {
    const cell = (column: string) => cells[columns.indexOf(column as Measure)]?.trim() || undefined
    try {
      const numbers = { ...unknown }
      for (const measure of measures) numbers[measure] = readCount(cell(measure), measure)
      return [{ line, post: cell('post') ?? '', day: dayIn(cell('day')), numbers }]
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      problems.push({ line, says: `${error.sentence} ${error.fix ?? ''}`.trim() })
      return []
    }
  })
  return { rows, problems, ignored: head.cells.filter((_, i) => columns[i] === undefined) }
}

/** What Instagram exports stands for the whole life of a post: as it is today. */
const dayIn = (typed: string | undefined): string | undefined => (typed?.toLowerCase() === 'lifetime' ? undefined : typed)

/** Takes in a list row by row. What can't be taken is named with its line; a bonus that a budget does not pay for leaves its row out. */
export async function importNumbers(ctx: Context, text: string): Promise<Imported> {
  const { rows, problems, ignored } = readRows(text)
  const ids = await submissionsAt(
    ctx,
    rows.map(({ post }) => post),
  )
  let taken = 0
  let paid = 0
  for (const row of rows) {
    const submissionId = ids.get(row.post)
    if (!submissionId) {
      problems.push({
        line: row.line,
        says: submissionId === null ? several().sentence : 'No approved content stands at this address.',
      })
      continue
    }
    try {
      // Nothing is written before the row is found good, and one that is refused leaves nothing behind.
      await ctx.db.$executeRaw`SAVEPOINT numbers`
      const done = await record(ctx, { submissionId, numbers: row.numbers, source: 'csv', day: row.day })
      await ctx.db.$executeRaw`RELEASE SAVEPOINT numbers`
      taken++
      if (done.paid && done.paid.minor > 0n) paid++
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      await ctx.db.$executeRaw`ROLLBACK TO SAVEPOINT numbers`
      problems.push({ line: row.line, says: error.sentence })
    }
  }
  return { taken, paid, problems: problems.sort((a, b) => a.line - b.line), ignored }
}

const several = (): Refusal =>
  new Refusal(
    'conflict',
    'Content of several creators is said to stand at this address.',
    'Look whose post it is, and give its numbers with /metrics add.',
  )

/** Takes in what a hook says of a post. Refusal, which parks it, while no approved content stands at the address, or that of several. */
export async function hear(ctx: Context, fact: PostMeasured): Promise<void> {
  const submissionId = (await submissionsAt(ctx, [fact.post])).get(fact.post)
  if (submissionId === null) throw several()
  if (!submissionId)
    throw new Refusal('not_found', 'No approved content stands at this address.', 'Press Retry once the post is approved.')
  const numbers = { ...unknown }
  for (const measure of measures) numbers[measure] = readCount(fact.counts[measure], measure)
  await record(ctx, { submissionId, numbers, source: 'hook', day: localDay(new Date(fact.at), ctx.program.zone) })
}

/**
 * Which approved submission each address or id means: its live address first, else the one it was handed in with. Null where several
 * creators say it of one address: anybody may name the post of somebody else, and its views are paid.
 */
async function submissionsAt(ctx: Context, posts: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await ctx.db.submission.findMany({
    where: { programId: ctx.program.id, state: { in: ['approved', 'live', 'measured'] } },
    select: { id: true, creatorId: true, url: true, liveUrl: true },
    orderBy: { submittedAt: 'asc' },
  })
  const byKey = new Map<string, { id: string; creatorId: string } | null>()
  const stands = (address: string | null, row: { id: string; creatorId: string }): void => {
    if (address === null) return
    const before = byKey.get(addressKey(address))
    byKey.set(addressKey(address), before === undefined || before?.creatorId === row.creatorId ? row : null)
  }
  for (const row of rows) stands(row.url, row)
  for (const row of rows) stands(row.liveUrl, row)
  const known = new Set(rows.map(({ id }) => id))
  const found = posts.flatMap((post): [string, string | null][] => {
    if (known.has(post)) return [[post, post]]
    const one = addressOf(post) ? byKey.get(addressKey(post)) : undefined
    return one === undefined ? [] : [[post, one === null ? null : one.id]]
  })
  return new Map(found)
}

// Boxes of a film, and its tracks beside picture, sound and words. Samples of a track lie among those of the picture; tables say where.
export type Span = { at: number; end: number }
export type Box = Span & { type: string; head: number }

/** Reads so many bytes from a place; fewer at the end. */
export type ReadAt = (at: number, length: number) => Promise<Buffer>

export async function boxAt(read: ReadAt, at: number, to: number): Promise<Box | undefined> {
  const start = await read(at, 16)
  if (start.length < 8) return undefined
  const short = start.readUInt32BE(0)
  if (short === 1 && start.length < 16) return undefined
  const head = short === 1 ? 16 : 8
  const length = short === 1 ? Number(start.readBigUInt64BE(8)) : short === 0 ? to - at : short
  const end = at + length
  return length >= head && end <= to ? { type: start.toString('latin1', 4, 8), at, head, end } : undefined
}

const nested = new Set(['mdia', 'minf', 'stbl'])
const MOST_BOXES = 100
const MOST_ROWS = 1_000_000

/** Where the samples of a track of notes lie; undefined for every other track. */
export async function notesOf(read: ReadAt, track: Box): Promise<Span[] | undefined> {
  const boxes = await boxesIn(read, track)
  const handlers: string[] = []
  for (const box of boxes.filter(({ type }) => type === 'hdlr'))
    handlers.push((await read(box.at + box.head + 8, 4)).toString('latin1'))
  if (!handlers.includes('meta')) return undefined
  const [offsets, runs, sizes] = [await offsetsOf(read, boxes), await runsOf(read, boxes), await sizesOf(read, boxes)]
  let [run, sample] = [0, 0]
  return offsets.map((at, n) => {
    while (runs[run + 1] && runs[run + 1]!.first <= n + 1) run++
    const first = sample
    sample += runs[run]?.many ?? 0
    return { at, end: at + sizes(first, sample) }
  })
}

/** What can't be read ends the look at a track, for no player reads on there either. */
export async function boxesIn(read: ReadAt, { at: from, head, end: to }: Box): Promise<Box[]> {
  const found: Box[] = []
  for (let at = from + head; at < to && found.length < MOST_BOXES; ) {
    const box = await boxAt(read, at, to)
    if (!box) break
    found.push(box)
    at = nested.has(box.type) ? at + box.head : box.end
  }
  return found
}

/** What a table says in rows of so many bytes, after a head in which their count stands last. */
async function rowsOf<T>(
  read: ReadAt,
  box: Box | undefined,
  { width, head = 8, row }: { width: number; head?: number; row: (table: Buffer, at: number) => T },
): Promise<T[]> {
  if (!box) return []
  const body = box.at + box.head + head
  const count = (await read(body - 4, 4)).readUInt32BE(0)
  const many = Math.max(0, Math.min(count, MOST_ROWS, Math.floor((box.end - body) / width)))
  const table = await read(body, many * width)
  return Array.from({ length: many }, (_, n) => row(table, n * width))
}

export const named = (boxes: readonly Box[], type: string) => boxes.find((box) => box.type === type)

async function offsetsOf(read: ReadAt, boxes: readonly Box[]): Promise<number[]> {
  const short = await rowsOf(read, named(boxes, 'stco'), { width: 4, row: (table, at) => table.readUInt32BE(at) })
  const long = await rowsOf(read, named(boxes, 'co64'), { width: 8, row: (table, at) => Number(table.readBigUInt64BE(at)) })
  return [...short, ...long]
}

/** From which piece on how many samples lie in each. */
const runsOf = (read: ReadAt, boxes: readonly Box[]) =>
  rowsOf(read, named(boxes, 'stsc'), {
    width: 12,
    row: (table, at) => ({ first: table.readUInt32BE(at), many: table.readUInt32BE(at + 4) }),
  })

const numbersIn = (eight: Buffer): [number, number] => [eight.readUInt32BE(0), eight.readUInt32BE(4)]

/** How long the samples from one to another are together. */
async function sizesOf(read: ReadAt, boxes: readonly Box[]): Promise<(from: number, to: number) => number> {
  const box = named(boxes, 'stsz')
  const [each, all] = box ? numbersIn(await read(box.at + box.head + 4, 8)) : [0, 0]
  // The last piece may have fewer than its run says, and what follows it is the picture's.
  if (each > 0) return (from, to) => Math.max(0, Math.min(to, all) - from) * each
  const sizes = await rowsOf(read, box, { width: 4, head: 12, row: (table, at) => table.readUInt32BE(at) })
  return (from, to) => sizes.slice(from, to).reduce((sum, size) => sum + size, 0)
}

/** As far as they lie in the data of a film, and no more than there is of it: what tables name beside it is not overwritten. */
export function within(spans: readonly Span[], media: readonly Span[]): Span[] {
  let room = media.reduce((sum, { at, end }) => sum + end - at, 0)
  return spans.flatMap((span) => {
    const home = homeOf(span.at, media)
    if (!home) return []
    const end = Math.min(home.end, span.end, span.at + room)
    if (end <= span.at) return []
    room -= end - span.at
    return [{ at: span.at, end }]
  })
}

/** The one of these, which stand in their order, in which a place is. A long film has thousands of them, and of places. */
function homeOf(place: number, media: readonly Span[]): Span | undefined {
  let [low, high] = [0, media.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (media[middle]!.end <= place) low = middle + 1
    else high = middle
  }
  const home = media[low]
  return home && home.at <= place ? home : undefined
}

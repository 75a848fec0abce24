// A film that is written as it runs comes in fragments: each has a head that says, track by track, where its samples lie behind it.
import { type Box, boxesIn, named, type ReadAt, type Span } from './film-tracks.ts'

/** Which tracks are notes, and how large the samples of each track are where a fragment does not say. */
export type Tracks = { notes: ReadonlySet<number>; sizes: ReadonlyMap<number, number> }

export type Notes = { traces: Box[]; samples: Span[] }

const BASE = 0x1
const FIRST = 0x1
const SIZE = 0x10
const SAMPLE_SIZE = 0x200
const FROM_HEAD = 0x2_0000
const fields = [0x100, SAMPLE_SIZE, 0x400, 0x800]
const MOST_SAMPLES = 1_000_000

/** The number of a track, as its head has it. */
export async function trackOf(read: ReadAt, track: Box): Promise<number | undefined> {
  const head = named(await boxesIn(read, track), 'tkhd')
  if (!head) return undefined
  const body = await read(head.at + head.head, 24)
  return body.readUInt32BE(body[0] === 1 ? 20 : 12)
}

/** How large samples are by what the movie says for all fragments. */
export async function sizesOf(read: ReadAt, extends_: Box | undefined): Promise<Map<number, number>> {
  const sizes = new Map<number, number>()
  if (!extends_) return sizes
  for (const { at, head } of (await boxesIn(read, extends_)).filter(({ type }) => type === 'trex')) {
    const body = await read(at + head, 20)
    sizes.set(body.readUInt32BE(4), body.readUInt32BE(16))
  }
  return sizes
}

type Part = { box: Box; track: number; follows: boolean }

/** What a fragment tells of the maker, and where the samples of its notes lie. */
export async function notesIn(
  read: ReadAt,
  fragment: Box,
  { notes, sizes }: Tracks,
  telling: ReadonlySet<string>,
): Promise<Notes> {
  const boxes = await boxesIn(read, fragment)
  const traces = boxes.filter(({ type }) => telling.has(type))
  const samples: Span[] = []
  const parts: Part[] = []
  let end = fragment.at
  for (const box of boxes.filter(({ type }) => type === 'traf')) {
    const inside = await boxesIn(read, box)
    traces.push(...inside.filter(({ type }) => telling.has(type)))
    const head = named(inside, 'tfhd')
    if (!head) continue
    const { track, base, fromHead, size } = await headOf(read, head)
    // Where none of them says otherwise, what a track has lies behind what the one before it has.
    const follows = base === undefined && !fromHead && parts.length > 0
    const start = base ?? (follows ? end : fragment.at)
    end = start
    for (const run of inside.filter(({ type }) => type === 'trun')) {
      const { offset, length } = await runOf(read, run, size ?? sizes.get(track) ?? 0)
      const at = offset === undefined ? end : start + offset
      end = at + length
      if (notes.has(track)) samples.push({ at, end })
    }
    parts.push({ box, track, follows })
  }
  // A head that others count from stays; what it points to is nothing by then.
  const gone = parts.filter(({ track }, n) => notes.has(track) && !parts[n + 1]?.follows)
  return { traces: [...traces, ...gone.map(({ box }) => box)], samples }
}

async function headOf(read: ReadAt, { at, head }: Box) {
  const body = await read(at + head, 40)
  const flags = body.readUIntBE(1, 3)
  let next = 8
  const base = flags & BASE ? Number(body.readBigUInt64BE(next)) : undefined
  if (base !== undefined) next += 8
  for (const flag of [0x2, 0x8]) if (flags & flag) next += 4
  const size = flags & SIZE ? body.readUInt32BE(next) : undefined
  return { track: body.readUInt32BE(4), base, fromHead: (flags & FROM_HEAD) !== 0, size }
}

/** Where a run begins, counted from its base, and how long its samples are together. */
async function runOf(
  read: ReadAt,
  { at, head, end }: Box,
  each: number,
): Promise<{ offset: number | undefined; length: number }> {
  const body = await read(at + head, 16)
  const flags = body.readUIntBE(1, 3)
  const count = body.readUInt32BE(4)
  const offset = flags & FIRST ? body.readInt32BE(8) : undefined
  if (!(flags & SAMPLE_SIZE)) return { offset, length: count * each }
  const from = at + head + 8 + (offset === undefined ? 0 : 4) + (flags & 0x4 ? 4 : 0)
  const width = 4 * fields.filter((flag) => flags & flag).length
  const many = Math.max(0, Math.min(count, MOST_SAMPLES, Math.floor((end - from) / width)))
  const table = await read(from, many * width)
  let length = 0
  for (let n = 0; n < many; n++) length += table.readUInt32BE(n * width + (flags & 0x100 ? 4 : 0))
  return { offset, length }
}

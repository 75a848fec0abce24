// Videos in MP4 and MOV are boxes within boxes. What a phone writes into them about its owner (place, model, names) lies in boxes of
// its own, which are blanked where they stand: no byte moves, so that nothing has to be encoded again, however long the video is. Cameras
// for sport and flight write where they were every second, as a track of its own beside picture and sound; it goes with its samples.
import { Refusal } from '../kernel/refusal.ts'
import { notesIn, sizesOf, trackOf } from './film-fragments.ts'
import { type Box, boxAt, notesOf, type ReadAt, type Span, within } from './film-tracks.ts'

export type WriteAt = (at: number, bytes: Buffer) => Promise<unknown> | unknown

export type Film = {
  width: number | null
  height: number | null
  durationMs: number | null
  /** Where boxes stand that tell of the maker: the whole box with its head. */
  traces: { at: number; head: number; end: number }[]
  /** Where such a box points to what it tells. */
  samples?: Span[]
}

const MAX_BOXES = 20_000
const MAX_TRACKS = 100
const telling = new Set(['udta', 'meta', 'uuid'])

/** What the boxes of a whole MP4 or MOV say. Refusal invalid where it is cut off or no film is in it. */
export async function readFilm(read: ReadAt, size: number): Promise<Film> {
  const film: Film = { width: null, height: null, durationMs: null, traces: [] }
  const tracks: Box[] = []
  const media: Span[] = []
  const fragments: Box[] = []
  let extends_: Box | undefined
  let seen = 0
  let found = false

  async function walk(from: number, to: number, inside: string): Promise<void> {
    for (let at = from; at < to; ) {
      const box = await boxAt(read, at, to)
      if (!box || ++seen > MAX_BOXES) throw cutOff()
      at = box.end
      if (telling.has(box.type)) film.traces.push(box)
      else if (inside === '' && box.type === 'moov') {
        found = true
        await walk(box.at + box.head, box.end, 'moov')
      } else if (inside === 'moov' && box.type === 'trak') {
        tracks.push(box)
        await walk(box.at + box.head, box.end, 'trak')
      } else if (inside === '' && box.type === 'mdat') media.push({ at: box.at + box.head, end: box.end })
      else if (inside === '' && box.type === 'moof') fragments.push(box)
      else if (inside === 'moov' && box.type === 'mvex') extends_ = box
      else if (inside === 'moov' && box.type === 'mvhd') film.durationMs = duration(await read(box.at + box.head, 32))
      else if (inside === 'trak' && box.type === 'tkhd') measure(film, await read(box.at + box.head, 96))
    }
  }

  await walk(0, size, '')
  if (!found) throw cutOff()
  const samples: Span[] = []
  const noting = new Set<number>()
  for (const track of tracks.slice(0, MAX_TRACKS)) {
    const notes = await notesOf(read, track).catch(shorter)
    if (!notes) continue
    film.traces.push(track)
    noting.add((await trackOf(read, track).catch(shorter)) ?? 0)
    for (const span of notes) samples.push(span)
  }
  const sizes = await sizesOf(read, extends_).catch(shorter)
  for (const fragment of fragments) {
    const found = await notesIn(read, fragment, { notes: noting, sizes }, telling).catch(shorter)
    film.traces.push(...found.traces)
    for (const span of found.samples) samples.push(span)
  }
  // All tracks together, or a hundred of them would have the whole film overwritten a hundred times.
  return { ...film, samples: within(samples, media) }
}

/** A table that says it is longer than its box. */
const shorter = (error: unknown): never => {
  throw error instanceof RangeError ? cutOff() : error
}

function duration(mvhd: Buffer): number | null {
  const long = mvhd[0] === 1
  if (mvhd.length < (long ? 32 : 20)) return null
  const scale = mvhd.readUInt32BE(long ? 20 : 12)
  const units = long ? Number(mvhd.readBigUInt64BE(24)) : mvhd.readUInt32BE(16)
  const ms = scale === 0 ? 0 : Math.round((units / scale) * 1000)
  return ms > 0 && ms < 2 ** 31 ? ms : null
}

/** The largest track is the picture; sound has no size. */
function measure(film: Film, tkhd: Buffer): void {
  const at = tkhd[0] === 1 ? 88 : 76
  if (tkhd.length < at + 8) return
  const [width, height] = [tkhd.readUInt32BE(at) >>> 16, tkhd.readUInt32BE(at + 4) >>> 16]
  if (width > (film.width ?? 0)) Object.assign(film, { width, height })
}

const ZEROS = Buffer.alloc(64 * 1024)

export async function zeros(at: number, end: number, write: WriteAt): Promise<void> {
  for (let from = at; from < end; from += ZEROS.length) await write(from, ZEROS.subarray(0, Math.min(ZEROS.length, end - from)))
}

/** Turns each telling box into free room, and what it points to into nothing. `write` puts bytes over those at a place. */
export async function blank({ traces, samples = [] }: Pick<Film, 'traces' | 'samples'>, write: WriteAt): Promise<void> {
  for (const { at, head, end } of traces) {
    await write(at + 4, Buffer.from('free', 'latin1'))
    await zeros(at + head, end, write)
  }
  for (const { at, end } of samples) await zeros(at, end, write)
}

const cutOff = (): Refusal =>
  new Refusal('invalid', 'This video is damaged or cut off.', 'Save it again and hand in the new file.', 'file')

// Videos in MP4 and MOV are boxes within boxes. What a phone writes into them about its owner (place, model, names) lies in boxes of
// its own, which are blanked where they stand: no byte moves, so that nothing has to be encoded again, however long the video is.
import { Refusal } from '../kernel/refusal.ts'

/** Reads so many bytes from a place; fewer at the end. */
export type ReadAt = (at: number, length: number) => Promise<Buffer>

export type Film = {
  width: number | null
  height: number | null
  durationMs: number | null
  /** Where boxes stand that tell of the maker: the whole box with its head. */
  traces: { at: number; head: number; end: number }[]
}

type Box = { type: string; at: number; head: number; end: number }

const MAX_BOXES = 20_000
const telling = new Set(['udta', 'meta', 'uuid'])

/** What the boxes of a whole MP4 or MOV say. Refusal invalid where it is cut off or no film is in it. */
export async function readFilm(read: ReadAt, size: number): Promise<Film> {
  const film: Film = { width: null, height: null, durationMs: null, traces: [] }
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
      } else if (inside === 'moov' && box.type === 'trak') await walk(box.at + box.head, box.end, 'trak')
      else if (inside === 'moov' && box.type === 'mvhd') film.durationMs = duration(await read(box.at + box.head, 32))
      else if (inside === 'trak' && box.type === 'tkhd') measure(film, await read(box.at + box.head, 96))
    }
  }

  await walk(0, size, '')
  if (!found) throw cutOff()
  return film
}

async function boxAt(read: ReadAt, at: number, to: number): Promise<Box | undefined> {
  const start = await read(at, 16)
  if (start.length < 8) return undefined
  const short = start.readUInt32BE(0)
  if (short === 1 && start.length < 16) return undefined
  const head = short === 1 ? 16 : 8
  const length = short === 1 ? Number(start.readBigUInt64BE(8)) : short === 0 ? to - at : short
  const end = at + length
  return length >= head && end <= to ? { type: start.toString('latin1', 4, 8), at, head, end } : undefined
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

/** Turns each telling box into free room. `write` puts bytes over those at a place. */
export async function blank(
  traces: Film['traces'],
  write: (at: number, bytes: Buffer) => Promise<unknown> | unknown,
): Promise<void> {
  for (const { at, head, end } of traces) {
    await write(at + 4, Buffer.from('free', 'latin1'))
    for (let from = at + head; from < end; from += ZEROS.length)
      await write(from, ZEROS.subarray(0, Math.min(ZEROS.length, end - from)))
  }
}

const cutOff = (): Refusal =>
  new Refusal('invalid', 'This video is damaged or cut off.', 'Save it again and hand in the new file.', 'file')

// What has to be known of a picture before it is kept: how many pixels a header promises (a small file can unpack to
// gigabytes), and what a JPEG says about the person who took it. Pictures are read, never decoded.
import { Refusal } from '../kernel/refusal.ts'

export type PixelSize = { width: number; height: number }

/** Width and height as the header of a PNG, JPEG, GIF or WebP gives them; null when there is no such header. */
export function pixelSize(bytes: Uint8Array, mime: string): PixelSize | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const read = readers[mime]?.(view) ?? null
    return read && read.width > 0 && read.height > 0 ? read : null
  } catch (error) {
    // A header that ends too early.
    if (error instanceof RangeError) return null
    throw error
  }
}

const readers: Record<string, (b: Buffer) => PixelSize | null> = {
  'image/png': (b) =>
    b.toString('latin1', 12, 16) === 'IHDR' ? { width: b.readUInt32BE(16), height: b.readUInt32BE(20) } : null,
  'image/gif': (b) => ({ width: b.readUInt16LE(6), height: b.readUInt16LE(8) }),
  'image/webp': webpSize,
  'image/jpeg': jpegSize,
}

function webpSize(b: Buffer): PixelSize | null {
  const kind = b.toString('latin1', 12, 16)
  if (kind === 'VP8X') return { width: b.readUIntLE(24, 3) + 1, height: b.readUIntLE(27, 3) + 1 }
  if (kind === 'VP8 ') return { width: b.readUInt16LE(26) & 0x3fff, height: b.readUInt16LE(28) & 0x3fff }
  if (kind !== 'VP8L' || b.readUInt8(20) !== 0x2f) return null
  const packed = b.readUInt32LE(21)
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
}

/** Frame headers are C0 to CF, without the tables DHT (C4), JPG (C8) and DAC (CC). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function jpegSize(b: Buffer): PixelSize | null {
  const frame = segments(b).find((s) => isFrame(s.marker))
  return frame ? { height: b.readUInt16BE(frame.start + 5), width: b.readUInt16BE(frame.start + 7) } : null
}

type Segment = { marker: number; start: number; end: number }

const SOS = 0xda
const EOI = 0xd9

/** The segments of a JPEG after its first two bytes up to the end of the picture; a scan segment includes its picture data. */
function segments(b: Buffer): Segment[] {
  const found: Segment[] = []
  let at = 2
  while (at + 1 < b.length) {
    if (b[at] !== 0xff) return []
    const marker = b[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    const bare = marker === 0x01 || (marker >= 0xd0 && marker <= EOI)
    if (!bare && at + 4 > b.length) break
    const length = bare ? 0 : b.readUInt16BE(at + 2)
    if (!bare && length < 2) return []
    const header = Math.min(at + 2 + length, b.length)
    const end = marker === SOS ? endOfScan(b, header) : header
    found.push({ marker, start: at, end })
    if (marker === EOI) break
    at = end
  }
  return found
}

/** In picture data FF is followed by 00 or a restart mark; anything else begins the next segment. */
function endOfScan(b: Buffer, from: number): number {
  for (let at = b.indexOf(0xff, from); at >= 0 && at + 1 < b.length; at = b.indexOf(0xff, at + 1)) {
    const next = b[at + 1]!
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return b.length
}

/**
 * The JPEG without what it tells about its maker: place, time, camera, thumbnails, comments, and anything after the end of the
 * picture (phones put whole films there). Kept are the pixels, the colour profile and which way up the picture is.
 */
export function withoutTraces(jpeg: Uint8Array): Uint8Array {
  const b = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength)
  const all = segments(b)
  if (!all.some((s) => isFrame(s.marker)) || !all.some((s) => s.marker === SOS)) {
    throw new Refusal('invalid', 'This JPEG picture is damaged.', 'Save it again and hand in the new file.', 'file')
  }
  const turned = all.map((s) => orientation(b.subarray(s.start, s.end), s.marker)).find((o) => o !== undefined)
  const kept = all.filter((s) => !isTrace(b, s)).map((s) => b.subarray(s.start, s.end))
  const ended = all.at(-1)?.marker === EOI ? [] : [Buffer.from([0xff, EOI])]
  return Buffer.concat([b.subarray(0, 2), ...(turned === undefined ? [] : [orientationSegment(turned)]), ...kept, ...ended])
}

/** Application segments other than JFIF, a colour profile and Adobe's colour transform, and comments. */
function isTrace(b: Buffer, s: Segment): boolean {
  if (s.marker === 0xfe) return true
  if (s.marker < 0xe0 || s.marker > 0xef) return false
  const name = b.toString('latin1', s.start + 4, Math.min(s.start + 16, s.end))
  return !(
    s.marker === 0xe0 ||
    (s.marker === 0xe2 && name.startsWith('ICC_PROFILE')) ||
    (s.marker === 0xee && name.startsWith('Adobe'))
  )
}

/** The orientation that an APP1 segment tells. */
const orientation = (segment: Buffer, marker: number): number | undefined =>
  marker === 0xe1 && segment.toString('latin1', 4, 10) === 'Exif\0\0' ? orientationOf(segment.subarray(10)) : undefined

/** The orientation 2 to 8 in a block of Exif; undefined when there is none or the picture stands upright. */
export function orientationOf(tiff: Buffer): number | undefined {
  if (tiff.length < 8) return undefined
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const u16 = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  for (let n = 0; n < u16(first); n++) {
    const entry = first + 2 + 12 * n
    const value = u16(entry + 8)
    if (u16(entry) === 0x0112) return value >= 2 && value <= 8 ? value : undefined
  }
  return undefined
}

/** An Exif block that holds nothing but the orientation; without it phone pictures would lie on their side. */
export const orientationBlock = (value: number): Buffer =>
  Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0])

function orientationSegment(value: number): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), orientationBlock(value)])
  return Buffer.concat([Buffer.from([0xff, 0xe1, 0, body.length + 2]), body])
}

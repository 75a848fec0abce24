// Pictures come with notes about their maker: where, when, with what. They stand in parts of their own, which are left out; what is
// drawn stays byte for byte. Whatever follows the end of a picture (another file, a script, a film) goes as well.
import { crc32 } from 'node:zlib'
import { Refusal } from '../kernel/refusal.ts'
import { orientationBlock, orientationOf, withoutTraces } from './picture.ts'

export type Cleaned = {
  bytes: Uint8Array
  /** How often the whole canvas is drawn, at least 1. */
  frames: number
}

/** The picture as it is kept. Refusal invalid where it is damaged or cut off. */
export function cleanPicture(bytes: Uint8Array, mime: string): Cleaned {
  const b = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return cleaners[mime]?.(b) ?? { bytes, frames: 1 }
  } catch (error) {
    // A length that leads past the end.
    if (error instanceof RangeError) throw damaged()
    throw error
  }
}

const cleaners: Record<string, (b: Buffer) => Cleaned> = {
  'image/jpeg': (b) => ({ bytes: withoutTraces(b), frames: 1 }),
  'image/png': cleanPng,
  'image/webp': cleanWebp,
  'image/gif': cleanGif,
}

const damaged = () =>
  new Refusal('invalid', 'This picture is damaged or cut off.', 'Save it again and hand in the new file.', 'file')

/** Chunks that are no part of the pixels and still decide how they look. */
const looks = new Set('tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD cICP mDCV cLLI acTL fcTL fdAT'.split(' '))

function cleanPng(b: Buffer): Cleaned {
  const kept: Buffer[] = [b.subarray(0, 8)]
  let frames = 0
  for (let at = 8; ; ) {
    const length = b.readUInt32BE(at)
    const type = b.toString('latin1', at + 4, at + 8)
    const end = at + 12 + length
    if (end > b.length) throw damaged()
    if (type === 'fcTL') frames++
    const chunk = b.subarray(at, end)
    // An upper-case first letter means that nothing can be drawn without it.
    if (/^[A-Z]/.test(type) || looks.has(type)) kept.push(chunk)
    else if (type === 'eXIf') {
      const turned = orientationOf(chunk.subarray(8, -4))
      if (turned !== undefined) kept.push(pngChunk('eXIf', orientationBlock(turned)))
    }
    if (type === 'IEND') return { bytes: Buffer.concat(kept), frames: Math.max(1, frames) }
    at = end
  }
}

function pngChunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(body.length, 0)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}

const HAS_EXIF = 0x08
const HAS_XMP = 0x04

function cleanWebp(b: Buffer): Cleaned {
  const whole = 8 + b.readUInt32LE(4)
  if (whole > b.length) throw damaged()
  const kept: Buffer[] = []
  let frames = 0
  let turned: number | undefined
  for (let at = 12; at + 8 <= whole; ) {
    const type = b.toString('latin1', at, at + 4)
    const length = b.readUInt32LE(at + 4)
    const end = at + 8 + length
    if (end > whole) throw damaged()
    const body = b.subarray(at + 8, end)
    if (type === 'ANMF') frames++
    if (type === 'EXIF') turned = orientationOf(body.toString('latin1', 0, 6) === 'Exif\0\0' ? body.subarray(6) : body)
    else if (type !== 'XMP ') kept.push(webpChunk(type, body))
    at = end + (length % 2)
  }
  if (kept.length === 0) throw damaged()
  const first = kept[0]!
  if (first.toString('latin1', 0, 4) === 'VP8X') first[8] = (first[8]! & ~(HAS_EXIF | HAS_XMP)) | (turned ? HAS_EXIF : 0)
  if (turned !== undefined) kept.push(webpChunk('EXIF', orientationBlock(turned)))
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...kept])
  return { bytes: webpChunk('RIFF', body), frames: Math.max(1, frames) }
}

function webpChunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
}

const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** Extensions that say how often and how fast, and not by whom. */
const plays = /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)/

function cleanGif(b: Buffer): Cleaned {
  let at = 13 + table(b.readUInt8(10))
  const kept: Buffer[] = [b.subarray(0, at)]
  let frames = 0
  for (;;) {
    const kind = b.readUInt8(at)
    if (kind === 0x3b) return { bytes: Buffer.concat([...kept, Buffer.from([0x3b])]), frames: Math.max(1, frames) }
    if (kind !== 0x2c && kind !== 0x21) throw damaged()
    const label = b.readUInt8(at + 1)
    const data = kind === 0x2c ? at + 11 + table(b.readUInt8(at + 9)) : at + 2
    const end = endOfBlocks(b, data)
    if (kind === 0x2c) frames++
    const trace = kind === 0x21 && (label === 0xfe || (label === 0xff && !plays.test(b.toString('latin1', data + 1, data + 12))))
    if (!trace) kept.push(b.subarray(at, end))
    at = end
  }
}

function endOfBlocks(b: Buffer, from: number): number {
  let at = from
  for (let length = b.readUInt8(at); length > 0; length = b.readUInt8(at)) at += length + 1
  return at + 1
}

/** Small files of each kind, made by hand, for tests of what is stored. */
import { deflateSync } from 'node:zlib'

/** A PNG that promises this many pixels; small ones are whole pictures in one colour. */
export function png(width: number, height: number, shade = 0): Buffer {
  const row = width * height > 1_000_000 ? Buffer.alloc(0) : Buffer.alloc((1 + width) * height, shade)
  for (let y = 0; y < height && row.length > 0; y++) row[y * (1 + width)] = 0
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(row)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

export const segment = (marker: number, body: Buffer | string): Buffer => {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(bytes.length + 2, 2)
  return Buffer.concat([head, bytes])
}

/** An Exif block with an orientation and, after it, words that stand for the place where it was taken. */
export function exif(orientation: number, little = true): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write(little ? 'II' : 'MM', 'latin1')
  const u16 = (value: number, at: number) => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at))
  const u32 = (value: number, at: number) => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at))
  u16(42, 2)
  u32(8, 4)
  u16(1, 8)
  u16(0x0112, 10)
  u16(3, 12)
  u32(1, 14)
  u16(orientation, 18)
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from('GPS 52.5200 13.4050')]))
}

/** The pixels of the JPEGs below, with an escaped FF and a restart mark inside. */
export const scan = Buffer.concat([
  segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
  Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]),
])
export const colours = segment(0xe2, 'ICC_PROFILE\0\x01\x01profile')
export const jfif = segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0')

export function jpeg({ width = 640, height = 480, before = [] as Buffer[], after = Buffer.alloc(0) } = {}): Buffer {
  const frame = Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])
  const tables = segment(0xc4, Buffer.alloc(19, 1))
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...before,
    tables,
    segment(0xc0, frame),
    scan,
    Buffer.from([0xff, 0xd9]),
    after,
  ])
}

export const gif = (width: number, height: number): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    Buffer.from([width & 255, width >> 8, height & 255, height >> 8, 0, 0, 0, 0x3b]),
  ])

const riff = (name: string, body: Buffer): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length + 12)
  const own = Buffer.alloc(4)
  own.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), size, Buffer.from(`WEBP${name}`, 'latin1'), own, body])
}

/** The three ways a WebP gives its size. */
export const webp = {
  lossy: (width: number, height: number) =>
    riff('VP8 ', Buffer.from([0x30, 1, 0, 0x9d, 1, 0x2a, width & 255, width >> 8, height & 255, height >> 8, 0, 0])),
  lossless(width: number, height: number) {
    const body = Buffer.alloc(8)
    body[0] = 0x2f
    body.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1)
    return riff('VP8L', body)
  },
  extended(width: number, height: number) {
    const body = Buffer.alloc(10)
    body.writeUIntLE(width - 1, 4, 3)
    body.writeUIntLE(height - 1, 7, 3)
    return riff('VP8X', body)
  },
}

export const box = (type: string, ...inside: Buffer[]): Buffer => {
  const body = Buffer.concat(inside)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** A film of one track, 1.5 seconds, 720 × 1280; `inside` are further boxes of the movie. */
export function film(brand: string, inside: Buffer[] = [], after: Buffer = Buffer.alloc(0)): Buffer {
  const mvhd = Buffer.alloc(100)
  mvhd.writeUInt32BE(1_000, 12)
  mvhd.writeUInt32BE(1_500, 16)
  const tkhd = Buffer.alloc(84)
  tkhd.writeUInt32BE(720 << 16, 76)
  tkhd.writeUInt32BE(1_280 << 16, 80)
  return Buffer.concat([
    box('ftyp', Buffer.from(`${brand}\0\0\0\0${brand}`, 'latin1')),
    box('moov', box('mvhd', mvhd), box('trak', box('tkhd', tkhd)), ...inside),
    box('mdat', Buffer.alloc(64, 7)),
    after,
  ])
}
export const mp4 = film('isom')
export const mov = film('qt  ')
export const webm = Buffer.concat([
  Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84]),
  Buffer.from('webm'),
  Buffer.alloc(64),
])
export const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n')

import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_BYTES, type Storing, sniff, storeFile } from '../../src/content/media.ts'
import { pixelSize, withoutTraces } from '../../src/content/picture.ts'
import { openMedia } from '../../src/content/store.ts'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { newId } from '../../src/kernel/id.ts'
import { freshDatabase } from '../database.ts'
import { colours, exif, gif, jfif, jpeg, mov, mp4, pdf, png, scan, segment, webm, webp } from '../pictures.ts'

const folder = mkdtempSync(join(tmpdir(), 'troupe-media-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const now = new Date('2026-11-20T12:00:00Z')

describe('what a file is, its bytes say', () => {
  test.each([
    ['png', png(2, 2), 'image/png'],
    ['jpg', jpeg(), 'image/jpeg'],
    ['gif', gif(2, 2), 'image/gif'],
    ['webp', webp.extended(2, 2), 'image/webp'],
    ['mp4', mp4, 'video/mp4'],
    ['mov', mov, 'video/quicktime'],
    ['webm', webm, 'video/webm'],
    ['pdf', pdf, 'application/pdf'],
  ])('%s', async (ext, bytes, mime) => {
    expect(await sniff(bytes)).toEqual({ mime, ext })
  })

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['SVG with an XML head', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['text', 'hello'],
    ['nothing', ''],
    ['a ZIP', 'PK\x03\x04\x14\0\0\0\0\0'],
    ['a program', 'MZ\x90\0'],
    ['a picture with HTML before it', `<html>${png(1, 1).toString('latin1')}`],
  ])('%s is not taken', async (_what, words) => {
    expect(await sniff(Buffer.from(words, 'latin1'))).toBeNull()
  })
})

describe('how many pixels a header promises', () => {
  test.each([
    ['image/png', png(31, 17), 31, 17],
    ['image/png', png(100_000, 70_000), 100_000, 70_000],
    ['image/jpeg', jpeg({ width: 4032, height: 3024, before: [jfif, exif(6)] }), 4032, 3024],
    ['image/gif', gif(300, 999), 300, 999],
    ['image/webp', webp.lossy(801, 602), 801, 602],
    ['image/webp', webp.lossless(16_384, 16_384), 16_384, 16_384],
    ['image/webp', webp.extended(70_001, 3), 70_001, 3],
  ])('%s', (mime, bytes, width, height) => {
    expect(pixelSize(bytes, mime)).toEqual({ width, height })
  })

  test('whatever is cut short or garbled gives a size or null, and never throws', () => {
    const whole = [
      ['image/png', png(9, 9)],
      ['image/jpeg', jpeg()],
      ['image/gif', gif(9, 9)],
      ['image/webp', webp.lossless(9, 9)],
    ] as const
    fc.assert(
      fc.property(fc.nat(3), fc.nat(60), fc.uint8Array({ maxLength: 40 }), (which, keep, tail) => {
        const [mime, bytes] = whole[which]!
        const size = pixelSize(Buffer.concat([bytes.subarray(0, keep), tail]), mime)
        expect(size === null || (size.width > 0 && size.height > 0)).toBe(true)
      }),
    )
    expect(pixelSize(png(9, 9), 'application/pdf')).toBeNull()
    expect(pixelSize(png(0, 9), 'image/png')).toBeNull()
  })
})

describe('a JPEG loses what it tells about its maker', () => {
  const xmp = segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>52.52</exif:GPSLatitude>')
  const secrets = [
    exif(6),
    xmp,
    segment(0xed, 'Photoshop 3.0\x008BIM city Berlin'),
    segment(0xfe, 'taken by Mia'),
    segment(0xe2, 'MPF\0 thumbnails'),
  ]
  const told = ['GPS', '52.5', 'Berlin', 'Mia', 'MPF', 'Photoshop', 'film']

  test('place, camera, comments and what follows the picture go; pixels, colours and orientation stay', () => {
    const before = jpeg({ before: [jfif, colours, ...secrets], after: Buffer.from('a film of the same moment') })
    const after = Buffer.from(withoutTraces(before))
    for (const word of told) expect(after.includes(word), word).toBe(false)
    for (const kept of [jfif, colours, scan]) expect(after.includes(kept)).toBe(true)
    expect(pixelSize(after, 'image/jpeg')).toEqual({ width: 640, height: 480 })
    expect(after.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]))
    expect(Buffer.from(withoutTraces(after))).toEqual(after)
  })

  test.each([true, false])('the orientation is read in either byte order (little: %s)', (little) => {
    const after = Buffer.from(withoutTraces(jpeg({ before: [exif(8, little)] })))
    expect(after.indexOf('Exif')).toBeGreaterThan(0)
    expect(after.readUInt16BE(after.indexOf('Exif') + 6 + 18)).toBe(8)
  })

  test('a picture that stands upright needs no Exif at all', () => {
    expect(Buffer.from(withoutTraces(jpeg({ before: [exif(1)] })))).toEqual(jpeg())
  })

  test('a missing end is added, a damaged picture is refused', () => {
    expect(Buffer.from(withoutTraces(jpeg().subarray(0, -2)))).toEqual(jpeg())
    expect(() => withoutTraces(Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0x00]))).toThrow('damaged')
    expect(() => withoutTraces(Buffer.concat([Buffer.from([0xff, 0xd8]), exif(6)]))).toThrow('damaged')
  })
})

describe('the store', () => {
  const media = openMedia(join(folder, 'store'))

  test('gives back what was put, whole or as a stream', async () => {
    const bytes = randomBytes(70_000)
    expect(await media.has(sha(bytes))).toBe(false)
    await media.put(sha(bytes), bytes)
    expect(await media.has(sha(bytes))).toBe(true)
    expect(await media.get(sha(bytes))).toEqual(bytes)
    expect(statSync(join(folder, 'store')).mode & 0o077).toBe(0)
    const parts: Buffer[] = []
    for await (const part of await media.stream(sha(bytes))) parts.push(part as Buffer)
    expect(Buffer.concat(parts)).toEqual(bytes)
  })

  test('a file that a crash cut short is written again', async () => {
    const bytes = randomBytes(1_000)
    const key = sha(bytes)
    await media.put(key, bytes)
    truncateSync(join(folder, 'store', key.slice(0, 2), key), 10)
    await media.put(key, bytes)
    expect(await media.get(key)).toEqual(bytes)
  })

  test('twenty writers of the same bytes leave one file', async () => {
    const bytes = randomBytes(200_000)
    await Promise.all(Array.from({ length: 20 }, () => media.put(sha(bytes), bytes)))
    expect(readdirSync(join(folder, 'store', sha(bytes).slice(0, 2)))).toEqual([sha(bytes)])
    expect(await media.get(sha(bytes))).toEqual(bytes)
  })

  test.each(['../../etc/passwd', 'A'.repeat(64), ''])('%j is no key', async (key) => {
    await expect(media.put(key, Buffer.alloc(1))).rejects.toThrow('Invariant')
    await expect(media.get(key)).rejects.toThrow('Invariant')
  })
})

describe('storing a file', () => {
  let database: Database
  let drop: () => Promise<void>
  const media = openMedia(join(folder, 'files'))
  beforeAll(async () => {
    const fresh = await freshDatabase()
    drop = fresh.drop
    database = await openDatabase(fresh.url)
  })
  afterAll(async () => {
    await database.close()
    await drop()
  })
  const store = (bytes: Uint8Array, name = 'picture.png', programId = 'prg_one', over: Partial<Storing> = {}) =>
    database.within(programId, (db) =>
      storeFile({ db, now, id: (kind) => newId(kind, now, () => randomBytes(10)), programId, media, ...over }, bytes, name),
    )

  test('the same bytes are one row a program, however often and at once they come', async () => {
    const bytes = png(3, 3)
    const rows = await Promise.all(Array.from({ length: 5 }, (_, n) => store(bytes, `${n}.png`)))
    expect(new Set(rows.map((row) => row.id)).size).toBe(1)
    expect(rows[0]).toMatchObject({ mime: 'image/png', bytes: bytes.length, sha256: sha(bytes) })
    expect((await store(bytes, 'x.png', 'prg_two')).id).not.toBe(rows[0]!.id)
  })

  test('the name is for reading only', async () => {
    const { id } = await store(png(4, 4), `../../etc/\u202epass\nwd${'x'.repeat(200)}.png`)
    const row = await database.within('prg_one', (db) => db.file.findUniqueOrThrow({ where: { id } }))
    expect(row.name).toMatch(/^passwdx{114}$/)
  })

  test('a JPEG is kept without its place', async () => {
    const stored = await store(jpeg({ before: [exif(6)] }), 'beach.jpg')
    expect((await media.get(stored.sha256)).includes('GPS')).toBe(false)
    expect(stored.bytes).toBe((await media.get(stored.sha256)).length)
  })

  test.each([
    ['too large', () => Buffer.concat([png(1, 1), Buffer.alloc(MAX_BYTES)]), 'larger than 25 MB'],
    ['a pixel bomb', () => png(50_001, 1_000), 'too many pixels: 50001 × 1000'],
    ['an SVG called PNG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not taken'],
    ['a picture without a size', () => png(0, 0), 'damaged'],
  ])('%s is refused and leaves nothing', async (_what, bytes, why) => {
    const media = openMedia(join(folder, 'refused'))
    await expect(store(bytes(), 'x.png', 'prg_one', { media })).rejects.toThrow(why)
    await expect(media.has(sha(bytes()))).resolves.toBe(false)
  })

  test('fifty megapixels are just right', async () => {
    expect((await store(png(50_000, 1_000))).mime).toBe('image/png')
  })

  test('without bytes on the disk there is no row', async () => {
    const full = { ...media, put: () => Promise.reject(new Error('ENOSPC')) }
    const bytes = png(5, 5)
    await expect(store(bytes, 'x.png', 'prg_one', { media: full })).rejects.toThrow('ENOSPC')
    expect(await database.within('prg_one', (db) => db.file.count({ where: { sha256: sha(bytes) } }))).toBe(0)
  })
})

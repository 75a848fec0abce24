import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blank, readFilm } from '../../src/content/film.ts'
import { frameOf, genericPoster, looksOf } from '../../src/content/looks.ts'
import { openFile } from '../../src/content/open.ts'
import { cleanPicture } from '../../src/content/traces.ts'
import { blankTags } from '../../src/content/webm.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { rangeOf } from '../../src/platforms/web/assets.ts'
import { box, film, gif, png, webm } from '../pictures.ts'
import { type World, world } from '../world.ts'

const reading = (b: Buffer) => async (at: number, length: number) => b.subarray(at, at + length)
const noise = () =>
  sharp({
    create: { width: 800, height: 600, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 120, sigma: 60 } },
  })

describe('pictures lose their traces and what follows them, and no pixel', () => {
  const exif = { IFD0: { Copyright: 'Mia Rossi' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } }
  test.each(['png', 'webp', 'jpeg'] as const)('%s', async (format) => {
    const told = noise().withExif(exif).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">Berlin</x:xmpmeta>')
    const picture = await told.withMetadata({ orientation: 6 })[format]().toBuffer()
    const before = Buffer.concat([picture, Buffer.from('<script>alert(1)</script>')])
    expect((await sharp(before).metadata()).xmp).toBeDefined()
    const { bytes } = cleanPicture(before, `image/${format}`)
    const after = Buffer.from(bytes)
    for (const word of ['Berlin', 'Mia Rossi', '<script>']) expect(after.includes(word), word).toBe(false)
    const meta = await sharp(after).metadata()
    expect([meta.width, meta.height, meta.orientation, meta.xmp]).toEqual([800, 600, 6, undefined])
    const pixels = (of: Buffer) => sharp(of).raw().toBuffer()
    expect((await pixels(after)).equals(await pixels(before))).toBe(true)
    expect(after.equals(cleanPicture(after, `image/${format}`).bytes)).toBe(true)
  })

  test('a moving GIF keeps its frames and loses its comments', async () => {
    const frames = await Promise.all([1, 2, 3].map(() => noise().resize(40, 30).png().toBuffer()))
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    const comment = Buffer.from([0x21, 0xfe, 6, ...Buffer.from('Berlin'), 0])
    const before = Buffer.concat([moving.subarray(0, -1), comment, Buffer.from([0x3b]), Buffer.from('PK tail')])
    const { bytes, frames: count } = cleanPicture(before, 'image/gif')
    expect(count).toBe(3)
    expect(moving.equals(bytes)).toBe(true)
  })

  test('whatever is cut short is refused and nothing else is thrown', async () => {
    const whole = { png: png(9, 9), webp: await noise().webp().toBuffer(), gif: gif(9, 9) }
    fc.assert(
      fc.property(fc.constantFrom('png', 'webp', 'gif'), fc.double({ min: 0, max: 0.98, noNaN: true }), (kind, keep) => {
        const bytes = whole[kind as 'png']
        try {
          cleanPicture(bytes.subarray(0, Math.floor(bytes.length * keep)), `image/${kind}`)
          return false
        } catch (error) {
          return error instanceof Refusal
        }
      }),
    )
  })
})

describe('films', () => {
  test('what they tell of their maker is blanked where it stands', async () => {
    const before = film('qt  ', [
      box('meta', Buffer.from('com.apple.quicktime.location +52.52')),
      box('udta', Buffer.from('Mia')),
    ])
    const after = Buffer.from(before)
    const found = await readFilm(reading(after), after.length)
    expect(found).toMatchObject({ width: 720, height: 1280, durationMs: 1_500 })
    await blank(found, (at, bytes) => bytes.copy(after, at))
    expect(after.length).toBe(before.length)
    for (const word of ['52.52', 'Mia', 'udta', 'meta']) expect(after.includes(word)).toBe(false)
    expect((await readFilm(reading(after), after.length)).traces).toEqual([])
  })

  test('what a camera notes by the second goes with its track, and what tables of others’ making point at does not', async () => {
    const numbers = (...all: number[]) => Buffer.concat(all.map((n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n])))
    const notes = ['52.5200,13.4050', '52.5201,13.4051', '52.5202,13.4052'].map((words) => Buffer.from(words))
    const [head, picture] = [box('ftyp', Buffer.from('isom\0\0\0\0isom')), Buffer.alloc(40, 7)]
    const data = box('mdat', notes[0]!, notes[1]!, picture, notes[2]!)
    const first = head.length + 8
    const table = (type: string, ...all: number[]) => box(type, numbers(0, ...all))
    const track = (handler: string, ...offsets: number[]) =>
      box(
        'trak',
        box(
          'mdia',
          box('hdlr', numbers(0, 0), Buffer.from(handler), Buffer.alloc(13)),
          box(
            'minf',
            box(
              'stbl',
              table('stsc', 2, 1, 2, 1, 2, 1, 1),
              table('stsz', 0, 3, 15, 15, 15),
              table('stco', offsets.length, ...offsets),
            ),
          ),
        ),
      )
    const movie = (...tracks: Buffer[]) => Buffer.concat([head, data, box('moov', ...tracks)])
    const cleaned = async (before: Buffer) => {
      const after = Buffer.from(before)
      await blank(await readFilm(reading(after), after.length), (at, bytes) => bytes.copy(after, at))
      expect(after.length).toBe(before.length)
      return after
    }
    const before = movie(track('vide', first + 30), track('meta', first, first + 70))
    const after = await cleaned(before)
    for (const note of notes) expect(after.includes(note)).toBe(false)
    expect(after.subarray(first + 30, first + 70).equals(picture)).toBe(true)
    expect([after.includes('vide'), after.includes('meta')]).toEqual([true, false])
    const forged = await cleaned(movie(track('vide', first + 30), track('meta', 0, 4_000_000_000)))
    expect(forged.subarray(0, head.length + data.length).equals(before.subarray(0, head.length + data.length))).toBe(true)
  })

  test('a last piece of notes with fewer samples than its run says costs the picture nothing, and all tracks together no more than the film', async () => {
    const numbers = (...all: number[]) => Buffer.concat(all.map((n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n])))
    const table = (type: string, ...all: number[]) => box(type, numbers(0, ...all))
    const [head, note, picture] = [
      box('ftyp', Buffer.from('isom\0\0\0\0isom')),
      Buffer.from('52.5200,13.4050'),
      Buffer.alloc(40, 7),
    ]
    const first = head.length + 8
    const track = (each: number, count: number) => {
      const tables = [table('stsc', 1, 1, 2, 1), table('stsz', each, count), table('stco', 1, first)]
      const handler = box('hdlr', numbers(0, 0), Buffer.from('meta'), Buffer.alloc(13))
      return box('trak', box('mdia', handler, box('minf', box('stbl', ...tables))))
    }
    const movie = (...tracks: Buffer[]) => Buffer.concat([head, box('mdat', note, picture), box('moov', ...tracks)])
    const short = movie(track(note.length, 1))
    const found = await readFilm(reading(short), short.length)
    await blank(found, (at, bytes) => bytes.copy(short, at))
    expect(short.includes(note)).toBe(false)
    expect(short.subarray(first + note.length, first + note.length + picture.length).equals(picture)).toBe(true)
    const greedy = movie(...Array.from({ length: 50 }, () => track(1_000, 2)))
    const { samples = [] } = await readFilm(reading(greedy), greedy.length)
    expect(samples.reduce((sum, { at, end }) => sum + end - at, 0)).toBeLessThanOrEqual(note.length + picture.length)
  })

  test('tags of a WebM and pictures attached to it are blanked, also behind parts whose length nobody wrote', async () => {
    const element = (id: string, ...inside: Buffer[]) => {
      const body = Buffer.concat(inside)
      return Buffer.concat([
        Buffer.from(id, 'hex'),
        Buffer.from([0x10, body.length >>> 16, body.length >>> 8, body.length]),
        body,
      ])
    }
    const open = (id: string) => Buffer.from(`${id}01ffffffffffffff`, 'hex')
    const start = element('1a45dfa3', Buffer.from('webm'))
    const frame = element('a3', Buffer.alloc(50, 9))
    const tags = (words: string) => element('1254c367', Buffer.from(words))
    const parts = [
      element('1549a966', Buffer.alloc(9)),
      tags('LOCATION +52.52'),
      element('1941a469', Buffer.from('GPS of a cover')),
    ]
    for (const before of [
      Buffer.concat([start, element('18538067', ...parts, element('1f43b675', frame), tags('+13.40'))]),
      Buffer.concat([start, open('18538067'), ...parts, open('1f43b675'), frame, frame, open('1f43b675'), frame, tags('+13.40')]),
    ]) {
      const after = Buffer.from(before)
      const write = (at: number, bytes: Buffer) => bytes.copy(after, at)
      await blankTags(reading(after), after.length, write)
      expect(after.length).toBe(before.length)
      for (const word of ['52.52', '13.40', 'GPS']) expect(after.includes(word)).toBe(false)
      expect(after.includes(frame)).toBe(true)
      const again = Buffer.from(after)
      await blankTags(reading(again), again.length, (at, bytes) => bytes.copy(again, at))
      expect(again.equals(after)).toBe(true)
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const b = Buffer.concat([start, Buffer.from(bytes)])
        await blankTags(reading(b), b.length, (at, over) => expect(at + over.length).toBeLessThanOrEqual(b.length))
      }),
      { numRuns: 200 },
    )
  })

  test('cut off or garbled is refused; no garbage makes it run on', async () => {
    const whole = film('isom')
    await expect(readFilm(reading(whole.subarray(0, -1)), whole.length - 1)).rejects.toThrow('cut off')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const b = Buffer.from(bytes)
        await readFilm(reading(b), b.length).catch((error: unknown) => expect(error).toBeInstanceOf(Refusal))
      }),
      { numRuns: 200 },
    )
  })

  test('a frame by ffmpeg within its time, told what it reads; without one a poster', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-ffmpeg-'))
    const program = (words: string) => {
      const path = join(folder, `p${words.length}`)
      writeFileSync(path, `#!/bin/sh\n${words}\n`)
      chmodSync(path, 0o755)
      return path
    }
    try {
      const said = await frameOf('/x.mp4', 'video/mp4', 9_000, { program: program('echo "$@"') })
      expect(String(said)).toContain('-protocol_whitelist file -f mov -ss 1 -i file:/x.mp4')
      expect(await frameOf('/x.mp4', 'video/mp4', null, { program: join(folder, 'none') })).toBeUndefined()
      expect(await frameOf('/x.mp4', 'video/mp4', null, { program: program('echo half; exit 1') })).toBeUndefined()
      expect(await frameOf('/x.mp4', 'video/mp4', null, { program: program('exec sleep 20'), timeoutMs: 200 })).toBeUndefined()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    expect((await sharp(await genericPoster(65_000)).metadata()).width).toBe(640)
  })
})

test('a picture is drawn small, upright and still; a bomb behind a small header is not drawn', async () => {
  const turned = await noise().withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const { thumb, width, height } = await looksOf(turned)
  expect([width, height]).toEqual([600, 800])
  expect(await sharp(thumb).metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 640 })
  expect((await sharp(thumb).metadata()).exif).toBeUndefined()
  await expect(looksOf(png(50_001, 1_000))).rejects.toThrow('pixel limit')
  await expect(looksOf((await noise().png().toBuffer()).subarray(0, 20_000))).rejects.toThrow()
})

test.each([
  [undefined, undefined],
  ['bytes=0-', { from: 0, to: 99 }],
  ['bytes=10-19', { from: 10, to: 19 }],
  ['bytes=90-500', { from: 90, to: 99 }],
  ['bytes=-10', { from: 90, to: 99 }],
  ['bytes=100-', 'none'],
  ['bytes=5-4', undefined],
  ['bytes=0-1,5-6', undefined],
  ['items=0-1', undefined],
])('range %j of 100 bytes', (header, range) => {
  expect(rangeOf(header, 100)).toEqual(range)
})

describe('what is served', () => {
  let w: World
  beforeAll(async () => {
    w = await world()
  })
  afterAll(() => w.close())
  const read = async (fileId: string, small: boolean, range?: { from: number; to: number }) => {
    const found = (await openFile(w.app, w.programId, fileId, small))!
    const parts: Buffer[] = []
    for await (const part of await found.read(range)) parts.push(part as Buffer)
    return { ...found, body: Buffer.concat(parts) }
  }

  test('small pictures once they are drawn, a poster for a film, parts of it; another program sees nothing', async () => {
    const bytes = await noise().png().toBuffer()
    const picture = await w.within((ctx) => ctx.store(bytes, 'a.png'))
    const movie = await w.within((ctx) => ctx.store(webm, 'b.webm'))
    expect((await read(picture.id, true)).mime).toBe('image/png')
    expect(await read(movie.id, true)).toMatchObject({ mime: 'image/jpeg', passing: true })
    await w.app.runJob('media')
    await w.app.runJob('media')
    const small = await read(picture.id, true)
    expect(small).toMatchObject({ mime: 'image/jpeg', name: 'a.jpg' })
    expect(small.body.length).toBe(small.bytes)
    expect((await read(movie.id, true)).passing).toBeUndefined()
    expect((await read(picture.id, false, { from: 3, to: 9 })).body).toEqual(Buffer.from(bytes.subarray(3, 10)))
    expect(await openFile(w.app, await w.neighbour(), picture.id, true)).toBeUndefined()
  })

  test('what can’t be drawn is left alone after three tries', async () => {
    const { id } = await w.within((ctx) => ctx.store(png(50_000, 1_000), 'c.png'))
    for (let n = 0; n < 4; n++) await w.app.runJob('media')
    expect(await w.within((ctx) => ctx.db.media.findUnique({ where: { fileId: id } }))).toMatchObject({
      state: 'damaged',
      tries: 3,
    })
  })
})

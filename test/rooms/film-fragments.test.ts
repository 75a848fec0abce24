/** A film that is written as it runs, in fragments: its notes go like those of any other film, and its picture stays. */
import { expect, test } from 'vitest'
import { blank, readFilm } from '../../src/content/film.ts'
import { box } from '../pictures.ts'

const numbers = (...all: number[]) => Buffer.concat(all.map((n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n])))
const [note, more, picture] = [Buffer.from('52.5200,13.4050'), Buffer.from('48.1,11.5'), Buffer.alloc(40, 7)]
const head = box('ftyp', Buffer.from('isom\0\0\0\0isom'))

const track = (id: number, handler: string) =>
  box(
    'trak',
    box('tkhd', numbers(0, 0, 0, id), Buffer.alloc(68)),
    box('mdia', box('hdlr', numbers(0, 0), Buffer.from(handler), Buffer.alloc(13))),
  )
const trex = (id: number, size: number) => box('trex', numbers(0, id, 1, 0, size, 0))
const movie = box('moov', track(1, 'vide'), track(2, 'meta'), box('mvex', trex(1, 0), trex(2, note.length)))

const FROM_HEAD = 0x2_0000
const run = (offset: number | undefined, ...sizes: number[]) =>
  offset === undefined
    ? box('trun', numbers(0x200, sizes.length, ...sizes))
    : box('trun', numbers(0x201, sizes.length, offset, ...sizes))
const part = (flags: number, id: number, ...inside: Buffer[]) => box('traf', box('tfhd', numbers(flags, id)), ...inside)

async function cleaned(...parts: Buffer[]): Promise<Buffer> {
  const after = Buffer.concat([head, movie, ...parts])
  const size = after.length
  const film = await readFilm(async (at, length) => after.subarray(at, Math.min(at + length, size)), size)
  await blank(film, (at, bytes) => bytes.copy(after, at))
  expect(after.length).toBe(size)
  return after
}

/** A fragment and its data; its parts are told how long its head is. */
function fragment(parts: (data: number) => Buffer[], ...data: Buffer[]): Buffer {
  const length = box('moof', ...parts(0)).length
  return Buffer.concat([box('moof', ...parts(length + 8)), box('mdat', ...data)])
}

test('notes of each fragment are blanked, also where the movie alone says how large they are', async () => {
  const first = fragment(
    (data) => [
      part(FROM_HEAD, 1, run(data, 25, 15)),
      part(FROM_HEAD, 2, run(data + 40, note.length, more.length)),
      box('udta', Buffer.from('Mia')),
    ],
    picture,
    note,
    more,
  )
  const second = fragment(
    (data) => [
      part(FROM_HEAD, 2, box('trun', numbers(0x1, 1, data))),
      part(FROM_HEAD, 1, run(data + note.length, 40), box('meta', Buffer.from('+52.52'))),
    ],
    note,
    picture,
  )
  const after = await cleaned(first, second)
  for (const word of [note, more, 'Mia', '+52.52']) expect(after.includes(word)).toBe(false)
  expect(after.toString('latin1').split(picture.toString('latin1'))).toHaveLength(3)
  // A head of a track that is no more would stop a player.
  expect(after.toString('latin1').match(/traf/g)).toHaveLength(2)
})

test('where one track lies behind the other without saying so, the picture is still found there', async () => {
  const after = await cleaned(
    fragment((data) => [part(0, 2, run(data, note.length)), part(0, 1, run(undefined, 40))], note, picture),
  )
  expect([after.includes(note), after.includes(picture)]).toEqual([false, true])
  expect(after.toString('latin1').match(/traf/g)).toHaveLength(2)
})

test('a fragment that points beside the data of the film, or is cut off, costs nothing else', async () => {
  const forged = fragment((data) => [part(FROM_HEAD, 2, run(-400, 4_000_000), run(data, 0xffff_ffff))], picture)
  const after = await cleaned(forged)
  expect(after.subarray(0, head.length).equals(head)).toBe(true)
  expect(after.includes('vide')).toBe(true)
  await cleaned(box('moof', box('traf', box('tfhd', numbers(FROM_HEAD)))))
    .then(() => expect.unreachable())
    .catch((error) => expect(String(error)).toContain('damaged or cut off'))
})

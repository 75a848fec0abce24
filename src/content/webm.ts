// A WebM is elements within elements. Programs that make one out of a phone's film write what the phone had noted (place, model, names)
// into its tags, and a picture may be attached to it. Both are blanked where they stand: no byte moves.
import { type WriteAt, zeros } from './film.ts'
import type { ReadAt } from './film-tracks.ts'

const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
const VOID = 0xec
const telling = new Set([0x1254c367, 0x1941a469])

const MAX_ELEMENTS = 500_000

type Element = { id: number; head: number; end: number | null }

/** Turns tags and attachments into free room. What can't be read ends the search, for no player reads on there either. */
export async function blankTags(read: ReadAt, size: number, write: WriteAt): Promise<void> {
  let at = 0
  for (let seen = 0; seen < MAX_ELEMENTS; seen++) {
    const element = elementAt(await read(at, 12), at)
    if (!element) return
    const { id, head } = element
    // A recorder that writes as it goes does not know how long these will be.
    const opens = id === SEGMENT || (id === CLUSTER && element.end === null)
    if (!opens && element.end === null) return
    const end = opens ? at + head : Math.min(size, element.end!)
    if (telling.has(id)) await blankOne(at, end, write)
    at = end
  }
}

function elementAt(start: Buffer, at: number): Element | undefined {
  const idLength = lengthOf(start[0])
  const sizeLength = lengthOf(start[idLength])
  const head = idLength + sizeLength
  if (idLength > 4 || sizeLength > 8 || start.length < head) return undefined
  let length = BigInt(start[idLength]! & (0xff >> sizeLength))
  for (const byte of start.subarray(idLength + 1, head)) length = (length << 8n) | BigInt(byte)
  const unknown = length === (1n << BigInt(7 * sizeLength)) - 1n
  return { id: start.readUIntBE(0, idLength), head, end: unknown ? null : at + head + Number(length) }
}

/** How many bytes a number has, by the zeros that its first byte begins with; more than any has where there is none. */
const lengthOf = (first: number | undefined): number => (first ? Math.clz32(first) - 23 : 9)

/** The head of free room is as long as it can be, so that few bytes are left to count. */
async function blankOne(at: number, end: number, write: WriteAt): Promise<void> {
  const sizeLength = Math.min(8, end - at - 1)
  const head = Buffer.alloc(1 + sizeLength)
  head[0] = VOID
  let left = end - at - head.length
  for (let n = sizeLength; n > 0; n--) {
    head[n] = left % 256
    left = Math.floor(left / 256)
  }
  head[1] = head[1]! | (0x80 >> (sizeLength - 1))
  await write(at, head)
  await zeros(at + head.length, end, write)
}

// Files are kept once, under the SHA-256 of their bytes, and never changed. What a file is, its bytes say: names and
// announced types are not believed, and only kinds that a browser shows without running anything are taken. A list (CSV) has no
// bytes that tell it apart: it is text under a name that says so, and only managers may open one.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileTypeFromBuffer } from 'file-type'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import type { StoredFile } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Id, Kind } from '../kernel/id.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { pixelSize, withoutTraces } from './picture.ts'

/** The store of bytes; a key is the lower-case hex SHA-256 of what it holds. */
export type Media = {
  /** Writes the bytes unless they are there; on return they are on the disk. */
  put: (sha256: string, bytes: Uint8Array) => Promise<void>
  /** All bytes; throws when there are none under this key. */
  get: (sha256: string) => Promise<Buffer>
  stream: (sha256: string) => Promise<Readable>
  has: (sha256: string) => Promise<boolean>
  /** Removes the bytes, if they are there. Only for what no row of any program names. */
  remove: (sha256: string) => Promise<void>
}

export const MAX_BYTES = 25 * 1024 * 1024
const MAX_PIXELS = 50_000_000
const MAX_NAME = 120

/** A media store in a folder, which is made when it is first written to. */
export function openMedia(dir: string): Media {
  const disk = new Disk(new FSDriver({ location: dir, visibility: 'private' }))
  const writing = new Map<string, Promise<void>>()

  async function write(key: string, bytes: Uint8Array): Promise<void> {
    // A file cut short by a crash has another length and is written again.
    if ((await disk.exists(key)) && (await disk.getMetaData(key)).contentLength === bytes.length) return
    await disk.put(key, bytes)
    const written = await open(join(dir, key), 'r+')
    await written.sync().finally(() => written.close())
  }

  return {
    async put(sha256, bytes) {
      const key = keyOf(sha256)
      // One writer per key: a second one would truncate under the eyes of a reader.
      const mine = writing.get(key) ?? write(key, bytes).finally(() => writing.delete(key))
      writing.set(key, mine)
      await mine
    },
    get: async (sha256) => Buffer.from(await disk.getBytes(keyOf(sha256))),
    stream: (sha256) => disk.getStream(keyOf(sha256)),
    has: (sha256) => disk.exists(keyOf(sha256)),
    remove: (sha256) => disk.delete(keyOf(sha256)),
  }
}

function keyOf(sha256: string): string {
  must(/^[0-9a-f]{64}$/.test(sha256), 'media keys are SHA-256 in hex')
  return `${sha256.slice(0, 2)}/${sha256}`
}

export type Sniffed = { mime: string; ext: string }

const allowed: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
}

/** What the bytes are; null for anything that is not a PNG, JPEG, WebP, GIF, MP4, MOV, WebM or PDF. */
export async function sniff(bytes: Uint8Array): Promise<Sniffed | null> {
  const found = await fileTypeFromBuffer(bytes)
  const ext = found && allowed[found.mime]
  return found && ext ? { mime: found.mime, ext } : null
}

/** The type of a list that managers hand over or fetch. */
export const LIST = 'text/csv'

const isList = (bytes: Uint8Array, name: string): boolean =>
  /\.(?:csv|tsv)$/i.test(name.trim()) && bytes.length > 0 && !bytes.includes(0)

/** The bytes of a stored file of a program. Refusal not_found. */
export async function readFile(
  { db, programId, media }: Pick<Storing, 'db' | 'programId' | 'media'>,
  fileId: string,
): Promise<{ bytes: Uint8Array; mime: string; name: string }> {
  const row = await db.file.findFirst({ where: { programId, id: fileId } })
  if (!row) throw new Refusal('not_found', 'This file is not here any more.', 'Hand it over again.', 'file')
  return { bytes: await media.get(row.sha256), mime: row.mime, name: row.name }
}

/** What storing needs of the world; a Context with its media fits. */
export type Storing = { db: Db; now: Date; id: <K extends Kind>(kind: K) => Id<K>; programId: string; media: Media }

/**
 * Keeps a file once per program and returns its row; the same bytes give the same row. Traces of the maker are removed from
 * JPEGs, so what is stored may be shorter than what came. Refuses what is too large, unknown, or has too many pixels.
 */
export async function storeFile(world: Storing, bytes: Uint8Array, name: string): Promise<StoredFile> {
  const { db, programId } = world
  const { mime, clean } = await accept(bytes, name)
  const sha256 = createHash('sha256').update(clean).digest('hex')
  // Bytes first, then the row, so that no row points to nothing.
  await world.media.put(sha256, clean)
  await db.file.createMany({
    data: { id: world.id('file'), programId, sha256, mime, bytes: clean.length, name: shortName(name), createdAt: world.now },
    skipDuplicates: true,
  })
  const row = await db.file.findUniqueOrThrow({ where: { programId_sha256: { programId, sha256 } } })
  return { id: row.id as Id<'file'>, mime: row.mime, bytes: row.bytes, sha256 }
}

async function accept(bytes: Uint8Array, name: string): Promise<{ mime: string; clean: Uint8Array }> {
  if (bytes.length > MAX_BYTES) {
    throw new Refusal(
      'over_limit',
      'The file is larger than 25 MB.',
      'Hand in a smaller file, or the address of the post.',
      'file',
    )
  }
  const kind = await sniff(bytes)
  if (!kind && isList(bytes, name)) return { mime: LIST, clean: bytes }
  if (!kind) {
    throw new Refusal(
      'invalid',
      'This kind of file is not taken.',
      'Hand in a PNG, JPEG, WebP, GIF, MP4, MOV, WebM or PDF file, or the address of the post.',
      'file',
    )
  }
  if (!kind.mime.startsWith('image/')) return { mime: kind.mime, clean: bytes }
  const size = pixelSize(bytes, kind.mime)
  if (!size) throw new Refusal('invalid', 'This picture is damaged.', 'Save it again and hand in the new file.', 'file')
  if (size.width * size.height > MAX_PIXELS) {
    const found = `${size.width} × ${size.height}`
    throw new Refusal(
      'over_limit',
      `The picture has too many pixels: ${found}.`,
      'Hand in one with at most 50 megapixels.',
      'file',
    )
  }
  return { mime: kind.mime, clean: kind.mime === 'image/jpeg' ? withoutTraces(bytes) : bytes }
}

/** The name as it is shown: no folders, no control characters. */
function shortName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  return [...last.replace(/[\p{Cc}\p{Cf}]/gu, '')].slice(0, MAX_NAME).join('').trim() || 'file'
}

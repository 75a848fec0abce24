// Files are kept once and never changed. What a file is, its bytes say: names and announced types are not believed, and only kinds
// that a browser shows without running anything are taken. A list (CSV) has no bytes that tell it apart: it is text under a name
// that says so, and only managers may open one.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { StoredFile } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { File } from '../db/generated/client.ts'
import { hasWords } from '../kernel/csv.ts'
import type { Id, Kind } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { blank, type Film, readFilm, type WriteAt } from './film.ts'
import type { ReadAt } from './film-tracks.ts'
import { holdBytes } from './hold.ts'
import { pixelSize } from './picture.ts'
import type { Media } from './store.ts'
import { cleanPicture } from './traces.ts'
import { blankTags } from './webm.ts'

/** What comes through a chat, and every picture and document. */
export const MAX_BYTES = 25 * 1024 * 1024
/** A video that comes through the page for large files. */
export const MAX_VIDEO_BYTES = 1024 * 1024 * 1024
export const MAX_PIXELS = 50_000_000
/** Of all frames of a moving picture together. */
const MAX_DRAWN = 1_000_000_000
const MAX_NAME = 120
/** Enough of a file to tell what it is. */
const HEAD_BYTES = 64 * 1024

export type Sniffed = { mime: string; ext: string }

const allowed: Record<string, string> = {
  'image/png': 'png',
  // A PNG that moves.
  'image/apng': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/x-m4v': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
}
const shownAs: Record<string, string> = { 'image/apng': 'image/png', 'video/x-m4v': 'video/mp4' }

/** What the bytes are; null for anything that is not a PNG, JPEG, WebP, GIF, MP4, MOV, WebM or PDF. */
export async function sniff(bytes: Uint8Array): Promise<Sniffed | null> {
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(bytes)
  const ext = found && allowed[found.mime]
  return found && ext ? { mime: shownAs[found.mime] ?? found.mime, ext } : null
}

/** The type of a list that managers hand over or fetch. */
export const LIST = 'text/csv'

const isList = (bytes: Uint8Array, name: string): boolean => /\.(?:csv|tsv|json)$/i.test(name.trim()) && hasWords(bytes)

/** The bytes of a stored file of a program. Refusal not_found; over_limit for a video that is too large to be had in one piece. */
export async function readFile(
  { db, programId, media }: Pick<Storing, 'db' | 'programId' | 'media'>,
  fileId: string,
): Promise<{ bytes: Uint8Array; mime: string; name: string }> {
  const row = await db.file.findFirst({ where: { programId, id: fileId } })
  if (!row) throw new Refusal('not_found', 'This file is not here any more.', 'Hand it over again.', 'file')
  if (row.bytes > MAX_BYTES) throw tooLarge('file', 25)
  return { bytes: await media.get(row.sha256), mime: row.mime, name: row.name }
}

/** What storing needs of the world; a Context with its media fits. */
export type Storing = {
  db: Db
  now: Date
  id: <K extends Kind>(kind: K) => Id<K>
  programId: string
  media: Media
  ring?: (job: string) => void
}

type Named = Film & { sha256: string; mime: string; bytes: number; name: string }
/** A file whose bytes are in the store and which no row names yet; `there` says whether they still are. */
export type Kept = Named & { there: () => Promise<boolean> }

const unknown = { width: null, height: null, durationMs: null, traces: [] }

/**
 * Keeps a file once per program and returns its row; the same bytes give the same row. Traces of the maker are removed, so what is
 * stored may differ from what came. Refuses what is too large, unknown, damaged, or has too many pixels.
 */
export async function storeFile(world: Storing, bytes: Uint8Array, name: string): Promise<StoredFile> {
  const accepted = await accept(bytes, name)
  const sha256 = createHash('sha256').update(accepted.clean).digest('hex')
  await holdBytes(world, sha256)
  // Bytes first, then the row, so that no row points to nothing.
  await world.media.put(sha256, accepted.clean)
  return nameBytes(world, { ...accepted, sha256, bytes: accepted.clean.length, name })
}

type Naming = Omit<Storing, 'media'>

/** The row of a file that was kept before. Refusal not_found where its bytes were removed since, as others that were the same. */
export async function nameFile(world: Naming, kept: Kept): Promise<StoredFile> {
  await holdBytes(world, kept.sha256)
  if (!(await kept.there())) throw lostFile()
  return nameBytes(world, kept)
}

/** The row of bytes that are in the store; and the wish that a picture or video is looked at. */
async function nameBytes(world: Naming, kept: Named): Promise<StoredFile> {
  const { db, programId, now } = world
  const { sha256, mime, bytes, name, width, height, durationMs } = kept
  const data = { id: world.id('file'), programId, sha256, mime, bytes, name: shortName(name), createdAt: now }
  let row: Pick<File, 'id' | 'mime' | 'bytes'> | undefined
  // A row that is just being dropped is waited for and made again; the one that is handed out stays until this unit of work is over.
  while (!row) {
    await db.file.createMany({ data, skipDuplicates: true })
    const rows = await db.$queryRaw<Pick<File, 'id' | 'mime' | 'bytes'>[]>`
      SELECT id, mime, bytes FROM "File" WHERE "programId" = ${programId} AND sha256 = ${sha256} FOR KEY SHARE`
    row = rows[0]
  }
  if (/^(?:image|video)\//.test(mime)) {
    await db.media.createMany({
      data: { fileId: row.id, programId, width, height, durationMs, createdAt: now },
      skipDuplicates: true,
    })
    world.ring?.('media')
  }
  return { id: row.id as Id<'file'>, mime: row.mime, bytes: row.bytes, sha256 }
}

/**
 * Puts a file of the local disk, up to 1 GB, into the store without ever holding it in memory; it is gone from its place afterwards.
 * The row is made by nameFile. Refusals as storeFile.
 */
export async function keepFile(media: Media, path: string, name: string): Promise<Kept> {
  const file = await open(path, 'r+')
  let kept: Omit<Named, 'sha256' | 'name'>
  try {
    const { size } = await file.stat()
    const kind = await sniff(await readAt(file)(0, Math.min(HEAD_BYTES, size)))
    if (!kind) throw unknownKind()
    if (kind.mime.startsWith('video/')) {
      if (size > MAX_VIDEO_BYTES) throw tooLarge('video', 1024)
      const film = await cleanFilm(kind.mime, readAt(file), size, (at, bytes) => file.write(bytes, 0, bytes.length, at))
      kept = { ...film, mime: kind.mime, bytes: size }
    } else {
      if (size > MAX_BYTES) throw tooLarge(kind.mime === 'application/pdf' ? 'document' : 'picture', 25)
      const { clean, ...rest } = await accept(await readAt(file)(0, size), name)
      await file.truncate(0)
      await file.write(clean, 0, clean.length, 0)
      kept = { ...rest, bytes: clean.length }
    }
  } finally {
    await file.close()
  }
  const hash = createHash('sha256')
  for await (const part of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(part as Buffer)
  const sha256 = hash.digest('hex')
  await media.take(sha256, path)
  return { ...kept, sha256, name, there: () => media.has(sha256) }
}

const readAt = (file: FileHandle) => async (at: number, length: number) => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}

export const lostFile = (fix = 'Send it again.') => new Refusal('not_found', 'The file was lost on its way.', fix, 'file')

type Accepted = Film & { mime: string; clean: Uint8Array }

async function accept(bytes: Uint8Array, name: string): Promise<Accepted> {
  if (bytes.length > MAX_BYTES) throw tooLarge('file', 25)
  const kind = await sniff(bytes)
  if (!kind && isList(bytes, name)) return { ...unknown, mime: LIST, clean: bytes }
  if (!kind) throw unknownKind(name)
  const { mime } = kind
  if (mime.startsWith('image/')) return { mime, ...acceptPicture(bytes, mime) }
  if (!mime.startsWith('video/')) return { ...unknown, mime, clean: bytes }
  const clean = Buffer.from(bytes)
  const film = await cleanFilm(
    mime,
    async (at, length) => clean.subarray(at, at + length),
    clean.length,
    (at, over) => over.copy(clean, at),
  )
  return { ...film, mime, clean }
}

function acceptPicture(bytes: Uint8Array, mime: string): Film & { clean: Uint8Array } {
  const size = pixelSize(bytes, mime)
  if (!size) throw new Refusal('invalid', 'This picture is damaged.', 'Save it again and hand in the new file.', 'file')
  const pixels = size.width * size.height
  if (pixels > MAX_PIXELS) {
    const found = `${size.width} × ${size.height}`
    throw new Refusal(
      'over_limit',
      `The picture has too many pixels: ${found}.`,
      'Hand in one with at most 50 megapixels.',
      'file',
    )
  }
  const { bytes: clean, frames } = cleanPicture(bytes, mime)
  if (pixels * frames > MAX_DRAWN)
    throw new Refusal('over_limit', `This picture moves for too long: ${frames} frames.`, 'Hand it in as a video.', 'file')
  return { ...unknown, ...size, clean }
}

async function cleanFilm(mime: string, read: ReadAt, size: number, write: WriteAt): Promise<Film> {
  if (mime === 'video/webm') {
    await blankTags(read, size, write)
    return unknown
  }
  const film = await readFilm(read, size)
  await blank(film, write)
  return film
}

function unknownKind(name = ''): Refusal {
  if (/\.(?:csv|tsv|txt|xls[mx]?|ods|numbers)$/i.test(name.trim()))
    return new Refusal(
      'invalid',
      'A list is taken as CSV alone.',
      'Open it in your spreadsheet, save it as CSV, and hand in that file.',
      'file',
    )
  const iphone = /\.hei[cf]s?$/i.test(name.trim())
  return new Refusal(
    'invalid',
    iphone ? 'Pictures in HEIC are not taken, for most browsers can’t show them.' : 'This kind of file is not taken.',
    iphone
      ? 'Share it as JPEG, or set the camera to “Most Compatible” (Settings, Camera, Formats).'
      : 'Hand in a PNG, JPEG, WebP, GIF, MP4, MOV, WebM or PDF file, or the address of the post.',
    'file',
  )
}

const tooLarge = (what: string, mb: number): Refusal =>
  new Refusal(
    'over_limit',
    `The ${what} is larger than ${mb === 1024 ? '1 GB' : `${mb} MB`}.`,
    'Hand in a smaller file, or the address of the post.',
    'file',
  )

/** The name as it is shown: no folders, no control characters. */
export function shortName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  return [...last.replace(/[\p{Cc}\p{Cf}]/gu, '')].slice(0, MAX_NAME).join('').trim() || 'file'
}

/** A stored file, or the small picture of it, as it is given to whoever may see it. */
import { Readable } from 'node:stream'
import type { Context } from '../context.ts'
import type { File, Media as Row } from '../db/generated/client.ts'
import { genericPoster, looksOf } from './looks.ts'
import { MAX_BYTES } from './media.ts'
import type { Media, Range } from './store.ts'

export type OpenedFile = {
  bytes: number
  mime: string
  name: string
  read: (range?: Range) => Promise<Readable>
  /** A picture that stands in until the file's own is drawn. */
  passing?: boolean
}

type World = { media: Media; within: <T>(programId: string, work: (ctx: Context) => Promise<T>) => Promise<T> }

/** Undefined where there is no such file; who may see it is asked before. A document has no small picture. */
export async function openFile(world: World, programId: string, fileId: string, small: boolean): Promise<OpenedFile | undefined> {
  const { file, row } = await world.within(programId, async ({ db }) => ({
    file: await db.file.findFirst({ where: { programId, id: fileId } }),
    row: small ? await db.media.findFirst({ where: { programId, fileId } }) : null,
  }))
  if (!file) return undefined
  const picture = small ? await smallOf(world.media, file, row) : undefined
  if (picture) return picture
  const { bytes, mime, name, sha256 } = file
  return { bytes, mime, name, read: (range) => world.media.stream(sha256, range) }
}

async function smallOf(media: Media, file: File, row: Row | null): Promise<OpenedFile | undefined> {
  const drawn = row?.thumb ? await media.get(row.thumb) : undefined
  if (drawn) return given(drawn, file.name)
  if (!file.mime.startsWith('video/')) return undefined
  return { ...given(await genericPoster(row?.durationMs ?? null), file.name), passing: true }
}

const given = (bytes: Buffer, name: string): OpenedFile => ({
  bytes: bytes.length,
  mime: 'image/jpeg',
  name: `${name.replace(/\.\w{1,5}$/, '')}.jpg`,
  read: async (range) => Readable.from(range ? bytes.subarray(range.from, range.to + 1) : bytes, { objectMode: false }),
})

/** Whether a platform shows such a picture in a message. */
export type Fits = (picture: { bytes: number; mime: string }) => boolean

/** A picture to attach to a message: the file itself where it fits, or the small one of a film or of any other. */
export async function pictureFor(
  world: World,
  programId: string,
  fileId: string,
  fits: Fits,
): Promise<{ bytes: Uint8Array; mime: string; name: string } | undefined> {
  const whole = await openFile(world, programId, fileId, false)
  if (!whole) return undefined
  const small = whole.mime.startsWith('video/') || !fits(whole)
  const shown = small ? await openFile(world, programId, fileId, true) : whole
  if (!shown || shown.bytes > MAX_BYTES) return undefined
  const parts: Buffer[] = []
  for await (const part of await shown.read()) parts.push(part as Buffer)
  const bytes = Buffer.concat(parts)
  if (fits(shown)) return { bytes, mime: shown.mime, name: shown.name }
  // What came a moment ago has no small picture yet, and the message is not drawn again for it.
  return { bytes: (await looksOf(bytes)).thumb, mime: 'image/jpeg', name: shown.name }
}

// Where the bytes of files lie: in a folder, or in a bucket that speaks S3. They are kept once, under the SHA-256 of what they are,
// and never changed.
import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Disk } from 'flydrive'
import type { Config } from '../config.ts'
import { lazily } from '../kernel/lazily.ts'
import { must } from '../kernel/refusal.ts'

/** The first and last byte wanted, both included. */
export type Range = { from: number; to: number }

/** The store of bytes; a key is the lower-case hex SHA-256 of what it holds. */
export type Media = {
  /** Writes the bytes unless they are there; on return they are on the disk. */
  put: (sha256: string, bytes: Uint8Array) => Promise<void>
  /** Takes a file of the local disk over, which is gone from its place afterwards; its bytes are never all in memory. */
  take: (sha256: string, path: string) => Promise<void>
  /** All bytes; throws when there are none under this key. */
  get: (sha256: string) => Promise<Buffer>
  /** The bytes, or a part of them, as they are read. */
  stream: (sha256: string, range?: Range) => Promise<Readable>
  /** Does something with a local file of these bytes, which must not be changed. */
  local: <T>(sha256: string, work: (path: string) => Promise<T>) => Promise<T>
  has: (sha256: string) => Promise<boolean>
  /** Removes the bytes, if they are there. Only for what no row of any program names. */
  remove: (sha256: string) => Promise<void>
}

export type Bucket = {
  bucket: string
  region: string
  /** Undefined for Amazon's own. */
  endpoint?: string | undefined
  keyId?: string | undefined
  secret?: string | undefined
}

function keyOf(sha256: string): string {
  must(/^[0-9a-f]{64}$/.test(sha256), 'media keys are SHA-256 in hex')
  return `${sha256.slice(0, 2)}/${sha256}`
}

type Place = Pick<
  Config,
  'DATA_DIR' | 'MEDIA_S3_BUCKET' | 'MEDIA_S3_REGION' | 'MEDIA_S3_ENDPOINT' | 'MEDIA_S3_KEY_ID' | 'MEDIA_S3_SECRET'
>

/** In a bucket where one is named, else in the data folder. */
export async function openStore(place: Place): Promise<Media> {
  const { MEDIA_S3_BUCKET: bucket, MEDIA_S3_REGION: region, MEDIA_S3_ENDPOINT: endpoint } = place
  if (bucket === undefined) return openMedia(join(place.DATA_DIR, 'media'))
  return openBucket({ bucket, region, endpoint, keyId: place.MEDIA_S3_KEY_ID, secret: place.MEDIA_S3_SECRET })
}

/** A media store in a folder, which is made when it is first used. */
export function openMedia(dir: string): Media {
  const disk = lazily(() => openFolder(dir))
  const alone = oneByKey()

  // A file cut short by a crash has another length and is written again.
  const whole = async (folder: Disk, key: string, bytes: number) =>
    (await folder.exists(key)) && (await folder.getMetaData(key)).contentLength === bytes

  return {
    put: async (sha256, bytes) =>
      alone(keyOf(sha256), async (key) => {
        const folder = await disk()
        if (await whole(folder, key, bytes.length)) return
        await folder.put(key, bytes)
        await flush(join(dir, key))
      }),
    take: async (sha256, path) =>
      alone(keyOf(sha256), async (key) => {
        const folder = await disk()
        if (await whole(folder, key, (await stat(path)).size)) return rm(path, { force: true })
        await flush(path)
        // Not by the number of the process, which another one in the next container has as well.
        const making = `${key}.${randomBytes(8).toString('hex')}`
        await folder.put(making, '')
        // Within one disk the file only gets another name; from another disk it is carried over.
        await rename(path, join(dir, making)).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EXDEV') throw error
          await folder.putStream(making, createReadStream(path))
          await flush(join(dir, making))
          await rm(path, { force: true })
        })
        await folder.move(making, key)
      }),
    get: async (sha256) => Buffer.from(await (await disk()).getBytes(keyOf(sha256))),
    async stream(sha256, range) {
      const key = keyOf(sha256)
      return range ? createReadStream(join(dir, key), { start: range.from, end: range.to }) : (await disk()).getStream(key)
    },
    local: async (sha256, work) => work(join(dir, keyOf(sha256))),
    has: async (sha256) => (await disk()).exists(keyOf(sha256)),
    remove: async (sha256) => (await disk()).delete(keyOf(sha256)),
  }
}

/** The library is loaded for the first file. */
async function openFolder(location: string): Promise<Disk> {
  const [{ Disk }, { FSDriver }] = await Promise.all([import('flydrive'), import('flydrive/drivers/fs')])
  // What is not published yet lies here; the folders in it are the library's, and nobody else comes to them.
  await mkdir(location, { recursive: true, mode: 0o700 })
  return new Disk(new FSDriver({ location, visibility: 'private' }))
}

async function flush(path: string): Promise<void> {
  const written = await open(path, 'r+')
  await written.sync().finally(() => written.close())
}

/** One writer per key: a second one would truncate under the eyes of a reader. */
function oneByKey() {
  const writing = new Map<string, Promise<void>>()
  return async (key: string, write: (key: string) => Promise<void>): Promise<void> => {
    const mine = writing.get(key) ?? write(key).finally(() => writing.delete(key))
    writing.set(key, mine)
    await mine
  }
}

/** A media store in a bucket. The library is only loaded where one is used. */
export async function openBucket({ bucket, region, endpoint, keyId, secret }: Bucket): Promise<Media> {
  const [{ Disk }, { S3Driver }, { GetObjectCommand, S3Client }] = await Promise.all([
    import('flydrive'),
    import('flydrive/drivers/s3'),
    import('@aws-sdk/client-s3'),
  ])
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(keyId === undefined || secret === undefined ? {} : { credentials: { accessKeyId: keyId, secretAccessKey: secret } }),
    // Others that speak S3 know no checksums in trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const disk = new Disk(new S3Driver({ client, bucket, visibility: 'private', supportsACL: false }))
  const read = async (key: string, range?: Range): Promise<Readable> => {
    if (!range) return disk.getStream(key)
    const part = new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${range.from}-${range.to}` })
    const { Body } = await client.send(part)
    must(Body instanceof Readable, 'a part of a file is a stream')
    return Body
  }
  return {
    // An object appears whole or not at all.
    put: async (sha256, bytes) => {
      const key = keyOf(sha256)
      if (!(await disk.exists(key))) await disk.put(key, bytes)
    },
    async take(sha256, path) {
      const key = keyOf(sha256)
      const { size } = await stat(path)
      if (!(await disk.exists(key))) await disk.putStream(key, createReadStream(path), { contentLength: size })
      await rm(path, { force: true })
    },
    get: async (sha256) => Buffer.from(await disk.getBytes(keyOf(sha256))),
    stream: async (sha256, range) => read(keyOf(sha256), range),
    async local(sha256, work) {
      const folder = await mkdtemp(join(tmpdir(), 'troupe-media-'))
      try {
        const path = join(folder, sha256)
        await pipeline(await read(keyOf(sha256)), createWriteStream(path))
        return await work(path)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    has: (sha256) => disk.exists(keyOf(sha256)),
    remove: (sha256) => disk.delete(keyOf(sha256)),
  }
}

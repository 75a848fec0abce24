// A backup is one zip file: manifest.json, a table a file, and the files of the data folder. Nothing of it is ever whole in memory.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { ZipFile } from 'yazl'
import { z } from 'zod'
import { Refusal } from '../kernel/refusal.ts'

const print = z.object({ rows: z.string(), sum: z.string() })

const manifest = z.object({
  kind: z.literal('troupe backup'),
  format: z.literal(1),
  /** When the snapshot was taken; everything committed before stands in it. */
  at: z.string(),
  migrations: z.array(z.string()),
  /** What rows were sealed with, as a hash: they can't be read with another key. */
  key: z.string(),
  tables: z.record(z.string(), print),
  partitions: z.array(z.object({ name: z.string(), of: z.string(), bounds: z.string() })),
  sequences: z.record(z.string(), z.string()),
  /** Path in the data folder → SHA-256. */
  files: z.record(z.string(), z.string()),
})

/** What a backup says of itself. */
export type Manifest = z.infer<typeof manifest>

export type Writer = {
  /** Adds a part; it is opened when its turn comes. Resolves when it is written. */
  add: (name: string, open: () => Readable | Promise<Readable>, compress?: boolean) => Promise<{ sha256: string; bytes: number }>
  /** Ends the file and gives it its name. */
  end: () => Promise<void>
  /** Removes what was written. */
  drop: () => Promise<void>
}

/** Writes beside `path` and gives the file its name at the end, so that half a backup never looks like one. Readable by its owner only. */
export function writeArchive(path: string, at: Date): Writer {
  const zip = new ZipFile()
  const half = `${path}.half`
  const out = createWriteStream(half, { mode: 0o600, flush: true })
  const written = pipeline(zip.outputStream, out)
  // Who adds next hears of it; nobody else listens until the end.
  written.catch(() => {})
  return {
    async add(name, open, compress = true) {
      const sum = createHash('sha256')
      let bytes = 0
      const source = await open()
      const counted = source.pipe(
        new Transform({
          transform(chunk: Buffer, _, done) {
            sum.update(chunk)
            bytes += chunk.length
            done(null, chunk)
          },
        }),
      )
      source.once('error', (error) => counted.destroy(error))
      const over = once(counted, 'end')
      zip.addReadStream(counted, name, { mtime: at, mode: 0o100600, compress })
      await Promise.race([over, written.then(() => Promise.reject(new Error('the archive was ended too early')))])
      return { sha256: sum.digest('hex'), bytes }
    },
    async end() {
      zip.end()
      await written
      await rename(half, path)
    },
    async drop() {
      out.destroy()
      await written.catch(() => {})
      await rm(half, { force: true })
    },
  }
}

export type Reader = {
  manifest: Manifest
  names: string[]
  open: (name: string) => Promise<Readable>
  close: () => void
}

/** Opens a backup and reads what it says of itself. Refusal when it is none, or of a later format. */
export async function readArchive(path: string): Promise<Reader> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Refusal('not_found', `There is no file ${path}.`, 'Check the name.')
    throw new Refusal('invalid', `${path} is no backup that can be read (${error.message}).`, 'Take another one.')
  })
  const entries = new Map<string, yauzl.Entry>()
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry)
  const open = async (name: string): Promise<Readable> => {
    const entry = entries.get(name)
    if (!entry) throw new Refusal('invalid', `${path} lacks ${name}, so it is not whole.`, 'Take another one.')
    return zip.openReadStreamPromise(entry)
  }
  const read = manifest.safeParse(JSON.parse((await buffer(await open('manifest.json'))).toString('utf8')))
  if (!read.success)
    throw new Refusal(
      'invalid',
      `${path} is no backup of this version's format (${read.error.issues[0]?.path.join('.')}: ${read.error.issues[0]?.message}).`,
      'Restore it with the Troupe that took it, or a later one.',
    )
  return { manifest: read.data, names: [...entries.keys()], open, close: () => zip.close() }
}

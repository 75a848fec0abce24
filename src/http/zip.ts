import type { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { App } from '../app.ts'

export type Zipped = { files: { name: string; bytes: string | Uint8Array }[]; media: { name: string; sha256: string }[] }

/** Files, then media, as a zip that is written while it is read: no film of it is ever whole in memory. */
export function zipOf(app: App, { files, media }: Zipped): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  zip.on('error', (error: Error) => out.destroy(error))
  const mtime = app.clock()
  for (const { name, bytes } of files) zip.addBuffer(Buffer.from(bytes), name, { mtime })
  // Pictures and films are as small as they get.
  for (const { name, sha256 } of media)
    zip.addReadStreamLazy(name, { mtime, compress: false }, (give) => {
      app.media.stream(sha256).then(
        (stream) => give(null, stream),
        (error: unknown) => out.destroy(error as Error),
      )
    })
  zip.end()
  return out
}

import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { App } from '../app.ts'

/** `parts` are made only when their turn has come. */
type File = { name: string; bytes: string | Uint8Array } | { name: string; parts: () => AsyncIterable<string> }
export type Zipped = { files: File[]; media: { name: string; sha256: string }[] }

/** Files, then media, as a zip that is written while it is read: no film of it is ever whole in memory. */
export function zipOf(app: App, { files, media }: Zipped): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  zip.on('error', (error: Error) => out.destroy(error))
  // What breaks while it is read ends the zip where it is; yazl itself listens to no stream, and the process would end with it.
  const heard = (stream: Readable): Readable => stream.on('error', (error) => out.destroy(error))
  const mtime = app.clock()
  for (const file of files) {
    if ('bytes' in file) zip.addBuffer(Buffer.from(file.bytes), file.name, { mtime })
    else
      zip.addReadStreamLazy(file.name, { mtime }, (give) => give(null, heard(Readable.from(file.parts(), { objectMode: false }))))
  }
  // Pictures and films are as small as they get.
  for (const { name, sha256 } of media)
    zip.addReadStreamLazy(name, { mtime, compress: false }, (give) => {
      app.media.stream(sha256).then(
        (stream) => give(null, heard(stream)),
        (error: unknown) => out.destroy(error as Error),
      )
    })
  zip.end()
  return out
}

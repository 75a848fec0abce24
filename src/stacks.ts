/**
 * Stacks name the sources as they were written. A map is read for the first stack that runs through its file: Node would read those of
 * all files at the start, which takes a tenth of a second and 15 MB that stay.
 */
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A map that was read takes some ten times its file. */
const KEPT = 30

/** Maps the frames of files below a folder, which is a file: address with a slash at its end. */
export function mapStacks(below: string): void {
  const maps = new Map<string, SourceMap | undefined>()
  const mapOf = (file: string): SourceMap | undefined => {
    if (maps.has(file)) return maps.get(file)
    if (maps.size === KEPT) maps.clear()
    const map = tried(() => new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(file)}.map`, 'utf8'))), undefined)
    maps.set(file, map)
    return map
  }
  const told = (frame: NodeJS.CallSite): string => {
    const file = frame.getFileName() ?? ''
    if (!file.startsWith(below)) return String(frame)
    const [line, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1]
    const found = mapOf(file)?.findEntry(line - 1, column - 1)
    if (!found || !('originalSource' in found)) return String(frame)
    const source = fileURLToPath(new URL(found.originalSource, file))
    const place = `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`
    return String(frame).replace(`${file}:${line}:${column}`, () => place)
  }
  Error.prepareStackTrace = (error, frames) =>
    [tried(() => Error.prototype.toString.call(error), 'Error')]
      .concat(frames.map((frame) => `    at ${tried(() => told(frame), String(frame))}`))
      .join('\n')
}

/** What fails here would stand in the place of the error that is told. */
function tried<T>(tell: () => T, otherwise: T): T {
  try {
    return tell()
  } catch {
    return otherwise
  }
}

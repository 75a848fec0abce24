/** Pictures that a message needs as files: kept ones, charts drawn as PNG, and bytes that a card brings itself. */
import type { Block } from '../kernel/card.ts'
import { barChart, lineChart } from '../kernel/chart.ts'
import { toPng } from '../kernel/picture.ts'
import type { House } from './platform.ts'

/** A file to attach under this name: kept by the house, drawn from a chart, or bytes that the card itself brings (base64). */
export type Wanted = {
  name: string
  from: { file: string } | { svg: Extract<Block, { block: 'chart' }> } | { base64: string }
  alt: string
}

export type Picture = { name: string; bytes: Buffer; mime: string; alt: string }

/** What one message of a platform takes: so many bytes of pictures in all, and of these kinds alone where they are named. */
export type Room = { bytes: number; mimes?: readonly string[] }

const CHART_WIDTH = 1_200
/** Nobody waits for more than this of one picture. */
const EACH = 8 * 1024 * 1024

/** The pictures that can be had, and the names of those that can't. Where they are many, each has its share of the room. */
export async function picturesOf(
  house: House,
  platform: string,
  workspace: string,
  wanted: readonly Wanted[],
  room: Room,
): Promise<{ pictures: Picture[]; missing: ReadonlySet<string> }> {
  const missing = new Set<string>()
  const pictures: Picture[] = []
  let left = room.bytes
  for (const [i, { name, from, alt }] of wanted.entries()) {
    const most = Math.min(EACH, left / (wanted.length - i))
    const fits = ({ bytes, mime }: { bytes: number; mime: string }): boolean =>
      bytes <= most && (room.mimes?.includes(mime) ?? true)
    try {
      const found =
        'file' in from ? await house.file(platform, workspace, from.file, fits) : { bytes: drawn(from), mime: 'image/png' }
      if (found) pictures.push({ name, bytes: Buffer.from(found.bytes), mime: found.mime, alt })
      else missing.add(name)
      left -= found?.bytes.length ?? 0
    } catch (err) {
      house.log.warn({ err, picture: name }, 'a picture could not be had; its words are sent instead')
      missing.add(name)
    }
  }
  return { pictures, missing }
}

function drawn(from: Exclude<Wanted['from'], { file: string }>): Buffer {
  if ('base64' in from) return Buffer.from(from.base64, 'base64')
  const { kind, title, series, unit, alt } = from.svg
  const draw = kind === 'line' ? lineChart : barChart
  return toPng(draw({ title, series, theme: 'light', unit, alt }).svg, CHART_WIDTH)
}

// What a picture looks like: a small JPEG to show in its place, and 64 bits to find it again when somebody saved it anew, smaller,
// cut a little or in another format. Drawing is done outside of any transaction, with a limit on pixels and on time.
import { spawn } from 'node:child_process'
import { toPng } from '../kernel/picture.ts'
import { MAX_PIXELS } from './media.ts'

// A native module; a process that is sent no picture never loads it.
const loadSharp = async () => (await import('sharp')).default

export type Looks = {
  /** A JPEG of at most 640 × 640. */
  thumb: Buffer
  /** Signed 64 bits; null where there is next to nothing to see. */
  look: bigint | null
  /** As a person sees it, turned upright. */
  width: number
  height: number
}

const THUMB = 640
const SECONDS = 20
/** Below this spread of brightness (of 255) a picture is one colour, and its bits are noise. */
const FLAT = 4

/** Draws a picture small. Throws when it can't be drawn. */
export async function looksOf(picture: Buffer | string): Promise<Looks> {
  const sharp = await loadSharp()
  const whole = sharp(picture, { limitInputPixels: MAX_PIXELS, failOn: 'truncated', pages: 1 }).timeout({ seconds: SECONDS })
  const size = await whole.metadata()
  const thumb = await whole
    .autoOrient()
    .resize({ width: THUMB, height: THUMB, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 80 })
    .toBuffer()
  return { thumb, look: await lookOf(thumb), width: size.autoOrient.width, height: size.autoOrient.height }
}

/** Of nine columns and eight rows, whether each place is brighter than its left neighbour. */
async function lookOf(picture: Buffer): Promise<bigint | null> {
  const sharp = await loadSharp()
  const grey = await sharp(picture).greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer()
  if (spread(grey) < FLAT) return null
  let bits = 0n
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++) {
      const at = row * 9 + column
      bits = (bits << 1n) | (grey[at + 1]! > grey[at]! ? 1n : 0n)
    }
  return BigInt.asIntN(64, bits)
}

function spread(grey: Buffer): number {
  const mean = grey.reduce((sum, one) => sum + one, 0) / grey.length
  return Math.sqrt(grey.reduce((sum, one) => sum + (one - mean) ** 2, 0) / grey.length)
}

const demuxers: Record<string, string> = { 'video/mp4': 'mov', 'video/quicktime': 'mov', 'video/webm': 'matroska' }

/**
 * A frame of a video as ffmpeg draws it; undefined where there is no ffmpeg, or none within the time. What is read is told to ffmpeg
 * and not guessed, and it may open nothing but this file: some kinds of video name other files and addresses.
 */
export function frameOf(
  path: string,
  mime: string,
  durationMs: number | null,
  { program = 'ffmpeg', timeoutMs = SECONDS * 1000 } = {},
): Promise<Buffer | undefined> {
  const at = String(Math.min(1, (durationMs ?? 0) / 3_000))
  const read = ['-protocol_whitelist', 'file', '-f', demuxers[mime] ?? 'mov', '-ss', at, '-i', `file:${path}`]
  const write = ['-frames:v', '1', '-an', '-vf', `scale='min(${THUMB},iw)':-2`, '-f', 'image2pipe', '-c:v', 'mjpeg', 'pipe:1']
  return new Promise((resolve) => {
    const run = spawn(program, ['-nostdin', '-v', 'error', ...read, ...write], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    const parts: Buffer[] = []
    run.stdout.on('data', (part: Buffer) => parts.push(part))
    run.once('error', () => resolve(undefined))
    run.once('close', (code) => resolve(code === 0 && parts.length > 0 ? Buffer.concat(parts) : undefined))
  })
}

/** What stands for a video of which no frame can be shown. */
export async function genericPoster(durationMs: number | null): Promise<Buffer> {
  const seconds = Math.round((durationMs ?? 0) / 1000)
  const length = durationMs === null ? '' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="640" viewBox="0 0 640 640">
<rect width="640" height="640" fill="#23202b"/><circle cx="320" cy="300" r="92" fill="#fff" opacity=".92"/>
<path d="M292 250v100l86-50z" fill="#23202b"/>
<text x="320" y="470" font-family="Inter" font-size="40" fill="#fff" text-anchor="middle">Video ${length}</text></svg>`
  const sharp = await loadSharp()
  return sharp(toPng(svg)).jpeg({ quality: 82 }).toBuffer()
}

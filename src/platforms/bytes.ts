/** The bytes of a file that a platform sends, and never more of them than wanted. */
import { Refusal } from '../kernel/refusal.ts'

/** Reads a body to its end. Throws `missing` when it breaks off, and Refusal('over_limit') as soon as it is too long. */
export async function readBytes(body: ReadableStream<Uint8Array>, maxBytes: number, missing: Refusal): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      size += part.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      parts.push(part)
    }
  } catch (error) {
    throw error instanceof Refusal ? error : missing
  }
  return Buffer.concat(parts)
}

export const tooLarge = (maxBytes: number): Refusal =>
  new Refusal(
    'over_limit',
    `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`,
    'Hand in a smaller file, or the address of the post.',
    'file',
  )

/** Files that people hand over: fetched from Discord's own hosts alone, and never more than wanted. */

import type { FileRef } from '../../command.ts'
import { addressOf } from '../../kernel/address.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { DiscordOptions } from './rest.ts'

const FETCH_MS = 30_000
const hosts = ['cdn.discordapp.com', 'media.discordapp.net']

/** The bytes of a file that Discord keeps. Refusal for an address anywhere else, one that ran out, and a file that is too large. */
export async function fetchFile(options: DiscordOptions, file: FileRef, maxBytes: number): Promise<Uint8Array> {
  const url = ownAddress(options, file.ref)
  if (file.bytes > maxBytes) throw tooLarge(maxBytes)
  const signal = AbortSignal.timeout(options.timeoutMs ?? FETCH_MS)
  try {
    const answer = await fetch(url, { redirect: 'error', signal })
    if (!answer.ok || !answer.body) throw notThere(file)
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += part.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch (error) {
    throw error instanceof Refusal ? error : notThere(file)
  }
}

/** Who presses buttons with a program of their own may write anything into an address. */
function ownAddress(options: DiscordOptions, ref: string): URL {
  const url = addressOf(ref)
  const base = new URL(options.apiBase)
  const own = url && ((url.protocol === 'https:' && hosts.includes(url.host)) || url.origin === base.origin)
  if (!url || !own) throw new Refusal('invalid', 'The file is not one that Discord keeps.', 'Attach it again.', 'file')
  return url
}

const notThere = ({ name }: FileRef): Refusal =>
  new Refusal('not_found', `“${name.slice(0, 60)}” could not be fetched from Discord.`, 'Attach it again.', 'file')

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal(
    'over_limit',
    `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`,
    'Hand in a smaller file, or the address of the post.',
    'file',
  )

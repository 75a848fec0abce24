/** Files that people hand over: fetched from Discord's own hosts alone, and never more than wanted. */

import type { FileRef } from '../../command.ts'
import { addressOf } from '../../kernel/address.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { readBytes, tooLarge } from '../bytes.ts'
import type { DiscordOptions } from './rest.ts'

const FETCH_MS = 30_000
const hosts = ['cdn.discordapp.com', 'media.discordapp.net']

/** The bytes of a file that Discord keeps. Refusal for an address anywhere else, one that ran out, and a file that is too large. */
export async function fetchFile(options: DiscordOptions, file: FileRef, maxBytes: number): Promise<Uint8Array> {
  const url = ownAddress(options, file.ref)
  if (file.bytes > maxBytes) throw tooLarge(maxBytes)
  const signal = AbortSignal.timeout(options.timeoutMs ?? FETCH_MS)
  const answer = await fetch(url, { redirect: 'error', signal }).catch(() => undefined)
  if (!answer?.ok || !answer.body) throw notThere(file)
  return readBytes(answer.body, maxBytes, notThere(file))
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
  new Refusal('invalid', `“${name.slice(0, 60)}” could not be fetched from Discord.`, 'Attach it again.', 'file')

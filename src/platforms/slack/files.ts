/** What someone handed in, fetched from Slack. */

import type { FileRef } from '../../command.ts'
import { addressOf } from '../../kernel/address.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { readBytes, tooLarge } from '../bytes.ts'
import { gone } from '../platform.ts'
import type { Clients } from './clients.ts'
import { saidOf } from './errors.ts'

const FETCH_MS = 60_000

/** Slack gives a file only to who brings the token, which therefore goes to Slack's own hosts alone. */
const hosts = ['files.slack.com', 'slack-files.com']

type Told = { file: { url_private_download?: string; url_private?: string; size?: number } }

/** The bytes of a file, at most `maxBytes`; Refusal when it is larger or can't be had. */
export async function fetchFile(
  clients: Clients,
  apiBase: string,
  workspace: string,
  { ref, name }: FileRef,
  maxBytes: number,
): Promise<Uint8Array> {
  const known = await clients.workspace(workspace)
  if (!known) throw gone('Troupe is not installed in this workspace', 'Install it again at /slack/install.')
  const missing = new Refusal('invalid', `“${name.slice(0, 60)}” could not be fetched from Slack.`, 'Hand it in again.', 'file')
  const { file } = await clients.call<Told>(workspace, 'files.info', { file: ref }).catch((error: unknown) => {
    throw /^file_|^access_denied$/.test(saidOf(error) ?? '') ? missing : error
  })
  const url = slackAddress(file.url_private_download ?? file.url_private ?? '', apiBase)
  if (!url) throw missing
  if ((file.size ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const headers = { authorization: `Bearer ${known.token}` }
  const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) }).catch(() => undefined)
  // Without the right token Slack answers 200 with a page to sign in.
  if (!answer?.ok || !answer.body || answer.headers.get('content-type')?.startsWith('text/html')) {
    await answer?.body?.cancel()
    throw missing
  }
  return readBytes(answer.body, maxBytes, missing)
}

/** Undefined for whatever is not Slack's; the API's own host is, which is also how a proxy in front of it is reached. */
function slackAddress(address: string, apiBase: string): URL | undefined {
  const url = addressOf(address)
  const api = new URL(apiBase)
  const own = url?.origin === api.origin
  return url && (own || (url.protocol === 'https:' && hosts.includes(url.hostname) && url.port === '')) ? url : undefined
}

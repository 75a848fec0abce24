/** The Slack door: brings commands, presses and windows in as Calls and carries posts, people and channels out. */
import { SocketModeReceiver } from '@slack/bolt'
import type { FastifyInstance } from 'fastify'
import type { FileRef } from '../../command.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { type House, later, type MessageRef, type Platform, type Post } from '../platform.ts'
import { give, say, whisper } from './answer.ts'
import { boltApp } from './app.ts'
import { openClients, type SlackOptions, saidOf } from './clients.ts'
import { type Drawing, drawMessage } from './draw.ts'
import { installRoutes } from './install.ts'
import { httpReceiver } from './receiver.ts'
import { grant, prepare, privatePlace } from './space.ts'

export type { SlackOptions } from './clients.ts'

export type SlackPlatform = Platform & {
  /** Mounts what Slack and installing admins call over HTTP. */
  routes: (server: FastifyInstance) => Promise<void>
}

const AGAIN_MS = [1_000, 5_000, 15_000, 60_000]
const FETCH_MS = 60_000
const LOOK_BACK = 100

export function slackPlatform(house: House, options: SlackOptions): SlackPlatform {
  const clients = openClients(house, options)
  const world: Drawing = { house, clients }
  const pending = new Set<Promise<unknown>>()
  const track = (work: Promise<unknown>): void => {
    const settled = work
      .catch((err: unknown) => house.log.error({ err }, 'something heard on Slack could not be done'))
      .finally(() => pending.delete(settled))
    pending.add(settled)
  }
  const { appToken, signingSecret } = options
  const overHttp = appToken === undefined ? httpReceiver(house, signingSecret ?? '') : undefined
  let socket: SocketModeReceiver | undefined
  let connected = false
  let refused: string | undefined
  let wanted = false
  let again: NodeJS.Timeout | undefined

  if (overHttp) boltApp({ house, clients, options, track }, overHttp)

  /** Each try has a receiver of its own, for one that failed to start can't be started again. */
  async function connect(token: string, attempt = 0): Promise<void> {
    const fresh = new SocketModeReceiver({
      appToken: token,
      installerOptions: { clientOptions: { slackApiUrl: options.apiBase } },
      ...(options.pingMs === undefined ? {} : { clientPingTimeout: options.pingMs }),
    } as never)
    socket = fresh
    fresh.client.on('connected', () => {
      connected = true
      refused = undefined
    })
    fresh.client.on('reconnecting', () => {
      connected = false
    })
    fresh.client.on('disconnected', () => {
      connected = false
    })
    boltApp({ house, clients, options, track }, fresh)
    try {
      await fresh.start()
    } catch (error) {
      if (!wanted || fresh !== socket) return
      refused = `Slack refuses the app-level token (${(error as Error).message}); make a new one with connections:write and set SLACK_APP_TOKEN.`
      house.log.error({ err: error }, refused)
      again = setTimeout(() => void connect(token, attempt + 1), AGAIN_MS[Math.min(attempt, AGAIN_MS.length - 1)])
      again.unref()
    }
  }

  async function found(workspace: string, place: string, key: string): Promise<string | undefined> {
    type Past = { messages: { ts: string; metadata?: { event_payload?: { key?: string } } }[] }
    const args = { channel: place, limit: LOOK_BACK, include_all_metadata: true }
    const { messages } = await clients.call<Past>(workspace, 'conversations.history', args)
    return messages.find((message) => message.metadata?.event_payload?.key === key)?.ts
  }

  async function post(workspace: string, place: string, { nonce, card, pin, again: maybeThere }: Post): Promise<MessageRef> {
    // Slack keeps no nonce: after a try whose end is not known, the channel itself is asked.
    const before = maybeThere ? await found(workspace, place, nonce) : undefined
    const message = before ?? (await say(world, workspace, place, nonce, card))
    if (pin)
      await clients.call(workspace, 'pins.add', { channel: place, timestamp: message }).catch((err: unknown) => {
        if (saidOf(err) !== 'already_pinned') house.log.warn({ err, place }, 'a message could not be pinned')
      })
    return { place, message }
  }

  return {
    name: 'slack',
    async start() {
      wanted = true
      if (appToken !== undefined) await connect(appToken)
    },
    async stop() {
      wanted = false
      clearTimeout(again)
      await socket?.stop().catch(() => {})
      await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, 5_000).unref())])
    },
    privatePlace: (workspace, _personId, user) => privatePlace(clients, workspace, user),
    post,
    async edit(workspace, { place, message }, { nonce, card }) {
      const drawn = await drawMessage(world, workspace, card)
      const metadata = { event_type: 'troupe_post', event_payload: { key: nonce } }
      try {
        await clients.call(workspace, 'chat.update', { channel: place, ts: message, ...drawn, metadata })
        return true
      } catch (error) {
        if (['message_not_found', 'cant_update_message', 'edit_window_closed'].includes(saidOf(error) ?? '')) return false
        throw error
      }
    },
    grant: (workspace, user, role, on) => grant(house, clients, workspace, user, role, on),
    prepare: (workspace, channels) => prepare(clients, workspace, channels),
    async answerLate(call, card) {
      const url = call.reply?.url
      await (url === undefined
        ? whisper(world, call, card)
        : give(world, { team: call.workspace, user: call.user, url }, call, card, 'private'))
    },
    fetchFile: (workspace, file, maxBytes) => fetchFile(workspace, file, maxBytes),
    health() {
      if (refused !== undefined) return { ok: false, words: refused }
      if (overHttp) return { ok: true, words: 'called over HTTP' }
      return { ok: connected || !wanted, words: connected ? 'listening' : wanted ? 'connecting' : 'not listening here' }
    },
    async routes(server) {
      await overHttp?.routes(server)
      await installRoutes(server, house, options)
    },
  }

  /** Slack gives a file only to who brings the token, which therefore goes to Slack's own hosts alone. */
  async function fetchFile(workspace: string, file: FileRef, maxBytes: number): Promise<Uint8Array> {
    type Told = { file: { url_private_download?: string; url_private?: string; size?: number } }
    const known = await clients.workspace(workspace)
    if (!known) throw later('Troupe is not installed in this workspace', 60_000)
    const { file: told } = await clients.call<Told>(workspace, 'files.info', { file: file.ref })
    const address = told.url_private_download ?? told.url_private ?? ''
    const url = URL.canParse(address) ? new URL(address) : undefined
    const missing = new Refusal(
      'not_found',
      `“${file.name.slice(0, 60)}” could not be fetched from Slack.`,
      'Hand it in again.',
      'file',
    )
    const tooLarge = new Refusal(
      'over_limit',
      'The file is larger than 25 MB.',
      'Hand in a smaller file, or the address of the post.',
      'file',
    )
    if (!url || !['files.slack.com', 'slack-files.com', new URL(options.apiBase).host].includes(url.host)) throw missing
    if ((told.size ?? 0) > maxBytes) throw tooLarge
    const headers = { authorization: `Bearer ${known.token}` }
    const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) }).catch(() => undefined)
    // Without the right token Slack answers 200 with a page to sign in.
    if (!answer?.ok || !answer.body || answer.headers.get('content-type')?.startsWith('text/html')) throw missing
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += part.length
      if (size > maxBytes) throw tooLarge
      parts.push(part)
    }
    return Buffer.concat(parts)
  }
}

/** The Slack door: brings commands, presses and windows in as Calls and carries posts, people and channels out. */
import type { FastifyInstance } from 'fastify'
import { minutes } from '../../kernel/time.ts'
import { deliveryOf, type House, type MessageRef, type Platform, type Post } from '../platform.ts'
import { give, inPrivate } from './answer.ts'
import { boltApp, logTo } from './app.ts'
import { openClients, type SlackOptions } from './clients.ts'
import { type Drawing, drawMessage } from './draw.ts'
import { saidOf } from './errors.ts'
import { fetchFile } from './files.ts'
import { installRoutes } from './install.ts'
import { asShown, found, keyed, say } from './messages.ts'
import { eventRoutes } from './receiver.ts'
import { openSocket } from './socket.ts'
import { grant, prepare, privatePlace } from './space.ts'
import { openWork } from './work.ts'

export type { SlackOptions } from './clients.ts'

export type SlackPlatform = Platform & {
  /** Mounts what Slack and installing admins call over HTTP. */
  routes: (server: FastifyInstance) => Promise<void>
}

const CHECK_MS = 5_000
/** docs.slack.dev, interactivity: a response address is good for 30 minutes; the last of them may pass on the way. */
const URL_MINUTES = 29
const CHECK_AGAIN_MS = 60_000

export function slackPlatform(house: House, options: SlackOptions): SlackPlatform {
  const clients = openClients(house, options)
  const world: Drawing = { house, clients }
  const work = openWork(house, clients)
  const app = boltApp(house, options, work)
  const { appToken, signingSecret, apiBase, pingMs } = options
  const socket = appToken === undefined ? undefined : openSocket(house, app, { appToken, apiBase, pingMs, logger: logTo(house) })
  let checking: NodeJS.Timeout | undefined

  /** Whether the configured token is good; told by health, and asked again until it is. */
  async function check(): Promise<void> {
    const asked = clients.check().catch((err: unknown) => {
      house.log.error({ err }, clients.trouble() ?? 'the bot token could not be checked')
      checking = setTimeout(() => void check(), CHECK_AGAIN_MS).unref()
    })
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, CHECK_MS).unref())])
  }

  return {
    name: 'slack',
    async start() {
      await check()
      await socket?.start()
    },
    async stop() {
      clearTimeout(checking)
      await socket?.stop()
      await work.drain()
    },
    privatePlace: (workspace, _personId, user) => privatePlace(clients, workspace, user),
    post: (workspace, place, message) => post(world, workspace, place, message),
    edit: (workspace, ref, message) => edit(world, workspace, ref, message),
    grant: (workspace, user, role, on) => grant(house, clients, workspace, user, role, on),
    prepare: (workspace, channels) => prepare(house, clients, workspace, channels),
    async answerLate(call, card, askedAt) {
      const { url, replace } = call.reply ?? {}
      if (url === undefined || askedAt <= minutes(house.clock(), -URL_MINUTES)) return inPrivate(world, call, card)
      const visibility = house.commands.get(call.run)?.visibility ?? 'private'
      await give(world, { team: call.workspace, user: call.user, url, replace: replace === '1' }, call, card, visibility)
    },
    fetchFile: (workspace, file, maxBytes) => fetchFile(clients, apiBase, workspace, file, maxBytes),
    health() {
      const trouble = clients.trouble()
      if (trouble !== undefined) return { ok: false, words: trouble }
      return socket?.health() ?? { ok: true, words: 'called over HTTP' }
    },
    async routes(server) {
      // Without its secret nobody could prove to be Slack.
      if (socket === undefined && signingSecret !== undefined) await eventRoutes(server, house, app, signingSecret)
      await installRoutes(server, house, clients, options)
    },
  }
}

async function post(world: Drawing, workspace: string, place: string, { nonce, card, pin, again }: Post): Promise<MessageRef> {
  // After a try whose end is not known, the channel is asked whether the message is there.
  const before = again ? await found(world, workspace, place, nonce) : undefined
  const message = before ?? (await say(world, workspace, place, nonce, card))
  if (pin) await hold(world, workspace, 'pins.add', { place, message })
  return { place, message }
}

/** A post that can't be pinned is still a post. One that can only not be pinned now is looked for and pinned at the next try. */
async function hold(
  { clients, house }: Drawing,
  workspace: string,
  method: 'pins.add' | 'pins.remove',
  { place, message }: MessageRef,
): Promise<void> {
  await clients.call(workspace, method, { channel: place, timestamp: message }).catch((err: unknown) => {
    if (deliveryOf(err)?.kind === 'later') throw err
    const done = ['already_pinned', 'no_pin'].includes(saidOf(err) ?? '')
    if (!done) house.log.warn({ err, place, method }, 'a message could not be pinned or let go')
  })
}

/** Slack's words for a message that can't be edited any more. */
const uneditable = ['message_not_found', 'cant_update_message', 'edit_window_closed']

async function edit(
  world: Drawing,
  workspace: string,
  { place, message }: MessageRef,
  { nonce, card, unpin }: Post,
): Promise<boolean> {
  const drawn = await drawMessage(world, workspace, card)
  const args = { channel: place, ts: message, metadata: keyed(nonce) }
  try {
    await asShown(world, drawn, (shown) => world.clients.call(workspace, 'chat.update', { ...args, ...shown }))
    if (unpin) await hold(world, workspace, 'pins.remove', { place, message })
    return true
  } catch (error) {
    if (uneditable.includes(saidOf(error) ?? '')) return false
    throw error
  }
}

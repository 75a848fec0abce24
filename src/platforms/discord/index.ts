/** The Discord door: brings interactions in as Calls and carries posts, roles and channels out. */

import { createHash } from 'node:crypto'
import { type APIMessage, Routes } from 'discord.js'
import type { Card } from '../../kernel/card.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Call, House, MessageRef, Platform, Post } from '../platform.ts'
import { answer, draw, fill } from './answer.ts'
import { hear } from './inbound.ts'
import { openEar } from './listen.ts'
import { publish } from './publish.ts'
import { codeOf, type DiscordOptions, openCaller } from './rest.ts'
import { grant, prepare, privatePlace } from './space.ts'

export type { DiscordOptions } from './rest.ts'

const FETCH_MS = 30_000

export function discordPlatform(house: House, options: DiscordOptions): Platform {
  const caller = openCaller(house, options)
  const pending = new Set<Promise<unknown>>()
  const track = (work: Promise<unknown>): void => {
    const settled = work
      .catch((err: unknown) => house.log.error({ err }, 'something heard on Discord could not be done'))
      .finally(() => pending.delete(settled))
    pending.add(settled)
  }
  const signal = (call: Omit<Call, 'platform' | 'by'>): void =>
    track(house.dispatch({ platform: 'discord', by: 'signal', ...call }))

  const ear = openEar(house, options, {
    interaction: (interaction) => {
      const heard = hear(interaction)
      if (heard) track(answer({ house, caller }, heard))
    },
    kudos: ({ guild, channel, message, from, to }) =>
      signal({
        workspace: guild,
        place: channel,
        user: from,
        userName: 'Someone',
        eventId: `kudos:${message}:${from}`,
        run: 'kudos',
        given: { creator: `account:${to}` },
      }),
    joined: ({ guild, user, name, at }) => {
      const welcome = [...house.commands.values()].find((command) => command.on === 'joined')
      if (welcome)
        signal({
          workspace: guild,
          place: '',
          user,
          userName: name,
          eventId: `joined:${guild}:${user}:${at}`,
          run: welcome.name,
          given: {},
        })
    },
    guild: ({ id, name }, application) =>
      track(
        publish(house, caller, application, id).then((published) => {
          const changed = Object.values(published).flat().length
          if (changed > 0) house.log.info({ guild: name, ...published }, 'commands were registered')
        }),
      ),
  })

  async function send(workspace: string, place: string, post: Post): Promise<MessageRef> {
    const { payload, files } = await draw(house, workspace, post.card)
    const body = { ...payload, nonce: nonceOf(post.nonce), enforce_nonce: true }
    const sent = await caller.as<APIMessage>('post', Routes.channelMessages(place), { body, files })
    if (post.pin) await pin(place, sent.id)
    return { place, message: sent.id }
  }

  /** A post that can't be pinned is still a post. */
  async function pin(place: string, message: string): Promise<void> {
    await caller.as('put', `/channels/${place}/messages/pins/${message}`).catch((err: unknown) => {
      house.log.warn({ err, place }, 'a message could not be pinned; /setup channels names the missing permission')
    })
  }

  return {
    name: 'discord',
    start: ear.start,
    async stop() {
      await ear.stop()
      // What was acknowledged is answered before the process ends; what takes longer is taken up at the next start.
      await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, 5_000).unref())])
    },
    privatePlace: (workspace, personId, user) => privatePlace(house, caller, workspace, personId, user),
    post: send,
    async edit(workspace, ref, post) {
      const { payload, files } = await draw(house, workspace, post.card)
      try {
        // Attachments that are not named again are removed, so an edit always brings its pictures anew.
        await caller.as('patch', Routes.channelMessage(ref.place, ref.message), {
          body: { ...payload, attachments: files.map(({ name }, id) => ({ id, filename: name })) },
          files,
        })
        return true
      } catch (error) {
        const code = codeOf(error)
        // Unknown message; written by another; too old or in an archived thread: it is said anew.
        if (code === 10_008 || code === 50_005 || code === 50_083) return false
        throw error
      }
    },
    grant: (workspace, user, role, on) => grant(caller, workspace, user, role, on),
    prepare: (workspace, wanted) => prepare(caller, workspace, wanted),
    async answerLate(call, card) {
      const { token, application } = call.reply ?? {}
      try {
        if (!token || !application) throw new Error('There is no interaction to answer.')
        await fill({ house, caller }, { token, application, workspace: call.workspace }, card)
      } catch {
        await whisper(call, card)
      }
    },
    fetchFile: (_workspace, file, maxBytes) => fetchFile(options, file, maxBytes),
    health: () =>
      caller.trusted() ? ear.health() : { ok: false, words: 'Discord refuses the bot token; set a new DISCORD_TOKEN' },
  }

  /** The interaction has run out: the answer comes in the private place, which exists for whoever has one. */
  async function whisper(call: Call, card: Card): Promise<void> {
    const personId = await house.personOf('discord', call.workspace, call.user)
    if (personId === undefined) return
    const place = await privatePlace(house, caller, call.workspace, personId, call.user)
    await send(call.workspace, place, { nonce: `late:${call.eventId}`, card, pin: false })
  }
}

/** resources/message: a nonce has at most 25 characters; the same one within minutes gives the same message. */
const nonceOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 25)

/** Files lie on Discord's own hosts; an address anywhere else is not asked. */
async function fetchFile(options: DiscordOptions, file: { ref: string; name: string }, maxBytes: number): Promise<Uint8Array> {
  const url = URL.canParse(file.ref) ? new URL(file.ref) : undefined
  const hosts = ['cdn.discordapp.com', 'media.discordapp.net', new URL(options.apiBase).host]
  if (!url || !hosts.includes(url.host))
    throw new Refusal('invalid', 'The file is not one that Discord keeps.', 'Attach it again.', 'file')
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) }).catch(() => undefined)
  if (!answer?.ok || !answer.body)
    throw new Refusal('not_found', `“${file.name.slice(0, 60)}” could not be fetched from Discord.`, 'Attach it again.', 'file')
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > maxBytes)
      throw new Refusal(
        'over_limit',
        'The file is larger than 25 MB.',
        'Hand in a smaller file, or the address of the post.',
        'file',
      )
    parts.push(part)
  }
  return Buffer.concat(parts)
}

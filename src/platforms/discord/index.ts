/** The Discord door: brings interactions in as Calls and carries posts, roles and channels out. */
import { createHash } from 'node:crypto'
import { type APIMessage, Routes } from 'discord.js'
import { minutes } from '../../kernel/time.ts'
import { type Call, deliveryOf, type House, type MessageRef, type Platform, type Post } from '../platform.ts'
import { answer, draw, fill, namesOf } from './answer.ts'
import { fetchFile } from './files.ts'
import { hear } from './inbound.ts'
import { type Heard, openEar } from './listen.ts'
import { publish } from './publish.ts'
import { type Caller, type DiscordOptions, openCaller, TOKEN_REFUSED } from './rest.ts'
import { grant } from './roles.ts'
import { prepare } from './space.ts'
import { ARCHIVED, addTo, closeThread, directPlace, openThread, privatePlace, reopen } from './threads.ts'
import { codeOf } from './trouble.ts'

export type { DiscordOptions } from './rest.ts'

const STOP_MS = 5_000
/** interactions/receiving-and-responding: a token is good for 15 minutes; the last of them may pass on the way. */
const TOKEN_MINUTES = 14.5
/** Discord delivers an interaction twice now and then, within moments. */
const REMEMBERED = 2_000

export function discordPlatform(house: House, options: DiscordOptions): Platform {
  const caller = openCaller(house, options)
  const pending = new Set<Promise<unknown>>()
  const track = (work: Promise<unknown>): void => {
    const settled = work
      .catch((err: unknown) => house.log.error({ err }, 'something heard on Discord could not be done'))
      .finally(() => pending.delete(settled))
    pending.add(settled)
  }
  const ear = openEar(house, options, hearing(house, caller, track))
  const send = sender(house, caller)

  return {
    name: 'discord',
    start: ear.start,
    async stop() {
      await ear.stop()
      // What was acknowledged is answered before the process ends; what takes longer is taken up at the next start.
      caller.close()
      await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())])
    },
    privatePlace: (workspace, personId, user) => privatePlace(house, caller, workspace, personId, user),
    directPlace: (_workspace, user) => directPlace(house, caller, user),
    openThread: (workspace, thread) => openThread(caller, workspace, thread),
    joinThread: (_workspace, place, user) => addTo(caller, place, user),
    closeThread: (_workspace, place, name) => closeThread(caller, place, name),
    post: (workspace, place, post) => send(workspace, place, post),
    edit: (workspace, ref, post) => edit(house, caller, workspace, ref, post),
    grant: (workspace, user, role, on) => grant(house, caller, workspace, user, role, on),
    prepare: (workspace, wanted) => prepare(house, caller, workspace, wanted),
    async answerLate(call, card, askedAt) {
      const { token, application } = call.reply ?? {}
      if (askedAt <= minutes(house.clock(), -TOKEN_MINUTES)) return house.tell(call, card)
      try {
        if (!token || !application) throw new Error('There is no interaction to answer.')
        await fill({ house, caller }, { token, application, workspace: call.workspace }, card)
      } catch (err) {
        house.log.warn({ err, run: call.run }, 'an answer from before a restart came too late for its place')
        await house.tell(call, card)
      }
    },
    fetchFile: (_workspace, file, maxBytes) => fetchFile(options, file, maxBytes),
    health: () => (caller.trusted() ? ear.health() : { ok: false, words: TOKEN_REFUSED }),
  }
}

/** Answers what was asked. Of a press on a direct message it is found first which server that belongs to. */
function replier(house: House, caller: Caller, track: (work: Promise<unknown>) => void): Heard['interaction'] {
  const reply = (heard: ReturnType<typeof hear>): void => {
    if (heard) track(answer({ house, caller }, heard))
  }
  return (interaction) => {
    const { guildId, channelId, user } = interaction
    if (guildId || !channelId) return reply(hear(interaction))
    const message = 'message' in interaction ? interaction.message?.id : undefined
    track(house.directOf('discord', user.id, channelId, message).then((guild) => reply(hear(interaction, guild))))
  }
}

/** What is done with everything that is heard. */
function hearing(house: House, caller: Caller, track: (work: Promise<unknown>) => void): Heard {
  const signal = (call: Omit<Call, 'platform' | 'by'>): void =>
    track(house.dispatch({ platform: 'discord', by: 'signal', ...call }))
  const heardBefore = remembering(REMEMBERED)
  const replying = replier(house, caller, track)
  return {
    interaction: (interaction) => {
      if (!heardBefore(interaction.id)) replying(interaction)
    },
    kudos({ guild, channel, message, from, name, to }) {
      if (!house.commands.has('kudos')) return
      const eventId = `kudos:${message}:${from}`
      signal({
        workspace: guild,
        place: channel,
        user: from,
        userName: name,
        eventId,
        run: 'kudos',
        given: { creator: `account:${to}`, by: 'reaction' },
      })
    },
    reacted({ guild, channel, message, from, name, to, emoji }) {
      const ask = async (): Promise<void> => {
        if (!house.commands.has('save') || !(await house.captures('discord', guild, from, emoji))) return
        const given = {
          creator: `account:${to}`,
          url: `https://discord.com/channels/${guild}/${channel}/${message}`,
          source: 'reaction',
        }
        const call: Call = {
          platform: 'discord',
          workspace: guild,
          place: channel,
          user: from,
          userName: name,
          eventId: `capture:${message}:${from}`,
          run: 'save',
          given,
          by: 'signal',
        }
        const { card, again } = await house.dispatch(call)
        // In their own place: nothing is said where somebody reacted.
        if (!again) await house.tell(call, card)
      }
      track(ask())
    },
    erased: (seen) => track(tellErased(house, seen)),
    joined({ guild, user, name, at }) {
      track(backIn(house, caller, guild, user))
      const welcome = [...house.commands.values()].find((command) => command.on === 'joined')
      const eventId = `joined:${guild}:${user}:${at}`
      if (welcome) signal({ workspace: guild, place: '', user, userName: name, eventId, run: welcome.name, given: {} })
    },
    guild({ id, name }, application) {
      const said = publish(house, caller, application, id).then((published) => {
        const changed = Object.values(published).flat().length
        if (changed > 0) house.log.info({ guild: name, ...published }, 'commands were registered')
      })
      track(said)
    },
    left: ({ guild, user }) => track(house.left('discord', guild, user)),
    removed(guild) {
      house.log.warn({ guild }, 'Troupe was removed from a Discord server')
      track(house.removed('discord', guild))
    },
    well: caller.trust,
  }
}

const tellErased = (house: House, { guild, channel, messages }: Parameters<Heard['erased']>[0]): Promise<void> =>
  house.erased(
    'discord',
    guild,
    messages.map((id) => `/channels/${guild}/${channel}/${id}`),
  )

/** Who leaves a server leaves its threads; who comes back finds their own place again. */
async function backIn(house: House, caller: Caller, workspace: string, user: string): Promise<void> {
  const personId = await house.personOf('discord', workspace, user)
  const place = personId && (await house.channel('discord', workspace, `person:${personId}`))
  if (place) await addTo(caller, place, user)
}

/** Says whether an id was seen among the last `size`. */
function remembering(size: number): (id: string) => boolean {
  const seen = new Set<string>()
  return (id) => {
    if (seen.has(id)) return true
    seen.add(id)
    const [oldest] = seen
    if (seen.size > size && oldest !== undefined) seen.delete(oldest)
    return false
  }
}

const sender = (house: House, caller: Caller) =>
  async function send(workspace: string, place: string, post: Post): Promise<MessageRef> {
    const { payload, files } = await draw(house, workspace, post.card)
    const mark = markOf(post.nonce)
    const components = payload.components.map((one) => ({ ...one, id: mark }))
    const body = { ...payload, components, nonce: nonceOf(post.nonce), enforce_nonce: true }
    // Discord keeps a nonce for minutes; after a try whose end is not known the place itself is asked.
    const before = post.again ? await found(caller, place, mark) : undefined
    const sent = before ?? (await caller.as<APIMessage>('post', Routes.channelMessages(place), { body, files }))
    if (post.pin) await pin(house, caller, place, sent.id)
    return { place, message: sent.id }
  }

const LOOK_BACK = 100

/** The newest message whose outermost component carries this mark. */
async function found(caller: Caller, place: string, mark: number): Promise<APIMessage | undefined> {
  const query = new URLSearchParams({ limit: String(LOOK_BACK) })
  const messages = await caller.as<APIMessage[]>('get', Routes.channelMessages(place), { query })
  return messages.find(({ author, components }) => author.bot && components?.some(({ id }) => id === mark))
}

/** components/reference: an id is any number of 32 bits, one's own to choose; Discord itself counts from 1, far below this. */
const markOf = (key: string): number =>
  (createHash('sha256').update(key).digest().readUInt32BE() % 0x40_00_00_00) + 0x40_00_00_00 - 1

/** A post that can't be pinned is still a post. One that can only not be pinned now is looked for and pinned at the next try. */
async function pin(house: House, caller: Caller, place: string, message: string, on = true): Promise<void> {
  await caller.as(on ? 'put' : 'delete', `/channels/${place}/messages/pins/${message}`).catch((err: unknown) => {
    if (deliveryOf(err)?.kind === 'later') throw err
    house.log.warn({ err, place }, 'a message could not be pinned or let go; /setup channels names the missing permission')
  })
}

/** False when the message is gone, was written by another, or stands in a thread that can't be opened again: it is posted anew. */
async function edit(
  house: House,
  caller: Caller,
  workspace: string,
  { place, message }: MessageRef,
  post: Post,
): Promise<boolean> {
  const { payload, files } = await draw(house, workspace, post.card)
  const change = () =>
    caller.as('patch', Routes.channelMessage(place, message), { body: { ...payload, attachments: namesOf(files) }, files })
  try {
    await change().catch(async (error: unknown) => {
      if (codeOf(error) !== ARCHIVED) throw error
      await reopen(caller, place)
      await change()
    })
    if (post.unpin) await pin(house, caller, place, message, false)
    return true
  } catch (error) {
    if (notEditable.has(codeOf(error) ?? 0)) return false
    throw error
  }
}

/** Unknown message; written by another; in an archived thread. */
const notEditable = new Set([10_008, 50_005, ARCHIVED])

/** resources/message: a nonce has at most 25 characters; the same one within minutes gives the same message. */
const nonceOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 25)

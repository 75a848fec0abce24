/** The ear of the Discord door: a gateway client that is watched, for a connection can look alive and hear nothing. */
import { Client, DefaultRestOptions, Events, GatewayIntentBits, type Interaction, Options } from 'discord.js'
import { type House, type Taken, UNNAMED } from '../platform.ts'
import { type DiscordOptions, TOKEN_REFUSED, turnsOf } from './rest.ts'

export type Ear = { start: () => Promise<void>; stop: () => Promise<void>; health: () => { ok: boolean; words: string } }

export type Heard = {
  interaction: (interaction: Interaction) => void
  /** Someone reacted to another person's message with the kudos emoji. */
  kudos: (seen: { guild: string; channel: string; message: string; from: string; name: string; to: string }) => void
  /** Someone reacted to another person's message with any other emoji. */
  reacted: (seen: {
    guild: string
    channel: string
    message: string
    from: string
    name: string
    to: string
    emoji: string
  }) => void
  /** Messages of a server were deleted. */
  erased: (seen: { guild: string; channel: string; messages: string[] }) => void
  joined: (seen: { guild: string; user: string; name: string; at: string }) => void
  left: (seen: { guild: string; user: string }) => void
  /** The bot is in this server, now and after every start. */
  guild: (guild: { id: string; name: string }, application: string) => void
  /** The bot was removed from this server. */
  removed: (guild: string) => void
  /** The gateway took the token. */
  well: () => void
}

/** After this long without being ready, the client is thrown away and a new one logs in. */
const READY_MS = 30_000
const FIRST_MS = 10_000
const againMs = [1_000, 5_000, 15_000, 60_000]

const NO_MEMBERS =
  'newcomers are not greeted, for Discord grants no Server Members Intent; switch it on in the developer portal under Bot'

/**
 * No intent here shows what people write: GuildMessages without MessageContent tells that a message came or went, and only the going is
 * looked at. GuildMembers is privileged and only tells who comes and goes: without it all else works.
 */
const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMessageReactions]

export function openEar(house: House, options: DiscordOptions, heard: Heard): Ear {
  const readyMs = options.readyMs ?? READY_MS
  const turn = turnsOf(house, options)
  let client: Client | undefined
  let wanted = false
  let members = true
  let ready = false
  let refused: string | undefined
  let watch: NodeJS.Timeout | undefined
  let attempt = 0

  /** Counts down whenever the connection is not known to be well. */
  function doubt(): void {
    ready = false
    clearTimeout(watch)
    watch = setTimeout(() => {
      house.log.warn('the gateway has not come back; logging in anew')
      void relogin()
    }, readyMs)
    watch.unref()
  }

  function well(): void {
    ready = true
    refused = undefined
    attempt = 0
    clearTimeout(watch)
    heard.well()
  }

  /** What is thrown inside the library's own events would end the process. */
  function safely(work: () => void): void {
    try {
      work()
    } catch (err) {
      house.log.error({ err }, 'something heard on Discord could not be read')
    }
  }

  async function relogin(): Promise<void> {
    clearTimeout(watch)
    const old = client
    client = undefined
    old?.removeAllListeners()
    // What the thrown-away client still says is of no interest, but an unheard error event would end the process.
    old?.on('error', () => {})
    if (old) await endOf(old)
    if (wanted) await login()
  }

  async function login(): Promise<void> {
    const fresh = makeClient(options, members, turn)
    client = fresh
    attend(fresh)
    doubt()
    try {
      await fresh.login(options.token)
      // Stopped meanwhile: what connected after all is let go.
      if (fresh !== client) await endOf(fresh)
    } catch (error) {
      if (fresh === client) await failed(error as Error & { code?: string })
    }
  }

  async function failed(error: Error & { code?: string }): Promise<void> {
    if (/disallowed intents/i.test(error.message) && members) {
      members = false
      house.log.warn(NO_MEMBERS)
      return relogin()
    }
    if (error.code === 'TokenInvalid') {
      refused = TOKEN_REFUSED
      house.log.error(refused)
    } else house.log.warn({ err: error }, 'Discord could not be reached')
    clearTimeout(watch)
    ready = false
    const again = options.againMs ?? againMs
    watch = setTimeout(() => void relogin(), again[Math.min(attempt++, again.length - 1)]!)
    watch.unref()
  }

  function attend(fresh: Client): void {
    const mine = (work: () => void) => () => {
      if (fresh === client) work()
    }
    fresh.on(Events.ClientReady, mine(well))
    fresh.on(Events.ShardResume, mine(well))
    fresh.on(Events.ShardReady, mine(well))
    fresh.on(Events.ShardReconnecting, mine(doubt))
    fresh.on(Events.ShardDisconnect, ({ code }) => {
      if (fresh !== client) return
      ready = false
      void failed(
        Object.assign(
          new Error(`The gateway closed with ${code}${code === 4014 ? ': disallowed intents' : ''}`),
          code === 4004 ? { code: 'TokenInvalid' } : {},
        ),
      )
    })
    fresh.on(Events.Error, (err) => house.log.warn({ err }, 'gateway'))
    fresh.on(Events.ShardError, (err) => house.log.warn({ err }, 'gateway shard'))
    fresh.on(Events.InteractionCreate, (interaction) => safely(() => heard.interaction(interaction)))
    fresh.on(Events.GuildCreate, (guild) => safely(() => heard.guild(guild, fresh.application!.id)))
    // A server that is only away is told as unavailable, and not by this.
    fresh.on(Events.GuildDelete, ({ id }) => safely(() => heard.removed(id)))
    fresh.on(Events.ClientReady, (one) => {
      for (const guild of one.guilds.cache.values()) safely(() => heard.guild(guild, one.application.id))
    })
    // Raw events: partial structures of uncached messages and members would tell less.
    fresh.on(Events.Raw, (packet: Packet) => safely(() => react(packet, options.kudosEmoji, heard)))
  }

  return {
    async start() {
      wanted = true
      await login()
      // A start waits a moment for the first word, so that what it prints is true.
      for (let waited = 0; !ready && refused === undefined && waited < FIRST_MS; waited += 50)
        await new Promise((resolve) => setTimeout(resolve, 50))
    },
    async stop() {
      wanted = false
      await relogin()
    },
    health: () =>
      ready
        ? { ok: true, words: members ? 'listening' : `listening; ${NO_MEMBERS}` }
        : { ok: !wanted, words: refused ?? (wanted ? 'connecting' : 'not listening here') },
  }
}

const ENDING_MS = 2_000
const BURY_MS = 1_000
const BURY_TRIES = 300
/** The library's words for a shard that has ended, and for one that is connected. */
const [IDLE, CONNECTED] = [0, 3]

type Shards = { destroy: () => Promise<void>; fetchStatus: () => Promise<ReadonlyMap<number, number>> }

/**
 * Ends a client. While it waits to be greeted the library never comes to the end of that, and connects once more by itself: nobody
 * waits for it then, and what has connected after all is ended from behind.
 */
async function endOf(client: Client): Promise<void> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref())
  await Promise.race([client.destroy().catch(() => {}), pause(ENDING_MS)])
  const shards = (client.ws as unknown as { _ws?: Shards | null })._ws
  const bury = async (): Promise<void> => {
    for (let n = 0; shards && n < BURY_TRIES; n++) {
      const states = [...(await shards.fetchStatus()).values()]
      if (states.every((state) => state === IDLE)) return
      if (states.includes(CONNECTED)) await Promise.race([shards.destroy(), pause(ENDING_MS)])
      await pause(BURY_MS)
    }
  }
  bury().catch(() => {})
}

function makeClient(options: DiscordOptions, members: boolean, turn: () => Promise<Taken>): Client {
  return new Client({
    intents: members ? [...intents, GatewayIntentBits.GuildMembers] : intents,
    // Nothing is read from these caches, and a server of 5,000 members would fill them.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
    }),
    allowedMentions: { parse: [] },
    rest: {
      version: '10',
      api: options.apiBase,
      timeout: options.timeoutMs ?? 15_000,
      retries: 1,
      async makeRequest(url, init) {
        const answered = await turn()
        const answer = await DefaultRestOptions.makeRequest(url, init)
        answered()
        return answer
      },
    },
    ...(options.guildMs === undefined ? {} : { waitGuildTimeout: options.guildMs }),
    ...(options.identifyAtOnce ? { ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) } } : {}),
  })
}

type Packet = { t?: string | null; d?: unknown }
type Reaction = {
  user_id?: string
  channel_id?: string
  message_id?: string
  guild_id?: string
  message_author_id?: string
  emoji?: { id?: string | null; name?: string | null }
  member?: Member
}
type Member = {
  nick?: string | null
  user?: { id?: string; username?: string; global_name?: string | null; bot?: boolean }
}
type Deleted = { id?: string; ids?: string[]; channel_id?: string; guild_id?: string }
type Joined = Member & { guild_id?: string; joined_at?: string }

const shownName = ({ nick, user }: Member): string => nick ?? user?.global_name ?? user?.username ?? UNNAMED

function react({ t, d }: Packet, kudosEmoji: string, heard: Heard): void {
  if (t === 'MESSAGE_REACTION_ADD') {
    const {
      user_id: from,
      channel_id: channel,
      message_id: message,
      guild_id: guild,
      message_author_id: to,
      emoji,
      member = {},
    } = d as Reaction
    const shown = emoji?.id ? `${emoji.name}:${emoji.id}` : emoji?.name
    if (!from || !to || !channel || !message || !guild || !shown || from === to || member.user?.bot) return
    const seen = { guild, channel, message, from, name: shownName(member), to }
    if (sameEmoji(shown, kudosEmoji)) heard.kudos(seen)
    else heard.reacted({ ...seen, emoji: shown })
  }
  if (t === 'MESSAGE_DELETE' || t === 'MESSAGE_DELETE_BULK') {
    const { id, ids, channel_id: channel, guild_id: guild } = d as Deleted
    const messages = ids ?? (id ? [id] : [])
    if (guild && channel && messages.length > 0) heard.erased({ guild, channel, messages })
  }
  if (t === 'GUILD_MEMBER_REMOVE') {
    const { guild_id: guild, user } = d as Joined
    if (guild && user?.id && !user.bot) heard.left({ guild, user: user.id })
  }
  if (t === 'GUILD_MEMBER_ADD') {
    const joined = d as Joined
    const { guild_id: guild, user, joined_at: at = '' } = joined
    if (guild && user?.id && !user.bot) heard.joined({ guild, user: user.id, name: shownName(joined), at })
  }
}

/** Some clients send an emoji with its variation selector and some without. */
const sameEmoji = (a: string | null | undefined, b: string): boolean => a?.replaceAll('\ufe0f', '') === b.replaceAll('\ufe0f', '')

/**
 * A local Discord server in a process of its own. It speaks REST v10 and the gateway and enforces their rules; the real
 * discord.js connects to it by `rest: { api: discord.apiBase, version: '10', cdn: discord.cdnBase }` alone.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A file as a person would attach it. */
export type Upload = { name: string; bytes: Uint8Array; mime: string }
export type Given = Record<string, string | number | boolean | Upload>

export type ButtonSeen = { label: string; customId?: string; url?: string; disabled: boolean; style: number }
export type SelectSeen = {
  customId: string
  type: 'string' | 'user' | 'role' | 'mentionable' | 'channel'
  placeholder: string
  options: { label: string; value: string; description?: string }[]
  disabled: boolean
}
export type Attachment = { id: string; name: string; url: string; size: number; mime: string; description?: string }

/** A message as its readers see it; `raw` is Discord's own JSON. */
export type Message = {
  id: string
  channelId: string
  authorId: string
  /** Content, text displays and embeds in reading order, one per line. */
  text: string
  content: string
  buttons: ButtonSeen[]
  selects: SelectSeen[]
  attachments: Attachment[]
  /** Addresses of the pictures shown in galleries, thumbnails and embeds. */
  images: string[]
  accent?: number
  ephemeral: boolean
  pinned: boolean
  edits: number
  nonce?: string
  /** Users that were really notified. */
  pinged: string[]
  raw: Record<string, unknown>
}

export type ModalField = {
  customId: string
  label: string
  description?: string
  type: 'text' | 'long' | 'string' | 'user' | 'role' | 'mentionable' | 'channel' | 'file' | 'radio' | 'checks' | 'check'
  required: boolean
  min?: number
  max?: number
  value?: string
  placeholder?: string
  options: { label: string; value: string }[]
}
/** A modal on a person's screen, to be given to `fill`. */
export type Modal = {
  id: string
  customId: string
  title: string
  fields: ModalField[]
  texts: string[]
  raw: Record<string, unknown>
}

/** What came back to the person who asked. */
export type Answer = {
  interactionId: string
  /** `update` changed the message that was pressed; `deferred` never came to an end within the wait. */
  kind: 'message' | 'modal' | 'update' | 'deferred'
  /** It was acknowledged first and answered afterwards. */
  deferred: boolean
  ephemeral: boolean
  /** The reply, or for `update` the changed message. */
  message?: Message
  modal?: Modal
  followups: Message[]
  /** The words of the reply and of the follow-ups so far; of a modal, its title. */
  text: string
  /** Milliseconds from the ask to the first callback. */
  ackMs: number
}

export type Thread = {
  id: string
  name: string
  parentId: string
  private: boolean
  archived: boolean
  locked: boolean
  invitable: boolean
  members: string[]
}
export type Channel = { id: string; name: string; type: number; topic?: string; overwrites: unknown[]; parentId?: string }
export type Asked = {
  method: string
  /** Decoded, without the `/api/v10`. */
  path: string
  query: Record<string, string>
  body: unknown
  files: { field: string; name: string; size: number }[]
  headers: Record<string, string>
  /** Milliseconds since 1970 on the real clock. */
  at: number
  /** 0 when the connection was cut or still waits. */
  status: number
}
export type Violation = { rule: string; detail: string; method: string; path: string; at: number }

/** A fault of the REST side. It meets the next `times` requests (1) whose `METHOD /path` matches `route` (all). */
export type Fault = (
  | { kind: '401-once' | '502' | '503' | 'lost-reply' | 'reset' | 'hang' }
  /** `headers: false` answers like the proxy in front of Discord: HTML and no headers. A record replaces headers of the sane answer. */
  | { kind: '429'; retryAfterMs?: number; scope?: 'user' | 'shared'; headers?: boolean | Record<string, string> }
  | { kind: 'global-429'; retryAfterMs?: number; headers?: boolean | Record<string, string> }
  /** Waits before it does the work, or with `after` once the work is done. */
  | { kind: 'slow'; ms: number; after?: boolean }
  | { kind: 'refuse'; status: number; code: number; message?: string }
) & { route?: string; times?: number /** Only each nth matching request. */; every?: number }

export type Setup = {
  token?: string
  guildName?: string
  botName?: string
  /** Bits of the bot's own role; by default what a community bot needs, without Administrator. */
  botPermissions?: bigint
  /** Bits of @everyone; by default those of a new server. */
  everyone?: bigint
  /** Privileged intents switched on for the application; all by default. Asking for another one closes with 4014. */
  privileged?: ('members' | 'presences' | 'content')[]
  /** Text channels beside #general. */
  channels?: string[]
  heartbeatMs?: number
  /** Requests per second of the whole bot, 50; more get a real global 429 and a violation. 0 for no limit. */
  perSecond?: number
  /** Rate limit of message posts per channel; by default none. Discord's own is about 5 in 5,000 ms. */
  posts?: { count: number; perMs: number }
  /** Where the server's clock starts; by default now. It runs. */
  now?: string
  faults?: Fault[]
}

export type AskOptions = { channel?: string; waitMs?: number }

type Verbs = {
  /** Makes another server with the bot in it and gives its id. Its channels are called `Name/general`. */
  guild: (of: { name: string; ownerId?: string }) => Promise<string>
  /** Removes the application from a server. */
  evict: (guildId: string) => Promise<void>
  /** The id of the member of that name, who joins if there is none. `quiet` tells nobody. */
  member: (userName: string, how?: { roles?: string[]; quiet?: boolean; guildId?: string; admin?: boolean }) => Promise<string>
  /** As `member`; someone who had left has the same id again. */
  join: (userName: string) => Promise<string>
  leave: (user: string) => Promise<void>
  channel: (name: string, type?: number, guildId?: string) => Promise<string>
  deleteChannel: (channel: string) => Promise<void>
  role: (name: string, how?: { permissions?: bigint; above?: boolean }) => Promise<string>
  dropRole: (role: string) => Promise<void>
  /** Gives a role or a channel another name. */
  rename: (what: string, name: string) => Promise<void>
  /** A moderator gives or takes a role by hand. */
  giveRole: (user: string, role: string, on?: boolean) => Promise<void>
  /** Sets the bits of the bot's role. */
  permit: (bits: bigint) => Promise<void>
  overwrite: (channel: string, target: string, allow: bigint, deny: bigint) => Promise<void>
  closeDms: (user: string, closed?: boolean) => Promise<void>
  /** Archives a thread, as Discord does by itself after a while. */
  archive: (thread: string, locked?: boolean) => Promise<void>
  /** Runs a registered command: `slash('Mia', 'review approve', { submission })`. Throws what Discord's app would show. */
  slash: (user: string, command: string, given?: Given, how?: AskOptions) => Promise<Answer>
  autocomplete: (
    user: string,
    command: string,
    option: string,
    typed: string,
    others?: Given,
  ) => Promise<{ name: string; value: string | number }[]>
  /** Presses a button (custom id or label), or chooses `values` in a select (custom id or placeholder). */
  press: (user: string, messageId: string, what: string, values?: string[], how?: AskOptions) => Promise<Answer>
  /** Submits a modal; keys are custom ids or labels. */
  fill: (
    user: string,
    modal: Modal,
    values: Record<string, string | string[] | boolean | Upload | Upload[]>,
    how?: AskOptions,
  ) => Promise<Answer>
  messageMenu: (user: string, command: string, messageId: string, how?: AskOptions) => Promise<Answer>
  userMenu: (user: string, command: string, target: string, how?: AskOptions) => Promise<Answer>
  /** Sends an interaction (by default the last) anew with parts of it changed, as no application of Discord's would. */
  forge: (change: Record<string, unknown>, interactionId?: string) => Promise<Answer>
  /** The answer to an interaction as it stands now, with later follow-ups. */
  answer: (interactionId: string) => Promise<Answer>
  /** Ids of the interactions so far, oldest first. */
  interactions: () => Promise<string[]>
  react: (user: string, messageId: string, emoji: string) => Promise<void>
  unreact: (user: string, messageId: string, emoji: string) => Promise<void>
  say: (user: string, channel: string, content: string, attachments?: Upload[]) => Promise<string>
  /** A person changes or removes an own message. */
  amend: (messageId: string, content: string) => Promise<void>
  erase: (messageId: string) => Promise<void>

  /** Public messages of a channel, thread or DM, oldest first. */
  messages: (channel: string) => Promise<Message[]>
  message: (messageId: string) => Promise<Message>
  /** Ephemeral messages that the user can still see. */
  ephemerals: (user: string) => Promise<Message[]>
  threads: (guildId?: string) => Promise<Thread[]>
  /** The newest private thread that the user is a member of. */
  threadOf: (user: string) => Promise<Thread | undefined>
  dmOf: (user: string) => Promise<string | undefined>
  channels: (guildId?: string) => Promise<Channel[]>
  pins: (channel: string) => Promise<Message[]>
  /** Names of the user's roles. */
  roles: (user: string) => Promise<string[]>
  /** The registered commands of the server as Discord lists them. */
  commands: (guildId?: string) => Promise<Record<string, unknown>[]>
  requests: () => Promise<Asked[]>
  violations: () => Promise<Violation[]>
  /** Forgets requests and violations. */
  forget: () => Promise<void>
  fault: (fault: Fault) => Promise<void>
  clearFaults: () => Promise<void>
  /** Moves the server's clock forward, for the 3 s and the 15 min. */
  advance: (ms: number) => Promise<void>
  /** Resolves once `sessions` (1) gateway sessions are ready. */
  connected: (sessions?: number, waitMs?: number) => Promise<void>
  /** Live sessions with what they asked for. */
  sessions: () => Promise<{ id: string; intents: number; resumed: number; alive: boolean }[]>
  /** Cuts the gateway's TCP connections. */
  drop: () => Promise<void>
  op7: () => Promise<void>
  op9: (resumable: boolean) => Promise<void>
  /** Closes the gateway with this code. */
  close: (code: number) => Promise<void>
  /** The next `times` (1) RESUMEs get no answer while heartbeats go on. */
  ignoreResume: (times?: number) => Promise<void>
  /** Sends nothing on the gateway for this long, then everything. */
  silence: (ms: number) => Promise<void>
  /** Delivers an interaction (by default the last) once more. */
  repeatInteraction: (interactionId?: string) => Promise<void>
}

export type LocalDiscord = Verbs & {
  /** `http://127.0.0.1:<port>/api`, without the version. */
  apiBase: string
  cdnBase: string
  token: string
  appId: string
  botId: string
  guildId: string
  ownerId: string
  /** #general. */
  channelId: string
  stop: () => Promise<void>
}

type Reply = { id: number; result?: unknown; error?: string }
type Facts = Pick<LocalDiscord, 'token' | 'appId' | 'botId' | 'guildId' | 'ownerId' | 'channelId'> & { port: number }

/** Starts the server. Wherever a verb takes a user, channel or role, the id or the name will do. Stop it after the client. */
export async function localDiscord(setup: Setup = {}): Promise<LocalDiscord> {
  const child = fork(fileURLToPath(new URL('./server.mjs', import.meta.url)), [], { serialization: 'advanced', execArgv: [] })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (reason: Error) => void }>()
  child.on('message', (reply: Reply) => {
    const one = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.error === undefined) one?.resolve(reply.result)
    else one?.reject(new Error(reply.error))
  })
  child.once('exit', (code) => {
    for (const one of waiting.values()) one.reject(new Error(`The local Discord ended with ${code}.`))
    waiting.clear()
  })
  let calls = 0
  const ask = (verb: string, given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error('The local Discord is not running.'))
      const id = ++calls
      waiting.set(id, { resolve, reject })
      child.send({ id, verb, given })
    })
  const { port, ...facts } = (await ask('start', [setup])) as Facts
  const origin = `http://127.0.0.1:${port}`
  const own = { ...facts, apiBase: `${origin}/api`, cdnBase: `${origin}/cdn`, stop: () => ended(child) }
  return new Proxy(own as LocalDiscord, {
    get: (target, name) => {
      if (typeof name !== 'string' || name === 'then' || name in target) return Reflect.get(target, name)
      return (...given: unknown[]) => ask(name, given)
    },
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.disconnect()
  })
}

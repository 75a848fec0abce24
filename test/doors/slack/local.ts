/** A local Slack that speaks the real protocol and enforces its rules, in a process of its own, with verbs for tests. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { KnownBlock } from '@slack/types'

export type Attachment = { name: string; mime: string; bytes: Uint8Array }

/** A message as the server keeps it; `words` is all a person reads of it, `buttons` the labels of what can be pressed. */
export type Posted = {
  channel: string
  ts: string
  threadTs?: string
  user: string
  botId?: string
  text: string
  blocks: KnownBlock[]
  words: string
  buttons: string[]
  metadata?: { event_type: string; event_payload: Record<string, unknown> }
  files: string[]
  reactions: { name: string; users: string[] }[]
  edited: boolean
  /** Set on messages only this person sees. */
  onlyFor?: string
}

/** A modal or a Home tab as it stands. */
export type Shown = {
  id: string
  type: 'modal' | 'home'
  callbackId: string
  title: string
  blocks: KnownBlock[]
  words: string
  buttons: string[]
  privateMetadata: string
  hash: string
  /** Where what was typed goes: what `submitView` may name. */
  fields: { blockId: string; actionId: string; type: string; label: string; optional: boolean; initial: unknown }[]
}

/** How the app answered the delivery itself; `late` when more than 3 s passed, `body` is what it sent along. */
export type Ack = { ok: boolean; late: boolean; ms: number; status?: number; body?: unknown }

/** What the person sees after doing something. */
export type Seen = {
  ack: Ack
  /** Slack's own words when the app failed to answer in time. */
  error?: string
  /** New or replaced messages only this person sees. */
  ephemeral: Posted[]
  /** The modal on top, if one is open now. */
  view?: Shown
  /** The app's messages posted or edited since, in places this person can read. */
  messages: Posted[]
  /** All words of `ephemeral` and `messages`. */
  words: string
}

export type Submitted = Seen & {
  /** Sentences per block id, from the app or, with `byClient`, from Slack's own form. */
  errors?: Record<string, string>
  byClient?: boolean
  action: 'close' | 'errors' | 'update' | 'push' | 'clear' | 'none'
}

/** How long to look for an effect after the ack (ms); 0 returns with the ack. */
export type Patience = { patience?: number }

export type Kept = { id: string; name: string; title?: string; mime: string; size: number; bytes: Uint8Array; channels: string[] }
type Given = Record<string, unknown>
export type Requested = { method: string; token: string; team?: string; args: Given; at: number; answer: string }
/** A rule broken. Kinds: unknown_method, ticket, bug, argument, json_body, scope, wrong_team, blocks, view, metadata, trigger, ack, errors_body, response_url, upload, split_text, options, ack_body. */
export type Violation = { kind: string; method?: string; detail: string; at: number }
export type Fault = {
  kind: '429' | '503' | 'lost-reply' | 'error' | 'slow'
  /** A Web API method, 'response_url' or 'upload'; any Web API method when left out. */
  method?: string
  times?: number
  error?: string
  retryAfter?: number
  /** For `slow`. */
  ms?: number
}

export type SlackOptions = {
  mode: 'socket' | 'http'
  /** Where deliveries go in http mode; `deliverTo` sets it later. */
  requestUrl?: string
  /** The bot's scopes, or those of the manifest, or every scope a bot of this kind can ask for. */
  scopes?: string[]
  /** Bot events the app is subscribed to, or those of the manifest, or all. */
  events?: string[]
  /** An app manifest; checked against Slack's schema, and rules which commands, events and scopes exist. */
  manifest?: Record<string, unknown>
  /** Milliseconds before each retry of an event (Slack: at once, 1 min, 5 min). */
  retries?: number[]
  /** Enforces the methods' rate tiers and one message a second per channel. */
  rates?: boolean
  /** The plan has no user groups: they answer paid_teams_only. */
  free?: boolean
}

export type LocalSlack = Awaited<ReturnType<typeof localSlack>>

type Place = { channel?: string }
type Ready = {
  origin: string
  apiUrl: string
  botToken: string
  appToken: string
  signingSecret: string
  clientId: string
  clientSecret: string
  configToken: string
  teamId: string
  appId: string
  botId: string
  botUserId: string
  /** The channel everyone is in. */
  general: string
}
type Reply = { id: number; value?: unknown; error?: string; ready?: Ready; failed?: string }

/** Starts a Slack with one workspace in which the app is installed. Stop it when done. */
export async function localSlack(options: SlackOptions) {
  const child = fork(fileURLToPath(new URL('./main.mjs', import.meta.url)), [JSON.stringify(options)], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>()
  let asked = 0
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (reply: Reply) => {
      if (reply.ready) return resolve(reply.ready)
      if (reply.failed) return reject(new Error(reply.failed))
      const one = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (reply.error === undefined) one?.done(reply.value)
      else one?.fail(new Error(reply.error))
    })
    child.once('exit', (code) => {
      const gone = new Error(`The local Slack ended with code ${code}.`)
      reject(gone)
      for (const one of waiting.values()) one.fail(gone)
      waiting.clear()
    })
  })
  const ask = <T>(verb: string, ...args: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error('The local Slack has stopped.'))
      waiting.set(++asked, { done: (value) => resolve(value as T), fail: reject })
      child.send({ id: asked, verb, args })
    })

  return {
    ...ready,
    ...worldVerbs(ask),
    ...personVerbs(ask),
    ...lookVerbs(ask),
    ...troubleVerbs(ask),
    /** Ends the process; open sockets are cut. */
    async stop(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

type AskServer = <T>(verb: string, ...args: unknown[]) => Promise<T>

/** Workspaces, people, channels, installation. Ids are unique over all workspaces; the first one is meant by default. */
const worldVerbs = (ask: AskServer) => ({
  /** A second workspace; with `installed: false` it has no bot token until a code is exchanged. */
  workspace: (name: string, plan?: { installed?: boolean }) =>
    ask<{ teamId: string; botToken: string; botUserId: string; general: string }>('workspace', name, plan),
  /** A person who is already there. */
  member: (name: string, plan?: { admin?: boolean; guest?: boolean; bot?: boolean; email?: string; team?: string }) =>
    ask<string>('member', name, plan),
  /** A channel with the app in it (unless `app: false`) and everyone (unless `members` names them). */
  channel: (name: string, plan?: { private?: boolean; app?: boolean; members?: string[]; team?: string }) =>
    ask<string>('channel', name, plan),
  /** Brings a person into a channel without an event. */
  invite: (channel: string, user: string) => ask<void>('invite', channel, user),
  /** The code Slack hands over when this person installs the app; `oauth.v2.access` takes it once. */
  grantCode: (teamId: string, user: string, redirectUri?: string) => ask<string>('grantCode', teamId, user, redirectUri),
  /** In http mode: sets the request URL after Slack's url_verification; throws when the app does not echo the challenge. */
  deliverTo: (url: string) => ask<void>('deliverTo', url),
  /** Resolves when at least `count` sockets are open. */
  connected: (count?: number, ms?: number) => ask<void>('connected', count, ms),
  /** Resolves when no request is being answered and no delivery waits for its ack, for `quiet` ms. */
  settled: (quiet?: number) => ask<void>('settled', quiet),
  /** Moves the server's clock forward, for what expires: trigger ids, response urls. */
  advance: (ms: number) => ask<void>('advance', ms),
})

/** What people do. Each waits for the ack, then for the first effect (up to `patience`, 1500 ms) and for quiet. */
const personVerbs = (ask: AskServer) => ({
  slash: (user: string, line: string, where?: Place & Patience) => ask<Seen>('slash', user, line, where),
  /** Presses a button of a message (also one only this person sees), by action id, label or action-id prefix before '#'. */
  press: (user: string, channel: string, ts: string, action: string, how?: Patience) =>
    ask<Seen>('press', user, channel, ts, action, how),
  /** Chooses in a select, overflow, radio, checkbox or date element of a message, by value or label. */
  choose: (user: string, channel: string, ts: string, actionId: string, value: string | string[], how?: Patience) =>
    ask<Seen>('choose', user, channel, ts, actionId, value, how),
  /** The same in an open modal or the Home tab. */
  pressView: (user: string, viewId: string, action: string, how?: Patience) => ask<Seen>('pressView', user, viewId, action, how),
  chooseView: (user: string, viewId: string, actionId: string, value: string | string[], how?: Patience) =>
    ask<Seen>('chooseView', user, viewId, actionId, value, how),
  /** Fills fields by action id, block id or label and submits; fields left out keep their initial value. */
  submitView: (
    user: string,
    viewId: string,
    values: Record<string, string | string[] | { files: Attachment[] }>,
    how?: Patience,
  ) => ask<Submitted>('submitView', user, viewId, values, how),
  closeView: (user: string, viewId: string, how?: { all?: boolean }) => ask<Seen>('closeView', user, viewId, how),
  /** Types into an external select of a view, or of a message given as `channel:ts`. */
  suggest: (user: string, where: string, actionId: string, typed: string) =>
    ask<{ ack: Ack; error?: string; options: { label: string; value: string }[] }>('suggest', user, where, actionId, typed),
  openHome: (user: string, how?: Patience & { tab?: 'home' | 'messages' }) => ask<Seen & { home?: Shown }>('openHome', user, how),
  messageShortcut: (user: string, callbackId: string, channel: string, ts: string, how?: Patience) =>
    ask<Seen>('messageShortcut', user, callbackId, channel, ts, how),
  globalShortcut: (user: string, callbackId: string, how?: Patience) => ask<Seen>('globalShortcut', user, callbackId, how),
  /** Writes a message; `ts` is the message's. The channel may be 'dm' for the direct message with the app. */
  say: (user: string, channel: string, text: string, files?: Attachment[], how?: Patience & { thread?: string }) =>
    ask<Seen & { ts: string; channel: string }>('say', user, channel, text, files, how),
  react: (user: string, channel: string, ts: string, emoji: string, how?: Patience) =>
    ask<Seen>('react', user, channel, ts, emoji, how),
  /** Joins the workspace (team_join) or, with a channel, that channel (member_joined_channel). */
  join: (user: string, channel?: string, how?: Patience) => ask<Seen>('join', user, channel, how),
  /** Any other event, delivered as it is. */
  event: (teamId: string, event: Record<string, unknown>) => ask<Ack>('event', teamId, event),
})

/** What there is to see. */
const lookVerbs = (ask: AskServer) => ({
  /** Messages of a channel, oldest first, without replies in threads. */
  messages: (channel: string) => ask<Posted[]>('messages', channel),
  /** A message and its replies. */
  thread: (channel: string, ts: string) => ask<Posted[]>('thread', channel, ts),
  /** The direct message between a person and the app. */
  dm: (user: string) => ask<{ channel: string; messages: Posted[] }>('dm', user),
  ephemerals: (user: string) => ask<Posted[]>('ephemerals', user),
  view: (user: string) => ask<Shown | undefined>('view', user),
  home: (user: string) => ask<Shown | undefined>('home', user),
  pins: (channel: string) => ask<string[]>('pins', channel),
  files: () => ask<Kept[]>('files'),
  usergroups: (teamId?: string) =>
    ask<{ id: string; name: string; handle: string; users: string[]; enabled: boolean }[]>('usergroups', teamId),
  channels: (teamId?: string) =>
    ask<{ id: string; name: string; private: boolean; archived: boolean; topic: string; members: string[] }[]>(
      'channels',
      teamId,
    ),
  /** Every call of the app, oldest first; `answer` is 'ok' or the error. */
  requests: (method?: string) => ask<Requested[]>('requests', method),
  violations: () => ask<Violation[]>('violations'),
  /** Forgets the requests and violations so far. */
  forget: () => ask<void>('forget'),
  /** Every delivery made: what was sent, how often, and how it was acked. */
  deliveries: () => ask<{ type: string; id: string; retry: number; payload: Record<string, unknown>; ack?: Ack }[]>('deliveries'),
})

/** What goes wrong in the world. */
const troubleVerbs = (ask: AskServer) => ({
  fault: (fault: Fault) => ask<void>('fault', fault),
  /** Asks every socket to reconnect, as Slack does every few hours. */
  disconnectFrame: (reason?: 'refresh_requested' | 'warning' | 'too_many_websockets' | 'link_disabled') =>
    ask<void>('disconnectFrame', reason),
  /** Cuts every TCP connection of the sockets. */
  drop: () => ask<void>('drop'),
  /** The sockets stay open but say nothing, not even a pong. */
  silence: (ms: number) => ask<void>('silence', ms),
  /** Delivers the last delivery again: the same payload and event id, as a retry. */
  repeat: () => ask<Ack>('repeat'),
  /** The next delivery comes twice at the same moment. */
  twice: () => ask<void>('twice'),
  /** In http mode: the last delivery again, badly signed. Gives the HTTP status. */
  forge: (how: 'unsigned' | 'wrong-secret' | 'stale') => ask<number>('forge', how),
  revoke: (token: string) => ask<void>('revoke', token),
  /** Removes the app from a workspace: app_uninstalled, tokens_revoked, and the token answers account_inactive. */
  uninstall: (teamId: string) => ask<Ack>('uninstall', teamId),
  /** The last app_uninstalled of a workspace is told once more, as a retry. */
  lateUninstall: (teamId: string) => ask<void>('lateUninstall', teamId),
  archive: (channel: string) => ask<void>('archive', channel),
  rename: (channelOrHandle: string, name: string) => ask<void>('rename', channelOrHandle, name),
  deleteChannel: (channel: string) => ask<void>('deleteChannel', channel),
  deleteMessage: (channel: string, ts: string) => ask<void>('deleteMessage', channel, ts),
  /** Removes the app from a channel. */
  kick: (channel: string) => ask<void>('kick', channel),
  /** Deactivates a person: no DM can be opened any more. */
  disable: (user: string) => ask<void>('disable', user),
  /** Switches the paid plan's user groups. */
  paid: (on: boolean) => ask<void>('paid', on),
})

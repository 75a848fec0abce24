/** What the local Slack knows: workspaces, people, channels, messages, views, tokens, and every rule that was broken. */
import { randomBytes } from 'node:crypto'
import { buttonsOf, wordsOf } from './words.mjs'

/** @typedef {{ id: string, name: string, domain: string, installed: boolean, token: string, botId: string, botUser: string, general: string }} Team */
/** @typedef {{ id: string, team: string, name: string, email: string, admin: boolean, guest: boolean, bot: boolean, disabled: boolean }} User */
/** @typedef {{ id: string, team: string, name: string, kind: 'public'|'private'|'im', user?: string, archived: boolean, topic: string, purpose: string, members: Set<string>, messages: any[], pins: string[] }} Channel */

let counted = 0
/** Ids look like Slack's: a letter and ten capitals or digits. */
export const newId = (/** @type {string} */ letter) => `${letter}0${(++counted).toString(36).toUpperCase().padStart(9, '0')}`

/** Every scope a bot with these methods can ask for. */
const allScopes = (/** @type {Record<string, any>} */ methods) => [
  'commands',
  'chat:write.public',
  'app_mentions:read',
  ...new Set(Object.values(methods).flatMap((m) => m.scope?.bot ?? [])),
]

/** @param {any} options @param {Record<string, any>} methods */
export function newState(options, methods) {
  const manifest = options.manifest
  const state = {
    options,
    methods,
    origin: '',
    skew: 0,
    appId: newId('A'),
    appToken: `xapp-1-${randomBytes(16).toString('hex')}`,
    configToken: `xoxe.xoxp-1-${randomBytes(16).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
    clientId: `${Date.now()}.${Math.floor(Math.random() * 1e12)}`,
    clientSecret: randomBytes(16).toString('hex'),
    verificationToken: randomBytes(12).toString('hex'),
    scopes: new Set(options.scopes ?? manifest?.oauth_config?.scopes?.bot ?? allScopes(methods)),
    /** @type {Set<string> | undefined} */
    events:
      options.events || manifest
        ? new Set(options.events ?? manifest.settings?.event_subscriptions?.bot_events ?? [])
        : undefined,
    paid: !options.free,
    /** @type {Map<string, Team>} */ teams: new Map(),
    /** @type {Map<string, User>} */ users: new Map(),
    /** @type {Map<string, Channel>} */ channels: new Map(),
    /** @type {Map<string, any>} */ files: new Map(),
    /** @type {Map<string, any>} */ groups: new Map(),
    /** @type {Map<string, any[]>} modal stacks per person, the top last */ stacks: new Map(),
    /** @type {Map<string, any>} */ homes: new Map(),
    /** @type {Map<string, any[]>} */ ephemerals: new Map(),
    /** @type {Map<string, any>} */ triggers: new Map(),
    /** @type {Map<string, any>} */ responses: new Map(),
    /** @type {Map<string, any>} */ codes: new Map(),
    /** @type {Map<string, string>} */ revoked: new Map(),
    /** @type {Map<string, any>} */ suggested: new Map(),
    /** @type {any[]} */ requests: [],
    /** @type {any[]} */ violations: [],
    /** @type {any[]} */ deliveries: [],
    /** @type {any[]} */ faults: [],
    /** @type {any[]} what people could notice, in order */ effects: [],
    busy: 0,
    doubled: false,
    lastTs: 0,
  }
  return Object.assign(state, verbsOf(state))
}

/** @typedef {ReturnType<typeof newState>} State */

const verbsOf = (/** @type {any} */ state) => ({
  now: () => Date.now() + state.skew,
  /** A message's ts: seconds with six digits, always growing. */
  ts: () => {
    state.lastTs = Math.max(state.lastTs + 1, state.now() * 1000)
    return `${Math.floor(state.lastTs / 1e6)}.${String(state.lastTs % 1e6).padStart(6, '0')}`
  },
  breach: (/** @type {string} */ kind, /** @type {string} */ detail, method = '') => {
    state.violations.push({ kind, detail, ...(method ? { method } : {}), at: state.now() })
  },
  effect: (/** @type {any} */ effect) => {
    state.effects.push({ ...effect, at: Date.now() })
  },
})

/** Founds a workspace; its bot token works only once the app is installed. @param {any} state @param {string} name */
export function foundTeam(state, name, installed = true) {
  const id = newId('T')
  const botUser = newId('U')
  const team = {
    id,
    name,
    domain: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    installed,
    token: `xoxb-${id}-${randomBytes(12).toString('hex')}`,
    botId: newId('B'),
    botUser,
    general: '',
  }
  state.teams.set(id, team)
  state.users.set(botUser, {
    id: botUser,
    team: id,
    name: 'troupe',
    email: '',
    admin: false,
    guest: false,
    bot: true,
    disabled: false,
  })
  team.general = openChannel(state, id, 'general', 'public', [botUser]).id
  return team
}

/** @param {any} state @param {string} team @param {string} name @param {'public'|'private'|'im'} kind @param {string[]} members @param {string} [user] @returns {Channel} */
export function openChannel(state, team, name, kind, members, user) {
  const id = newId(kind === 'im' ? 'D' : 'C')
  const channel = {
    id,
    team,
    name,
    kind,
    user,
    archived: false,
    topic: '',
    purpose: '',
    members: new Set(members),
    messages: [],
    pins: [],
  }
  state.channels.set(id, channel)
  return channel
}

/** The direct message between a person and the app, made when missing. @param {any} state @param {string} userId @returns {Channel} */
export function dmOf(state, userId) {
  const user = state.users.get(userId)
  if (!user) throw new Error(`There is no user ${userId}.`)
  const found = [...state.channels.values()].find((c) => c.kind === 'im' && c.user === userId)
  const bot = state.teams.get(user.team).botUser
  return found ?? openChannel(state, user.team, userId, 'im', [userId, bot], userId)
}

/** @param {any} state @param {string} id @returns {User} */
export function userOf(state, id) {
  const user = state.users.get(id)
  if (!user) throw new Error(`There is no user ${id}.`)
  return user
}

/** @param {any} state @param {string} idOrName @returns {Channel} */
export function channelOf(state, idOrName) {
  const channel = state.channels.get(idOrName) ?? [...state.channels.values()].find((c) => c.name === idOrName.replace(/^#/, ''))
  if (!channel) throw new Error(`There is no channel ${idOrName}.`)
  return channel
}

/** Adds a message to a channel and tells the watchers. @param {any} state @param {any} channel @param {any} given */
export function addMessage(state, channel, given) {
  const message = { type: 'message', ts: state.ts(), team: channel.team, text: '', ...given }
  for (const [at, block] of (message.blocks ?? []).entries()) block.block_id ??= `b${at}${message.ts.slice(-4)}`
  channel.messages.push(message)
  if (message.bot_id) state.effect({ kind: 'message', channel: channel.id, ts: message.ts })
  return message
}

/** Shows a message to one person only. @param {any} state @param {string} user @param {any} channel @param {any} given */
export function addEphemeral(state, user, channel, given) {
  const message = { ts: state.ts(), text: '', ...given, channel: channel.id, onlyFor: user }
  for (const [at, block] of (message.blocks ?? []).entries()) block.block_id ??= `b${at}${message.ts.slice(-4)}`
  const list = state.ephemerals.get(user) ?? []
  state.ephemerals.set(user, [...list, message])
  state.effect({ kind: 'ephemeral', user, ts: message.ts })
  return message
}

/** @param {any} message @param {string} channel */
export const posted = (message, channel) => ({
  channel,
  ts: message.ts,
  ...(message.thread_ts ? { threadTs: message.thread_ts } : {}),
  user: message.user ?? '',
  ...(message.bot_id ? { botId: message.bot_id } : {}),
  text: message.text ?? '',
  blocks: message.blocks ?? [],
  words: message.blocks?.length ? wordsOf(message.blocks) : (message.text ?? ''),
  buttons: buttonsOf(message.blocks ?? []),
  ...(message.metadata ? { metadata: message.metadata } : {}),
  files: (message.files ?? []).map((/** @type {any} */ f) => f.id),
  reactions: (message.reactions ?? []).map((/** @type {any} */ r) => ({ name: r.name, users: r.users })),
  edited: Boolean(message.edited),
  ...(message.onlyFor ? { onlyFor: message.onlyFor } : {}),
})

/** What the local Discord knows: its clock, ids, people, servers, channels, messages, files and the rules broken so far. */
import { createHash } from 'node:crypto'

const EPOCH = 1_420_070_400_000
/** Attachment addresses are signed for a day. */
const FILE_LIFE_MS = 24 * 3_600_000
export const FILE_LIMIT = 10 * 1024 * 1024

/** @typedef {Record<string, any>} Json */
/** @typedef {ReturnType<typeof createState>} State */

/**
 * An answer that refuses, in Discord's own shape.
 * @param {number} status @param {number} code @param {string} message @param {Json} [errors]
 */
export function refusal(status, code, message, errors) {
  return Object.assign(new Error(message), { status, body: { message, code, ...(errors && { errors }) } })
}
/** @param {string} what @param {number} code */
export const unknown = (what, code) => refusal(404, code, `Unknown ${what}`)
export const noAccess = () => refusal(403, 50001, 'Missing Access')
export const noPermission = () => refusal(403, 50013, 'Missing Permissions')

/** What Discord's app tells a person instead of sending anything. @param {string} words */
export const wontSend = (words) => new Error(`Discord would not send this: ${words}`)

/** @param {Json} setup */
export function createState(setup) {
  let offset = setup.now ? Date.parse(setup.now) - Date.now() : 0
  let last = 0n
  const bells = new Set()
  const state = {
    setup,
    token: setup.token ?? 'MTIz.fake.token-of-the-local-discord',
    privileged: new Set(setup.privileged ?? ['members', 'presences', 'content']),
    appId: '',
    guildId: '',
    channelId: '',
    origin: '',
    /** @type {Map<string, Json>} */
    users: new Map(),
    /** @type {Map<string, Json>} */
    guilds: new Map(),
    /** Channels, threads and DMs. @type {Map<string, Json>} */
    channels: new Map(),
    /** @type {Map<string, Json>} */
    messages: new Map(),
    /** Bytes by the path under /cdn. @type {Map<string, {bytes: Uint8Array, mime: string}>} */
    files: new Map(),
    /** Registered commands by server, by id. @type {Map<string, Map<string, Json>>} */
    commands: new Map(),
    /** @type {Map<string, Json>} */
    interactions: new Map(),
    /** Interactions by token. @type {Map<string, Json>} */
    tokens: new Map(),
    /** Messages by channel and enforced nonce. @type {Map<string, Json>} */
    nonces: new Map(),
    /** @type {Json[]} */
    requests: [],
    /** @type {Json[]} */
    violations: [],
    /** Set by the gateway. @type {(event: string, data: Json, how: Json) => void} */
    emit: () => {},
    now: () => Date.now() + offset,
    iso: (at = state.now()) => new Date(at).toISOString().replace('Z', '000+00:00'),
    /** Called whenever time is moved or an interaction changes. @type {Set<() => void>} */
    bells,
    ring: () => {
      for (const bell of [...bells]) bell()
    },
    /** @param {number} ms */
    advance(ms) {
      offset += ms
      state.ring()
    },
    /** A snowflake of this moment, greater than all before. */
    id() {
      const next = BigInt(state.now() - EPOCH) << 22n
      last = next > last ? next : last + 1n
      return String(last)
    },
    /** @param {string} rule @param {string} detail @param {Json} [where] */
    violate(rule, detail, where = {}) {
      state.violations.push({ rule, detail, method: where.method ?? '', path: where.path ?? '', at: Date.now() })
    },
  }
  return state
}

/**
 * @param {State} state @param {string} name @param {Json} [more]
 * @returns {Json}
 */
export function makeUser(state, name, more = {}) {
  const user = {
    id: state.id(),
    username: name.toLowerCase().replace(/[^a-z0-9._]+/g, '_'),
    global_name: name,
    discriminator: '0',
    avatar: null,
    avatar_decoration_data: null,
    collectibles: null,
    display_name_styles: null,
    primary_guild: null,
    clan: null,
    public_flags: 0,
    ...more,
  }
  state.users.set(user.id, user)
  return user
}

/**
 * Keeps bytes under an address and describes them as Discord describes an attachment.
 * @param {State} state @param {string} channelId @param {{name: string, bytes: Uint8Array, mime: string}} file @param {Json} [more]
 */
export function keepFile(state, channelId, file, more = {}) {
  const id = state.id()
  const name = file.name.replace(/\s+/g, '_')
  const path = `/attachments/${channelId}/${id}/${encodeURIComponent(name)}`
  state.files.set(path, { bytes: file.bytes, mime: file.mime })
  const url = signed(state, path)
  return {
    id,
    filename: name,
    size: file.bytes.length,
    url,
    proxy_url: url,
    content_type: file.mime,
    content_scan_version: 0,
    ...size(file),
    ...more,
  }
}

/** @param {State} state @param {string} path */
function signed(state, path) {
  const at = state.now()
  const ex = Math.floor((at + FILE_LIFE_MS) / 1000).toString(16)
  const hm = createHash('sha256').update(`${path}${ex}`).digest('hex')
  return `${state.origin}/cdn${path}?ex=${ex}&is=${Math.floor(at / 1000).toString(16)}&hm=${hm}&`
}

/** The address anew, as Discord gives it whenever a message is read again. @param {State} state @param {string} url */
export function resigned(state, url) {
  return url.startsWith(`${state.origin}/cdn/attachments/`) ? signed(state, new URL(url).pathname.slice('/cdn'.length)) : url
}

/** @param {{bytes: Uint8Array, mime: string}} file */
function size(file) {
  if (file.mime !== 'image/png' || file.bytes.length < 24) return {}
  const head = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length)
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}

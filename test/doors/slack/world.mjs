/** Workspaces, people and channels, what there is to see, and what goes wrong. */
import { remove } from './chat.mjs'
import { settled, shown } from './seen.mjs'
import { post, verifyUrl } from './signed.mjs'
import { channelOf, dmOf, foundTeam, newId, openChannel, posted, userOf } from './state.mjs'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {ReturnType<typeof import('./delivery.mjs').deliverer>} Deliverer */
/** @typedef {ReturnType<typeof import('./socket.mjs').socketMode>} Sockets */

/** @param {State} state @param {Sockets} sockets */
export const worldVerbs = (state, sockets) => ({
  workspace: (/** @type {string} */ name, /** @type {any} */ plan) => {
    const team = foundTeam(state, name, plan?.installed !== false)
    return { teamId: team.id, botToken: team.token, botUserId: team.botUser, general: team.general }
  },
  member: (/** @type {string} */ name, /** @type {any} */ plan) => {
    const team = plan?.team ?? [...state.teams.keys()][0]
    const id = newId(plan?.bot ? 'W' : 'U')
    const email = (plan?.email ?? `${name.toLowerCase().replaceAll(' ', '.')}@example.com`).toLowerCase()
    const { admin = false, guest = false, bot = false } = plan ?? {}
    state.users.set(id, { id, team, name, email, admin, guest, bot, disabled: false })
    if (!guest) channelOf(state, state.teams.get(team)?.general ?? '').members.add(id)
    return id
  },
  channel: (/** @type {string} */ name, /** @type {any} */ plan) => {
    const team = plan?.team ?? [...state.teams.keys()][0]
    const people = plan?.members ?? [...state.users.values()].filter((u) => u.team === team && !u.bot).map((u) => u.id)
    const app = plan?.app === false ? [] : [state.teams.get(team)?.botUser ?? '']
    return openChannel(state, team, name, plan?.private ? 'private' : 'public', [...people, ...app]).id
  },
  invite: (/** @type {string} */ channel, /** @type {string} */ user) => {
    channelOf(state, channel).members.add(userOf(state, user).id)
  },
  grantCode: (/** @type {string} */ team, /** @type {string} */ user, redirect = '') => {
    const code = `code.${newId('X')}`
    state.codes.set(code, { team, user, redirect, used: false })
    return code
  },
  deliverTo: async (/** @type {string} */ url) => {
    await verifyUrl(state, url)
    state.options.requestUrl = url
  },
  connected: async (count = 1, ms = 10_000) => {
    for (let waited = 0; sockets.count() < count; waited += 10) {
      if (waited >= ms) throw new Error(`${sockets.count()} sockets are open after ${ms} ms.`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  },
  settled: (/** @type {number | undefined} */ quiet) => settled(state, quiet),
  advance: (/** @type {number} */ ms) => {
    state.skew += ms
  },
})

/** @param {State} state */
export const lookVerbs = (state) => ({
  messages: (/** @type {string} */ id) => {
    const channel = channelOf(state, id)
    return channel.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts).map((m) => posted(m, channel.id))
  },
  thread: (/** @type {string} */ id, /** @type {string} */ ts) => {
    const channel = channelOf(state, id)
    return channel.messages.filter((m) => m.ts === ts || m.thread_ts === ts).map((m) => posted(m, channel.id))
  },
  dm: (/** @type {string} */ user) => {
    const channel = dmOf(state, user)
    return { channel: channel.id, messages: channel.messages.map((m) => posted(m, channel.id)) }
  },
  ephemerals: (/** @type {string} */ user) => (state.ephemerals.get(user) ?? []).map((m) => posted(m, m.channel)),
  view: (/** @type {string} */ user) => {
    const top = state.stacks.get(user)?.at(-1)
    return top && shown(top)
  },
  home: (/** @type {string} */ user) => (state.homes.has(user) && shown(state.homes.get(user))) || undefined,
  pins: (/** @type {string} */ channel) => channelOf(state, channel).pins,
  files: () =>
    [...state.files.values()]
      .filter((f) => f.done)
      .map((f) => ({
        id: f.id,
        name: f.name,
        title: f.title,
        mime: f.mimetype,
        size: f.bytes.length,
        bytes: new Uint8Array(f.bytes),
        channels: f.channels,
      })),
  usergroups: (/** @type {string | undefined} */ team) =>
    [...state.groups.values()]
      .filter((g) => !team || g.team === team)
      .map(({ id, name, handle, users, enabled }) => ({ id, name, handle, users, enabled })),
  channels: (/** @type {string | undefined} */ team) =>
    [...state.channels.values()]
      .filter((c) => c.kind !== 'im' && (!team || c.team === team))
      .map((c) => ({
        id: c.id,
        name: c.name,
        private: c.kind === 'private',
        archived: c.archived,
        topic: c.topic,
        members: [...c.members],
      })),
  requests: (/** @type {string | undefined} */ method) => state.requests.filter((r) => !method || r.method === method),
  violations: () => state.violations,
  forget: () => {
    state.requests.length = 0
    state.violations.length = 0
    state.deliveries.length = 0
  },
  deliveries: () => state.deliveries.map(({ type, id, retry, payload, ack }) => ({ type, id, retry, payload, ack })),
})

/** What was told of a workspace that removed the app. @type {Map<string, any>} */
const uninstalled = new Map()

/** The last delivery that a person caused, not the app's own message coming back. @param {State} state */
const lastOf = (state) => state.deliveries.findLast((one) => !one.own)

/** @param {State} state @param {Deliverer} delivery @param {Sockets} sockets */
export const troubleVerbs = (state, delivery, sockets) => ({
  fault: (/** @type {any} */ fault) => {
    state.faults.push({ times: 1, ...fault })
  },
  disconnectFrame: sockets.disconnectFrame,
  drop: sockets.drop,
  silence: sockets.silence,
  repeat: () => {
    const last = lastOf(state)
    if (!last) throw new Error('Nothing was delivered yet.')
    return delivery.deliver(last.type, last.name, last.payload, last.type === 'events_api' ? last.retry + 1 : 0)
  },
  twice: () => {
    state.doubled = true
  },
  forge: async (/** @type {'unsigned'|'wrong-secret'|'stale'} */ how) => {
    const last = lastOf(state)
    if (!last || !state.options.requestUrl) throw new Error('Forging needs http mode and a delivery to copy.')
    return (await post(state, state.options.requestUrl, last.type, last.payload, 0, how)).status
  },
  revoke: (/** @type {string} */ token) => {
    state.revoked.set(token, 'token_revoked')
  },
  uninstall: async (/** @type {string} */ id) => {
    const team = state.teams.get(id)
    if (!team) throw new Error(`There is no workspace ${id}.`)
    const ack = await delivery.tell(id, { type: 'app_uninstalled', event_ts: state.ts() })
    uninstalled.set(id, lastOf(state).payload)
    await delivery.tell(id, { type: 'tokens_revoked', tokens: { oauth: [], bot: [team.botUser] }, event_ts: state.ts() })
    state.revoked.set(team.token, 'account_inactive')
    team.installed = false
    return ack
  },
  lateUninstall: async (/** @type {string} */ id) => {
    await delivery.deliver('events_api', 'app_uninstalled', uninstalled.get(id), 1)
  },
  archive: (/** @type {string} */ channel) => {
    channelOf(state, channel).archived = true
  },
  rename: (/** @type {string} */ what, /** @type {string} */ name) => {
    const group = [...state.groups.values()].find((g) => g.handle === what)
    if (group) group.handle = name
    else channelOf(state, what).name = name
  },
  deleteChannel: (/** @type {string} */ channel) => {
    state.channels.delete(channelOf(state, channel).id)
  },
  deleteMessage: (/** @type {string} */ id, /** @type {string} */ ts) => {
    const channel = channelOf(state, id)
    const message = channel.messages.find((m) => m.ts === ts)
    if (!message) throw new Error(`There is no message ${ts}.`)
    remove(channel, message)
  },
  kick: (/** @type {string} */ id) => {
    const channel = channelOf(state, id)
    channel.members.delete(state.teams.get(channel.team)?.botUser ?? '')
  },
  disable: (/** @type {string} */ user) => {
    userOf(state, user).disabled = true
  },
  paid: (/** @type {boolean} */ on) => {
    state.paid = on
  },
})

/** Routes of the application, its servers, members, roles, channels and commands. */
import { checkCommand, keepCommand } from './command-rules.mjs'
import { gatewayFacts } from './gateway.mjs'
import {
  addChannel,
  bareGuild,
  channelJson,
  INTENT,
  removeChannel,
  roleJson,
  setRole,
  tellChannel,
  threadMember,
} from './guild.mjs'
import { BIT, botMay, botMayInGuild, height, inChannel, inGuild, isThread } from './permissions.mjs'
import { noAccess, noPermission, refusal, unknown } from './state.mjs'
import { check } from './validate.mjs'

/** @typedef {import('./rest.mjs').Visit} Visit */
/** @typedef {import('./rest.mjs').Route} Route */

const CHANNELS = 500
const ROLES = 250
const FLAGS = { presences: 1 << 13, members: 1 << 15, content: 1 << 19 }

/** @param {Visit} visit */
export function guildOf({ state, params }) {
  const guild = state.guilds.get(params.guild)
  if (!guild) throw unknown('Guild', 10004)
  if (!guild.members.has(state.appId)) throw noAccess()
  return guild
}
/** @param {Visit} visit */
export function channelOf({ state, params }) {
  const channel = state.channels.get(params.channel)
  if (!channel) throw unknown('Channel', 10003)
  return channel
}
function memberOf(visit, id = visit.params.user) {
  const member = guildOf(visit).members.get(id === '@me' ? visit.state.appId : id)
  if (!member) throw visit.state.users.has(id) ? unknown('Member', 10007) : unknown('User', 10013)
  return member
}

const application = ({ state }) => ({
  id: state.appId,
  name: state.users.get(state.appId).global_name,
  icon: null,
  description: '',
  bot_public: false,
  bot_require_code_grant: false,
  flags: [...state.privileged].reduce((sum, name) => sum | FLAGS[name], 0),
  verify_key: '0'.repeat(64),
  owner: state.users.get(state.appId),
  team: null,
  bot: state.users.get(state.appId),
  interactions_endpoint_url: null,
  integration_types_config: { 0: {} },
})

/** @param {Visit} visit */
function makeChannel(visit) {
  const { state, body, note } = visit
  const guild = guildOf(visit)
  check('CreateGuildChannelRequest', body, note)
  botMayInGuild(state, guild, 'MANAGE_CHANNELS')
  if (guild.channels.size >= CHANNELS) throw refusal(400, 30013, 'Maximum number of guild channels reached (500)')
  if (body.parent_id && state.channels.get(body.parent_id)?.type !== 4) throw unknown('Channel', 10003)
  checkOverwrites(state, guild, body.permission_overwrites)
  return channelJson(addChannel(state, guild, body))
}

/** Only what the bot itself may do in the server can be allowed or denied by it. */
function checkOverwrites(state, guild, overwrites) {
  if (!overwrites?.length) return
  botMayInGuild(state, guild, 'MANAGE_ROLES')
  const own = inGuild(guild, state.appId)
  for (const o of overwrites) {
    if ((BigInt(o.allow ?? 0) | BigInt(o.deny ?? 0)) & ~own) throw noPermission()
    if (!guild.roles.has(String(o.id)) && !guild.members.has(String(o.id))) throw unknown('Overwrite', 10009)
  }
}

/** @param {Visit} visit */
function changeChannel(visit) {
  const { state, body, note } = visit
  const channel = channelOf(visit)
  if (isThread(channel)) return changeThread(visit, channel)
  check('UpdateGuildChannelRequestPartial', body, note)
  botMay(state, channel, 'MANAGE_CHANNELS')
  const guild = state.guilds.get(channel.guild_id)
  if (body.permission_overwrites) {
    checkOverwrites(state, guild, body.permission_overwrites)
    channel.permission_overwrites = body.permission_overwrites.map((o) => ({
      id: String(o.id),
      type: Number(o.type ?? 0),
      allow: String(o.allow ?? 0),
      deny: String(o.deny ?? 0),
    }))
  }
  for (const key of ['name', 'topic', 'parent_id', 'position', 'rate_limit_per_user'])
    if (body[key] !== undefined) channel[key] = body[key]
  tellChannel(state, 'CHANNEL_UPDATE', channel)
  return channelJson(channel)
}

function changeThread({ state, body, note }, thread) {
  check('UpdateThreadRequestPartial', body, note)
  botMay(state, thread)
  const bits = inChannel(state, thread, state.appId)
  if (!(bits & BIT.MANAGE_THREADS) && (thread.owner_id !== state.appId || body.locked !== undefined)) throw noPermission()
  if (thread.thread_metadata.archived && body.archived !== false) throw refusal(400, 50083, 'Thread is archived')
  if (body.name !== undefined) thread.name = body.name
  for (const key of ['archived', 'locked', 'invitable', 'auto_archive_duration'])
    if (body[key] !== undefined) thread.thread_metadata[key] = body[key]
  if (body.archived !== undefined) thread.thread_metadata.archive_timestamp = state.iso()
  tellChannel(state, 'THREAD_UPDATE', thread)
  return channelJson(thread)
}

/** @param {Visit} visit */
function deleteChannel(visit) {
  const channel = channelOf(visit)
  botMay(visit.state, channel, isThread(channel) ? 'MANAGE_THREADS' : 'MANAGE_CHANNELS')
  removeChannel(visit.state, channel)
  return channelJson(channel)
}

/** @param {Visit} visit */
function makeRole(visit) {
  const { state, body, note } = visit
  const guild = guildOf(visit)
  check('CreateRoleRequest', body, note)
  botMayInGuild(state, guild, 'MANAGE_ROLES')
  const bits = BigInt(body.permissions ?? guild.roles.get(guild.id).permissions)
  if (bits & ~inGuild(guild, state.appId)) throw noPermission()
  if (guild.roles.size >= ROLES) throw refusal(400, 30005, 'Maximum number of guild roles reached (250)')
  const role = {
    ...roleJson(state.id(), body.name ?? 'new role', bits, 1),
    color: body.color ?? 0,
    hoist: body.hoist ?? false,
    mentionable: body.mentionable ?? false,
  }
  guild.roles.set(role.id, role)
  state.emit('GUILD_ROLE_CREATE', { guild_id: guild.id, role }, { guildId: guild.id, intent: INTENT.guilds })
  return role
}

/** @param {Visit} visit @param {boolean} on */
function grant(visit, on) {
  const { state, params } = visit
  const guild = guildOf(visit)
  const member = memberOf(visit)
  const role = guild.roles.get(params.role)
  if (!role) throw unknown('Role', 10011)
  botMayInGuild(state, guild, 'MANAGE_ROLES')
  if (role.id === guild.id || role.managed || role.position >= height(guild, state.appId)) throw noPermission()
  setRole(state, guild, member, role.id, on)
}

/** @param {Visit} visit */
function listMembers(visit) {
  const { state, query } = visit
  const guild = guildOf(visit)
  if (!state.privileged.has('members')) throw noAccess()
  const after = BigInt(query.after ?? 0)
  return [...guild.members.values()].filter((m) => BigInt(m.user.id) > after).slice(0, Number(query.limit ?? 1))
}

/** Commands of the server named in the path, which must belong to this application. @param {Visit} visit */
function commandsOf(visit) {
  if (visit.params.app !== visit.state.appId)
    throw refusal(403, 20012, 'You are not authorized to perform this action on this application')
  return visit.state.commands.get(guildOf(visit).id)
}
const listCommands = (visit) => [...commandsOf(visit).values()]

/** @param {Visit} visit */
function replaceCommands(visit) {
  const { state, body, note } = visit
  const registered = commandsOf(visit)
  const wanted = Array.isArray(body) ? body : []
  for (const [i, command] of wanted.entries()) checkCommand(command, note, [i])
  const key = (c) => `${c.type ?? 1} ${c.name}`
  if (new Set(wanted.map(key)).size < wanted.length)
    throw refusal(400, 50035, 'Invalid Form Body', {
      _errors: [{ code: 'APPLICATION_COMMANDS_DUPLICATE_NAME', message: 'Application command names must be unique' }],
    })
  const keep = new Set(wanted.map(key))
  for (const [id, command] of registered) if (!keep.has(key(command))) registered.delete(id)
  return wanted.map((command) => keepCommand(state, guildOf(visit), command))
}

/** @param {Visit} visit @returns {any} */
function commandOf(visit) {
  const command = commandsOf(visit).get(visit.params.command)
  if (!command) throw unknown('application command', 10063)
  return command
}

/** @param {Visit} visit */
function makeCommand(visit) {
  commandsOf(visit)
  checkCommand(visit.body, visit.note)
  return keepCommand(visit.state, guildOf(visit), visit.body)
}

/** @param {Visit} visit */
function changeCommand(visit) {
  const { id: _id, application_id: _app, guild_id: _guild, version: _version, ...before } = commandOf(visit)
  const next = { ...before, ...visit.body }
  checkCommand(next, visit.note)
  return keepCommand(visit.state, guildOf(visit), next, visit.params.command)
}

/** @param {Visit} visit */
function openDm({ state, body, note }) {
  check('CreatePrivateChannelRequest', body, note)
  const id = String(body.recipient_id)
  const user = state.users.get(id)
  if (!user) throw unknown('User', 10013)
  if (user.bot) throw refusal(400, 50007, 'Cannot send messages to this user')
  const before = [...state.channels.values()].find((c) => c.type === 1 && c.recipients[0].id === id)
  if (before) return channelJson(before)
  const channel = { id: state.id(), type: 1, recipients: [user], last_message_id: null, flags: 0, pins: new Map() }
  state.channels.set(channel.id, channel)
  return channelJson(channel)
}

/** @type {Route[]} */
export const routes = [
  ['GET', '/gateway/bot', ({ state }) => gatewayFacts(state)],
  ['GET', '/gateway', ({ state }) => ({ url: gatewayFacts(state).url }), { open: true }],
  ['GET', '/users/@me', ({ state }) => ({ ...state.users.get(state.appId), verified: true, mfa_enabled: true })],
  [
    'GET',
    '/users/@me/guilds',
    ({ state }) =>
      [...state.guilds.values()].map((g) => ({
        id: g.id,
        name: g.name,
        owner: false,
        permissions: String(inGuild(g, state.appId)),
      })),
  ],
  ['POST', '/users/@me/channels', openDm],
  ['GET', '/users/:user', ({ state, params }) => state.users.get(params.user) ?? raise(unknown('User', 10013))],
  ['GET', '/applications/@me', application],
  ['GET', '/oauth2/applications/@me', application],
  ['GET', '/applications/:app/guilds/:guild/commands', listCommands],
  ['PUT', '/applications/:app/guilds/:guild/commands', replaceCommands],
  ['POST', '/applications/:app/guilds/:guild/commands', makeCommand],
  ['GET', '/applications/:app/guilds/:guild/commands/:command', commandOf],
  ['PATCH', '/applications/:app/guilds/:guild/commands/:command', changeCommand],
  ['DELETE', '/applications/:app/guilds/:guild/commands/:command', (v) => void commandsOf(v).delete(commandOf(v).id)],
  ['GET', '/applications/:app/commands', () => []],
  ['GET', '/guilds/:guild', (v) => bareGuild(guildOf(v))],
  [
    'GET',
    '/guilds/:guild/channels',
    (v) =>
      [...guildOf(v).channels]
        .map((id) => v.state.channels.get(id))
        .filter((c) => !isThread(c))
        .map(channelJson),
  ],
  ['POST', '/guilds/:guild/channels', makeChannel],
  ['GET', '/guilds/:guild/roles', (v) => [...guildOf(v).roles.values()]],
  ['POST', '/guilds/:guild/roles', makeRole],
  ['GET', '/guilds/:guild/members', listMembers],
  ['GET', '/guilds/:guild/members/:user', memberOf],
  ['PUT', '/guilds/:guild/members/:user/roles/:role', (v) => grant(v, true)],
  ['DELETE', '/guilds/:guild/members/:user/roles/:role', (v) => grant(v, false)],
  [
    'GET',
    '/guilds/:guild/threads/active',
    (v) => {
      const threads = [...guildOf(v).channels]
        .map((id) => v.state.channels.get(id))
        .filter((c) => isThread(c) && !c.thread_metadata.archived && inChannel(v.state, c, v.state.appId))
      return { threads: threads.map(channelJson), members: threads.map((t) => threadMember(v.state, t, v.state.appId)) }
    },
  ],
  [
    'GET',
    '/channels/:channel',
    (v) => {
      const channel = channelOf(v)
      botMay(v.state, channel)
      return channelJson(channel)
    },
  ],
  ['PATCH', '/channels/:channel', changeChannel],
  ['DELETE', '/channels/:channel', deleteChannel],
]

function raise(error) {
  throw error
}

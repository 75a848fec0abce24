/** Servers, their members, roles and channels, and the events that tell of them. */
import { BOT, EVERYONE, inChannel, isThread } from './permissions.mjs'
import { makeUser, wontSend } from './state.mjs'

export const INTENT = {
  guilds: 1,
  members: 1 << 1,
  presences: 1 << 8,
  messages: 1 << 9,
  reactions: 1 << 10,
  dms: 1 << 12,
  dmReactions: 1 << 13,
  content: 1 << 15,
}

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */

/** @param {State} state @param {{name: string, ownerId?: string}} of */
export function makeGuild(state, of) {
  const id = state.id()
  const owner = of.ownerId ? state.users.get(of.ownerId) : makeUser(state, `${of.name} Owner`)
  const guild = {
    id,
    name: of.name,
    owner_id: owner.id,
    roles: new Map(),
    members: new Map(),
    channels: new Set(),
    joined_at: state.iso(),
  }
  state.guilds.set(id, guild)
  state.commands.set(id, new Map())
  guild.roles.set(id, roleJson(id, '@everyone', state.setup.everyone ?? EVERYONE, 0))
  const botRole = roleJson(state.id(), state.users.get(state.appId).global_name, state.setup.botPermissions ?? BOT, 100)
  Object.assign(botRole, { managed: true, tags: { bot_id: state.appId } })
  guild.roles.set(botRole.id, botRole)
  guild.botRole = botRole.id
  addMember(state, guild, owner, [])
  addMember(state, guild, state.users.get(state.appId), [botRole.id])
  addChannel(state, guild, { name: 'general', type: 0 })
  state.emit('GUILD_CREATE', guildJson(state, guild, false), { guildId: id, intent: INTENT.guilds })
  return guild
}

/** @returns {Json} */
export const roleJson = (id, name, permissions, position) => ({
  id,
  name,
  permissions: String(permissions),
  position,
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  managed: false,
  mentionable: false,
  flags: 0,
  icon: null,
  unicode_emoji: null,
})

/** @param {State} state @param {Json} guild @param {Json} user @param {string[]} roles */
export function addMember(state, guild, user, roles) {
  const member = {
    user,
    nick: null,
    avatar: null,
    banner: null,
    roles,
    joined_at: state.iso(),
    premium_since: null,
    communication_disabled_until: null,
    unusual_dm_activity_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  }
  guild.members.set(user.id, member)
  return member
}

/** The server as GUILD_CREATE carries it; all members only with the presences intent, else the bot alone. */
export function guildJson(state, guild, everyone) {
  const channels = [...guild.channels].map((id) => state.channels.get(id))
  return {
    ...bareGuild(guild),
    joined_at: guild.joined_at,
    large: guild.members.size > 250,
    unavailable: false,
    member_count: guild.members.size,
    members: everyone ? [...guild.members.values()] : [guild.members.get(state.appId)],
    channels: channels.filter((c) => !isThread(c) && inChannel(state, c, state.appId)).map(channelJson),
    threads: channels
      .filter((c) => isThread(c) && !c.thread_metadata.archived && inChannel(state, c, state.appId))
      .map(channelJson),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}

export const bareGuild = (guild) => ({
  id: guild.id,
  name: guild.name,
  icon: null,
  splash: null,
  banner: null,
  description: null,
  features: ['COMMUNITY'],
  owner_id: guild.owner_id,
  roles: [...guild.roles.values()],
  emojis: [],
  stickers: [],
  verification_level: 1,
  default_message_notifications: 1,
  explicit_content_filter: 2,
  mfa_level: 0,
  nsfw_level: 0,
  premium_tier: 0,
  premium_subscription_count: 0,
  premium_progress_bar_enabled: false,
  preferred_locale: 'en-US',
  system_channel_id: null,
  system_channel_flags: 0,
  rules_channel_id: null,
  afk_channel_id: null,
  afk_timeout: 300,
  vanity_url_code: null,
})

/** A channel without what only the server needs. */
export function channelJson(channel) {
  const { member_ids: members, pins: _pins, ...rest } = channel
  return members ? { ...rest, member_count: members.size } : rest
}

/** @param {State} state @param {Json} guild @param {Json} of */
export function addChannel(state, guild, of) {
  const channel = {
    id: state.id(),
    guild_id: guild.id,
    type: of.type ?? 0,
    name: of.type === 4 ? of.name : of.name.toLowerCase().replace(/\s+/g, '-'),
    topic: of.topic ?? null,
    nsfw: false,
    position: guild.channels.size,
    parent_id: of.parent_id ?? null,
    last_message_id: null,
    last_pin_timestamp: null,
    rate_limit_per_user: 0,
    flags: 0,
    permission_overwrites: (of.permission_overwrites ?? []).map((o) => ({
      id: String(o.id),
      type: Number(o.type ?? 0),
      allow: String(o.allow ?? 0),
      deny: String(o.deny ?? 0),
    })),
    pins: new Map(),
  }
  state.channels.set(channel.id, channel)
  guild.channels.add(channel.id)
  tellChannel(state, 'CHANNEL_CREATE', channel)
  return channel
}

/** Tells of a channel if the bot may see it. */
export function tellChannel(state, event, channel) {
  if (inChannel(state, channel, state.appId))
    state.emit(event, channelJson(channel), { guildId: channel.guild_id, intent: INTENT.guilds })
}

/** @param {State} state @param {Json} guild @param {Json} member */
export function tellMember(state, guild, member) {
  const { permissions: _bits, ...json } = member
  state.emit('GUILD_MEMBER_UPDATE', { guild_id: guild.id, ...json }, { guildId: guild.id, intent: INTENT.members })
}

/** Gives or takes a role and tells of it. */
export function setRole(state, guild, member, roleId, on) {
  if (member.roles.includes(roleId) === on) return
  member.roles = on ? [...member.roles, roleId] : member.roles.filter((id) => id !== roleId)
  tellMember(state, guild, member)
}

/** @param {State} state @param {Json} guild @param {string} userId */
export function removeMember(state, guild, userId) {
  const member = guild.members.get(userId)
  if (!member) throw wontSend('that person is not a member')
  guild.members.delete(userId)
  for (const id of guild.channels) state.channels.get(id).member_ids?.delete(userId)
  state.emit('GUILD_MEMBER_REMOVE', { guild_id: guild.id, user: member.user }, { guildId: guild.id, intent: INTENT.members })
}

/** Removes a channel or thread with its messages. */
export function removeChannel(state, channel) {
  const guild = state.guilds.get(channel.guild_id)
  tellChannel(state, isThread(channel) ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channel)
  for (const id of guild.channels)
    if (state.channels.get(id)?.parent_id === channel.id && isThread(state.channels.get(id))) drop(id)
  drop(channel.id)
  function drop(id) {
    guild.channels.delete(id)
    state.channels.delete(id)
    for (const [key, message] of state.messages) if (message.json.channel_id === id) state.messages.delete(key)
  }
}

/** @param {State} state @param {Json} parent @param {Json} of */
export function addThread(state, parent, of) {
  const thread = {
    id: of.id ?? state.id(),
    guild_id: parent.guild_id,
    parent_id: parent.id,
    owner_id: of.ownerId,
    type: of.type,
    name: of.name,
    last_message_id: null,
    message_count: 0,
    total_message_sent: 0,
    rate_limit_per_user: 0,
    flags: 0,
    thread_metadata: {
      archived: false,
      archive_timestamp: state.iso(),
      auto_archive_duration: of.auto_archive_duration ?? 4320,
      locked: false,
      create_timestamp: state.iso(),
      ...(of.type === 12 && { invitable: of.invitable ?? true }),
    },
    member_ids: new Set([of.ownerId]),
    pins: new Map(),
  }
  state.channels.set(thread.id, thread)
  state.guilds.get(parent.guild_id).channels.add(thread.id)
  const json = { ...channelJson(thread), newly_created: true, member: threadMember(state, thread, state.appId) }
  if (inChannel(state, thread, state.appId))
    state.emit('THREAD_CREATE', json, { guildId: thread.guild_id, intent: INTENT.guilds })
  return thread
}

export const threadMember = (state, thread, userId) => ({
  id: thread.id,
  user_id: userId,
  join_timestamp: state.iso(),
  flags: 1,
  mute_config: null,
  muted: false,
})

/** What happens in a server without the bot's doing, and how a test looks at it. */
import {
  addChannel,
  addMember,
  channelJson,
  INTENT,
  makeGuild,
  removeChannel,
  removeMember,
  roleJson,
  setRole,
  tellChannel,
} from './guild.mjs'
import { changeMessage, dropMessage, keptMessage, postMessage, setReaction } from './messages.mjs'
import { find } from './names.mjs'
import { BIT, inChannel, isThread } from './permissions.mjs'
import { seenMessage } from './seen.mjs'
import { makeUser, wontSend } from './state.mjs'

const SYSTEM = new Set([1, 2, 6, 7, 18])

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */

const thread = (t) => ({
  id: t.id,
  name: t.name,
  parentId: t.parent_id,
  private: t.type === 12,
  archived: t.thread_metadata.archived,
  locked: t.thread_metadata.locked,
  invitable: t.thread_metadata.invitable ?? true,
  members: [...t.member_ids],
})

/** @param {State} state @returns {Record<string, (...given: any[]) => unknown>} */
export function peopleVerbs(state) {
  const home = () => state.guilds.get(state.guildId)
  const join = (name, how = {}) => {
    const guild = how.guildId ? state.guilds.get(how.guildId) : home()
    const user = [...state.users.values()].find((u) => u.id === name || u.global_name === name) ?? makeUser(state, name)
    if (guild.members.has(user.id)) return user.id
    const member = addMember(
      state,
      guild,
      user,
      (how.roles ?? []).map((role) => find.role(guild, role).id),
    )
    if (how.admin) member.roles.push(adminRole(state, guild))
    if (!how.quiet)
      state.emit('GUILD_MEMBER_ADD', { guild_id: guild.id, ...member }, { guildId: guild.id, intent: INTENT.members })
    return user.id
  }
  return {
    guild: (of) => makeGuild(state, of).id,
    evict(id) {
      state.emit('GUILD_DELETE', { id }, { guildId: id, intent: INTENT.guilds })
      state.guilds.delete(id)
    },
    member: join,
    join,
    leave: (name) => removeMember(state, home(), find.user(state, name).id),
    channel: (name, type = 0, guildId = home().id) => addChannel(state, state.guilds.get(guildId), { name, type }).id,
    deleteChannel: (name) => removeChannel(state, find.channel(state, name)),
    role(name, { permissions = 0n, above = false } = {}) {
      const role = roleJson(state.id(), name, permissions, above ? 200 : 1)
      home().roles.set(role.id, role)
      state.emit('GUILD_ROLE_CREATE', { guild_id: home().id, role }, { guildId: home().id, intent: INTENT.guilds })
      return role.id
    },
    rename(what, name) {
      const role = [...home().roles.values()].find((r) => r.id === what || r.name === what)
      const thing = role ?? find.channel(state, what)
      thing.name = name
      if (role) state.emit('GUILD_ROLE_UPDATE', { guild_id: home().id, role }, { guildId: home().id, intent: INTENT.guilds })
      else tellChannel(state, 'CHANNEL_UPDATE', thing)
    },
    dropRole: (name) => dropRole(state, home(), find.role(home(), name).id),
    giveRole: (name, role, on = true) =>
      setRole(state, home(), home().members.get(find.user(state, name).id), find.role(home(), role).id, on),
    permit(bits) {
      const role = home().roles.get(home().botRole)
      role.permissions = String(bits)
      state.emit('GUILD_ROLE_UPDATE', { guild_id: home().id, role }, { guildId: home().id, intent: INTENT.guilds })
    },
    overwrite(name, target, allow, deny) {
      const channel = find.channel(state, name)
      const role = [...home().roles.values()].find((r) => r.id === target || r.name === target)
      const id = role?.id ?? find.user(state, target).id
      const rest = channel.permission_overwrites.filter((o) => o.id !== id)
      channel.permission_overwrites = [...rest, { id, type: role ? 0 : 1, allow: String(allow), deny: String(deny) }]
      tellChannel(state, 'CHANNEL_UPDATE', channel)
    },
    closeDms(name, closed = true) {
      Object.defineProperty(find.user(state, name), 'dmsClosed', { value: closed, enumerable: false, configurable: true })
    },
    archive(name, locked = false) {
      const found = find.channel(state, name)
      Object.assign(found.thread_metadata, { archived: true, locked, archive_timestamp: state.iso() })
      tellChannel(state, 'THREAD_UPDATE', found)
    },
    ...talkVerbs(state),
    ...lookVerbs(state, home),
  }
}

/** Discord takes a role that is gone from its members, and from the permissions of channels. */
function dropRole(state, guild, id) {
  guild.roles.delete(id)
  for (const member of guild.members.values()) member.roles = member.roles.filter((one) => one !== id)
  for (const one of guild.channels) {
    const channel = state.channels.get(one)
    channel.permission_overwrites = channel.permission_overwrites?.filter((o) => o.id !== id)
  }
  state.emit('GUILD_ROLE_DELETE', { guild_id: guild.id, role_id: id }, { guildId: guild.id, intent: INTENT.guilds })
}

function adminRole(state, guild) {
  const before = [...guild.roles.values()].find((r) => r.name === 'Admin')
  const role = before ?? roleJson(state.id(), 'Admin', BIT.ADMINISTRATOR, 200)
  guild.roles.set(role.id, role)
  return role.id
}

/** @param {State} state */
const talkVerbs = (state) => ({
  react: (name, id, emoji) => setReaction(state, keptMessage(state, undefined, id), find.user(state, name).id, emoji, true),
  unreact: (name, id, emoji) => setReaction(state, keptMessage(state, undefined, id), find.user(state, name).id, emoji, false),
  say(name, where, content, attachments = []) {
    const author = find.user(state, name)
    const dm =
      where === 'dm' ? [...state.channels.values()].find((c) => c.type === 1 && c.recipients[0].id === author.id) : undefined
    const channel = dm ?? find.channel(state, where)
    const bits = inChannel(state, channel, author.id)
    if (!(bits & (isThread(channel) ? BIT.SEND_MESSAGES_IN_THREADS : BIT.SEND_MESSAGES)))
      throw wontSend(`${author.global_name} cannot write there`)
    if ([...content].length > 2000) throw wontSend('the message is too long')
    const files = attachments.map((file, i) => ({ ...file, field: `files[${i}]` }))
    return postMessage(state, channel, {
      author,
      body: { content, allowed_mentions: { parse: ['users', 'roles', 'everyone'] } },
      files,
    }).json.id
  },
  amend: (id, content) => changeMessage(state, keptMessage(state, undefined, id), { content }),
  erase: (id) => dropMessage(state, keptMessage(state, undefined, id)),
})

/** @param {State} state @param {() => Json} home */
function lookVerbs(state, home) {
  const server = (id) => (id ? state.guilds.get(id) : home())
  const threads = (id) => [...state.channels.values()].filter((c) => isThread(c) && c.guild_id === server(id).id)
  const seen = (some) => some.map((kept) => seenMessage(state, kept))
  return {
    messages(name) {
      const { id } = find.channel(state, name)
      return seen(
        [...state.messages.values()].filter((m) => m.json.channel_id === id && !m.ephemeralFor && !SYSTEM.has(m.json.type)),
      )
    },
    message: (id) => seenMessage(state, keptMessage(state, undefined, id)),
    ephemerals: (name) => seen([...state.messages.values()].filter((m) => m.ephemeralFor === find.user(state, name).id)),
    threads: (guildId) => threads(guildId).map(thread),
    threadOf(name) {
      const { id } = find.user(state, name)
      const found = threads().findLast((t) => t.type === 12 && t.member_ids.has(id))
      return found && thread(found)
    },
    dmOf: (name) =>
      [...state.channels.values()].find((c) => c.type === 1 && c.recipients[0].id === find.user(state, name).id)?.id,
    channels: (guildId) =>
      [...server(guildId).channels]
        .map((id) => state.channels.get(id))
        .filter((c) => !isThread(c))
        .map((c) => ({
          id: c.id,
          name: c.name,
          type: c.type,
          topic: c.topic ?? undefined,
          overwrites: channelJson(c).permission_overwrites,
          parentId: c.parent_id ?? undefined,
        })),
    pins: (name) => seen([...find.channel(state, name).pins.keys()].map((id) => keptMessage(state, undefined, id))),
    roles: (name) =>
      home()
        .members.get(find.user(state, name).id)
        ?.roles.map((id) => home().roles.get(id).name) ?? [],
    commands: (guildId) => [...state.commands.get(server(guildId).id).values()],
    requests: () => state.requests,
    violations: () => state.violations,
    forget() {
      state.requests.length = 0
      state.violations.length = 0
    },
    advance: (ms) => state.advance(ms),
  }
}

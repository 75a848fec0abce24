/** Discord's permission bits and their arithmetic. */
import { noAccess, noPermission } from './state.mjs'

export const BIT = {
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  MANAGE_NICKNAMES: 1n << 27n,
  MANAGE_ROLES: 1n << 28n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  MODERATE_MEMBERS: 1n << 40n,
  PIN_MESSAGES: 1n << 51n,
}
const ALL = (1n << 53n) - 1n

const all = (/** @type {(keyof typeof BIT)[]} */ ...names) => names.reduce((sum, name) => sum | BIT[name], 0n)
/** What @everyone may do in a new server. */
export const EVERYONE = all(
  'ADD_REACTIONS',
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'USE_APPLICATION_COMMANDS',
  'CREATE_PUBLIC_THREADS',
  'CREATE_PRIVATE_THREADS',
  'SEND_MESSAGES_IN_THREADS',
)
/** What the bot is invited with. */
export const BOT = EVERYONE | all('MANAGE_CHANNELS', 'MANAGE_ROLES', 'MANAGE_MESSAGES', 'MANAGE_THREADS', 'PIN_MESSAGES')

/** @param {import('./state.mjs').Json} guild @param {string} userId */
export function inGuild(guild, userId) {
  const member = guild.members.get(userId)
  if (!member) return 0n
  if (guild.owner_id === userId) return ALL
  const bits = [guild.id, ...member.roles].reduce((sum, id) => sum | BigInt(guild.roles.get(id)?.permissions ?? 0), 0n)
  return bits & BIT.ADMINISTRATOR ? ALL : bits
}

/**
 * The bits a member has in a channel, or in a thread by its parent.
 * @param {import('./state.mjs').State} state @param {import('./state.mjs').Json} channel @param {string} userId
 */
export function inChannel(state, channel, userId) {
  if (!channel.guild_id) return channel.recipients.some((r) => r.id === userId) || userId === state.appId ? EVERYONE : 0n
  const guild = state.guilds.get(channel.guild_id)
  const base = inGuild(guild, userId)
  if (base === ALL || base === 0n) return base
  const member = guild.members.get(userId)
  const place = isThread(channel) ? state.channels.get(channel.parent_id) : channel
  const over = place?.permission_overwrites ?? []
  const layer = (bits, some) => {
    const deny = some.reduce((sum, o) => sum | BigInt(o.deny), 0n)
    const allow = some.reduce((sum, o) => sum | BigInt(o.allow), 0n)
    return (bits & ~deny) | allow
  }
  let bits = layer(
    base,
    over.filter((o) => o.id === guild.id),
  )
  bits = layer(
    bits,
    over.filter((o) => o.type === 0 && o.id !== guild.id && member.roles.includes(o.id)),
  )
  bits = layer(
    bits,
    over.filter((o) => o.type === 1 && o.id === userId),
  )
  if (!(bits & BIT.VIEW_CHANNEL)) return 0n
  const outside = channel.type === 12 && !channel.member_ids.has(userId) && !(bits & BIT.MANAGE_THREADS)
  return outside ? 0n : bits
}

export const isThread = (channel) => channel.type === 10 || channel.type === 11 || channel.type === 12

/** Throws as Discord answers a bot that lacks a permission in the channel. @param {(keyof typeof BIT)[]} names */
export function botMay(state, channel, ...names) {
  const bits = inChannel(state, channel, state.appId)
  if (!(bits & BIT.VIEW_CHANNEL)) throw noAccess()
  for (const name of names) if (!(bits & BIT[name])) throw noPermission()
}

/** As `botMay`, for the whole server. @param {(keyof typeof BIT)[]} names */
export function botMayInGuild(state, guild, ...names) {
  const bits = inGuild(guild, state.appId)
  for (const name of names) if (!(bits & BIT[name])) throw noPermission()
}

/** Position of the highest role. */
export function height(guild, userId) {
  if (guild.owner_id === userId) return Number.POSITIVE_INFINITY
  const roles = guild.members.get(userId)?.roles ?? []
  return Math.max(0, ...roles.map((id) => guild.roles.get(id)?.position ?? 0))
}

/** Fills a registered command with what a person typed, as Discord's app does it, refusing what the app would not let them send. */
import { find } from './names.mjs'
import { keepFile, wontSend } from './state.mjs'

const GROUP = 2
const TEXT = 3
const INTEGER = 4
const BOOLEAN = 5
const USER = 6
const CHANNEL = 7
const ROLE = 8
const MENTIONABLE = 9
const NUMBER = 10
const FILE = 11

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */

/** Where a command line like `review approve` ends in the registered tree. @param {State} state @param {Json} guild @param {string} line */
export function registered(state, guild, line) {
  const [name, ...rest] = line.trim().replace(/^\//, '').split(/\s+/)
  const command = [...state.commands.get(guild.id).values()].find((c) => c.name === name && c.type === 1)
  if (!command) throw wontSend(`there is no command /${name}`)
  let at = command
  const path = []
  for (const word of rest) {
    const next = at.options?.find((o) => o.name === word && o.type <= GROUP)
    if (!next) throw wontSend(`there is no command /${line}`)
    path.push(next)
    at = next
  }
  if (at.options?.some((o) => o.type <= GROUP)) throw wontSend(`/${line} is not a whole command`)
  return { command, path, leaf: at }
}

/** The options wrapped in their sub-commands. @param {Json[]} path @param {Json[]} options @returns {Json[]} */
export const nested = (path, options) =>
  path.reduceRight((inner, part) => [{ name: part.name, type: part.type, options: inner }], options)

/**
 * @param {State} state @param {Json} guild @param {Json} leaf @param {Json} given @param {string} channelId
 * @returns {{ options: Json[], resolved: Json }}
 */
export function filled(state, guild, leaf, given, channelId) {
  const wanted = leaf.options ?? []
  for (const name of Object.keys(given)) if (!wanted.some((o) => o.name === name)) throw wontSend(`there is no option ${name}`)
  const resolved = {}
  const options = []
  for (const option of wanted) {
    const value = given[option.name]
    if (value === undefined) {
      if (option.required) throw wontSend(`the option ${option.name} is required`)
      continue
    }
    options.push({ name: option.name, type: option.type, value: typed(state, guild, option, value, resolved, channelId) })
  }
  return { options, resolved }
}

function typed(state, guild, option, value, resolved, channelId) {
  const { type, name } = option
  if (type === TEXT || type === INTEGER || type === NUMBER) return plainValue(option, value)
  if (type === BOOLEAN) return value === true || value === 'true' || value === 'yes'
  if (type === FILE) {
    if (!(value?.bytes instanceof Uint8Array)) throw wontSend(`${name} is a file`)
    return resolveFile(state, channelId, value, resolved)
  }
  return resolveNamed(
    state,
    guild,
    { [USER]: 'user', [CHANNEL]: 'channel', [ROLE]: 'role', [MENTIONABLE]: 'mentionable' }[type],
    String(value),
    resolved,
  )
}

function plainValue(option, value) {
  const { type, name } = option
  if (option.choices?.length) {
    const choice = option.choices.find((c) => c.value === value || String(c.value) === String(value) || c.name === value)
    if (!choice) throw wontSend(`"${value}" is not among the choices of ${name}`)
    return choice.value
  }
  if (type === TEXT) {
    const length = [...String(value)].length
    if (length === 0 || length < (option.min_length ?? 0) || length > (option.max_length ?? 6000))
      throw wontSend(`${name} has ${length} characters`)
    return String(value)
  }
  const number = Number(value)
  if (!Number.isFinite(number) || (type === INTEGER && !Number.isInteger(number))) throw wontSend(`${name} is a number`)
  if (number < (option.min_value ?? Number.NEGATIVE_INFINITY) || number > (option.max_value ?? Number.POSITIVE_INFINITY))
    throw wontSend(`${name} is out of its range`)
  return number
}

/** Uploads a person's file and lists it as resolved. @param {Json} resolved */
export function resolveFile(state, channelId, file, resolved) {
  const kept = keepFile(state, channelId, file, { ephemeral: true })
  resolved.attachments = { ...resolved.attachments, [kept.id]: kept }
  return kept.id
}

/** Lists a user, role or channel as resolved and gives its id. @param {string | undefined} kind @param {Json} resolved */
export function resolveNamed(state, guild, kind, value, resolved) {
  if (kind === 'channel') {
    const channel = find.channel(state, value)
    resolved.channels = {
      ...resolved.channels,
      [channel.id]: {
        id: channel.id,
        name: channel.name,
        type: channel.type,
        permissions: '0',
        parent_id: channel.parent_id ?? null,
      },
    }
    return channel.id
  }
  if (kind === 'role' || (kind === 'mentionable' && guild.roles.has(value))) {
    const role = find.role(guild, value)
    resolved.roles = { ...resolved.roles, [role.id]: role }
    return role.id
  }
  const user = find.user(state, value)
  const { user: _user, deaf: _deaf, mute: _mute, ...member } = guild?.members.get(user.id) ?? {}
  resolved.users = { ...resolved.users, [user.id]: user }
  if (guild?.members.has(user.id)) resolved.members = { ...resolved.members, [user.id]: { ...member, permissions: '0' } }
  return user.id
}

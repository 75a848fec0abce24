/** What people do with an application: run commands, type, press, choose, open menus, submit modals. */
import { randomBytes } from 'node:crypto'
import { formData } from './forms.mjs'
import { answered, deliver, interact } from './interactions.mjs'
import { everyComponent, FLAG } from './limits.mjs'
import { find } from './names.mjs'
import { filled, nested, registered, resolveNamed } from './options.mjs'
import { BIT, inChannel, inGuild } from './permissions.mjs'
import { seenAnswer } from './seen.mjs'
import { wontSend } from './state.mjs'

const BUTTON = 2
const TEXT_SELECT = 3
const SELECTS = { 5: 'user', 6: 'role', 7: 'mentionable', 8: 'channel' }

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */

/** Where a person asks: in the named channel, else #general. @returns {Json} */
function place(state, user, named) {
  const channel = named ? find.channel(state, named) : state.channels.get(state.channelId)
  if (!(inChannel(state, channel, user.id) & BIT.VIEW_CHANNEL)) throw wontSend(`${user.global_name} cannot see #${channel.name}`)
  return channel
}

/** The server, once the command is offered to this person in this place. @returns {Json} */
function offered(state, command, user, channel) {
  const guild = state.guilds.get(channel.guild_id)
  const bits = inGuild(guild, user.id)
  const needed = command.default_member_permissions
  const lacks = needed === '0' ? !(bits & BIT.ADMINISTRATOR) : (bits & BigInt(needed ?? 0)) !== BigInt(needed ?? 0)
  if (needed !== null && lacks) throw wontSend(`${user.global_name} is not offered /${command.name}`)
  return guild
}

/** The server of a place where commands can be run. @returns {Json} */
function commanded(state, channel) {
  const guild = state.guilds.get(channel.guild_id)
  if (!guild) throw wontSend('the commands of a server are not offered in a DM')
  return guild
}

/** A message that this person can see. @returns {import('./messages.mjs').Kept} */
function reachable(state, user, id) {
  const kept = state.messages.get(id)
  if (!kept) throw wontSend('the message is gone')
  if (kept.ephemeralFor && kept.ephemeralFor !== user.id) throw wontSend(`only another person can see the message`)
  if (!(inChannel(state, state.channels.get(kept.json.channel_id), user.id) & BIT.VIEW_CHANNEL))
    throw wontSend(`${user.global_name} cannot see the channel`)
  if (kept.json.flags & FLAG.LOADING) throw wontSend('the application is still thinking')
  return kept
}

/** The button or select of that custom id, label or placeholder. */
function pressable(kept, what) {
  const all = everyComponent(kept.json.components).map(({ component }) => component)
  const active = all.filter((c) => c.type === BUTTON || c.type === TEXT_SELECT || SELECTS[c.type])
  const found = active.find((c) => c.custom_id === what) ?? active.find((c) => (c.label ?? c.placeholder) === what)
  if (!found)
    throw wontSend(
      `there is no "${what}", only ${active.map((c) => c.label ?? c.placeholder ?? c.custom_id).join(', ') || 'nothing to press'}`,
    )
  if (!found.custom_id) throw wontSend(`"${what}" is a link`)
  if (found.disabled) throw wontSend(`"${what}" is disabled`)
  return found
}

/** The values of a select, refused as its app would. */
function chosen(state, guild, component, values) {
  if (component.type === BUTTON) return {}
  const { min_values: min = 1, max_values: max = 1 } = component
  const list = values ?? []
  if (list.length < min || list.length > max) throw wontSend(`between ${min} and ${max} values, not ${list.length}`)
  const kind = SELECTS[component.type]
  if (kind) {
    const resolved = {}
    return { values: list.map((value) => resolveNamed(state, guild, kind, value, resolved)), resolved }
  }
  return {
    values: list.map((value) => {
      const option = component.options.find((o) => o.value === value) ?? component.options.find((o) => o.label === value)
      if (!option) throw wontSend(`"${value}" is not among ${component.options.map((o) => o.label).join(', ')}`)
      return option.value
    }),
  }
}

function menu(state, user, type, name, targetId, resolved, how) {
  const channel = place(state, user, how.channel)
  const command = [...state.commands.get(commanded(state, channel).id).values()].find((c) => c.name === name && c.type === type)
  if (!command) throw wontSend(`there is no menu entry "${name}"`)
  const guild = offered(state, command, user, channel)
  const data = { id: command.id, name, type, guild_id: guild.id, target_id: targetId, resolved }
  return answered(state, interact(state, { type: 2, user, channel, data, more: { name, commandType: type } }), how.waitMs)
}

/** Objects are merged, all else is replaced. */
function merged(old, change) {
  const both = (a, b) => (isObject(a) && isObject(b) ? merged(a, b) : b)
  return { ...old, ...Object.fromEntries(Object.entries(change).map(([key, value]) => [key, both(old[key], value)])) }
}
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

function known(state, id) {
  const record = state.interactions.get(id)
  if (!record) throw new Error(`There was no interaction ${id}.`)
  return record
}

/** @param {State} state @returns {Record<string, (...given: any[]) => unknown>} */
export const askVerbs = (state) => ({
  slash(name, line, given = {}, how = {}) {
    const user = find.user(state, name)
    const channel = place(state, user, how.channel)
    const { command, path, leaf } = registered(state, commanded(state, channel), line)
    const guild = offered(state, command, user, channel)
    const { options, resolved } = filled(state, guild, leaf, given, channel.id)
    const data = { id: command.id, name: command.name, type: 1, guild_id: guild.id, options: nested(path, options), resolved }
    return answered(
      state,
      interact(state, { type: 2, user, channel, data, more: { name: command.name, commandType: 1 } }),
      how.waitMs,
    )
  },
  async autocomplete(name, line, option, typed, others = {}) {
    const user = find.user(state, name)
    const channel = place(state, user)
    const { command, path, leaf } = registered(state, commanded(state, channel), line)
    const guild = offered(state, command, user, channel)
    const asked = leaf.options?.find((o) => o.name === option)
    if (!asked?.autocomplete) throw wontSend(`${option} suggests nothing`)
    const optional = { ...leaf, options: leaf.options.map((o) => ({ ...o, required: false })) }
    const { options } = filled(state, guild, optional, others, channel.id)
    const focused = { name: option, type: asked.type, value: typed, focused: true }
    const data = { id: command.id, name: command.name, type: 1, guild_id: guild.id, options: nested(path, [...options, focused]) }
    const record = interact(state, { type: 4, user, channel, data, more: { optionType: asked.type } })
    await answered(state, record)
    return record.choices
  },
  press(name, messageId, what, values, how = {}) {
    const user = find.user(state, name)
    const message = reachable(state, user, messageId)
    const channel = state.channels.get(message.json.channel_id)
    const component = pressable(message, what)
    const guild = state.guilds.get(channel.guild_id)
    const data = {
      custom_id: component.custom_id,
      component_type: component.type,
      id: component.id,
      ...chosen(state, guild, component, values),
    }
    return answered(state, interact(state, { type: 3, user, channel, data, message }), how.waitMs)
  },
  fill(name, modal, values, how = {}) {
    const user = find.user(state, name)
    const opened = known(state, modal.id)
    if (opened.user.id !== user.id) throw wontSend('the modal is on another screen')
    const channel = state.channels.get(opened.channelId)
    const data = formData(state, opened, channel, values)
    const message = opened.messageId ? state.messages.get(opened.messageId) : undefined
    return answered(state, interact(state, { type: 5, user, channel, data, message }), how.waitMs)
  },
  messageMenu(name, command, messageId, how = {}) {
    const user = find.user(state, name)
    const kept = reachable(state, user, messageId)
    const resolved = { messages: { [messageId]: structuredClone(kept.json) } }
    return menu(state, user, 3, command, messageId, resolved, { channel: kept.json.channel_id, ...how })
  },
  userMenu(name, command, target, how = {}) {
    const user = find.user(state, name)
    const resolved = {}
    const id = resolveNamed(state, commanded(state, place(state, user, how.channel)), 'user', target, resolved)
    return menu(state, user, 2, command, id, resolved, how)
  },
  forge(change, id) {
    const old = id ? known(state, id) : [...state.interactions.values()].at(-1)
    const fresh = { id: state.id(), token: randomBytes(80).toString('base64url') }
    const record = {
      ...old,
      ...fresh,
      at: state.now(),
      ack: null,
      originalId: undefined,
      modal: undefined,
      followups: [],
      completed: false,
      updated: false,
      payload: merged({ ...old.payload, ...fresh }, change),
    }
    record.type = record.payload.type
    record.messageId = record.payload.message?.id
    state.interactions.set(record.id, record)
    state.tokens.set(record.token, record)
    deliver(state, record)
    return answered(state, record)
  },
  answer: (id) => seenAnswer(state, known(state, id)),
  interactions: () => [...state.interactions.keys()],
  repeatInteraction: (id) => deliver(state, id ? known(state, id) : [...state.interactions.values()].at(-1)),
})

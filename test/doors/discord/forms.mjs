/** Modals as they are submitted, with what Discord's app checks before it sends them. */
import { resolveFile, resolveNamed } from './options.mjs'
import { seenModal } from './seen.mjs'
import { wontSend } from './state.mjs'

const TEXT = 4
const NAMED = { user: 'user', role: 'role', mentionable: 'mentionable', channel: 'channel' }

/** @typedef {import('./state.mjs').Json} Json */

/**
 * The data of a modal submit; values are found by custom id or label, and what is not given keeps its prefilled value.
 * @param {import('./state.mjs').State} state @param {Json} opened the interaction whose answer it was @param {Json} channel @param {Json} values
 */
export function formData(state, opened, channel, values) {
  const { fields } = seenModal(opened.id, opened.modal)
  for (const key of Object.keys(values))
    if (!fields.some((f) => f.customId === key || f.label === key))
      throw wontSend(`the modal has no field "${key}", only ${fields.map((f) => f.label).join(', ')}`)
  const resolved = {}
  const guild = state.guilds.get(channel.guild_id)
  const submit = (component) => {
    const field = fields.find((f) => f.customId === component.custom_id)
    const given = values[field.customId] ?? values[field.label] ?? preset(component)
    return {
      type: component.type,
      id: component.id,
      custom_id: component.custom_id,
      ...entered(state, channel, guild, field, given, resolved),
    }
  }
  let next = 1
  const components = structuredClone(opened.modal.components).map((part) => {
    part.id ??= next++
    for (const inner of [part.component, ...(part.components ?? [])]) if (inner) inner.id ??= next++
    if (part.type === 18) return { type: 18, id: part.id, component: submit(part.component) }
    if (part.type === 1) return { type: 1, id: part.id, components: part.components.map(submit) }
    return { type: part.type, id: part.id }
  })
  return { custom_id: opened.modal.custom_id, components, resolved }
}

function preset(component) {
  if (component.type === TEXT) return component.value
  const marked = (component.options ?? []).filter((o) => o.default).map((o) => o.value)
  return marked.length ? marked : (component.default_values ?? []).map((v) => v.id)
}

function entered(state, channel, guild, field, given, resolved) {
  const { type, label } = field
  if (type === 'text' || type === 'long') return { value: text(field, given) }
  if (type === 'check') return { value: given === true || given === 'true' || given === 'yes' }
  const list = (Array.isArray(given) ? given : given === undefined || given === '' ? [] : [given]).filter((v) => v !== '')
  if (field.required && list.length === 0) throw wontSend(`"${label}" is required`)
  const most = field.max ?? (type === 'checks' ? field.options.length : 1)
  if (list.length > most || (list.length > 0 && list.length < (field.min ?? 0)))
    throw wontSend(`"${label}" takes ${field.min ?? 1} to ${most}`)
  if (type === 'file') return { values: list.map((file) => resolveFile(state, channel.id, file, resolved)) }
  if (NAMED[type]) return { values: list.map((name) => resolveNamed(state, guild, NAMED[type], name, resolved)) }
  const values = list.map((value) => {
    const option = field.options.find((o) => o.value === value) ?? field.options.find((o) => o.label === value)
    if (!option) throw wontSend(`"${value}" is not among the choices of "${label}"`)
    return option.value
  })
  return type === 'radio' ? { value: values[0] ?? null } : { values }
}

function text({ label, required, type, min, max }, given) {
  const value = String(given ?? '')
  const length = [...value].length
  if (required && length === 0) throw wontSend(`"${label}" is required`)
  if (length > (max ?? 4000) || (length > 0 && length < (min ?? 0))) throw wontSend(`"${label}" has ${length} characters`)
  if (type === 'text' && value.includes('\n')) throw wontSend(`"${label}" is one line`)
  return value
}

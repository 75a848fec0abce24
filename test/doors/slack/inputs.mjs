/** What people type and choose: an element's value as Slack reports it, and the checks Slack's own form makes. */
import { newFile, shownFile } from './files.mjs'
import { elementsOf } from './words.mjs'

/** @typedef {import('./state.mjs').State} State */

const picked = { users: 'user', channels: 'channel', conversations: 'conversation' }

/** @param {any} element @returns {any[]} */
const optionsOf = (element) => element.options ?? element.option_groups?.flatMap((/** @type {any} */ g) => g.options) ?? []

/** One option by value or label. @param {State} state @param {any} element @param {string} given */
function optionFor(state, element, given) {
  const external = element.type.includes('external_select')
  const initial = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean)
  const all = external ? [...(state.suggested.get(element.action_id) ?? []), ...initial] : optionsOf(element)
  const found = all.find((o) => o.value === given) ?? all.find((o) => o.text.text === given)
  if (found) return found
  const labels = all.map((o) => o.text.text).join(', ')
  throw new Error(`${element.action_id} offers no option ${given}${external ? ' (suggest first)' : ''}; it has: ${labels}`)
}

/** The value of an element when a person gives this. @param {State} state @param {any} element @param {any} given @param {any} user */
export function valueFor(state, element, given, user) {
  const type = element.type
  const list = Array.isArray(given) ? given : [given]
  const kind = /(users|channels|conversations)_select$/.exec(type)?.[1]
  if (kind) {
    const one = picked[/** @type {'users'} */ (kind)]
    return type.startsWith('multi_') ? { type, [`selected_${kind}`]: list } : { type, [`selected_${one}`]: given }
  }
  if (type === 'file_input') {
    const files = (given.files ?? []).map((/** @type {any} */ f) =>
      shownFile(newFile(state, user.team, user.id, { name: f.name, mimetype: f.mime, bytes: Buffer.from(f.bytes), done: true })),
    )
    return { type, files }
  }
  if (type.startsWith('multi_') || type === 'checkboxes') {
    return { type, selected_options: list.filter((one) => one !== '').map((one) => optionFor(state, element, one)) }
  }
  if (/select$|radio_buttons|overflow/.test(type))
    return { type, selected_option: given === '' ? null : optionFor(state, element, given) }
  if (type === 'datepicker') return { type, selected_date: given || null }
  if (type === 'timepicker') return { type, selected_time: given || null }
  if (type === 'datetimepicker') return { type, selected_date_time: given === '' ? null : Number(given) }
  if (type === 'rich_text_input') {
    return {
      type,
      rich_text_value: {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: given }] }],
      },
    }
  }
  return { type, value: given === '' ? null : given }
}

/** What stands in an element before anyone touches it. @param {any} element */
export function initialOf(element) {
  const { type } = element
  const kind = /(users|channels|conversations)_select$/.exec(type)?.[1]
  if (kind) {
    const one = picked[/** @type {'users'} */ (kind)]
    return type.startsWith('multi_')
      ? { type, [`selected_${kind}`]: element[`initial_${kind}`] ?? [] }
      : { type, [`selected_${one}`]: element[`initial_${one}`] ?? null }
  }
  if (type === 'file_input') return { type, files: [] }
  if (type.startsWith('multi_') || type === 'checkboxes') return { type, selected_options: element.initial_options ?? [] }
  if (/select$|radio_buttons/.test(type)) return { type, selected_option: element.initial_option ?? null }
  if (type === 'datepicker') return { type, selected_date: element.initial_date ?? null }
  if (type === 'timepicker') return { type, selected_time: element.initial_time ?? null }
  if (type === 'datetimepicker') return { type, selected_date_time: element.initial_date_time ?? null }
  if (type === 'rich_text_input') return { type, ...(element.initial_value ? { rich_text_value: element.initial_value } : {}) }
  return { type, value: element.initial_value ?? null }
}

/** The values of all elements that hold one. @param {any[]} blocks @param {Record<string, Record<string, any>>} kept */
export function valuesOf(blocks, kept) {
  /** @type {Record<string, Record<string, any>>} */
  const values = {}
  for (const { block, element } of elementsOf(blocks)) {
    if (/button|overflow/.test(element.type) && element.type !== 'radio_buttons') continue
    const inner = values[block.block_id] ?? {}
    inner[element.action_id] = kept[block.block_id]?.[element.action_id] ?? initialOf(element)
    values[block.block_id] = inner
  }
  return values
}

/** Nothing given? @param {any} value */
const empty = (value) => {
  const { type: _type, ...rest } = value
  return Object.values(rest).every(
    (one) => one === null || one === undefined || one === '' || (Array.isArray(one) && one.length === 0),
  )
}

/** What Slack's form itself refuses, per block. @param {any[]} blocks @param {Record<string, Record<string, any>>} values */
export function clientErrors(blocks, values) {
  /** @type {Record<string, string>} */
  const errors = {}
  for (const block of blocks) {
    if (block.type !== 'input') continue
    const { element } = block
    const value = values[block.block_id]?.[element.action_id]
    const wrong = empty(value) ? (block.optional ? undefined : 'Please complete this required field.') : refused(element, value)
    if (wrong) errors[block.block_id] = wrong
  }
  return errors
}

/** @param {any} element @param {any} value */
function refused(element, value) {
  const typed = value.value
  if (element.type === 'plain_text_input') {
    if (typed.length > (element.max_length ?? 3000))
      return `You are ${typed.length - (element.max_length ?? 3000)} characters over the limit.`
    if (typed.length < (element.min_length ?? 0)) return `Please enter at least ${element.min_length} characters.`
    if (!element.multiline && typed.includes('\n')) return 'One line only.'
  }
  if (element.type === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed))
    return 'Please enter a valid email address.'
  if (element.type === 'url_text_input' && !/^https?:\/\/\S+\.\S+/.test(typed)) return 'Please enter a valid URL.'
  if (element.type === 'number_input') {
    if (!(element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(typed)) return 'Please enter a number.'
    if (element.min_value !== undefined && Number(typed) < Number(element.min_value))
      return `Please enter a number of at least ${element.min_value}.`
    if (element.max_value !== undefined && Number(typed) > Number(element.max_value))
      return `Please enter a number of at most ${element.max_value}.`
  }
  if (element.type === 'file_input') {
    if (value.files.length > (element.max_files ?? 10)) return `At most ${element.max_files ?? 10} files.`
    const other = value.files.find((/** @type {any} */ f) => element.filetypes && !element.filetypes.includes(f.filetype))
    if (other) return `${other.filetype} files are not taken here.`
  }
  const chosen = value.selected_options ?? value.selected_users ?? value.selected_channels ?? []
  if (element.max_selected_items && chosen.length > element.max_selected_items)
    return `At most ${element.max_selected_items} items.`
  return undefined
}

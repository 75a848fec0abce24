/** Interactive elements and inputs. */

/** @typedef {import('./validate-text.mjs').Breaches} Breaches */

const common = ['type', 'action_id', 'confirm', 'focus_on_load', 'placeholder']
/** Fields beyond the common ones. @type {Record<string, string[]>} */
const own = {
  button: ['text', 'value', 'url', 'style', 'accessibility_label'],
  workflow_button: ['text', 'workflow', 'style', 'accessibility_label'],
  overflow: ['options'],
  checkboxes: ['options', 'initial_options'],
  radio_buttons: ['options', 'initial_option'],
  static_select: ['options', 'option_groups', 'initial_option'],
  multi_static_select: ['options', 'option_groups', 'initial_options', 'max_selected_items'],
  external_select: ['initial_option', 'min_query_length'],
  multi_external_select: ['initial_options', 'min_query_length', 'max_selected_items'],
  users_select: ['initial_user'],
  multi_users_select: ['initial_users', 'max_selected_items'],
  channels_select: ['initial_channel', 'response_url_enabled'],
  multi_channels_select: ['initial_channels', 'max_selected_items'],
  conversations_select: ['initial_conversation', 'default_to_current_conversation', 'filter', 'response_url_enabled'],
  multi_conversations_select: ['initial_conversations', 'default_to_current_conversation', 'filter', 'max_selected_items'],
  datepicker: ['initial_date'],
  timepicker: ['initial_time', 'timezone'],
  datetimepicker: ['initial_date_time'],
  plain_text_input: ['initial_value', 'multiline', 'min_length', 'max_length', 'dispatch_action_config'],
  email_text_input: ['initial_value', 'dispatch_action_config'],
  url_text_input: ['initial_value', 'dispatch_action_config'],
  number_input: ['is_decimal_allowed', 'initial_value', 'min_value', 'max_value', 'dispatch_action_config'],
  rich_text_input: ['initial_value', 'dispatch_action_config', 'min_lines', 'max_lines'],
  file_input: ['filetypes', 'max_files'],
}

/** @param {any} element @param {string[]} allowed @param {string} at @param {Breaches} b */
export function checkElement(element, allowed, at, b) {
  if (element?.type === 'image' && allowed.includes('image')) return b.picture(element, at)
  const fields = own[element?.type]
  if (!fields || !allowed.includes(element.type)) return b.add(`${at}/type`, `unsupported type: ${element?.type}`)
  b.keys(element, [...common, ...fields], at)
  if (element.action_id !== undefined) b.text(element.action_id, 255, `${at}/action_id`)
  if (element.placeholder !== undefined) b.plain(element.placeholder, 150, `${at}/placeholder`)
  if (element.confirm !== undefined) b.confirm(element.confirm, `${at}/confirm`)
  special[element.type]?.(element, at, b)
}

/** @param {any} element @param {string} at @param {Breaches} b */
function checkButton(element, at, b) {
  b.plain(element.text, 75, `${at}/text`)
  if (element.value !== undefined) b.text(element.value, 2000, `${at}/value`, 0)
  if (element.url !== undefined) b.url(element.url, `${at}/url`)
  if (element.style !== undefined && !['primary', 'danger'].includes(element.style))
    b.add(`${at}/style`, 'must be primary or danger')
  if (element.accessibility_label !== undefined) b.text(element.accessibility_label, 75, `${at}/accessibility_label`)
}

/** @param {any} element @param {string} at @param {Breaches} b */
function checkSelect(element, at, b) {
  if ((element.options === undefined) === (element.option_groups === undefined)) {
    return b.add(at, 'exactly one of options and option_groups is required')
  }
  if (element.options) b.options(element.options, 1, 100, `${at}/options`)
  else if (b.list(element.option_groups, 1, 100, `${at}/option_groups`)) {
    for (const [n, group] of element.option_groups.entries()) {
      b.plain(group.label, 75, `${at}/option_groups/${n}/label`)
      b.options(group.options, 1, 100, `${at}/option_groups/${n}/options`)
    }
  }
  const all = element.options ?? element.option_groups?.flatMap((/** @type {any} */ g) => g.options) ?? []
  checkInitial(element, all, at, b)
}

/** An initial option must be one of the options, word for word. @param {any} element @param {any[]} all @param {string} at @param {Breaches} b */
function checkInitial(element, all, at, b) {
  const initial = element.initial_options ?? (element.initial_option === undefined ? [] : [element.initial_option])
  for (const one of initial) {
    const same = all.some((option) => option.value === one.value && option.text?.text === one.text?.text)
    if (!same) b.add(`${at}/initial_option`, 'initial option must be one of the options')
  }
}

/** @param {any} element @param {string} at @param {Breaches} b */
function checkBoxes(element, at, b) {
  b.options(element.options, 1, 10, `${at}/options`, true)
  checkInitial(element, element.options ?? [], at, b)
}

/** @param {any} element @param {string} at @param {Breaches} b */
function checkText(element, at, b) {
  const { min_length: min, max_length: max, initial_value: initial } = element
  if (min !== undefined && !(min >= 0 && min <= 3000)) b.add(`${at}/min_length`, 'must be between 0 and 3000')
  if (max !== undefined && !(max >= 1 && max <= 3000)) b.add(`${at}/max_length`, 'must be between 1 and 3000')
  if (min > max) b.add(`${at}/min_length`, 'must not be greater than max_length')
  if (initial !== undefined) b.text(initial, max ?? 3000, `${at}/initial_value`, 0)
}

/** @type {Record<string, (element: any, at: string, b: Breaches) => void>} */
const special = {
  button: checkButton,
  static_select: checkSelect,
  multi_static_select: checkSelect,
  checkboxes: checkBoxes,
  radio_buttons: checkBoxes,
  plain_text_input: checkText,
  overflow: (element, at, b) => b.options(element.options, 1, 5, `${at}/options`),
  datepicker: (element, at, b) => {
    if (element.initial_date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(element.initial_date))
      b.add(`${at}/initial_date`, 'must be YYYY-MM-DD')
  },
  timepicker: (element, at, b) => {
    if (element.initial_time !== undefined && !/^\d\d:\d\d$/.test(element.initial_time))
      b.add(`${at}/initial_time`, 'must be HH:mm')
  },
  datetimepicker: (element, at, b) => {
    const given = element.initial_date_time
    if (given !== undefined && !/^\d{10}$/.test(String(given))) b.add(`${at}/initial_date_time`, 'must be 10 digits')
  },
  number_input: (element, at, b) => {
    if (typeof element.is_decimal_allowed !== 'boolean')
      b.add(`${at}/is_decimal_allowed`, 'missing required field: is_decimal_allowed')
    for (const key of ['initial_value', 'min_value', 'max_value']) {
      if (element[key] !== undefined && (typeof element[key] !== 'string' || Number.isNaN(Number(element[key]))))
        b.add(`${at}/${key}`, 'must be a number in a string')
    }
  },
  file_input: (element, at, b) => {
    const most = element.max_files
    if (most !== undefined && !(most >= 1 && most <= 10)) b.add(`${at}/max_files`, 'must be between 1 and 10')
  },
}

/** Forms as modal windows. */
import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import type { Suggestion } from '../../command.ts'
import type { Form, FormField, Press } from '../platform.ts'
import { type Where, writer } from './codec.ts'
import { cut, plainWords } from './text.ts'

// Sources: @slack/types 3.2 doc comments, python-slack-sdk model validators; file_input takes at most 10 MB a file (docs.slack.dev).
const limits = {
  title: 24,
  label: 2_000,
  hint: 2_000,
  placeholder: 150,
  input: 3_000,
  option: 75,
  value: 150,
  options: 100,
}

/** The kinds of files a room keeps; Slack knows them by their endings. */
const filetypes = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'mp4', 'mov', 'webm', 'pdf']

/** A form as a window. Each field's block has the option's name, its element the option's kind. */
export function renderForm(form: Form, where: Where = {}): { view: ModalView; presses: Press[] } {
  const codec = writer()
  const ids = codec.form(form.run, form.given, where)
  const blocks: KnownBlock[] = form.fields.map((field) => renderField(field, form.error))
  const wrong = form.error && !form.fields.some((field) => field.name === form.error?.field) ? `⚠️ ${form.error.sentence}` : ''
  const above = [form.title.length > limits.title ? form.title : '', wrong].filter((words) => words !== '')
  blocks.unshift(...above.map((words): KnownBlock => ({ type: 'section', text: plainWords(words, limits.label) })))
  const view: ModalView = {
    type: 'modal',
    ...ids,
    title: plainWords(shortTitle(form.title), limits.title),
    submit: plainWords('Send', limits.title),
    close: plainWords('Cancel', limits.title),
    blocks,
  }
  return { view, presses: codec.presses() }
}

/** The title up to a word's end; the whole one stands below it. */
function shortTitle(title: string): string {
  if (title.length <= limits.title) return title.trim() === '' ? 'Troupe' : title
  const words = title.slice(0, limits.title).replace(/[\s,.:;–-]+\S*$/, '')
  return words === '' ? title : `${words.slice(0, limits.title - 1)}…`
}

function renderField(field: FormField, error: Form['error']): InputBlock {
  const problem = error?.field === field.name ? `⚠️ ${error.sentence}` : undefined
  const words = problem ?? hint(field)
  return {
    type: 'input',
    block_id: field.name,
    label: plainWords(field.label.trim() === '' ? field.name : field.label, limits.label),
    ...(words === undefined ? {} : { hint: plainWords(words, limits.hint) }),
    optional: !field.required,
    element: element(field),
  }
}

function hint(field: FormField): string | undefined {
  if (field.kind === 'file') return 'Slack takes at most 10 MB here.'
  const { kind, min = 0, max } = field
  if ((kind === 'text' || kind === 'long') && min > 1) return min === max ? `${min} characters` : `${min} to ${max} characters`
  return undefined
}

function element(field: FormField): InputBlock['element'] {
  const { kind, value } = field
  const action_id = kind
  const placeholder = field.placeholder ? { placeholder: plainWords(field.placeholder, limits.placeholder) } : {}
  const initial = value ? { initial_value: value } : {}
  if (kind === 'boolean') return tick(action_id, value)
  if (field.choices && field.choices.length > 0) return select(action_id, field.choices, value)
  if (suggests(field)) {
    const initial_option = value && value.length <= limits.value ? { initial_option: option({ label: value, value }) } : {}
    return { type: 'external_select', action_id, min_query_length: 0, ...placeholder, ...initial_option }
  }
  switch (kind) {
    case 'integer': {
      const min = field.min === undefined ? {} : { min_value: String(field.min) }
      const max = field.max === undefined ? {} : { max_value: String(field.max) }
      const number = value && /^-?\d{1,15}$/.test(value) ? initial : {}
      return { type: 'number_input', action_id, is_decimal_allowed: false, ...min, ...max, ...number, ...placeholder }
    }
    case 'url':
      return { type: 'url_text_input', action_id, ...initial, ...placeholder }
    case 'email':
      return { type: 'email_text_input', action_id, ...initial, ...placeholder }
    case 'file':
      return { type: 'file_input', action_id, filetypes, max_files: 1 }
    case 'time': {
      const initial_time = value && /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? { initial_time: value } : {}
      return { type: 'timepicker', action_id, ...initial_time, ...placeholder }
    }
    default: {
      const max_length = Math.min(field.max ?? limits.input, limits.input)
      const min_length = Math.min(field.min ?? 0, max_length)
      const text = value ? { initial_value: cut(value, max_length) } : {}
      const length = { max_length, ...(min_length > 1 ? { min_length } : {}) }
      return { type: 'plain_text_input', action_id, multiline: kind === 'long', ...length, ...text, ...placeholder }
    }
  }
}

/** What is picked from a list that is asked for while one types. Long text cannot be an option's value. */
const suggests = (field: FormField): boolean =>
  field.suggests &&
  (field.kind === 'id' || field.kind === 'zone' || (field.kind === 'text' && (field.max ?? 200) <= limits.value))

/** A required tick is a consent: Slack does not send the form without it. */
function tick(action_id: string, value: string | undefined): InputBlock['element'] {
  const yes = option({ label: 'Yes', value: 'yes' })
  const initial = value === 'yes' || value === 'true' ? { initial_options: [yes] } : {}
  return { type: 'checkboxes', action_id, options: [yes], ...initial }
}

/** More choices than one list takes stand in groups, named by their numbers. */
function select(action_id: string, choices: Suggestion[], value: string | undefined): InputBlock['element'] {
  const options = choices.filter((c) => c.value !== '' && c.value.length <= limits.value).map(option)
  const chosen = options.find((o) => o.value === value)
  const rest = {
    action_id,
    placeholder: plainWords('Choose…', limits.placeholder),
    ...(chosen ? { initial_option: chosen } : {}),
  }
  if (options.length <= limits.options) return { type: 'static_select', ...rest, options }
  const groups = Array.from({ length: Math.min(Math.ceil(options.length / limits.options), limits.options) }, (_, i) => {
    const some = options.slice(i * limits.options, (i + 1) * limits.options)
    const label = plainWords(`${i * limits.options + 1} to ${i * limits.options + some.length}`, limits.option)
    return { label, options: some }
  })
  return { type: 'static_select', ...rest, option_groups: groups }
}

const option = ({ label, value }: Suggestion): PlainTextOption => ({
  text: plainWords(label.trim() === '' ? value : label, limits.option),
  value,
})

/** The answer to a list that is asked for while one types. Where any text will do, what was typed is the first of the list. */
export function renderSuggestions(
  list: Suggestion[],
  asked: { action_id: string; value: string },
): { options: PlainTextOption[] } {
  const typed = asked.value.trim()
  const free = asked.action_id === 'text' && typed !== '' && !list.some((s) => s.value === typed)
  const all = free ? [{ label: typed, value: typed }, ...list] : list
  return {
    options: all
      .filter((s) => s.value !== '' && s.value.length <= limits.value)
      .slice(0, limits.options)
      .map(option),
  }
}

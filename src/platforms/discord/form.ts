/** Forms as Discord's modals, and what was sent in them as options again. */
import type {
  APIComponentInLabel,
  APIFileUploadComponent,
  APILabelComponent,
  APIModalInteractionResponseCallbackData,
  APIStringSelectComponent,
  APITextInputComponent,
} from 'discord.js'
import type { FileRef, Suggestion } from '../../command.ts'
import { clean } from '../../kernel/ink.ts'
import type { Form, FormField, Press } from '../platform.ts'
import { naming } from './codec.ts'
import { cut } from './fit.ts'

/** components/reference (label, text input, string select) and receiving-and-responding (modal). */
const limits = {
  title: 45,
  fields: 5,
  label: 45,
  description: 100,
  input: 4_000,
  placeholder: 100,
  options: 25,
  option: 100,
}

export type RenderedForm = { modal: APIModalInteractionResponseCallbackData; presses: Press[] }

/** `suggestions` are first lists for fields that suggest: with a short one a person picks instead of typing an id. */
export function renderForm(form: Form, suggestions: Record<string, Suggestion[]> = {}): RenderedForm {
  const { name, presses } = naming()
  const labels = form.fields.slice(0, limits.fields).map((field) => labelOf(field, form, suggestions[field.name] ?? []))
  const problem = form.error && form.error.field === undefined ? form.error.sentence : undefined
  // A modal holds five components; on a full one the sentence stands at the first field.
  if (problem !== undefined && labels.length === limits.fields) labels[0]!.description = cut(clean(problem), limits.description)
  const above = problem !== undefined && labels.length < limits.fields
  return {
    modal: {
      custom_id: name(form.run, form.given),
      title: cut(clean(form.title), limits.title) || `/${form.run}`,
      components: above ? [{ type: 10, content: cut(clean(problem), limits.input) }, ...labels] : labels,
    },
    presses,
  }
}

/** What was wrong stands below the label, else what the label had no room for, else what is expected. */
function labelOf(field: FormField, form: Form, suggestions: Suggestion[]): APILabelComponent {
  const label = clean(field.label) || field.name
  const error = form.error?.field === field.name ? form.error.sentence : undefined
  const below = error ?? (label.length > limits.label ? label : hintOf(field, form, suggestions))
  const description = below && cut(clean(below), limits.description)
  return {
    type: 18,
    label: cut(label, limits.label),
    ...(description && { description }),
    component: componentOf(field, suggestions),
  }
}

function hintOf(field: FormField, form: Form, suggestions: Suggestion[]): string | undefined {
  if (field.kind === 'file') return 'A picture, video or document of up to 25 MB'
  if (field.kind === 'zone') return 'A city of your time zone, such as Europe/Berlin'
  if (field.kind === 'integer') return [field.min, field.max].filter((n) => n !== undefined).join(' to ') || undefined
  if (field.kind !== 'id' || !field.suggests) return undefined
  if (suggestions.length === 0 || suggestions.length > limits.options) return 'Its id; the command typed as /… suggests them'
  // A window searches no list; what does not stand in a full one is found by the command, whose own list searches while one types.
  return suggestions.length === limits.options
    ? `The first ${limits.options}. For any other type /${form.run} with ${field.name}, whose list searches.`
    : undefined
}

function componentOf(field: FormField, suggestions: Suggestion[]): APIComponentInLabel {
  if (field.kind === 'file') return fileUpload(field)
  if (field.kind === 'boolean') return select(field, yesOrNo)
  const choices = field.choices ?? (field.kind === 'id' ? suggestions : [])
  const usable = choices.length > 0 && choices.length <= limits.options && choices.every((c) => c.value.length <= limits.option)
  return usable ? select(field, choices) : textInput(field)
}

const yesOrNo = [
  { label: 'Yes', value: 'yes' },
  { label: 'No', value: 'no' },
]

function select(field: FormField, choices: Suggestion[]): APIStringSelectComponent {
  const chosen = field.kind === 'boolean' && field.value === 'true' ? 'yes' : field.value
  return {
    type: 3,
    custom_id: field.name,
    required: field.required,
    ...(field.required ? {} : { min_values: 0 }),
    options: choices.map(({ label, value }) => ({
      label: cut(clean(label), limits.option) || value,
      value,
      ...(value === chosen && { default: true }),
    })),
  }
}

const fileUpload = (field: FormField): APIFileUploadComponent => ({
  type: 19,
  custom_id: field.name,
  required: field.required,
  min_values: field.required ? 1 : 0,
  max_values: 1,
})

/** `min` and `max` of a field are lengths, of a whole number they are its bounds. */
function textInput(field: FormField): APITextInputComponent {
  const number = field.kind === 'integer'
  const most = number ? 16 : Math.min(field.max ?? limits.input, limits.input)
  const least = number || !field.required ? 0 : Math.min(field.min ?? 0, most)
  const placeholder =
    field.placeholder ?? field.choices?.map((choice) => choice.value).join(', ') ?? (field.suggests ? 'Paste it here' : undefined)
  return {
    type: 4,
    custom_id: field.name,
    style: field.kind === 'long' ? 2 : 1,
    required: field.required,
    max_length: most,
    ...(least > 0 && { min_length: least }),
    ...(placeholder && { placeholder: cut(clean(placeholder), limits.placeholder) }),
    ...(field.value && { value: field.value.slice(0, most) }),
  }
}

/** A file as discord.js hands it over, in a slash option and in a modal alike. */
type Attachment = { url: string; name: string; size: number; contentType: string | null }

/** A submitted component in discord.js's form: rows and labels hold others, the rest carries what was answered. */
export type Sent = {
  type: number
  customId?: string
  value?: string | boolean | null
  values?: readonly string[]
  attachments?: { values: () => Iterable<Attachment> }
  component?: Sent
  components?: readonly Sent[]
}

export const fileOf = (attachment: Attachment): FileRef => ({
  platform: 'discord',
  ref: attachment.url,
  name: attachment.name,
  bytes: attachment.size,
  mime: attachment.contentType ?? 'application/octet-stream',
})

/** The options that a submitted modal gives; what was left empty is not there. */
export function readForm(sent: readonly Sent[]): Record<string, string | FileRef> {
  const given: Record<string, string | FileRef> = {}
  for (const one of sent) {
    Object.assign(given, readForm([...(one.components ?? []), ...(one.component ? [one.component] : [])]))
    if (one.customId === undefined) continue
    const [file] = one.attachments?.values() ?? []
    if (one.type === 19) {
      if (file) given[one.customId] = fileOf(file)
      continue
    }
    const answer = one.values?.[0] ?? (typeof one.value === 'string' ? one.value : undefined)
    if (answer) given[one.customId] = answer
  }
  return given
}

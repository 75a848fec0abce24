import type { Suggestion } from '../../command.ts'
import type { Form, FormField } from '../platform.ts'
import { type Html, hidden, html } from './html.ts'
import { icon } from './icons.ts'

/** How a form is drawn: where it posts, what it carries along, what is suggested and what was wrong. */
export type FormLook = {
  action: string
  hidden: Record<string, string>
  /** A first list for fields that suggest; with these a pick-list needs no script. */
  suggestions: Record<string, Suggestion[]>
  errors: Record<string, string>
}

/** A whole list fits into a select; a longer one is typed with suggestions. */
const LIST = 25

/** So few choices that all are shown at once. */
const FEW = 3

/** What Enter in a field presses: browsers take the first button of a form, and that is none that ends or leaves it. */
export const byEnter = html`<button class="sr" tabindex="-1" aria-hidden="true"></button>`

/** The inside of a form that stands in a page: what was wrong, its fields, and the button that sends it. */
export function renderFields(form: Form, look: FormLook, send: string): Html {
  return html`${hidden({ ...look.hidden, form: form.run })}${problemIn(form, look)}
    ${form.fields.map((field) => renderField(field, look.errors[field.name], look.suggestions[field.name], form.run))}
    <button class="button main wide" name="send" value="1">${send}</button>`
}

function problemIn(form: Form, { errors }: FormLook): Html | false {
  const count = Object.keys(errors).length
  const sentence = form.error && form.error.field === undefined ? form.error.sentence : count > 0 && saysHowMany(count)
  return sentence !== false && html`<p class="problem" role="alert">${icon('alert')}<span>${sentence}</span></p>`
}

/** The dialog of a command whose options are still missing. Field names are `o.<option>`, what was given goes along as `g.<option>`. */
export function renderForm(form: Form, look: FormLook): Html {
  const given = Object.fromEntries(Object.entries(form.given).map(([name, value]) => [`g.${name}`, value]))
  const errors = form.error?.field === undefined ? look.errors : { ...look.errors, [form.error.field]: form.error.sentence }
  const files = form.fields.some((field) => field.kind === 'file')
  return html`<dialog class="sheet" aria-labelledby="sheet-title" open>
    <form method="post" action="${look.action}"${files ? html` enctype="multipart/form-data"` : ''} class="fields" data-sheet>
      ${byEnter}<header><h2 id="sheet-title">${form.title}</h2>
        <button class="ghost" name="cancel" value="1" formnovalidate aria-label="Close">${icon('close')}</button></header>
      ${hidden({ ...look.hidden, ...given, form: form.run })}
      ${problemIn(form, { ...look, errors })}
      ${form.fields.map((field) => renderField(field, errors[field.name], look.suggestions[field.name], form.run))}
      <footer><button class="button plain" name="cancel" value="1" formnovalidate>Cancel</button><button class="button main" name="send" value="1">Send</button></footer>
    </form>
  </dialog>`
}

const saysHowMany = (n: number): string => (n === 1 ? 'One answer needs another look.' : `${n} answers need another look.`)

function renderField(field: FormField, error: string | undefined, suggestions: Suggestion[] | undefined, run: string): Html {
  const id = `o-${field.name}`
  const aids = [hint(field) && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  const same = html`id="${id}" name="o.${field.name}"${field.required ? html` required` : ''}${aids && html` aria-describedby="${aids}"`}${error !== undefined && html` aria-invalid="true"`}`
  const below = html`${hint(field) && html`<p class="hint" id="${id}-hint">${hint(field)}</p>`}${error !== undefined && html`<p class="error" id="${id}-error">${icon('alert')}<span>${error}</span></p>`}`
  if (field.kind === 'boolean') return renderTick(field, id, same, below)
  if (field.choices && field.choices.length <= FEW) return renderFew(field, id, aids, below)
  return html`<div class="field"><label for="${id}">${field.label}${!field.required && html` <span class="optional">optional</span>`}</label>${control(field, same, suggestions, run)}${below}</div>`
}

/** A required tick is a consent and must be set; an optional one also says no. */
function renderTick(field: FormField, id: string, same: Html, below: Html): Html {
  const ticked = field.value === 'yes' || field.value === 'true'
  return html`<div class="field tick">${!field.required && html`<input type="hidden" name="o.${field.name}" value="no">`}
    <label for="${id}"><input type="checkbox" value="yes" ${same}${ticked ? html` checked` : ''}><span>${field.label}</span></label>${below}</div>`
}

function renderFew(field: FormField, id: string, aids: string, below: Html): Html {
  return html`<fieldset class="field few" id="${id}"${aids && html` aria-describedby="${aids}"`}><legend>${field.label}${!field.required && html` <span class="optional">optional</span>`}</legend>${field.choices!.map(
    (choice) =>
      html`<label><input type="radio" name="o.${field.name}" value="${choice.value}"${field.required && html` required`}${choice.value === field.value && html` checked`}><span>${choice.label}</span></label>`,
  )}${below}</fieldset>`
}

function hint(field: FormField): string | undefined {
  if (field.kind === 'text' || field.kind === 'long') {
    if ((field.min ?? 0) > 1)
      return field.min === field.max ? `${field.min} characters` : `${field.min} to ${field.max} characters`
    return field.kind === 'long' && field.max ? `Up to ${field.max} characters` : undefined
  }
  if (field.kind === 'file') return field.placeholder ?? 'A picture, video or document of up to 25 MB'
  if (field.kind === 'zone') return 'A city of your time zone, such as Europe/Berlin'
  return undefined
}

function control(field: FormField, same: Html, suggestions: Suggestion[] | undefined, run: string): Html {
  const value = field.value ?? ''
  const holder = field.placeholder === undefined ? undefined : html` placeholder="${field.placeholder}"`
  const size = html`${field.max !== undefined && html` maxlength="${field.max}"`}`
  const options = field.choices ?? (field.kind === 'id' && suggestions && suggestions.length < LIST ? suggestions : undefined)
  if (options) return select(options, same, value)
  switch (field.kind) {
    case 'long':
      return html`<textarea rows="4" ${same}${size}${holder}>${value}</textarea>`
    case 'integer':
      return html`<input type="number" step="1" inputmode="numeric" ${same} value="${value}"${field.min !== undefined && html` min="${field.min}"`}${field.max !== undefined && html` max="${field.max}"`}>`
    case 'file':
      return html`<input type="file" ${same}>`
    case 'url':
    case 'email':
    case 'time':
      return html`<input type="${field.kind}" ${same}${field.kind !== 'time' && size}${holder} value="${value}"${field.kind === 'email' && html` autocomplete="email"`}>`
    case 'name':
      return html`<input type="text" ${same}${size} value="${value}" autocomplete="name">`
    default:
      return suggesting(field, html`${same}${size}${holder} value="${value}"`, suggestions ?? [], run)
  }
}

function select(options: Suggestion[], same: Html, value: string): Html {
  return html`<select ${same}><option value="">${options.length > 0 ? 'Choose…' : 'There is nothing to choose from'}</option>${options.map(
    (o) => html`<option value="${o.value}"${o.value === value ? html` selected` : ''}>${o.label}</option>`,
  )}</select>`
}

function suggesting(field: FormField, attributes: Html, suggestions: Suggestion[], run: string): Html {
  if (!field.suggests) return html`<input type="text" ${attributes}>`
  const list = `list-${field.name}`
  return html`<input type="text" list="${list}" autocomplete="off" data-suggest="${field.name}" data-run="${run}" ${attributes}><datalist id="${list}">${suggestions.map(
    (s) => html`<option value="${s.value}">${s.label}</option>`,
  )}</datalist>`
}

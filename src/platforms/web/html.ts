import { html as escaped } from 'ghtml'

/** Markup that is already safe. Everything else that is put into a template is data and gets escaped. */
export type Html = { readonly html: string }

export type Insert = Html | string | number | false | null | undefined | readonly Insert[]

/**
 * A template: html`<p>${words}</p>`. Only values of type Html stay markup, so escaping can't be forgotten or switched off by a
 * stray character. Every attribute value must stand in quotes.
 */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Html {
  let out = strings[0] ?? ''
  for (const [i, insert] of inserts.entries()) out += markup(insert) + strings[i + 1]
  return { html: out }
}

function markup(insert: Insert): string {
  if (insert === false || insert === null || insert === undefined) return ''
  if (typeof insert === 'string' || typeof insert === 'number') return escaped`${insert}`
  return 'html' in insert ? insert.html : insert.map(markup).join('')
}

/** Hidden fields of a form. */
export const hidden = (fields: Record<string, string>): Html[] =>
  Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)

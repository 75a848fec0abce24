import { addressOf } from '../../kernel/address.ts'
import type { Part, Text } from '../../kernel/card.ts'
import { unturned } from '../../kernel/ink.ts'
import { format } from '../../kernel/money.ts'
import { sayAgo, sayBrief, sayDay, sayMoment } from '../../kernel/time.ts'
import { type Html, html, type Insert } from './html.ts'

/** Whose eyes: zone, language, and the time that "ago" counts from. In a narrow place, such as a column, moments are said shorter. */
export type Reader = { zone: string; locale: string; now: Date; narrow?: boolean }

/** The parts of a text as HTML; plain strings are data. */
export const renderText = (text: Text, reader: Reader): Html => html`${text.map((part) => renderPart(part, reader))}`

function renderPart(part: Part, reader: Reader): Insert {
  // A number and its percent sign stay on one line.
  if (typeof part === 'string') return unturned(part).replace(/(\d) %/g, '$1\u00a0%')
  switch (part.part) {
    case 'person':
      return html`<bdi class="person">${unturned(part.name)}</bdi>`
    case 'moment':
      return renderMoment(part, reader)
    case 'money':
      return html`<span class="money">${format({ minor: BigInt(part.minor), currency: part.currency }, reader.locale)}</span>`
    case 'link':
      return renderLink(part)
    case 'strong':
      return html`<strong>${unturned(part.words)}</strong>`
    case 'code':
      return html`<code class="copy">${unturned(part.words)}</code>`
  }
}

/** An instant in the reader's zone; the full moment with its zone shows on hover and to screen readers that ask. */
function renderMoment(part: Extract<Part, { part: 'moment' }>, { zone, locale, now, narrow }: Reader): Html {
  const at = new Date(part.at)
  const full = sayMoment(at, zone, locale)
  const said = {
    ago: () => sayAgo(at, now, locale),
    day: () => (narrow ? sayBrief(at, zone, now, locale, 'day') : sayDay(at, zone, locale)),
    time: () => sayTime(at, zone, locale),
    full: () => (narrow ? sayBrief(at, zone, now, locale) : full),
  }
  return html`<time datetime="${at.toISOString()}" data-as="${part.as}" title="${full}">${said[part.as]()}</time>`
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** "9:15 AM", as the reader's clock shows it. */
export function sayTime(at: Date, zone: string, locale: string): string {
  const key = `${locale} ${zone}`
  const made = clocks.get(key) ?? new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: zone })
  clocks.set(key, made)
  return made.format(at).replace(/\u202f/g, ' ')
}

function renderLink(part: Extract<Part, { part: 'link' }>): Html {
  const safe = address(part.url)
  const label = unturned(part.label)
  if (safe === undefined) return html`<span>${label} (${unturned(part.url)})</span>`
  if (safe.startsWith('/')) return html`<a href="${safe}">${label}</a>`
  return html`<a href="${safe}" target="_blank" rel="noopener noreferrer">${label}</a>`
}

/** An address a page may lead to: our own pages, http(s) and mail; undefined for everything else. */
export function address(url: string): string | undefined {
  if (/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(url)) return url
  if (!addressOf(url)) return undefined
  const parsed = new URL(url)
  return ['http:', 'https:', 'mailto:'].includes(parsed.protocol) ? parsed.href : undefined
}

/** The page where a shop's address and keys are pasted: one section for each kind of shop, with what stands and what to do. */
import type { Card } from '../kernel/card.ts'
import type { ShopField } from '../outward.ts'
import { type Html, hidden, html } from '../platforms/web/html.ts'
import { icon, mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme, themeSwitch } from '../platforms/web/page.ts'
import { renderCard } from '../platforms/web/render.ts'
import type { Reader } from '../platforms/web/text.ts'

export type ShopSection = {
  source: string
  name: string
  connected: boolean
  /** It is connected, or was and still has its orders. */
  bound: boolean
  /** One more of a kind that is connected already; folded away until somebody wants it. */
  another?: boolean
  /** How it stands; undefined while it was never connected. */
  standing: Card | undefined
  steps: string[]
  fields: ShopField[]
  /** What was typed and is no secret. */
  typed: Record<string, string>
  problem?: { field: string | undefined; sentence: string } | undefined
}

export type ShopPage = {
  program: { name: string; demo: boolean }
  reader: Reader
  theme: Theme
  token: string
  sections: ShopSection[]
}

export const SHOP_PATH = '/setup/shop'

export const shopPage = (page: ShopPage): string =>
  document({
    title: `Shops · ${page.program.name}`,
    theme: page.theme,
    styles: ['join.css'],
    bodyClass: 'in-join',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="join-top"><p><span class="logo">${mark()}</span><span class="brand"><bdi>${page.program.name}</bdi></span>${demoMark(page.program.demo)}</p>${themeSwitch(icon('theme'))}</header>
<main class="join" id="main"><h1>Connect your shops</h1>
  <p>A connected shop gets the codes of your creators, and Troupe asks it for what its webhooks did not bring. Keys are stored encrypted and never shown again.</p>
  ${page.sections.map(whatIsWrong)}
  ${page.sections.map((section) => renderSection(page, section))}
</main>`,
  })

/** Its field may stand far below, in the section of the last shop. */
const whatIsWrong = ({ source, name, fields, problem }: ShopSection): Html | false =>
  problem !== undefined &&
  html`<p class="problem" role="alert">${icon('alert')}<span>Nothing was saved. <a href="#${fields.some(({ name }) => name === problem.field) ? `${source}-${problem.field}` : `shop-${source}`}">See what ${name} needs</a></span></p>`

/** The keys are gone with one press, and that button stands below the one that saves; so a first press only opens it. */
const disconnecting = (page: ShopPage, { source, name }: ShopSection): Html =>
  html`<details><summary>Disconnect ${name}</summary><form method="post" action="${SHOP_PATH}/${source}" class="fields">${hidden({ token: page.token, disconnect: 'yes' })}
    <p>Its keys are forgotten at once; to connect it again they have to be pasted again. What was booked stays.</p><button class="button danger wide">Disconnect ${name} now</button></form></details>`

function renderSection(page: ShopPage, section: ShopSection): Html {
  const { source, name, connected, standing, steps, problem } = section
  const howTo = !connected && html`<ol>${steps.map((step) => html`<li>${step}</li>`)}</ol>`
  if (section.another)
    return html`<details class="join-form join-shop" id="shop-${source}"${problem && html` open`}><summary>Connect another ${name} shop</summary>${howTo}${pasteForm(page, section)}</details>`
  return html`<section class="join-form join-shop" aria-labelledby="shop-${source}"><h2 id="shop-${source}">${name}</h2>
    ${standing && renderCard(standing, { reader: page.reader, action: '', hidden: {}, heading: 3 })}
    ${howTo}${pasteForm(page, section)}${connected && disconnecting(page, section)}</section>`
}

function pasteForm(page: ShopPage, section: ShopSection): Html {
  const { source, name, connected, fields, problem } = section
  const general = problem && !fields.some((field) => field.name === problem.field)
  return html`<form method="post" action="${SHOP_PATH}/${source}" class="fields" autocomplete="off">${hidden({ token: page.token })}
      ${general && html`<p class="problem" role="alert">${icon('alert')}<span>${problem.sentence}</span></p>`}
      ${fields.map((field) => renderField(section, field))}
      <button class="button main wide">${connected ? `Save and check ${name}` : `Connect ${name}`}</button></form>`
}

function renderField({ source, typed, problem }: ShopSection, field: ShopField): Html {
  const id = `${source}-${field.name}`
  const error = problem?.field === field.name ? problem.sentence : undefined
  const aids = `${id}-hint${error === undefined ? '' : ` ${id}-error`}`
  const value = field.secret ? '' : (typed[field.name] ?? '')
  return html`<div class="field"><label for="${id}">${field.label}${!field.required && html` <span class="optional">optional</span>`}</label>
    <input type="${field.secret ? 'password' : 'text'}" id="${id}" name="o.${field.name}" value="${value}" maxlength="300" autocomplete="off" spellcheck="false" placeholder="${field.placeholder ?? ''}" aria-describedby="${aids}"${field.required && html` required`}${error !== undefined && html` aria-invalid="true"`}>
    <p class="hint" id="${id}-hint">${field.help}</p>${error !== undefined && html`<p class="error" id="${id}-error">${icon('alert')}<span>${error}</span></p>`}</div>`
}

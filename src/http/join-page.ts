/** The public pages of those who join, as HTML: made for a phone, readable without scripts. */
import type { Card } from '../kernel/card.ts'
import { type Html, hidden, html } from '../platforms/web/html.ts'
import { icon, mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme, themeSwitch } from '../platforms/web/page.ts'
import { renderCard } from '../platforms/web/render.ts'
import type { Reader } from '../platforms/web/text.ts'

export type JoinFrame = {
  program: { id: string; name: string; demo: boolean }
  reader: Reader
  theme: Theme
  token: string
  /** Fresh for each rendering, so that what is sent twice from one runs once. */
  event: string
}

export const joinPath = (programId: string): string => `/join/${programId}`

/** The hidden fields of every form on a page. */
export const joinFields = ({ token, event }: JoinFrame): Record<string, string> => ({ token, event })

function framed(frame: JoinFrame, title: string, body: Html): string {
  const { program } = frame
  return document({
    title: `${title} · ${program.name}`,
    theme: frame.theme,
    styles: ['join.css'],
    bodyClass: 'in-join',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="join-top"><p><span class="logo">${mark()}</span><span class="brand"><bdi>${program.name}</bdi></span>${demoMark(program.demo)}</p>${themeSwitch(icon('theme'))}</header>
<main class="join" id="main">${body}</main>`,
  })
}

/** Where someone is on the way: the form, the terms, the answer. */
const steps = ['About you', 'Terms', 'Answer'] as const

const stepsOf = (current: number): Html =>
  html`<ol class="steps" aria-label="Steps">${steps.map(
    (label, i) => html`<li${i === current && html` aria-current="step"`}>${label}</li>`,
  )}</ol>`

export type Asking = {
  /** The inside of the form. */
  fields: Html
  action: string
  /** What stands above: a greeting, the offered terms, what went wrong. */
  title: string
  says: string[]
  card?: Card | undefined
  note?: string | undefined
}

/** The form; a greeting and an offer before it for those who were invited. */
export const askPage = (frame: JoinFrame, asking: Asking): string =>
  framed(
    frame,
    asking.title,
    html`${stepsOf(0)}<h1>${asking.title}</h1>
      ${asking.says.map((line) => html`<p dir="auto">${line}</p>`)}
      ${asking.note !== undefined && html`<blockquote class="note" dir="auto"><p>${asking.note}</p></blockquote>`}
      ${asking.card && renderCard(asking.card, lookOf(frame))}
      <form method="post" action="${asking.action}" class="fields join-form">${asking.fields}</form>
      <p class="fine">We keep what you send to run the program, and show it to its team alone.</p>`,
  )

/** Terms to accept, or the whole text of them. */
export const cardPage = (frame: JoinFrame, title: string, shown: Card, back: boolean): string =>
  framed(
    frame,
    title,
    html`${stepsOf(1)}<h1>${title}</h1>${renderCard(shown, lookOf(frame))}
      ${back && html`<p><a href="${joinPath(frame.program.id)}">Back</a></p>`}`,
  )

export type Way = { label: string; url: string }

export type Standing = {
  title: string
  card: Card
  /** More cards below: link and code, a connect code. */
  more: Card[]
  /** Invitations to the chat; undefined before someone is in. */
  ways: Way[] | undefined
  /** What can be pressed, each a path behind the page's own. */
  presses: { label: string; path: string; main: boolean }[]
  waiting: boolean
}

/** Where an application stands; the page to come back to. */
export function standingPage(frame: JoinFrame, standing: Standing): string {
  const path = joinPath(frame.program.id)
  const body = html`${stepsOf(2)}<h1>${standing.title}</h1>
    ${renderCard(standing.card, lookOf(frame))}
    ${standing.ways && waysIn(standing.ways)}
    ${standing.more.map((shown) => renderCard(shown, lookOf(frame)))}
    ${standing.presses.map(
      (press) =>
        html`<form method="post" action="${`${path}/${press.path}`}">${hidden(joinFields(frame))}<button class="button ${press.main ? 'main' : 'plain'} wide">${press.label}</button></form>`,
    )}
    <p class="fine">${standing.waiting ? 'We send no e-mail yet, so bookmark this page and come back to it: it shows the answer.' : 'Bookmark this page to come back to it.'} It knows you by a cookie in this browser.</p>`
  return framed(frame, standing.title, body)
}

const waysIn = (ways: Way[]): Html =>
  ways.length === 0
    ? html`<p>The team will tell you where its chat is. Until then your pages are here.</p>`
    : html`<div class="ways">${ways.map(
        (way) =>
          html`<a class="button main wide" href="${way.url}" target="_blank" rel="noopener noreferrer">${way.label}${icon('open')}</a>`,
      )}</div>`

const lookOf = (frame: JoinFrame) => ({
  reader: frame.reader,
  action: `${joinPath(frame.program.id)}/press`,
  hidden: joinFields(frame),
  heading: 2 as const,
})

/** A few words to somebody for whom there is nothing else here. */
export const fewWordsPage = (theme: Theme, title: string, ...says: string[]): string =>
  document({
    title,
    theme,
    styles: ['join.css'],
    bodyClass: 'in-join',
    body: html`<main class="notice"><p><span class="logo">${mark()}</span></p><h1>${title}</h1>${says.map((line) => html`<p>${line}</p>`)}</main>`,
  })

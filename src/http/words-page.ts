/** A few words where there is nothing else to show: a mistyped address, a link that leads nowhere, a refusal, a fault. */
import { type Html, html } from '../platforms/web/html.ts'
import { mark } from '../platforms/web/icons.ts'
import { document, type Theme } from '../platforms/web/page.ts'

export type Words = {
  title: string
  lines: string[]
  theme: Theme
  /** Whether it leads back to the pages behind a sign-in; a shopper has none. */
  start: boolean
}

export const wordsPage = ({ title, lines, theme, start }: Words): string =>
  noticePage(
    theme,
    title,
    html`${lines.map((line) => html`<p>${line}</p>`)}${start && html`<p><a class="button plain" href="/">Back to the start</a></p>`}`,
  )

/** A page for whoever is not signed in: the mark, a title and one thing below it. */
export const noticePage = (theme: Theme, title: string, body: Html): string =>
  document({
    title,
    theme,
    styles: ['dashboard.css'],
    bodyClass: 'in-dashboard',
    body: html`<main class="notice"><p class="dash-brand"><span class="logo">${mark()}</span></p><h1>${title}</h1>${body}</main>`,
  })

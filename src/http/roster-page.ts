import { plural } from '../kernel/plural.ts'
import { hidden, html } from '../platforms/web/html.ts'
import { mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme } from '../platforms/web/page.ts'

export type ClaimLinks = {
  program: { name: string; demo: boolean }
  /** For how many creators links would be made. */
  creators: number
  /** How many of them have a link already, which would end. */
  open: number
  token: string
  action: string
  theme: Theme
  days: number
}

/** What making claim links does, and the button that alone does it. */
export const claimLinksPage = ({ program, creators, open, token, action, theme, days }: ClaimLinks): string =>
  document({
    title: `Claim links · ${program.name}`,
    theme,
    styles: ['dashboard.css'],
    bodyClass: 'in-dashboard',
    body: html`<main class="notice"><p class="dash-brand"><span class="logo">${mark()}</span><span class="brand"><bdi>${program.name}</bdi></span>${demoMark(program.demo)}</p>
      <h1>Claim links for ${plural(creators, 'creator')}</h1>
      <p>You get one CSV file with a name, an e-mail address and a link in each row, for your mailing. Each link works once, for ${days} days. The file is made now and shown this once; we keep no copy.</p>
      ${open > 0 && html`<p><strong>${plural(open, 'creator')} ${open === 1 ? 'has' : 'have'} a link already. It ends when you make new ones.</strong></p>`}
      ${
        creators > 0
          ? html`<form method="post" action="${action}">${hidden({ token })}<button class="button main wide">Make the file</button></form>`
          : html`<p>All of them have an account by now. Nobody needs a link.</p>`
      }</main>`,
  })

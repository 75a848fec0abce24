/** The pages of e-mailed sign-in. */
import { html } from '../platforms/web/html.ts'
import { icon } from '../platforms/web/icons.ts'
import type { Theme } from '../platforms/web/page.ts'
import { noticePage } from './words-page.ts'

/** One field. What was typed stands there again when it can't be an address. */
export const askPage = (theme: Theme, again?: { typed: string; error: string }): string =>
  noticePage(
    theme,
    'Sign in by e-mail',
    html`<p>Type your address and we send you a link. No password is needed.</p>
<form method="post" action="/sign-in" class="fields sign-in"><div class="field"><label for="email">E-mail</label><input id="email" name="email" type="email" inputmode="email" autocomplete="email" autocapitalize="none" maxlength="254" required value="${again?.typed ?? ''}"${again && html` aria-invalid="true" aria-describedby="email-error"`}>${again && html`<p class="error" id="email-error">${icon('alert')}<span>${again.error}</span></p>`}</div><button class="button main wide">Send the link</button></form>
<p class="hint">If you are in the chat, <kbd>/dashboard</kbd> there signs you in as well.</p>`,
  )

/** The same for every address, known or not. */
export const sentPage = (theme: Theme, minutes: number): string =>
  noticePage(
    theme,
    'Look into your mail',
    html`<p role="status">If this address belongs to someone here, a link is on its way. It works once, for ${minutes} minutes.</p>
<p>Nothing there? Look into the spam folder, then <a href="/sign-in">try again</a>.</p>`,
  )

/** Where no mail can be sent. */
export const noMailPage = (theme: Theme): string =>
  noticePage(
    theme,
    'Sign in from the chat',
    html`<p>No mail is sent from here. Type <kbd>/dashboard</kbd> in the chat: the answer holds a link that signs you in.</p>`,
  )

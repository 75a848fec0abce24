/** The page that takes one large file: made for a phone. */
import type { Refusal } from '../kernel/refusal.ts'
import { type Html, html } from '../platforms/web/html.ts'
import { mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme } from '../platforms/web/page.ts'

export type UploadFrame = { program: { name: string; demo: boolean }; theme: Theme }

function framed({ program, theme }: UploadFrame, body: Html, scripts: string[] = []): string {
  return document({
    title: `Send a file · ${program.name}`,
    theme,
    styles: ['join.css', 'upload.css'],
    scripts,
    bodyClass: 'in-join',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="join-top"><p><span class="logo">${mark()}</span><span class="brand"><bdi>${program.name}</bdi></span>${demoMark(program.demo)}</p></header>
<main class="join upload" id="main">${body}</main>`,
  })
}

export type UploadView = {
  /** Whose page it is; null for a customer, who has no chat. */
  name: string | null
  /** The path of this page. */
  path: string
  maxBytes: number
  /** Where the chat opens, for whoever's is known. */
  chat: string | undefined
}

/** What the script shows stands here already, hidden: without it the page says what is missing. */
export const uploadPage = (frame: UploadFrame, { name, path, maxBytes, chat }: UploadView): string =>
  framed(
    frame,
    html`<h1>Send a file</h1>
<noscript><p class="notice">This page needs JavaScript to send large files. Switch it on, or hand in the address of your post instead.</p></noscript>
<div id="upload" data-path="${path}" data-max="${maxBytes}" hidden>
  <section data-step="choose">
    <p>${name === null ? 'For what you sent. ' : html`For <bdi>${name}</bdi>. `}Videos up to 1 GB, pictures${name === null ? '' : ' and PDFs'} up to 25 MB.</p>
    <p class="before" data-before hidden></p>
    <label class="button main wide pick"><input type="file" accept="video/mp4,video/quicktime,video/webm,image/jpeg,image/png,image/webp,image/gif,application/pdf,.mov,.mp4"><span data-pick>Choose a file</span></label>
    <p class="hint">Keep this page open while it is sent. If it closes or the connection breaks, open the link again and choose the same file: it goes on where it stopped.</p>
  </section>
  <section data-step="send" hidden>
    <p class="what"><strong data-name></strong></p>
    <progress max="100" value="0" aria-label="How much is sent"></progress>
    <p class="far" data-far></p>
    <p class="status" data-status></p>
    <p class="row"><button type="button" class="button" data-pause>Pause</button><button type="button" class="button" data-stop>Choose another</button></p>
  </section>
  <section data-step="done" hidden>
    <p class="tick" aria-hidden="true">✓</p>
    <h2>Your file is here</h2>
    ${name === null ? html`<p>The team looks at it now. Your own page, where you came from, shows what becomes of it.</p>` : html`<p>In the chat, in your private place, a card waits with the button <strong>Hand it in</strong>.</p>`}
    ${chat === undefined ? html`<p>You can close this page now.</p>` : html`<p><a class="button main wide" href="${chat}">Back to the chat</a></p>`}
  </section>
  <section data-step="refused" hidden>
    <h2>The file was not taken</h2>
    <p data-why></p>
    ${name === null ? html`<p>Go back to your own page and try again.</p>` : html`<p>Type <kbd>/upload</kbd> in the chat for a new page.</p>`}
  </section>
  <p class="sr" role="status" aria-live="polite" data-say></p>
  <p class="notice" role="alert" data-problem hidden></p>
</div>`,
    ['tus.min.js', 'upload.js'],
  )

export const uploadRefused = (frame: UploadFrame, refusal: Refusal): string =>
  framed(
    frame,
    html`<h1>This page is over</h1><p>${refusal.sentence}</p>${refusal.fix !== undefined && html`<p>${refusal.fix}</p>`}`,
  )

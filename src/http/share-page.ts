/** The public page for customers, as HTML: made for a phone, complete without scripts. */
import { plural } from '../kernel/plural.ts'
import { type Html, hidden, html } from '../platforms/web/html.ts'
import { icon, mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme, themeSwitch } from '../platforms/web/page.ts'
import { MOST_WORDS } from '../shares/rules.ts'

export type ShareFrame = { program: { name: string; demo: boolean }; theme: Theme }

const framed = ({ program, theme }: ShareFrame, title: string, body: Html, scripts: string[] = []): string =>
  document({
    title: `${title} · ${program.name}`,
    theme,
    styles: ['join.css', 'share.css'],
    scripts,
    bodyClass: 'in-join',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="join-top"><p><span class="logo">${mark()}</span><span class="brand"><bdi>${program.name}</bdi></span>${demoMark(program.demo)}</p>${themeSwitch(icon('theme'))}</header>
<main class="join share" id="main">${body}</main>`,
  })

export type Asking = {
  action: string
  hidden: Record<string, string>
  typed: Record<string, string>
  errors: Record<string, string>
  /** The name of a file that was sent before and is kept. */
  kept: string | null
  note: string | null
  thanks: { code: string; percent?: number | undefined } | null
  rights: { lines: { label: string; says: string }[]; says: string; text: string }
  maxMb: number
}

const fields = ['file', 'words', 'rating', 'name', 'email', 'rights', 'adult']

/** The form, filled with what was typed before, each mistake at its field. */
export function sharePage(frame: ShareFrame, asking: Asking): string {
  const { errors, note, program } = { ...asking, program: frame.program.name }
  const wrong = fields.filter((name) => errors[name] !== undefined)
  const problem =
    note ??
    (wrong.length === 0
      ? null
      : wrong.length === 1
        ? 'One answer needs another look:'
        : `${wrong.length} answers need another look:`)
  return framed(
    frame,
    `Show what you think of ${program}`,
    html`<h1>Show what you think of <bdi>${program}</bdi></h1>
<p>A photo, a video, stars or a few words: whatever you like, good or bad. We look at all of it, and show some of it in our shop.</p>
${thanksNote(asking)}
<form method="post" action="${asking.action}" enctype="multipart/form-data" class="fields join-form" data-share data-max="${asking.maxMb * 1024 * 1024}">
${hidden(asking.hidden)}
${problem !== null && html`<div class="problem" role="alert">${icon('alert')}<div><p>${problem}</p>${wrong.length > 0 && html`<ul>${wrong.map((name) => html`<li><a href="#s-${name}">${errors[name]}</a></li>`)}</ul>`}</div></div>`}
${theFile(asking)}
${theStars(asking)}
${field(asking, { name: 'words', label: 'In your words', optional: true, hint: `Up to ${MOST_WORDS} characters` }, (same) => html`<textarea rows="5" maxlength="${MOST_WORDS}" ${same}>${asking.typed.words ?? ''}</textarea>`)}
${field(asking, { name: 'name', label: 'Name to show with it', hint: 'A first name or a made-up one will do' }, (same) => html`<input type="text" required minlength="2" maxlength="60" autocomplete="given-name" value="${asking.typed.name ?? ''}" ${same}>`)}
${field(asking, { name: 'email', label: 'E-mail', optional: true, hint: 'Never shown. We keep a code of it that nobody can read back, unless you want an answer.' }, (same) => html`<input type="email" maxlength="254" autocomplete="email" value="${asking.typed.email ?? ''}" ${same}>`)}
${tick(asking, 'answer', 'I would like an answer by e-mail', false)}
<div class="trap" aria-hidden="true"><label for="s-website">Leave this empty</label><input type="text" id="s-website" name="website" tabindex="-1" autocomplete="off" value=""></div>
${theRights(asking, program)}
${tick(asking, 'rights', html`I made this myself, everybody to be seen in it agrees, and <bdi>${program}</bdi> may show it under these conditions`, true)}
${tick(asking, 'adult', 'I am 18 or older', true)}
<button class="button main wide">Send</button>
</form>
<p class="fine">You get a private link with which you can take it back at any time. With your consent we keep the time, your browser and a shortened network address as proof.</p>`,
    ['share.js'],
  )
}

const thanksNote = ({ thanks }: Asking): Html | false =>
  thanks !== null &&
  html`<p class="thanks">As a thank-you, everybody who sends something gets the code for ${thanks.percent === undefined ? 'our shop' : `${thanks.percent} % off`}: the same for one star as for five. What we publish says that a code was given.</p>`

type Named = { name: string; label: string; optional?: boolean; hint?: string }

const aids = (errors: Record<string, string>, name: string, hint: boolean): Html => {
  const ids = [hint && `s-${name}-hint`, errors[name] !== undefined && `s-${name}-error`].filter(Boolean).join(' ')
  return html`${ids && html` aria-describedby="${ids}"`}${errors[name] !== undefined && html` aria-invalid="true"`}`
}

const problemAt = (errors: Record<string, string>, name: string): Html | false =>
  errors[name] !== undefined && html`<p class="error" id="s-${name}-error">${icon('alert')}<span>${errors[name]}</span></p>`

function field({ errors }: Asking, { name, label, optional, hint }: Named, control: (same: Html) => Html): Html {
  const same = html`id="s-${name}" name="${name}"${aids(errors, name, hint !== undefined)}`
  return html`<div class="field"><label for="s-${name}">${label}${optional && html` <span class="optional">optional</span>`}</label>${control(same)}${hint !== undefined && html`<p class="hint" id="s-${name}-hint">${hint}</p>`}${problemAt(errors, name)}</div>`
}

const tick = ({ typed, errors }: Asking, name: string, label: Html | string, required: boolean): Html =>
  html`<div class="field tick"><label for="s-${name}"><input type="checkbox" value="yes" id="s-${name}" name="${name}"${required && html` required`}${aids(errors, name, false)}${typed[name] === 'yes' && html` checked`}><span>${label}</span></label>${problemAt(errors, name)}</div>`

const accepted = 'image/jpeg,image/png,image/webp,image/gif,video/mp4,video/quicktime,video/webm,.mp4,.mov'

function theFile(asking: Asking): Html {
  const { kept, maxMb } = asking
  const hint = `JPEG, PNG, WebP, GIF, MP4, MOV or WebM of up to ${maxMb} MB. We remove the place and the camera from it.`
  return html`${kept !== null && html`<p class="kept">${icon('check')}<span><strong dir="auto">${kept}</strong> is here already. Choose another only to replace it.</span></p>`}
${field(asking, { name: 'file', label: 'Photo or short video', optional: true, hint }, (same) => html`<input type="file" accept="${accepted}" ${same}>`)}
<p class="error" data-large role="status" hidden>${icon('alert')}<span>This file is too large for this page. We have ticked the box below: you can send it on the next page, where it may have up to 1 GB.</span></p>
${kept === null && tick(asking, 'later', `I have a longer video: let me send it on the next page`, false)}`
}

function theStars({ typed, errors }: Asking): Html {
  const choices = [5, 4, 3, 2, 1].map((n) => ({ value: String(n), label: plural(n, 'star') }))
  const chosen = typed.rating ?? ''
  return html`<fieldset class="field few stars" id="s-rating"${errors.rating !== undefined && html` aria-describedby="s-rating-error"`}><legend>Stars <span class="optional">optional</span></legend>${[
    ...choices,
    { value: '', label: 'No stars' },
  ].map(
    ({ value, label }) =>
      html`<label><input type="radio" name="rating" value="${value}"${(value === chosen || (value === '' && !/^[1-5]$/.test(chosen))) && html` checked`}><span>${value !== '' && html`<span class="drawn" aria-hidden="true">${'★'.repeat(Number(value))}</span> `}${label}</span></label>`,
  )}${problemAt(errors, 'rating')}</fieldset>`
}

const theRights = ({ rights }: Asking, program: string): Html =>
  html`<section class="rights" aria-labelledby="rights-title"><h2 id="rights-title">What <bdi>${program}</bdi> may do with it</h2>
<p>${rights.says} It stays yours. You can take it back at any time.</p>
<details><summary>All conditions</summary><dl>${rights.lines.map(({ label, says }) => html`<div><dt>${label}</dt><dd>${says}</dd></div>`)}</dl><pre tabindex="0" aria-label="The text you agree to">${rights.text}</pre></details></section>`

export type Standing = {
  path: string
  hidden: Record<string, string>
  state: string
  /** What was sent, in a line. */
  sent: string
  thanks: { code: string; percent?: number | undefined } | null
  takesVideo: boolean
  waitsForVideo: boolean
  /** What went wrong with a video that was sent. */
  video: string | null
  reason: string | null
  ends: string | null
  link: string
}

const says: Record<string, [string, string]> = {
  submitted: ['Thank you!', 'We have it. Somebody of the team looks at it soon.'],
  approved: ['We show it', 'Thank you! What you sent is approved and may be seen in our shop.'],
  rejected: ['We don’t show it', 'Thank you for sending it. We don’t show this one.'],
  withdrawn: [
    'You took it back',
    'We don’t show it any more, and what stands elsewhere is taken down. What you sent is deleted then.',
  ],
}

/** The customer's own page: where it stands, the thank-you code, and how to take it back. */
export function minePage(frame: ShareFrame, standing: Standing): string {
  const { path, state, thanks, reason, waitsForVideo } = standing
  const [title, line] = waitsForVideo
    ? ['One step left: your video', 'We have everything but the video.']
    : (says[state] ?? says.submitted!)
  return framed(
    frame,
    title,
    html`<h1>${title}</h1><p role="status">${line}</p>
${reason !== null && html`<p>The reason: ${reason}. What you think of the product plays no part in this.</p>`}
${standing.video !== null && html`<p class="problem" role="alert">${icon('alert')}<span>${standing.video}</span></p>`}
${standing.takesVideo && html`<form method="post" action="${path}/video">${hidden(standing.hidden)}<button class="button ${waitsForVideo ? 'main' : ''} wide">${waitsForVideo ? 'Send the video' : 'Add a video'}</button></form>`}
${thanks !== null && !waitsForVideo && html`<section class="thanks" aria-labelledby="thanks-title"><h2 id="thanks-title">Your thank-you code</h2><p class="code"><code>${thanks.code}</code></p><p>${thanks.percent === undefined ? 'Enter it at the checkout of our shop.' : `${thanks.percent} % off: enter it at the checkout of our shop.`} Everybody who sends something gets it, whatever they say.</p></section>`}
${
  state !== 'withdrawn' &&
  html`<section aria-labelledby="yours-title"><h2 id="yours-title">It stays yours</h2><p>You sent: ${standing.sent}.${standing.ends !== null && html` We may show it until ${standing.ends}.`}</p>
<p>This page is private. Keep its address to come back and take it back at any time:</p><p class="mine"><a href="${path}">${standing.link}</a></p>
<details><summary>Take it back</summary><p>It is gone from our galleries at once. You need no reason.${thanks !== null && ' The code stays yours.'}</p>
<form method="post" action="${path}/withdraw">${hidden(standing.hidden)}<button class="button wide danger">Take it back now</button></form></details></section>`
}`,
  )
}

/** A few words where there is no form. */
export const fewWordsPage = (frame: ShareFrame, title: string, ...lines: string[]): string =>
  framed(frame, title, html`<h1>${title}</h1>${lines.filter((line) => line !== '').map((line) => html`<p>${line}</p>`)}`)

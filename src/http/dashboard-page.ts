/** The dashboard as HTML: which commands each page is made of, and the frame around their cards. */
import type { Role } from '../context.ts'
import { type Card, card, paragraph, text, toned } from '../kernel/card.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { type Html, hidden, html } from '../platforms/web/html.ts'
import { icon, mark } from '../platforms/web/icons.ts'
import { avatar, demoMark, document, type Theme, themeSwitch } from '../platforms/web/page.ts'
import { renderCard } from '../platforms/web/render.ts'
import type { Reader } from '../platforms/web/text.ts'

/** A command with what it is given, shown as a card. */
export type Tile = { run: string; given?: Record<string, string> }

export type Page = {
  key: string
  label: string
  for: 'creator' | 'manager' | 'finance'
  tiles: Tile[]
  /** It reads itself again when numbers moved. */
  live?: true
}

export const pages: readonly Page[] = [
  { key: 'queue', label: 'Queue', for: 'manager', tiles: [{ run: 'home' }, { run: 'review queue' }] },
  { key: 'kpis', label: 'KPIs', for: 'manager', live: true, tiles: [{ run: 'kpi' }] },
  { key: 'creators', label: 'Creators', for: 'manager', tiles: [{ run: 'creator list' }] },
  { key: 'missions', label: 'Missions', for: 'manager', tiles: [{ run: 'campaign list' }] },
  {
    key: 'reports',
    label: 'Reports',
    for: 'manager',
    live: true,
    tiles: [{ run: 'report month' }, { run: 'report funnel' }, { run: 'report cohorts' }, { run: 'report effect' }],
  },
  { key: 'payouts', label: 'Payouts', for: 'finance', tiles: [{ run: 'payout show' }] },
  { key: 'books', label: 'Books', for: 'finance', tiles: [{ run: 'books show' }] },
  { key: 'numbers', label: 'My numbers', for: 'creator', tiles: [{ run: 'stats' }] },
  { key: 'money', label: 'Money', for: 'creator', tiles: [{ run: 'earnings' }] },
  { key: 'board', label: 'Board', for: 'creator', tiles: [{ run: 'leaderboard' }] },
  { key: 'content', label: 'Content', for: 'creator', tiles: [{ run: 'content' }, { run: 'mission list' }] },
]

/** The pages of a person, those they need first in front. Someone who manages and creates has both. */
export function pagesFor({ role, creator, finance = false }: { role: Role; creator: boolean; finance?: boolean }): Page[] {
  const may = {
    manager: role === 'manager' || role === 'admin',
    finance: finance || role === 'admin',
    creator: creator && role !== 'anyone',
  }
  return pages.filter((page) => may[page.for])
}

export type Frame = {
  program: { name: string; demo: boolean }
  person: { id: string; name: string }
  reader: Reader
  theme: Theme
  /** The form token of this session. */
  token: string
  pages: Page[]
  current: Page
  /** Whether the chat can be opened on this server. */
  chat: boolean
}

/** A page of cards. `event` is fresh for each rendering, so that what is sent twice from one rendering runs once. */
export function cardsPage(frame: Frame, cards: Card[], event: string): string {
  const inner = cards.map((shown, i) => renderCard(withoutSelf(shown), lookOf(frame, `${event}-${i}`)))
  const live = frame.current.live && html`<p class="words small" data-live role="status" hidden></p>`
  return framed(
    frame,
    frame.current.label,
    html`<h1>${frame.current.label}</h1>${live}<div class="tiles">${inner}</div>`,
    frame.current.live,
  )
}

/** The answer to something pressed or sent, with the way back to the page it came from. */
export function answerPage(frame: Frame, answer: Card, event: string): string {
  const body = html`${wayBack(frame)}<h1 class="sr">Answer</h1><div class="tiles">${renderCard(withoutSelf(answer), lookOf(frame, event))}</div>`
  return framed(frame, answer.title, body)
}

/** A command that still asks for something. */
export const formPage = (frame: Frame, title: string, form: Html): string =>
  framed(frame, title, html`${wayBack(frame)}<h1 class="sr">${frame.current.label}</h1><div class="ask">${form}</div>`)

/** The card without the buttons that would open the page it stands on. */
const withoutSelf = (shown: Card): Card => ({
  ...shown,
  blocks: shown.blocks.map((block) =>
    block.block === 'buttons'
      ? { ...block, buttons: block.buttons.filter((b) => !('run' in b && b.run === 'dashboard')) }
      : block,
  ),
})

const wayBack = (frame: Frame): Html =>
  html`<p class="back"><a href="/dashboard/${frame.current.key}"><span aria-hidden="true">←</span> Back to ${frame.current.label}</a></p>`

const lookOf = (frame: Frame, event: string) => ({
  reader: frame.reader,
  action: '/dashboard/run',
  hidden: carried(frame, event),
  heading: 2 as const,
})

/** The hidden fields of every form on a page. */
export const carried = (frame: Frame, event: string): Record<string, string> => ({
  token: frame.token,
  event,
  page: frame.current.key,
})

function framed(frame: Frame, title: string, body: Html, live = false): string {
  const { program, person } = frame
  return document({
    title: `${title} · ${program.name}`,
    theme: frame.theme,
    lang: 'en',
    styles: ['dashboard.css'],
    ...(live ? { scripts: ['numbers.js'], refresh: 60 } : {}),
    bodyClass: 'in-dashboard',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="dash-top">
  <p class="dash-brand"><span class="logo">${mark()}</span><span class="brand">${program.name}</span>${demoMark(program.demo)}</p>
  <div class="dash-who">${avatar(person.id, person.name, 'small')}<span class="dash-name">${person.name}</span>${themeSwitch(icon('theme'))}
    <form method="post" action="/logout">${hidden({ token: frame.token })}<button class="button plain">Log out</button></form></div>
</header>
<nav class="dash-nav" aria-label="Dashboard"><ul>${frame.pages.map(
      (page) =>
        html`<li><a href="/dashboard/${page.key}"${page.key === frame.current.key && html` aria-current="page"`}>${page.label}</a></li>`,
    )}${frame.chat && html`<li class="dash-chat"><a href="/simulator">Chat</a></li>`}</ul></nav>
<main class="dash" id="main">${body}</main>`,
  })
}

type Few = { title: string; theme: Theme; body: Html }

const fewWords = ({ title, theme, body }: Few): string =>
  document({
    title,
    theme,
    styles: ['dashboard.css'],
    bodyClass: 'in-dashboard',
    body: html`<main class="notice">${body}</main>`,
  })

/** What a login link leads to, in a word: a statement is a file, what is neither that nor the dashboard is a page. */
function opened(page: string): string {
  if (page === '/dashboard') return 'the dashboard'
  return /^\/(papers|exports|media)\/|^\/privacy\/export$/.test(page) ? 'the file' : 'the page'
}

/** Behind a login link: who would be signed in where, and the button that alone spends it. */
export function continuePage(login: {
  program: { name: string; demo: boolean }
  name: string
  /** What opens behind it. */
  page: string
  theme: Theme
  action: string
}): string {
  const { program, name } = login
  const what = opened(login.page)
  return fewWords({
    title: `Open ${what} · ${program.name}`,
    theme: login.theme,
    body: html`<p class="dash-brand"><span class="logo">${mark()}</span><span class="brand">${program.name}</span>${demoMark(program.demo)}</p>
      <h1>Open ${what} as <bdi>${name}</bdi>?</h1>
      <p>This signs you in on this browser for twelve hours. If you are not <bdi>${name}</bdi>, close the page.</p>
      <form method="post" action="${login.action}"><button class="button main wide">Continue</button></form>`,
  })
}

/** For those without a session. What they sent from a form whose session was over by then is given back to them. */
export const strangerPage = (theme: Theme, chat: boolean, mail: boolean, sent: readonly string[] = []): string =>
  fewWords({
    title: 'Dashboard',
    theme,
    body: html`<p class="dash-brand"><span class="logo">${mark()}</span></p><h1>Your dashboard opens from the chat</h1>
      <p>Type <kbd>/dashboard</kbd> in the chat. The answer holds a link that signs you in here; no password is needed. If that leads here as well, allow cookies for this page.</p>
      ${sent.length > 0 && html`<p><strong>Your last visit was over, so what you sent was not done.</strong> Copy your words before you go:</p>`}
      ${sent.map((words) => html`<p><textarea rows="4" readonly aria-label="What you wrote">${words}</textarea></p>`)}
      ${mail && byMail}${chat && html`<p><a class="button main" href="/simulator">Go to the chat</a></p>`}`,
  })

const byMail = html`<p><a class="button plain" href="/sign-in">Sign in by e-mail</a></p>`

export const goodbyePage = (theme: Theme, chat: boolean, mail: boolean): string =>
  fewWords({
    title: 'Logged out',
    theme,
    body: html`<p class="dash-brand"><span class="logo">${mark()}</span></p><h1>You are logged out</h1>
      <p>Type <kbd>/dashboard</kbd> in the chat to come back.</p>${mail && byMail}${chat && html`<p><a class="button main" href="/simulator">Go to the chat</a></p>`}`,
  })

/** A sentence and its fix. */
export const refusedPage = (page: { title: string; refusal: Refusal; theme: Theme; chat: boolean; mail?: boolean }): string =>
  fewWords({
    title: page.title,
    theme: page.theme,
    body: html`<p class="dash-brand"><span class="logo">${mark()}</span></p><h1>${page.title}</h1>
      <p>${page.refusal.sentence}${page.refusal.fix !== undefined && ` ${page.refusal.fix}`}</p>
      ${page.mail && byMail}${page.chat && html`<p><a class="button main" href="/simulator">Go to the chat</a></p>`}`,
  })

/** For someone who signed in and has no pages, such as an applicant whose role was taken back. */
export const nothingForYou = (program: string): Card =>
  toned(
    'warn',
    card(
      'Nothing to see here yet',
      paragraph(text`The pages of ${program} are for its creators and managers. Join with /apply in the chat.`),
    ),
  )

/** The chat as HTML: sidebar, messages, input line. Pure functions of what is to be shown. */
import { createHash } from 'node:crypto'
import { localDay, sayMoment } from '../../kernel/time.ts'
import { roleWords } from './deps.ts'
import { type Html, hidden, html } from './html.ts'
import { icon, mark } from './icons.ts'
import type { Message, Persona, Place, ProgramRow } from './messages.ts'
import { avatar, demoMark, themeSwitch } from './page.ts'
import { type Look, renderCard } from './render.ts'
import { sayTime } from './text.ts'

const GROUP_MS = 5 * 60_000

export type Room = {
  program: ProgramRow
  programs: ProgramRow[]
  persona: Persona
  personas: Persona[]
  places: Place[]
  current: Place
  messages: Message[]
  /** Messages after this were not yet seen when the page was opened. */
  since: Date
  now: Date
  token: string
  /** A fresh id for what is pressed on this rendering of the page. */
  event: string
  dashboard: boolean
}

const about: Record<string, string> = {
  you: 'Only you and the program read what is here: your kit, your decisions, your money.',
  'start-here': 'New here? Type /apply to join, or /help to see what you can do.',
  missions: 'Open briefs with their fees. Type /submit to hand in content.',
  wins: 'First sales, approvals and badges. Amounts stay private.',
  leaderboard: 'Standings of the week, posted by themselves every Monday.',
  applications: 'People who want to join, each with Approve and Decline.',
  review: 'Content that waits for a decision, oldest first.',
  managers: 'What the program itself has to tell its managers.',
}

const titleOf = (place: Place): string => (place.private ? 'Your place' : place.name)

/** The title of the browser tab, with how much is new elsewhere. */
export function tabTitle(room: Room): string {
  const unread = room.places.reduce((sum, place) => sum + (place.place === room.current.place ? 0 : place.unread), 0)
  return `${unread > 0 ? `(${unread}) ` : ''}${room.current.private ? '' : '#'}${titleOf(room.current)} · ${room.program.name}`
}

/** Everything inside <body>; `sheet` is an open form for browsers without scripts. */
export function renderRoom(room: Room, sheet?: Html, notice?: string): Html {
  const name = titleOf(room.current)
  return html`<a class="skip" href="#line">Skip to the input line</a>
<div class="chat" data-room data-in="${room.current.key}" data-since="${room.since.toISOString()}">
  <nav class="side" id="side" aria-label="Program and channels">${renderSide(room)}</nav>
  <main class="main">
    <header class="top">
      <a class="ghost only-narrow" href="#side" data-open-side aria-label="Show channels">${icon('menu')}</a>
      <h1>${icon(room.current.private ? 'lock' : 'hash')}<span>${name}</span></h1>
      <p class="about">${about[room.current.key] ?? ''}</p>
      ${room.program.demo && html`<span class="only-narrow">${demoMark(true)}</span>`}
      ${themeSwitch(icon('theme'))}
    </header>
    <div id="pins">${renderPins(room)}</div>
    <div class="messages" id="messages" role="log" aria-label="Messages in ${name}" tabindex="0">${renderMessages(room)}</div>
    <button type="button" class="fresh" data-to-end hidden>${icon('down')} New messages</button>
    ${renderComposer(room, notice)}
  </main>
</div>
<div id="sheets">${sheet}</div>
<p class="sr" aria-live="polite" id="say"></p>`
}

/** The sidebar, drawn again whenever something changes. */
export function renderSide(room: Room): Html {
  const { program, places, persona } = room
  return html`<div class="side-head">
    <details class="menu" data-menu id="program-menu"><summary><span class="logo">${mark()}</span><span class="brand">${program.name}</span>${demoMark(program.demo)}${icon('down')}</summary>
      <div class="sheet-menu">${renderPrograms(room)}</div></details>
    <a class="ghost only-narrow" href="#" data-close-side aria-label="Hide channels">${icon('close')}</a></div>
  <div class="side-body">
    <ul class="places">${places.filter((p) => p.private).map((p) => renderPlace(p, room))}</ul>
    <h2>Channels</h2>
    <ul class="places">${places.filter((p) => !p.private).map((p) => renderPlace(p, room))}</ul>
    <h2>Beside the chat</h2>
    <ul class="places">
      ${room.dashboard && persona.role !== 'anyone' && html`<li><form method="post" action="/simulator/dashboard">${hidden({ token: room.token })}<button class="place">${icon('chart')}<span>Dashboard</span></button></form></li>`}
      <li><a class="place" href="/shop/${program.id}">${icon('bag')}<span>Demo shop</span></a></li>
    </ul>
  </div>
  <div class="side-foot" data-role="${persona.role}">${renderPersonas(room)}</div>`
}

function renderPlace(place: Place, room: Room): Html {
  const here = place.place === room.current.place
  const unread = here ? 0 : place.unread
  return html`<li><a class="place${unread > 0 ? ' unread' : ''}" id="to-${place.key}" href="/simulator?in=${place.key}"${here && html` aria-current="page"`}>${icon(place.private ? 'lock' : 'hash')}<span>${titleOf(place)}</span>${unread > 0 && html`<span class="count">${unread > 99 ? '99+' : unread}<span class="sr"> new</span></span>`}</a></li>`
}

function renderPrograms(room: Room): Html {
  return html`<p class="menu-title">Programs</p>
  <form method="post" action="/simulator/program">${hidden({ token: room.token })}${room.programs.map(
    (p) =>
      html`<button name="program" value="${p.id}" class="row"${p.id === room.program.id && html` aria-current="true"`}><span class="logo small">${mark()}</span><span>${p.name}</span>${demoMark(p.demo)}${p.id === room.program.id && icon('check')}</button>`,
  )}</form>
  <details class="inner"><summary class="row">${icon('plus')}<span>Start your own program</span></summary>${renderStart(room.token)}</details>`
}

/** The small form for an empty program of one's own. */
export function renderStart(token: string, values: Record<string, string> = {}, error?: string): Html {
  return html`<form method="post" action="/simulator/programs" class="fields compact">${hidden({ token })}
    ${error !== undefined && html`<p class="problem" role="alert">${icon('alert')}<span>${error}</span></p>`}
    <div class="field"><label for="start-name">Name of the brand</label><input id="start-name" name="name" required maxlength="60" value="${values.name ?? ''}" autocomplete="organization"></div>
    <div class="field"><label for="start-currency">Currency</label><input id="start-currency" name="currency" required maxlength="3" minlength="3" value="${values.currency ?? 'EUR'}" list="currencies" autocomplete="off"></div>
    <datalist id="currencies">${['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'PLN', 'JPY', 'CAD', 'AUD'].map((c) => html`<option value="${c}"></option>`)}</datalist>
    <div class="field"><label for="start-zone">Time zone</label><input id="start-zone" name="zone" required maxlength="64" value="${values.zone ?? ''}" placeholder="Europe/Berlin" list="zones" data-own-zone autocomplete="off"></div>
    <datalist id="zones">${Intl.supportedValuesOf('timeZone').map((zone) => html`<option value="${zone}"></option>`)}</datalist>
    <button class="button main">Start program</button></form>`
}

function renderPersonas(room: Room): Html {
  const { persona } = room
  return html`<details class="menu up" data-menu id="persona-menu">
    <summary><span class="who">${avatar(persona.personId, persona.name)}<span><strong>${persona.name}</strong><small>${roleWords[persona.role]}</small></span></span>${icon('swap')}<span class="sr">Switch persona</span></summary>
    <div class="sheet-menu"><p class="menu-title">Be someone else</p>
      <form method="post" action="/simulator/persona" class="scroll">${hidden({ token: room.token })}${room.personas.map(
        (p) =>
          html`<button name="user" value="${p.user}" class="row"${p.user === persona.user && html` aria-current="true"`}>${avatar(p.personId, p.name, 'small')}<span>${p.name}</span><small>${roleWords[p.role]}</small></button>`,
      )}</form>
      <form method="post" action="/simulator/persona" class="new-visitor">${hidden({ token: room.token })}
        <label for="visitor">New visitor</label><div><input id="visitor" name="name" required maxlength="60" placeholder="A name, such as Noor" autocomplete="off"><button class="button main">Enter</button></div></form>
    </div></details>`
}

/** The strip of what is pinned here. */
export function renderPins(room: Room): Html {
  const pins = room.messages.filter((message) => message.pinned)
  return html`${pins.length > 0 && html`<p class="pins">${icon('pin')}<span class="sr">Pinned:</span>${pins.slice(-3).map((m) => html`<a href="#m-${m.id}">${m.card.title}</a>`)}</p>`}`
}

/** The messages with a line for each day and one before the first that is new. Every child has an id, by which open pages keep what has not changed. */
export function renderMessages(room: Room): Html {
  if (room.messages.length === 0) return renderQuiet(room)
  const parts: Html[] = []
  let day = ''
  let before: Message | undefined
  let markedNew = false
  for (const message of room.messages) {
    const its = localDay(message.createdAt, room.persona.zone)
    if (its !== day) {
      parts.push(renderDay(its, message.createdAt, room))
      before = undefined
    }
    day = its
    if (!markedNew && before !== undefined && room.since.getTime() > 0 && message.createdAt > room.since) {
      parts.push(html`<p class="new" id="new"><span>New</span></p>`)
      markedNew = true
      before = undefined
    }
    parts.push(renderMessage(message, before, room))
    before = message
  }
  return html`${parts}`
}

function renderQuiet(room: Room): Html {
  return html`<div class="quiet" id="quiet"><span class="quiet-mark">${icon(room.current.private ? 'lock' : 'hash')}</span>
    <h2>${room.current.private ? 'This is your place' : `Welcome to #${titleOf(room.current)}`}</h2>
    <p>${about[room.current.key] ?? 'Nothing has been posted here yet.'}</p>
    ${room.persona.role === 'anyone' && html`<p>Type <kbd>/apply</kbd> below to join the program.</p>`}</div>`
}

function renderDay(day: string, at: Date, room: Room): Html {
  const { zone, locale } = room.persona
  const today = localDay(room.now, zone)
  const yesterday = localDay(new Date(room.now.getTime() - 86_400_000), zone)
  const date = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: zone,
  }).format(at)
  const words = day === today ? 'Today' : day === yesterday ? 'Yesterday' : date
  return html`<h2 class="day" id="day-${day}" data-v="${words}"><time datetime="${day}" title="${date}">${words}</time></h2>`
}

function renderMessage(message: Message, before: Message | undefined, room: Room): Html {
  const { zone, locale } = room.persona
  const asked = askedBy(message, room)
  const grouped =
    before !== undefined && !asked && !before.author && message.createdAt.getTime() - before.createdAt.getTime() < GROUP_MS
  const mine = message.visibleTo !== null
  const look: Look = {
    reader: { zone, locale, now: room.now },
    action: '/simulator/run',
    hidden: { token: room.token, in: room.current.key, event: `${room.event}-${message.id}`, message: message.id },
  }
  const card = renderCard(message.card, look)
  const version = createHash('sha256')
    .update(JSON.stringify(message.card))
    .update(`${grouped} ${message.editedAt?.getTime() ?? ''} ${zone}`)
    .digest('base64url')
    .slice(0, 12)
  return html`<article class="message${grouped ? ' grouped' : ''}${mine ? ' mine' : ''}" id="m-${message.id}" data-v="${version}">
    <span class="bot" aria-hidden="true">${mark()}</span>
    <div class="said">
      ${asked && html`<p class="used">${icon('reply')}${avatar(asked.id, asked.name, 'small')}<span><b>${asked.name}</b> used <code>/${asked.run}</code></span></p>`}
      <p class="by"><b>${room.program.name}</b><span class="app">App</span><time datetime="${message.createdAt.toISOString()}" title="${sayMoment(message.createdAt, zone, locale)}">${sayTime(message.createdAt, zone, locale)}</time>${message.editedAt && !mine && html`<span class="edited">edited</span>`}${message.pinned && html`<span class="edited">${icon('pin')} pinned</span>`}</p>
      ${card}
      ${mine && renderOnlyYou(message, room)}
    </div></article>`
}

function renderOnlyYou(message: Message, room: Room): Html {
  return html`<form class="only-you" method="post" action="/simulator/dismiss">${hidden({ token: room.token, in: room.current.key, message: message.id })}${icon('eye')}<span>Only you can see this</span><span aria-hidden="true">·</span><button class="link" aria-label="Dismiss message: ${message.card.title}">Dismiss message</button></form>`
}

/** The author field is "<person id> <run>"; the name is looked up, so that it is always the present one. */
function askedBy(message: Message, room: Room): { id: string; name: string; run: string } | undefined {
  if (message.author === null) return undefined
  const [id = '', ...run] = message.author.split(' ')
  return { id, run: run.join(' '), name: room.personas.find((p) => p.personId === id)?.name ?? 'Someone' }
}

function renderComposer(room: Room, notice: string | undefined): Html {
  return html`<form class="composer" method="post" action="/simulator/run" data-composer autocomplete="off">
    ${hidden({ token: room.token, in: room.current.key, event: `${room.event}-line` })}
    <ul class="suggestions" id="suggestions" role="listbox" aria-label="Suggestions" hidden></ul>
    <p class="hint-line" id="line-hint">${notice ?? ''}</p>
    <div class="line"><label class="sr" for="line">Command</label>
      <input id="line" name="line" type="text" maxlength="2000" placeholder="Type / for commands" required role="combobox" aria-expanded="false" aria-autocomplete="list" aria-controls="suggestions" aria-describedby="line-hint" spellcheck="false" enterkeyhint="send">
      <button class="send" aria-label="Run command">${icon('send')}</button></div>
  </form>`
}

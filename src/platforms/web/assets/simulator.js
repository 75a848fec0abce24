// The chat without reloads: posts forms, opens sheets, and reads again what has changed. Everything is drawn on the server.
import { addCopyButtons, fillZones } from './app.js'
import { startComposer } from './composer.js'

const room = document.querySelector('[data-room]')
const messages = document.querySelector('#messages')
const pins = document.querySelector('#pins')
const side = document.querySelector('#side')
const sheets = document.querySelector('#sheets')
const toEnd = document.querySelector('[data-to-end]')
const hint = document.querySelector('#line-hint')
const at = () => `in=${encodeURIComponent(room.dataset.in)}`

export const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('')

// ---- posting

document.addEventListener('submit', (event) => {
  const form = event.target
  const path = new URL(form.action).pathname
  if (!room || !['/simulator/run', '/simulator/dismiss'].includes(path) || form.dataset.composer !== undefined) return
  event.preventDefault()
  if (event.submitter?.name === 'cancel') form.closest('dialog')?.close()
  else send(form, event.submitter)
})

/** Posts a form once; what comes back is a sheet to fill in, a notice, or nothing but a changed chat. */
async function send(form, submitter) {
  // A button is pressed once; the input line may send the next command while the last one runs.
  if (form.dataset.busy && form.dataset.composer === undefined) return false
  form.dataset.busy = '1'
  submitter?.setAttribute('aria-disabled', 'true')
  try {
    const body = new FormData(form, submitter)
    if (!form.matches('[data-sheet]')) body.set('event', randomId())
    const multipart = form.enctype === 'multipart/form-data'
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: multipart ? body : new URLSearchParams(body),
    })
    const said = await answer.json()
    if (!answer.ok) return complain(form, said.error)
    hint.textContent = said.notice ?? ''
    if (said.sheet) {
      showSheet(said.sheet)
      return true
    }
    if (said.notice) return false
    form.closest('dialog')?.close()
    await refresh()
    if (path(form) === '/simulator/run') showEnd(true)
    return true
  } catch {
    return complain(form, 'The server did not answer. Try again in a moment.')
  } finally {
    delete form.dataset.busy
    submitter?.removeAttribute('aria-disabled')
  }
}

const path = (form) => new URL(form.action).pathname

function complain(form, sentence) {
  const sheet = form.closest('dialog')
  if (!sheet) {
    hint.textContent = sentence
    return false
  }
  const problem = sheet.querySelector('.problem') ?? document.createElement('p')
  problem.className = 'problem'
  problem.setAttribute('role', 'alert')
  problem.textContent = sentence
  sheet.querySelector('header').after(problem)
  return false
}

// ---- sheets

let opener

function showSheet(html) {
  // One that comes in the place of another, with what was wrong in it, was opened from where that one was.
  if (!sheets.querySelector('dialog')) opener = document.activeElement
  sheets.innerHTML = html
  openSheet(sheets.querySelector('dialog'))
}

/** A modal dialog; when it closes, the focus is where it was before. */
function openSheet(dialog) {
  dialog.removeAttribute('open')
  dialog.showModal()
  dialog.addEventListener('close', () => {
    dialog.remove()
    if (opener?.isConnected) opener.focus()
  })
  const first =
    dialog.querySelector('[aria-invalid="true"]') ??
    dialog.querySelector('.field input:not([type="hidden"]), .field select, .field textarea')
  first?.focus()
  for (const input of dialog.querySelectorAll('[data-suggest]')) suggestWhileTyping(input)
}

function suggestWhileTyping(input) {
  let timer
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      const query = new URLSearchParams({
        in: room.dataset.in,
        run: input.dataset.run,
        option: input.dataset.suggest,
        typed: input.value,
      })
      const list = await (await fetch(`/simulator/suggest?${query}`)).json()
      const options = list.map(({ value, label }) => {
        const option = document.createElement('option')
        option.value = value
        option.textContent = label
        return option
      })
      input.list.replaceChildren(...options)
    }, 150)
  })
}

// ---- what is new

let reading
let again = false

/** Fetches the chat as it is now and changes only what differs. Calls during a fetch lead to one more after it. */
function refresh() {
  if (reading) {
    again = true
    return reading
  }
  reading = (async () => {
    do {
      again = false
      const answer = await fetch(`/simulator/fragment?${at()}&since=${encodeURIComponent(room.dataset.since)}`)
      if (answer.ok) draw(await answer.json())
    } while (again)
  })().finally(() => {
    reading = undefined
  })
  return reading
}

function draw(fresh) {
  if (fresh.in !== room.dataset.in) {
    location.href = '/simulator'
    return
  }
  const wasAtEnd = stays
  const before = messages.lastElementChild?.id
  merge(messages, fresh.messages)
  if (pins.innerHTML !== fresh.pins) pins.innerHTML = fresh.pins
  if (fresh.side !== side.dataset.drawn) replaceSide(fresh.side)
  document.title = fresh.title
  addCopyButtons(messages)
  if (messages.lastElementChild?.id === before) return
  if (wasAtEnd) showEnd(true)
  else toEnd.hidden = false
}

/** Children are matched by id; one whose mark is unchanged stays as it is, with its focus and what was chosen in it. */
function merge(parent, html) {
  const template = document.createElement('template')
  template.innerHTML = html
  const wanted = [...template.content.children]
  const ids = new Set(wanted.map((child) => child.id))
  for (const child of [...parent.children]) if (!ids.has(child.id)) child.remove()
  let place = parent.firstElementChild
  for (const child of wanted) {
    const old = document.getElementById(child.id)
    if (old && old.parentElement === parent && old.dataset.v === child.dataset.v) {
      if (old === place) place = place.nextElementSibling
      else parent.insertBefore(old, place)
      continue
    }
    parent.insertBefore(child, place)
    if (!old) continue
    if (old === place) place = place.nextElementSibling
    const hadFocus = old.contains(document.activeElement)
    old.remove()
    if (hadFocus) {
      child.tabIndex = -1
      child.focus({ preventScroll: true })
    }
  }
}

function replaceSide(html) {
  // A menu in use is not pulled away; the next change draws it.
  if (side.querySelector('details[open]')) return
  const focused = side.contains(document.activeElement) ? document.activeElement.id : ''
  side.innerHTML = html
  side.dataset.drawn = html
  fillZones(side)
  if (focused) document.getElementById(focused)?.focus()
}

function listen() {
  let source
  const open = () => {
    source = new EventSource('/simulator/events')
    source.addEventListener('place', refresh)
    // After a pause anything may have happened.
    source.addEventListener('open', refresh)
  }
  // Browsers allow six connections to a server; pages that nobody looks at give theirs back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) source?.close()
    else open()
  })
  addEventListener('pagehide', () => source?.close())
  addEventListener('pageshow', (event) => event.persisted && open())
  if (!document.hidden) open()
}

// ---- scrolling, drawer, menus

let stays = true
const atEnd = () => messages.scrollHeight - messages.scrollTop - messages.clientHeight < 80

function showEnd(smooth = false) {
  toEnd.hidden = true
  const target =
    location.hash.startsWith('#m-') && !smooth ? document.querySelector(location.hash) : document.querySelector('#new')
  if (target && !smooth) target.scrollIntoView({ block: 'center' })
  else messages.scrollTop = messages.scrollHeight
}

toEnd?.addEventListener('click', () => showEnd(true))
messages?.addEventListener(
  'scroll',
  () => {
    stays = atEnd()
    if (stays) toEnd.hidden = true
  },
  { passive: true },
)
// A picture that comes late must not push the end out of sight.
messages?.addEventListener('load', () => stays && showEnd(true), true)

const drawer = (open) => {
  side.classList.toggle('open', open)
  document.querySelector(open ? '[data-close-side]' : '[data-open-side]')?.focus()
}

document.addEventListener('click', (event) => {
  const target = event.target
  if (target.closest('[data-open-side], [data-close-side]')) {
    event.preventDefault()
    drawer(target.closest('[data-open-side]') !== null)
  } else if (side?.classList.contains('open') && !side.contains(target)) drawer(false)
  for (const menu of document.querySelectorAll('details[data-menu][open]')) if (!menu.contains(target)) menu.open = false
})

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return
  const menu = document.querySelector('details[data-menu][open]')
  if (menu) {
    menu.open = false
    menu.querySelector('summary').focus()
  } else if (side?.classList.contains('open')) drawer(false)
})

if (room) {
  for (const sheet of sheets.querySelectorAll('dialog')) openSheet(sheet)
  showEnd()
  listen()
  startComposer(room, send)
}

/* Sends one file in pieces and goes on where it stopped, after a break, a pause or a reload. */
const root = document.getElementById('upload')
const at = (name) => root.querySelector(`[data-${name}]`)
const path = root.dataset.path
const max = Number(root.dataset.max)
const PIECE = 4 * 1024 * 1024
const bar = root.querySelector('progress')
const input = root.querySelector('input')
let sending
let paused = false
let began = { at: 0, sent: 0 }

const show = (step) => {
  for (const section of root.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== step
}
const problem = (words) => {
  at('problem').hidden = words === ''
  at('problem').textContent = words
}
const size = (bytes) => {
  const mb = bytes / 1024 / 1024
  if (mb >= 1000) return `${(mb / 1024).toFixed(2)} GB`
  return mb >= 1 ? `${mb.toFixed(mb < 10 ? 1 : 0)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`
}
const state = async () => {
  const answer = await fetch(`${path}/state`, { cache: 'no-store' })
  const told = await answer.json().catch(() => ({}))
  if (answer.ok) return told
  throw Object.assign(new Error(told.error || 'This page is over. Type /upload in the chat for a new one.'), { told: true })
}

function progress(sent, total) {
  const now = performance.now()
  const percent = total === 0 ? 0 : (sent / total) * 100
  bar.value = percent
  const speed = now - began.at > 2000 && sent > began.sent ? (sent - began.sent) / (now - began.at) : 0
  const seconds = speed > 0 ? (total - sent) / speed / 1000 : 0
  const left =
    seconds > 90
      ? `, about ${Math.round(seconds / 60)} minutes left`
      : seconds > 5
        ? `, about ${Math.round(seconds)} seconds left`
        : ''
  at('far').textContent = `${Math.floor(percent)} % · ${size(sent)} of ${size(total)}${left}`
  const tenth = Math.floor(percent / 10) * 10
  if (at('say').dataset.tenth !== String(tenth)) {
    at('say').dataset.tenth = String(tenth)
    at('say').textContent = `${tenth} percent sent`
  }
}

function pause(on) {
  paused = on
  at('pause').textContent = on ? 'Go on' : 'Pause'
  at('status').textContent = on ? 'Paused. Nothing is lost.' : ''
}

async function ended() {
  at('status').textContent = 'All of it is sent. We look at it for a moment …'
  at('pause').hidden = true
  at('stop').hidden = true
  for (let tries = 0; tries < 600; tries++) {
    const told = await state().catch((error) => (error.told ? { state: 'refused', refusal: error.message } : {}))
    if (told.state === 'kept') return show('done')
    if (told.state === 'refused') {
      at('why').textContent = told.refusal
      return show('refused')
    }
    await new Promise((resolve) => setTimeout(resolve, tries < 10 ? 300 : 2000))
  }
}

function broken(error) {
  const answer = error.originalResponse
  const status = answer ? answer.getStatus() : 0
  if (status === 0 || status >= 500) {
    at('status').textContent = ''
    pause(true)
    problem(status === 507 ? answer.getBody() : 'The connection is gone. Press Go on when you are back; nothing is lost.')
    return
  }
  let words = answer.getBody()
  try {
    words = JSON.parse(words).error
  } catch {}
  show('choose')
  problem(
    status === 413
      ? 'This file is larger than 1 GB. Send a shorter or smaller one.'
      : words || 'That did not work. Choose the file again.',
  )
}

async function send(file) {
  problem('')
  if (file.size > max) return problem(`This file has ${size(file.size)}. Send one of at most ${size(max)}.`)
  if (file.size === 0) return problem('This file is empty. Choose another.')
  at('name').textContent = file.name
  at('status').textContent = ''
  show('send')
  pause(false)
  sending = new window.tus.Upload(file, {
    endpoint: `${path}/file`,
    chunkSize: PIECE,
    retryDelays: [500, 1500, 3000, 5000, 10000, 20000],
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type },
    onShouldRetry(error) {
      const status = error.originalResponse ? error.originalResponse.getStatus() : 0
      at('status').textContent = 'The connection stumbled; trying again …'
      return status === 0 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507)
    },
    onProgress(sent, total) {
      if (!paused) at('status').textContent = ''
      progress(sent, total)
    },
    onError: broken,
    onSuccess: ended,
  })
  began = { at: performance.now(), sent: 0 }
  const [before] = await sending.findPreviousUploads()
  if (before) {
    sending.resumeFromPreviousUpload(before)
    at('say').textContent = 'Going on where it stopped'
  }
  const first = sending.options.onProgress
  sending.options.onProgress = (sent, total) => {
    began = { at: performance.now(), sent }
    sending.options.onProgress = first
    first(sent, total)
  }
  sending.start()
}

input.addEventListener('change', () => {
  const [file] = input.files
  input.value = ''
  if (file) send(file)
})
at('pause').addEventListener('click', () => {
  problem('')
  if (paused) {
    pause(false)
    sending.start()
  } else {
    pause(true)
    sending.abort()
  }
})
at('stop').addEventListener('click', () => {
  sending.abort()
  show('choose')
})
window.addEventListener('online', () => {
  if (paused && sending && !at('problem').hidden) at('pause').click()
})
window.addEventListener('beforeunload', (event) => {
  if (sending && !paused && !root.querySelector('[data-step="send"]').hidden) event.preventDefault()
})

state().then(
  (told) => {
    root.hidden = false
    if (told.state === 'kept') return show('done')
    if (told.state === 'refused') {
      at('why').textContent = told.refusal
      return show('refused')
    }
    if (told.state === 'whole') {
      show('send')
      return ended()
    }
    if (told.bytes) {
      at('before').hidden = false
      at('before').textContent =
        `You were sending “${told.name}”, and ${size(told.bytes)} of it are here. Choose the same file again and it goes on from there.`
      at('pick').textContent = 'Choose it again'
    }
  },
  (error) => {
    root.hidden = false
    problem(error.told ? error.message : 'There is no connection. Reload this page when you are back.')
  },
)

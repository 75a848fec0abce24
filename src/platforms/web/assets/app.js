// For every page: the theme switch, copy buttons, relative times, one press for a double click. Pages work without any of it.

const root = document.documentElement

for (const button of document.querySelectorAll('[data-theme-switch]')) {
  button.hidden = false
  button.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
    root.dataset.theme = dark ? 'light' : 'dark'
    // biome-ignore lint/suspicious/noDocumentCookie: the server draws the next page in this theme, and cookieStore is not everywhere.
    document.cookie = `troupe_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`
  })
}

/** When a form was sent last. A double click is one press: the second would be refused what the first has opened, or lose its file. */
const sentAt = new WeakMap()
const TWICE_MS = 1_000
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return
  if (event.timeStamp - sentAt.get(event.target) < TWICE_MS) event.preventDefault()
  else sentAt.set(event.target, event.timeStamp)
})

/** A copy button behind everything that is made to be copied. */
export function addCopyButtons(within) {
  for (const code of within.querySelectorAll('code.copy:not([data-ready])')) {
    code.dataset.ready = '1'
    if (!navigator.clipboard) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy-button'
    button.textContent = 'Copy'
    button.setAttribute('aria-label', `Copy ${code.textContent}`)
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.textContent)
      button.textContent = 'Copied'
      setTimeout(() => {
        button.textContent = 'Copy'
      }, 1500)
    })
    code.after(button)
  }
}

const steps = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat(root.lang || 'en', { numeric: 'auto' })

function sayAgo(at) {
  const seconds = (at - Date.now()) / 1000
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  return relative.format(0, 'second')
}

setInterval(() => {
  for (const time of document.querySelectorAll('time[data-as="ago"]')) time.textContent = sayAgo(Date.parse(time.dateTime))
}, 30_000)

/** Where somebody is asked for a time zone, the browser's own stands there to begin with. */
export function fillZones(within) {
  for (const input of within.querySelectorAll('[data-own-zone]'))
    if (input.value === '') input.value = Intl.DateTimeFormat().resolvedOptions().timeZone
}

fillZones(document)
addCopyButtons(document)

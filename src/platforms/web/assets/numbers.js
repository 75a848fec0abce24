// A page of the dashboard that reads itself again when its numbers moved. Where somebody types it waits, and
// what they opened, moved to or stand at stays as it was.

import { addCopyButtons } from './app.js'

const AGAIN_MS = 2_000
const tiles = document.querySelector('main.dash .tiles')
const note = document.querySelector('[data-live]')

if (tiles && note) {
  let waiting = false
  const busy = () => tiles.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')

  const all = (selector) => [...tiles.querySelectorAll(selector)]
  const moved = '.table, .chart'
  const reached = 'a, button, summary, [tabindex]'

  /** Where a reader has moved to, what they opened and where they stand; gives the way to be there again. */
  function held() {
    const places = all(moved).map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])
    const opened = all('details').map(({ open }) => open)
    const at = all(reached).indexOf(document.activeElement)
    return () => {
      all('details').forEach((one, i) => {
        one.open = opened[i] ?? false
      })
      all(moved).forEach((one, i) => {
        one.scrollTo(...(places[i] ?? [0, 0]))
      })
      all(reached)[at]?.focus({ preventScroll: true })
    }
  }

  async function again() {
    waiting = false
    if (document.hidden || busy()) return later()
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
    if (!answer.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main.dash .tiles')
    if (!fresh) return location.reload()
    const back = held()
    tiles.replaceChildren(...fresh.childNodes)
    addCopyButtons(tiles)
    back()
    note.hidden = false
    note.textContent = `Updated ${new Date().toLocaleTimeString()}`
  }

  function later() {
    if (waiting) return
    waiting = true
    setTimeout(() => again().catch(later), AGAIN_MS)
  }

  new EventSource('/dashboard/events').addEventListener('numbers', later)
}

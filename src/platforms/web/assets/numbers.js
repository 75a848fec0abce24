// A page of the dashboard that reads itself again when its numbers moved. Where somebody types or holds something open, it waits.

const AGAIN_MS = 2_000
const tiles = document.querySelector('main.dash .tiles')
const note = document.querySelector('[data-live]')

if (tiles && note) {
  let waiting = false
  const busy = () => tiles.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')

  async function again() {
    waiting = false
    if (document.hidden || busy()) return later()
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
    if (!answer.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main.dash .tiles')
    if (!fresh) return location.reload()
    tiles.replaceChildren(...fresh.childNodes)
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

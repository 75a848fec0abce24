// A large file would be sent for minutes and then not be taken: said at once, and the way that takes it is ticked.
const form = document.querySelector('[data-share]')
const file = form?.querySelector('input[type=file]')
const large = form?.querySelector('[data-large]')
const later = form?.querySelector('[name=later]')
file?.addEventListener('change', () => {
  const over = (file.files?.[0]?.size ?? 0) > Number(form.dataset.max)
  large.hidden = !over
  if (!over) return
  file.value = ''
  if (later) later.checked = true
})
// Two presses are one entry; the button only says that it goes on.
form?.addEventListener('submit', () => {
  const send = form.querySelector('button')
  send.textContent = 'Sending…'
  setTimeout(() => {
    send.disabled = true
  })
})
addEventListener('pageshow', (event) => {
  if (!event.persisted || !form) return
  const send = form.querySelector('button')
  send.disabled = false
  send.textContent = 'Send'
})

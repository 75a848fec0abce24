// The input line: a combobox over commands, their options, and the values an option suggests.

const input = document.querySelector('#line')
const list = document.querySelector('#suggestions')
const hint = document.querySelector('#line-hint')

let offers = []
let role
let items = []
let active = -1
let asked = 0
let timer
const history = []
let recall = -1

export function startComposer(room, send) {
  const form = input.form
  const load = async () => {
    role = document.querySelector('[data-role]')?.dataset.role
    const answer = await fetch('/simulator/commands')
    if (!answer.ok) return
    offers = await answer.json()
    // Someone may have typed before the commands were here.
    if (document.activeElement === input && input.value !== '') update(room)
  }
  load()

  input.addEventListener('focus', () => document.querySelector('[data-role]')?.dataset.role !== role && load())
  input.addEventListener('input', () => update(room))
  input.addEventListener('blur', () => setTimeout(close, 150))
  input.addEventListener('keydown', (event) => key(event, room))
  list.addEventListener('mousedown', (event) => {
    event.preventDefault()
    const item = event.target.closest('li')
    if (item) pick([...list.children].indexOf(item), room)
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    close()
    const line = input.value.trim()
    if (line === '') return
    // The line is taken at once, so that the next can be typed; what could not be sent comes back.
    const sending = send(form, event.submitter)
    input.value = ''
    recall = -1
    history.unshift(line)
    input.focus()
    if (!(await sending) && input.value === '') input.value = line
  })
  // A slash typed anywhere but in a field goes to the input line, as one is used to.
  document.addEventListener('keydown', (event) => {
    if (
      event.key !== '/' ||
      event.ctrlKey ||
      event.metaKey ||
      event.target.matches('input, select, textarea') ||
      document.querySelector('dialog[open]')
    )
      return
    input.focus()
  })
}

function key(event, room) {
  const open = !list.hidden
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (open) {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      mark((active + step + items.length) % items.length)
    } else if (event.key === 'ArrowUp' && history.length > 0 && (input.value === '' || recall >= 0)) {
      event.preventDefault()
      recall = Math.min(recall + 1, history.length - 1)
      input.value = history[recall]
    }
  } else if (event.key === 'Escape' && open) {
    event.preventDefault()
    close()
  } else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && open && active >= 0) {
    event.preventDefault()
    pick(active, room)
  }
}

/** Where the caret stands: at the command, between options, or in an option's value. */
function read() {
  const line = input.value.slice(0, input.selectionStart)
  if (!line.startsWith('/')) return { stage: 'none' }
  const typed = line.slice(1)
  const offer = offers.filter((o) => typed.startsWith(`${o.name} `)).sort((a, b) => b.name.length - a.name.length)[0]
  if (!offer) return { stage: 'command', typed }
  const rest = typed.slice(offer.name.length + 1)
  const named = [...rest.matchAll(/(?:^|\s)([a-z_A-Z]+):/g)].filter((m) => offer.options.some((o) => o.name === m[1]))
  const last = named.at(-1)
  const used = new Set([...input.value.matchAll(/(?:^|\s)([a-z_A-Z]+):/g)].map((m) => m[1]))
  const word = /(?:^|\s)(\S*)$/.exec(rest)?.[1] ?? ''
  const option = last && offer.options.find((o) => o.name === last[1])
  const value = last ? rest.slice(last.index + last[0].length) : undefined
  return { stage: 'option', offer, option, value, word, used }
}

async function update(room) {
  const state = read()
  clearTimeout(timer)
  const turn = ++asked
  if (state.stage === 'none') {
    hint.textContent = input.value === '' ? '' : 'Commands begin with a slash: try /help.'
    return show([])
  }
  if (state.stage === 'command') {
    hint.textContent = ''
    const typed = state.typed.toLowerCase()
    const starts = offers.filter((o) => o.name.startsWith(typed))
    const inside = offers.filter(
      (o) => !o.name.startsWith(typed) && typed !== '' && (o.name.includes(typed) || o.description.toLowerCase().includes(typed)),
    )
    const found = [...starts, ...inside].map((o) => ({
      label: `/${o.name}`,
      note: o.description,
      put: `/${o.name}${o.options.length > 0 ? ' ' : ''}`,
      from: 0,
    }))
    return show(found, found.length > 0 && !offers.some((o) => o.name === typed))
  }
  explain(state)
  const names = optionItems(state)
  if (!state.option?.suggests) return show(names, state.word !== '')
  timer = setTimeout(async () => {
    const query = new URLSearchParams({
      in: room.dataset.in,
      run: state.offer.name,
      option: state.option.name,
      typed: state.value,
    })
    const answer = await fetch(`/simulator/suggest?${query}`)
    if (turn !== asked || !answer.ok) return
    const from = input.selectionStart - state.value.length
    const values = (await answer.json()).map((s) => ({
      label: s.label,
      note: s.label === s.value ? '' : s.value,
      put: `${s.value} `,
      from,
    }))
    if (turn === asked)
      show(values.length > 0 ? values : names, values.length > 0 && !values.some((v) => v.put.trim() === state.value.trim()))
  }, 120)
}

/** Options not given yet whose name fits the word being typed. */
function optionItems({ offer, word, used }) {
  if (word.includes(':')) return []
  return offer.options
    .filter((o) => !used.has(o.name) && o.kind !== 'file' && o.name.startsWith(word))
    .map((o) => ({
      label: `${o.name}:`,
      note: `${o.label}${o.required ? '' : ' (optional)'}`,
      put: `${o.name}:`,
      from: input.selectionStart - word.length,
    }))
}

function explain({ offer, option }) {
  hint.textContent = option ? option.label : offer.description
}

function show(next, markFirst = false) {
  items = next
  active = -1
  list.replaceChildren(
    ...items.map((item, i) => {
      const li = document.createElement('li')
      li.id = `suggestion-${i}`
      li.setAttribute('role', 'option')
      li.setAttribute('aria-selected', 'false')
      const label = document.createElement('b')
      label.textContent = item.label
      const note = document.createElement('span')
      note.textContent = item.note
      li.append(label, note)
      return li
    }),
  )
  list.hidden = items.length === 0
  input.setAttribute('aria-expanded', String(items.length > 0))
  input.removeAttribute('aria-activedescendant')
  if (markFirst) mark(0)
}

function mark(i) {
  list.children[active]?.setAttribute('aria-selected', 'false')
  active = i
  const item = list.children[active]
  if (!item) return
  item.setAttribute('aria-selected', 'true')
  item.scrollIntoView({ block: 'nearest' })
  input.setAttribute('aria-activedescendant', item.id)
}

function pick(i, room) {
  const item = items[i]
  if (!item) return
  const after = input.value.slice(input.selectionStart)
  const before = input.value.slice(0, item.from) + item.put
  input.value = before + after.trimStart()
  input.setSelectionRange(before.length, before.length)
  input.focus()
  update(room)
}

function close() {
  asked++
  show([])
}

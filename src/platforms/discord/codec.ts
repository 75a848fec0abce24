/** Presses as custom ids and back: `run?key=value`, `run?key=value|option` for a select, `p:<id>` when too long, `#2` for the second of a kind. */
import type { Card, Given } from '../../kernel/card.ts'
import type { Press } from '../platform.ts'
import { pressFor, pressId } from '../press.ts'

/** components/reference: a custom_id has 1 to 100 characters and is unique on its message. */
const CUSTOM_ID = 100

/** What a custom id says. `kept` names a press that the house keeps; `option` is the one that a select's value fills. */
export type Pressed = { run: string; given: Given; option?: string } | { kept: string; option?: string }

export type Naming = {
  name: (run: string, given: Given, option?: string) => string
  /** Names a button that shows this card, which is kept. */
  more: (rest: Card) => string
  presses: Press[]
}

const runShape = /^[a-z][a-z0-9_ -]*$/

/** Names the components of one message, so that no two are alike, and collects the presses that have to be kept. */
export function naming(): Naming {
  const used = new Set<string>()
  const presses: Press[] = []
  const name = (run: string, given: Given, option?: string): string => {
    const short = shortId(run, given, option)
    for (let n = 1; ; n++) {
      const mark = n === 1 ? '' : `#${n}`
      const fits = short !== undefined && short.length + mark.length <= CUSTOM_ID
      const id = (fits ? short : keptId(run, given, option)) + mark
      if (used.has(id)) continue
      used.add(id)
      if (!fits) keep(presses, { id: pressId(run, given), run, given })
      return id
    }
  }
  const more = (rest: Card): string => {
    const { press, given } = pressFor(rest)
    keep(presses, press)
    return name(press.run, given)
  }
  return { name, more, presses }
}

function keep(presses: Press[], press: Press): void {
  if (!presses.some((known) => known.id === press.id)) presses.push(press)
}

const ending = (option?: string): string => (option === undefined ? '' : `|${encodeURIComponent(option)}`)

const keptId = (run: string, given: Given, option?: string): string => `p:${pressId(run, given)}${ending(option)}`

/** Form encoding leaves no `|` and no `#` in keys and values, so the marks behind them are never mistaken. */
function shortId(run: string, given: Given, option?: string): string | undefined {
  if (!runShape.test(run)) return undefined
  const query = new URLSearchParams(given).toString()
  return `${run}${query && '?'}${query}${ending(option)}`
}

/** Reads a custom id; undefined when it is none of ours. */
export function parse(customId: string): Pressed | undefined {
  const match = /^([^|#]+)(?:\|([^|#]+))?(?:#\d+)?$/.exec(customId)
  if (!match) return undefined
  const [, press = '', ending] = match
  const option = ending === undefined ? undefined : decoded(ending)
  const named = option === undefined ? {} : { option }
  const kept = /^p:([\w-]{22})$/.exec(press)?.[1]
  if (kept !== undefined) return { kept, ...named }
  const mark = press.indexOf('?')
  const run = mark < 0 ? press : press.slice(0, mark)
  if (!runShape.test(run)) return undefined
  return { run, given: mark < 0 ? {} : Object.fromEntries(new URLSearchParams(press.slice(mark + 1))), ...named }
}

function decoded(words: string): string {
  try {
    return decodeURIComponent(words)
  } catch {
    return words
  }
}

/** What a pressed button, a chosen option and a sent form carry: written into Slack's ids and values, and read back. */
import type { Card, Given } from '../../kernel/card.ts'
import type { Press } from '../platform.ts'
import { pressFor, pressId } from '../press.ts'

// Lengths: @slack/types 3.2 doc comments; option values: python-slack-sdk model validators.
const limits = { actionId: 255, value: 2_000, optionValue: 150, callbackId: 255, metadata: 3_000 }

/** Where the answer of a form goes: whatever the door needs to find it again. */
export type Where = Record<string, string>

/** `press` is the id of a kept press, which the house knows. */
export type Pressed = { run: string; given: Given } | { press: string }
export type Sent = Pressed & { where: Where }

const LINK = '-'
const KEPT = 'p'

/** Writes the ids of one message: each is there once, and what is too long is collected in `presses`. */
export function writer() {
  const presses = new Map<string, Press>()
  let count = 0
  const keep = (run: string, given: Given): string => {
    const id = pressId(run, given)
    presses.set(id, { id, run, given })
    return `p:${id}`
  }
  const numbered = (id: string): string => `${id}#${count++}`
  const fits = (id: string): boolean => id.length <= limits.actionId - 6
  return {
    button(run: string, given: Given = {}): { action_id: string; value: string } {
      const value = JSON.stringify(given)
      if (fits(wire(run)) && value.length <= limits.value) return { action_id: numbered(wire(run)), value }
      return { action_id: numbered(KEPT), value: keep(run, given) }
    },
    /** A button that shows this card, which is kept. */
    more(rest: Card): { action_id: string; value: string } {
      const { press, given } = pressFor(rest)
      presses.set(press.id, press)
      return { action_id: numbered(press.run), value: JSON.stringify(given) }
    },
    /** A button that only opens an address; Slack still tells us that it was pressed. */
    link: (): { action_id: string } => ({ action_id: numbered(LINK) }),
    /** A select: `carried` is what an option's value is written as. */
    choice(run: string, given: Given, option: string): { action_id: string; carried: (value: string) => string } {
      const id = `${wire(run)}?${query(given)}|${wire(option)}`
      const kept = (value: string) => keep(run, { ...given, [option]: value })
      if (!fits(id)) return { action_id: numbered(KEPT), carried: kept }
      const plain = (value: string) => value !== '' && value.length <= limits.optionValue && !value.startsWith('p:')
      return { action_id: numbered(id), carried: (value) => (plain(value) ? value : kept(value)) }
    },
    /** The ids of a form's window. */
    form(run: string, given: Given, where: Where): { callback_id: string; private_metadata: string } {
      const whole = JSON.stringify({ g: given, w: where })
      if (wire(run).length <= limits.callbackId && whole.length <= limits.metadata)
        return { callback_id: wire(run), private_metadata: whole }
      const short = JSON.stringify({ p: keep(run, given).slice(2), w: where })
      return {
        callback_id: KEPT,
        private_metadata: short.length <= limits.metadata ? short : JSON.stringify({ p: keep(run, given).slice(2) }),
      }
    },
    presses: (): Press[] => [...presses.values()],
  }
}

export type Writer = ReturnType<typeof writer>

/** What a block action asks for; undefined for links and for whatever is not ours. */
export function readPress(action: unknown): Pressed | undefined {
  const { action_id, value, selected_option } = record(action)
  if (typeof action_id !== 'string') return undefined
  const id = action_id.replace(/#\d{1,5}$/, '')
  const chosen = selected_option === undefined || selected_option === null ? undefined : record(selected_option).value
  const said = chosen ?? value
  if (id === LINK || typeof said !== 'string') return undefined
  const kept = /^p:([\w-]{1,64})$/.exec(said)?.[1]
  if (kept !== undefined) return { press: kept }
  if (chosen === undefined) {
    const [run, given] = [unwire(id), readGiven(parsed(said))]
    return run && given ? { run, given } : undefined
  }
  const [base, option, more] = id.split('|')
  const [path, words = ''] = (base ?? '').split('?')
  const [run, name] = [unwire(path ?? ''), unwire(option ?? '')]
  if (!run || name === undefined || option === undefined || more !== undefined) return undefined
  return { run, given: { ...Object.fromEntries(new URLSearchParams(words)), [name]: said } }
}

/** What a form was opened for; undefined when the window is not one of ours. */
export function readForm(view: unknown): Sent | undefined {
  const { callback_id, private_metadata } = record(view)
  if (typeof callback_id !== 'string' || typeof private_metadata !== 'string') return undefined
  const { g, p, w } = record(parsed(private_metadata))
  const where = readGiven(w) ?? {}
  if (callback_id === KEPT && typeof p === 'string') return { press: p, where }
  const [run, given] = [unwire(callback_id), readGiven(g)]
  return run && given ? { run, given, where } : undefined
}

/** Words as an id without blanks, readable in logs: "review approve" is review+approve. */
const wire = (words: string): string => encodeURIComponent(whole(words)).replaceAll('%20', '+')

function unwire(id: string): string | undefined {
  try {
    return decodeURIComponent(id.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const query = (given: Given): string =>
  new URLSearchParams(Object.entries(given).map(([name, value]): [string, string] => [whole(name), whole(value)])).toString()

/** Half an emoji cannot be encoded. */
const whole = (words: string): string => words.replace(/\p{Surrogate}/gu, '\ufffd')

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

function readGiven(value: unknown): Given | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.values(value).every((v) => typeof v === 'string') ? (value as Given) : undefined
}

import type { Offer } from './deps.ts'

export type Line = { run: string; given: Record<string, string> }

/**
 * Reads "/review reject submission:sub_… note:too dark": the longest command that fits, then options by name. A value reaches
 * to the next option name, so it needs no quotes; words before the first name answer the first option. Undefined when the line
 * is not a command at all; an unknown command is passed on, and the hall says so.
 */
export function readLine(line: string, offers: Offer[]): Line | undefined {
  const words = line.trim().replace(/\s+/g, ' ')
  if (!words.startsWith('/') || words.length < 2) return undefined
  const typed = words.slice(1)
  const offer = offers
    .filter((o) => typed === o.name || typed.startsWith(`${o.name} `))
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (!offer)
    return {
      run: typed
        .split(' ')
        .filter((word) => !word.includes(':'))
        .slice(0, 2)
        .join(' '),
      given: {},
    }
  return { run: offer.name, given: readOptions(line.trim().slice(1 + spanOf(line.trim().slice(1), offer.name)), offer) }
}

/** How many characters of the line the command's name takes, however many blanks stand in it. */
function spanOf(line: string, name: string): number {
  let at = 0
  for (const word of name.split(' ')) at = line.indexOf(word, at) + word.length
  return at
}

function readOptions(rest: string, offer: Offer): Record<string, string> {
  const given: Record<string, string> = {}
  const names = new Set(offer.options.map((o) => o.name))
  let current: string | undefined
  const before: string[] = []
  for (const word of rest.split(/ +/).filter((w) => w !== '')) {
    const colon = word.indexOf(':')
    const name = colon > 0 ? word.slice(0, colon) : ''
    if (names.has(name) || (colon > 0 && !/^https?$/i.test(name) && current === undefined && before.length === 0)) {
      current = name
      given[name] = word.slice(colon + 1)
    } else if (current === undefined) before.push(word)
    else given[current] = given[current] === '' ? word : `${given[current]} ${word}`
  }
  const first = offer.options.find((o) => given[o.name] === undefined)
  if (before.length > 0 && first) given[first.name] = before.join(' ')
  return given
}

/** What someone typed behind a slash, as a command with its options. */
import type { AnyCommand, Option } from '../../command.ts'
import { cut } from '../../kernel/cut.ts'

export type Line = { run: string; given: Record<string, string> } | { error: string }

/** How the slash commands of a workspace are called. */
export type Names = { root: string; prefix: string }
export const usual: Names = { root: '/troupe', prefix: '' }

type Word = { text: string; key?: string; quoted: boolean }

/**
 * Reads `/troupe review reject sub_… reason:brief note:"too dark"`, where `/review reject …` says the same. The longest command
 * that fits; then options by name, or by position in their declared order. Text without quotes reaches to the next option name.
 * Alone, `/troupe` is home. What cannot be read comes back as a sentence for the person.
 */
export function readLine(slash: { command: string; text: string }, listed: AnyCommand[], names: Names = usual): Line {
  const words = split(slash.text)
  const path = words.map((word) => (word.quoted || word.key !== undefined ? '' : word.text.toLowerCase()))
  const short = slash.command.trim().toLowerCase()
  if (short !== names.root) path.unshift(short.slice(1 + (short.startsWith(`/${names.prefix}`) ? names.prefix.length : 0)))
  if (path.length === 0) return { run: 'home', given: {} }
  const found = listed
    .filter((cmd) => cmd.name.split(' ').every((word, i) => path[i] === word))
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (!found) return { error: unknown(path, listed) }
  return readOptions(words.slice(words.length - path.length + found.name.split(' ').length), found)
}

function unknown(path: string[], listed: AnyCommand[]): string {
  const [first = ''] = path
  const group = listed.filter((cmd) => cmd.name.startsWith(`${first} `)).map((cmd) => cmd.name.slice(first.length + 1))
  if (group.length > 0 && first !== '') return `"${first}" needs one more word: ${either(group)}.`
  const typed = first === '' ? 'That' : `"${cut(first, 40)}"`
  const near = [...new Set(listed.map((cmd) => cmd.name.split(' ')[0]!))].filter(
    (name) => first !== '' && name.startsWith(first.slice(0, 3)),
  )
  return `${typed} is not a command. ${near.length > 0 ? `Did you mean ${either(near)}?` : 'Type help to see what you can do.'}`
}

function readOptions(words: Word[], cmd: AnyCommand): Line {
  const given: Record<string, string> = {}
  const names = Object.keys(cmd.options)
  // An option that takes any text stays open: words without a name that follow belong to it.
  let open: string | undefined
  for (const word of words) {
    const name = names.find((n) => n === word.key?.toLowerCase())
    if (word.key !== undefined && name === undefined && open === undefined) return { error: notAnOption(word.key, cmd) }
    const said = word.key !== undefined && name === undefined ? `${word.key}:${word.text}` : word.text
    const at: string | undefined = name ?? (word.quoted ? undefined : open) ?? names.find((n) => given[n] === undefined)
    if (at === undefined) return { error: tooMany(said, cmd) }
    const more = at === open && name === undefined
    given[at] = more && given[at] !== '' ? `${given[at]} ${said}` : said
    const last = at === names.at(-1)
    open = !word.quoted && isText(cmd.options[at]!) && (name !== undefined || more || last) ? at : undefined
  }
  for (const [name, value] of Object.entries(given)) given[name] = asChoice(cmd.options[name]!, value)
  return { run: cmd.name, given }
}

const isText = (option: Option): boolean => option.kind === 'text' || option.kind === 'long'

/** A choice may be typed as its label, in any case. */
function asChoice(option: Option, typed: string): string {
  const same = (words: string) => words.toLowerCase() === typed.toLowerCase()
  return option.choices?.find((c) => same(c.value) || same(c.label))?.value ?? typed
}

const notAnOption = (key: string, cmd: AnyCommand): string => `"${cut(key, 40)}" is not an option of ${cmd.name}. ${takes(cmd)}`
const tooMany = (word: string, cmd: AnyCommand): string => `It is not clear what "${cut(word, 40)}" is for. ${takes(cmd)}`

function takes(cmd: AnyCommand): string {
  const names = Object.keys(cmd.options)
  return names.length === 0 ? `"${cmd.name}" takes no options.` : `"${cmd.name}" takes ${either(names, 'and')}.`
}

const either = (words: string[], and = 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`

const pairs: Record<string, string> = { '"': '"', '“': '”', '”': '”', '„': '“', '«': '»' }

/** Words between blanks; quotes keep blanks together, and phones write them curly. A quote that is not closed is a letter. */
function split(text: string): Word[] {
  const words: Word[] = []
  const unclosed = new Set<string>()
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++
      continue
    }
    const named = /^([a-z][a-z0-9_-]{0,40}):(?!\/\/)/i.exec(text.slice(at, at + 43))
    const start = at + (named?.[0].length ?? 0)
    const key = named ? { key: named[1]! } : {}
    const end = unclosed.has(text[start] ?? '') ? -1 : closing(text, start)
    // What has no end here has none further on; asking again at every quote would take the square of the time.
    if (end < 0) unclosed.add(text[start] ?? '')
    if (end > start) {
      words.push({ ...key, text: plainly(text.slice(start + 1, end)), quoted: true })
      at = end + 1
      continue
    }
    at = wordEnd(text, start)
    words.push({ ...key, text: plainly(text.slice(start, at)), quoted: false })
  }
  return words
}

/** Where the quote that begins here ends, before a blank or the end; -1 when none does. */
function closing(text: string, start: number): number {
  const quote = pairs[text[start] ?? '']
  if (quote === undefined) return -1
  // “…" and "…” come from keyboards that mend only one of the two.
  for (let i = start + 1; i < text.length; i++)
    if ((text[i] === quote || text[i] === '"' || text[i] === '”') && (i + 1 === text.length || /\s/.test(text[i + 1]!))) return i
  return -1
}

/** The end of a word. What Slack has put between angle brackets is one word, blanks and all. */
function wordEnd(text: string, start: number): number {
  let at = start
  let inside = false
  for (; at < text.length; at++) {
    if (text[at] === '<') inside = true
    else if (text[at] === '>') inside = false
    else if (!inside && /\s/.test(text[at]!)) break
  }
  return at
}

/** Slack's `<@U1|mia>`, `<#C1|wins>`, `<https://a.example|a.example>`, `<mailto:a@b.c|a@b.c>` and `&amp;` as a person would write them. */
export function plainly(text: string): string {
  return text
    .replace(/<([^<>]*)>/g, (_, inner: string) => entity(inner))
    .replace(/&(amp|lt|gt);/g, (_, name: string) => signs[name]!)
}

const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>' }

function entity(inner: string): string {
  const bar = inner.indexOf('|')
  const [target, label] = bar < 0 ? [inner, ''] : [inner.slice(0, bar), inner.slice(bar + 1)]
  const sign = target[0] ?? ''
  if (sign === '@' || sign === '#') return `${sign}${label || target.slice(1)}`
  if (sign === '!') return label || `@${target.slice(1)}`
  return target.startsWith('mailto:') ? target.slice(7) : target
}

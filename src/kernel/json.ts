import { parse } from 'lossless-json'
import { Refusal } from './refusal.ts'

/** JSON as it came. Numbers are their own text, "820982911946154508" or "40.00", because a float would change them. */
export type Json = null | boolean | string | Json[] | { [key: string]: Json }

const DEEPEST = 64
const MOST_ENTRIES = 100_000
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a body from outside. Refuses with 'invalid': bytes that are not UTF-8, malformed JSON, a key given twice with two
 * values, NUL characters (PostgreSQL can't keep them), nesting over 64 levels, over 100,000 keys and list items.
 * `__proto__` becomes an ordinary own key, as in JSON.parse; half a surrogate pair becomes U+FFFD.
 */
export function readJson(body: Uint8Array): Json {
  const text = decode(body)
  // The parser calls itself for every level, so the depth has to be known before it starts.
  measure(text)
  // Shops cut product names in the middle of an emoji; JSON allows that half character, PostgreSQL does not.
  const mend = /\\u[dD][89a-fA-F]/.test(text) ? wellFormed : undefined
  try {
    return parse(text, mend, (digits) => digits) as Json
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Refusal('invalid', `The body is not valid JSON: ${reason(error.message)}.`)
  }
}

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new Refusal('invalid', 'The body is not valid UTF-8.')
  }
}

/** One pass over the text that skips strings: every comma and every bracket opens room for one more key or item. */
function measure(text: string): void {
  let depth = 0
  let entries = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') {
        if (text.startsWith('u0000', i + 1)) throw new Refusal('invalid', 'The body holds a NUL character.')
        i++
      } else if (c === '"') quoted = false
    } else if (c === '"') quoted = true
    else if (c === '{' || c === '[') {
      depth++
      entries++
      if (depth > DEEPEST) throw new Refusal('invalid', `The body is nested deeper than ${DEEPEST} levels.`)
    } else if (c === '}' || c === ']') depth--
    else if (c === ',') entries++
    else if (c === '\0') throw new Refusal('invalid', 'The body holds a NUL character.')
  }
  if (entries > MOST_ENTRIES) throw new Refusal('invalid', 'The body has more than 100,000 keys and list items.')
}

const wellFormed = (_key: string, value: unknown) => (typeof value === 'string' ? Buffer.from(value).toString() : value)

/** The parser quotes what it stumbled on; only where it was is repeated, for the body may hold a shopper's data. */
function reason(message: string): string {
  const where = /position (\d+)/.exec(message)
  const what = message.startsWith('Duplicate key')
    ? 'a key is given twice with two values'
    : 'it breaks off or has a stray character'
  return where ? `${what} at position ${where[1]}` : what
}

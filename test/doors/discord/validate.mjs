/** Checks request bodies against Discord's published schemas and answers as Discord does: 400 with code 50035. */
import * as published from 'discord-api-spec/zod'
import { refusal } from './state.mjs'

/** @typedef {{ path: PropertyKey[], code: string, message: string }} Problem */
/** @typedef {import('./state.mjs').Json} Json */

const schemas = new Map(Object.entries(published))

/** Accepted by Discord though the published schema does not list them. */
const UNLISTED = new Set(['nsfw', 'nonce', 'retrievability'])

/** @param {Problem[]} problems */
export function invalid(problems) {
  const errors = {}
  for (const problem of problems) {
    let at = errors
    for (const key of problem.path) at = at[String(key)] ??= {}
    at._errors = [...(at._errors ?? []), { code: problem.code, message: problem.message }]
  }
  return refusal(400, 50035, 'Invalid Form Body', errors)
}

/** Throws when there is at least one. @param {Problem[]} problems */
export function refuseIfAny(problems) {
  if (problems.length > 0) throw invalid(problems)
}

/**
 * Checks a body by the schema's name; a key that the schema does not know is noted as a violation.
 * @param {string} name @param {unknown} body @param {(rule: string, detail: string) => void} note
 */
export function check(name, body, note) {
  const schema = schemas.get(`${name}Schema`)
  if (!schema) throw new Error(`There is no schema ${name}.`)
  const plain = loosened(body)
  const parsed = schema.safeParse(plain)
  if (!parsed.success) throw invalid(parsed.error.issues.flatMap((issue) => flat(issue, [])))
  for (const key of strangers(plain, parsed.data, '')) note('unknown field', `${key} in ${name}`)
}

/** What Discord accepts in another type than it publishes: permission bits as strings, attachment ids as numbers. */
function loosened(value, key = '') {
  if (Array.isArray(value)) return value.map((one) => loosened(one, key))
  if (typeof value === 'string' && /^(default_member_)?permissions$|^(allow|deny)$/.test(key) && /^\d+$/.test(value))
    return Number(value)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([k, v]) => [
    k,
    k === 'id' && key === 'attachments' && typeof v === 'number' ? String(v) : loosened(v, k),
  ])
  return Object.fromEntries(entries)
}

/** @returns {Problem[]} */
function flat(issue, above) {
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.filter((some) => !some.some((i) => i.path.length === 1 && i.path[0] === 'type'))
    const fit = branches.length === 1 ? branches[0] : undefined
    if (fit) return fit.flatMap((i) => flat(i, path))
    if (branches.length === 0)
      return [{ path: [...path, 'type'], code: 'UNION_TYPE_CHOICES', message: 'Value of field "type" is not allowed here.' }]
  }
  const length = issue.code === 'too_big' ? `Must be ${issue.maximum} or fewer in length.` : issue.message
  return [{ path, code: CODES[issue.code] ?? 'BASE_TYPE_INVALID', message: length }]
}
const CODES = {
  too_big: 'BASE_TYPE_MAX_LENGTH',
  too_small: 'BASE_TYPE_MIN_LENGTH',
  invalid_type: 'BASE_TYPE_BAD_TYPE',
  invalid_value: 'BASE_TYPE_CHOICES',
  invalid_union: 'UNION_TYPE_CHOICES',
  invalid_format: 'STRING_TYPE_REGEX',
}

/** Paths of the keys that parsing dropped. @returns {string[]} */
function strangers(before, after, path) {
  if (Array.isArray(before) && Array.isArray(after)) return before.flatMap((one, i) => strangers(one, after[i], `${path}[${i}]`))
  if (before === null || typeof before !== 'object' || after === null || typeof after !== 'object') return []
  return Object.entries(before).flatMap(([key, value]) => {
    if (key in after) return strangers(value, after[key], path ? `${path}.${key}` : key)
    return value === undefined || UNLISTED.has(key) ? [] : [path ? `${path}.${key}` : key]
  })
}

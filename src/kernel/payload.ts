import { z } from 'zod'
import type { Shopper } from './fact.ts'
import type { Json } from './json.ts'
import { mailboxOf } from './mailbox.ts'
import { type Money, parseMoney } from './money.ts'
import { type Postal, postalKey } from './postal.ts'
import { Refusal } from './refusal.ts'

/** The pieces that schemas of webhook bodies are made of. They read what readJson gave, where numbers are text. */

/** An id of the outside system, at most 200 characters. */
export const foreignId = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters')

/** An ISO 8601 time with its offset, given back in UTC. */
export const instant = z.iso
  .datetime({ offset: true, error: problem('must be a time with its offset, such as "2026-01-10T10:00:00Z"') })
  .transform((text) => new Date(text).toISOString())

export const currencyCode = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'must be a currency code such as USD')
  .transform((text) => text.toUpperCase())

/** A whole number of at most nine digits. */
export const count = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number)

/** A list that may be left out or null. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? [])

/** Reads a body by its schema; a Refusal('invalid') names the first wrong field, "data.items[0].sku: is missing." */
export function readAs<T extends z.ZodType>(schema: T, json: Json): z.output<T> {
  const read = schema.safeParse(json, { error: problem() })
  if (read.success) return read.data
  const issue = read.error.issues[0]!
  throw wrongField(pathText(issue.path), issue.message)
}

/** An amount as Money; the Refusal names the field. */
export function money(text: string, currency: string, field: string): Money {
  try {
    return parseMoney(text, currency)
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal('invalid', `${field}: ${error.sentence}`, error.fix, field)
    throw error
  }
}

export function wrongField(field: string, what: string): Refusal {
  return new Refusal('invalid', field === '' ? `The body ${what}.` : `${field}: ${what}.`, undefined, field || undefined)
}

/** Codes as checkouts compare them: trimmed, in capitals, each once. */
export function codesOf(codes: string[]): string[] {
  return [...new Set(codes.map((code) => code.trim().toUpperCase()))].filter((code) => code !== '' && code.length <= 255)
}

/**
 * The click id of ours among what may be one. What else stands there is not kept: other tools use the same names, and shops put their
 * own numbers of customers there, or an e-mail.
 */
export function clickOf(given: readonly unknown[]): string | undefined {
  const words = given.flatMap((one) => (typeof one === 'string' ? [one.trim()] : []))
  return words.find((one) => one.startsWith('clk_') && one.length <= 500)
}

/** Ids are hashed with their source, for customer 7 of one shop is not customer 7 of another; e-mail and address are the same everywhere. */
export function shopperOf(
  source: string,
  plain: { id?: string | null; email?: string | null; addresses?: (Postal | null | undefined)[] },
  hash: (text: string) => string,
): Shopper {
  const id = plain.id?.trim()
  const typed = plain.email?.trim().toLowerCase()
  const email = typed && mailboxOf(typed)
  // The first that is a whole address: shops send empty ones for what is not delivered.
  const address = (plain.addresses ?? []).map((one) => one && postalKey(one)).find((key) => !!key)
  return {
    ...(id ? { id: hash(`${source}:${id}`) } : {}),
    ...(email ? { email: hash(email) } : {}),
    ...(typed && typed !== email ? { typed: hash(typed) } : {}),
    ...(address ? { address: hash(address) } : {}),
  }
}

const kinds: Record<string, string> = {
  string: 'text or a number',
  object: 'an object',
  array: 'a list',
  boolean: 'true or false',
}

/** The words for a wrong value; zod's own speak of types and inputs. */
function problem(otherwise?: string) {
  return (issue: { code?: string; input?: unknown; expected?: unknown }): string | undefined => {
    if (issue.input === undefined) return 'is missing'
    return (
      otherwise ?? (issue.code === 'invalid_type' ? `must be ${kinds[String(issue.expected)] ?? 'something else'}` : undefined)
    )
  }
}

const pathText = (path: PropertyKey[]) =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? String(step) : `.${String(step)}`)).join('')

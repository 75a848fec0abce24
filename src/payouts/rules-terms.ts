/** What an admin types about payouts, read and checked. */
import { Refusal } from '../kernel/refusal.ts'
import { type Method, methods } from './rules.ts'
import { readIban } from './rules-accounts.ts'
import { closedCountries } from './rules-tax.ts'

const list = (typed: string): string[] =>
  typed
    .split(/[\s,;]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** "bank, paypal" → those; at least one. */
export function parseMethods(typed: string): Method[] {
  const named = list(typed.toLowerCase())
  const unknown = named.find((name) => !Object.hasOwn(methods, name))
  if (named.length === 0 || unknown !== undefined)
    throw new Refusal(
      'invalid',
      `“${(unknown ?? '').slice(0, 30)}” is no way of payment.`,
      `Give some of ${Object.keys(methods).join(', ')}.`,
      'methods',
    )
  return [...new Set(named)] as Method[]
}

/** "CU, IR" → those; "ours" is our own list. */
export function parseClosed(typed: string): string[] {
  const named = list(typed.toUpperCase())
  if (named.length === 1 && named[0] === 'OURS') return [...closedCountries]
  if (!named.every((code) => /^[A-Z]{2}$/.test(code)))
    throw new Refusal(
      'invalid',
      'Countries are given by two letters each.',
      'Write them like CU, IR, KP, or ours for our list.',
      'closed',
    )
  return [...new Set(named)].sort()
}

type Payer = { name: string; iban: string; bic?: string | undefined }

/** The account that SEPA files pay from; what is not given stays. */
export function parsePayer(typed: { name?: string | undefined; iban?: string | undefined }, before: Payer | undefined): Payer {
  const iban = typed.iban === undefined ? before?.iban : readIban(typed.iban)
  const name = typed.name ?? before?.name
  if (iban === undefined)
    throw new Refusal(
      'invalid',
      'This IBAN has a mistake: its check digits, length or country do not fit.',
      'Compare it with the statement of the account.',
      'iban',
    )
  if (name === undefined) throw new Refusal('invalid', 'The name on the account is missing.', 'Give payer too.', 'payer')
  return { name, iban }
}

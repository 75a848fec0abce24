/**
 * Accounts that money can be sent to, checked by their own check digits before anybody sends anything: IBAN by mod 97 and the length
 * of its country, a routing number by its weights. What is shown of an account is its last four signs.
 */
import type { Method } from './rules.ts'

export type Account =
  | { method: 'bank' | 'wise'; iban: string; bic?: string }
  | { method: 'bank' | 'wise'; accountNumber: string; routing: string }
  | { method: 'paypal' | 'wise'; email: string }
  | { method: 'stripe'; stripe: string }
  | { method: 'credit' }

/** Length of an IBAN by country (the registry of SWIFT). */
const ibanLengths = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 ' +
    'HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 OM23 PK24 PL28 ' +
    'PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

/** An IBAN without spaces in capitals; undefined when its country, length or check digits are wrong. */
export function readIban(typed: string): string | undefined {
  const iban = typed.toUpperCase().replace(/[\s-]/g, '')
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) || iban.length !== ibanLengths.get(iban.slice(0, 2))) return undefined
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((sign) => Number.parseInt(sign, 36)).join('')
  return BigInt(digits) % 97n === 1n ? iban : undefined
}

/** A BIC of 8 or 11 signs in capitals. */
export function readBic(typed: string): string | undefined {
  const bic = typed.toUpperCase().replace(/\s/g, '')
  return /^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(bic) ? bic : undefined
}

/** A routing or sort code in digits; in the United States nine with their check digit. */
export function readRouting(typed: string, country: string): string | undefined {
  const digits = typed.replace(/[\s-]/g, '')
  if (!/^\d{5,9}$/.test(digits)) return undefined
  if (country !== 'US') return digits
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * [3, 7, 1][i % 3]!, 0)
  return digits.length === 9 && sum > 0 && sum % 10 === 0 ? digits : undefined
}

export function readAccountNumber(typed: string): string | undefined {
  const number = typed.toUpperCase().replace(/[\s-]/g, '')
  return /^[A-Z0-9]{4,20}$/.test(number) ? number : undefined
}

const tail = (words: string): string => words.slice(-4)

/** What may be shown of an account in the chat and to its owner. */
export function showAccount(account: Account): string {
  if ('iban' in account) return `IBAN ${account.iban.slice(0, 2)} that ends in ${tail(account.iban)}`
  if ('accountNumber' in account) return `account that ends in ${tail(account.accountNumber)}`
  if ('email' in account) return `${account.method === 'paypal' ? 'PayPal' : 'Wise'} ${maskEmail(account.email)}`
  if ('stripe' in account) return `Stripe account that ends in ${tail(account.stripe)}`
  return 'gift code of the shop'
}

const maskEmail = (email: string): string => email.replace(/^(.)[^@]*/, '$1…')

/** The same for the same account, however it was typed; what is hashed to find two creators with one account. */
export function accountKey(account: Account, creatorId: string): string {
  if ('iban' in account) return `iban ${account.iban}`
  if ('accountNumber' in account) return `account ${account.routing} ${account.accountNumber}`
  if ('email' in account) return `${account.method} ${account.email}`
  // A gift code is nobody's account.
  return 'stripe' in account ? `stripe ${account.stripe}` : `credit ${creatorId}`
}

export const emailOf = (account: Account): string | undefined => ('email' in account ? account.email : undefined)

export const methodOf = (account: Account): Method => account.method

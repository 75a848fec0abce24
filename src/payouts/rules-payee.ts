/**
 * What the page for payee details asks, and what it makes of the answers. An account or tax number that is not typed again stays what
 * it was, so that the page never has to show it. A change of the account, method, name or country holds payouts; an address, tax form
 * or VAT id does not.
 */
import { type Method, methods } from './rules.ts'
import { type Account, readAccountNumber, readBic, readIban, readRouting } from './rules-accounts.ts'
import { closedCountries, readVatId, type TaxForm, taxFormFor } from './rules-tax.ts'

export type Address = { line: string; more: string; postcode: string; city: string; region: string }
export type Tax = { form: TaxForm; last4: string; signedName: string; signedAt: string }

/** What is sealed: everything that names a person or an account. */
export type PayeeDetails = {
  name: string
  country: string
  address: Address
  account: Account
  tax: Tax
  vatId: string
  /** They agreed that the brand writes their invoices. */
  billing: boolean
}

export type Kind = 'first' | 'method' | 'account' | 'name' | 'country' | 'address' | 'tax' | 'vat' | 'billing'

/** What people read of a change. */
export const kindWords: Record<Kind, string> = {
  first: 'details entered for the first time',
  method: 'the way of payment',
  account: 'the account',
  name: 'the legal name',
  country: 'the country',
  address: 'the address',
  tax: 'the tax form',
  vat: 'the VAT id',
  billing: 'who writes the invoices',
}

const holding = new Set<Kind>(['method', 'account', 'name', 'country'])

/** Whether payouts wait after this change. What is entered for the first time is seen by whoever confirms, and waits for nothing. */
export const holdsPayouts = (kinds: Kind[]): boolean => !kinds.includes('first') && kinds.some((kind) => holding.has(kind))

/** What kind of detail differs; [] when nothing does. */
export function changes(before: PayeeDetails | undefined, now: PayeeDetails): Kind[] {
  if (!before) return ['first']
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)
  const list: [Kind, boolean][] = [
    ['method', before.account.method !== now.account.method],
    ['account', before.account.method === now.account.method && differs(before.account, now.account)],
    ['name', before.name !== now.name],
    ['country', before.country !== now.country],
    ['address', differs(before.address, now.address)],
    ['tax', differs(before.tax, now.tax)],
    ['vat', before.vatId !== now.vatId],
    ['billing', before.billing !== now.billing],
  ]
  return list.filter(([, is]) => is).map(([kind]) => kind)
}

export type Reading = {
  before: PayeeDetails | undefined
  /** ISO codes of all countries. */
  countries: ReadonlySet<string>
  blocked: readonly string[]
  methods: readonly Method[]
  /** The account that Stripe made for them, once they went through its form. */
  stripe?: string | undefined
  payer: string
  now: Date
}

type Typed = Record<string, string>

/** The details, or what is wrong at which field as a sentence. */
export function readPayee(typed: Typed, reading: Reading): { details: PayeeDetails } | { errors: Record<string, string> } {
  const errors: Record<string, string> = {}
  const wrong = (field: string, sentence: string) => {
    errors[field] ??= sentence
  }
  const words = (field: string, label: string, min: number, max: number): string => {
    const value = clean(typed[field])
    const length = [...value].length
    if (length < min) wrong(field, min <= 1 ? `${label} is missing.` : `${label} must have at least ${min} characters.`)
    if (length > max) wrong(field, `${label} must have at most ${max} characters.`)
    return value
  }
  const name = words('name', 'Your legal name', 2, 100)
  const country = clean(typed.country).toUpperCase()
  if (!reading.countries.has(country)) wrong('country', 'Pick your country from the list.')
  else if (reading.blocked.includes(country))
    wrong('country', 'We may not send money to this country. Ask the team what can be done.')
  const address = {
    line: words('line', 'Street and number', 3, 100),
    more: words('more', 'The second line', 0, 100),
    postcode: words('postcode', 'The postcode', 0, 20),
    city: words('city', 'The city', 2, 60),
    region: words('region', 'The region', 0, 60),
  }
  const account = readAccount(typed, country, reading, wrong)
  const vatId = readVat(typed, country, wrong)
  const billing = typed.billing === 'yes'
  if (vatId !== '' && !billing) wrong('billing', 'With a VAT id we need your consent to write the invoices for you.')
  const tax = readTax(typed, country, reading, wrong)
  if (Object.keys(errors).length > 0 || !account) return { errors }
  return { details: { name, country, address, account, tax, vatId, billing } }
}

type Wrong = (field: string, sentence: string) => void

function readVat(typed: Typed, country: string, wrong: Wrong): string {
  if (clean(typed.vat) === '') return ''
  const vatId = readVatId(clean(typed.vat), country)
  if (vatId === undefined) wrong('vat', 'This is not how a VAT id of your country is written. Leave it empty if you have none.')
  return vatId ?? ''
}

/** Empty account fields of the same method keep what stood there. */
function readAccount(
  typed: Typed,
  country: string,
  { before, methods: open, stripe }: Reading,
  wrong: Wrong,
): Account | undefined {
  const method = typed.method as Method
  if (!Object.hasOwn(methods, method) || !open.includes(method)) {
    wrong('method', 'Choose how you want to be paid.')
    return undefined
  }
  if (method === 'stripe') return readStripe(stripe, wrong)
  const fields = ['iban', 'bic', 'number', 'routing', 'email'].filter((field) => clean(typed[field]) !== '')
  if (fields.length === 0 && before?.account.method === method) return before.account
  if (method === 'credit') return { method }
  if (method === 'paypal' || (method === 'wise' && clean(typed.email) !== '')) return readEmail(method, typed, wrong)
  return readBank(method, typed, country, wrong)
}

function readEmail(method: 'paypal' | 'wise', typed: Typed, wrong: Wrong): Account | undefined {
  const email = clean(typed.email).toLowerCase()
  if (/^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email) && email.length <= 254) return { method, email }
  wrong('email', `Give the e-mail address of your ${methods[method]} account.`)
  return undefined
}

function readStripe(stripe: string | undefined, wrong: Wrong): Account | undefined {
  if (stripe !== undefined) return { method: 'stripe', stripe }
  wrong('stripe', 'Your account at Stripe is not set up yet. Press “Set up with Stripe” first.')
  return undefined
}

function readBank(method: 'bank' | 'wise', typed: Typed, country: string, wrong: Wrong): Account | undefined {
  if (clean(typed.iban) !== '') {
    const iban = readIban(clean(typed.iban))
    if (iban === undefined)
      wrong('iban', 'This IBAN has a mistake: its check digits, length or country do not fit. Compare it with your statement.')
    const bic = clean(typed.bic) === '' ? undefined : readBic(clean(typed.bic))
    if (clean(typed.bic) !== '' && bic === undefined)
      wrong('bic', 'A BIC has 8 or 11 letters and digits. You may leave it empty.')
    return iban === undefined ? undefined : { method, iban, ...(bic === undefined ? {} : { bic }) }
  }
  if (clean(typed.number) === '' && clean(typed.routing) === '') {
    wrong(
      method === 'wise' ? 'email' : 'iban',
      method === 'wise' ? 'Give your Wise e-mail, or an account below.' : 'Give an IBAN, or an account and routing number.',
    )
    return undefined
  }
  const accountNumber = readAccountNumber(clean(typed.number))
  if (accountNumber === undefined) wrong('number', 'An account number has 4 to 20 digits.')
  const routing = readRouting(clean(typed.routing), country)
  if (routing === undefined)
    wrong(
      'routing',
      country === 'US'
        ? 'This routing number has a mistake: it has nine digits and they do not fit together.'
        : 'A routing or sort code has 5 to 9 digits.',
    )
  return accountNumber === undefined || routing === undefined ? undefined : { method, accountNumber, routing }
}

function readTax(typed: Typed, country: string, { before, payer, now }: Reading, wrong: Wrong): Tax {
  const form = taxFormFor(payer, country)
  if (form === 'none') return { form, last4: '', signedName: '', signedAt: '' }
  const kept = before?.tax.form === form ? before.tax : undefined
  const [last4, signedName] = [clean(typed.tin), clean(typed.signed)]
  if (kept && last4 === '' && signedName === '') return kept
  if (form === 'w9' ? !/^\d{4}$/.test(last4) : !/^[A-Za-z0-9]{0,4}$/.test(last4))
    wrong(
      'tin',
      form === 'w9'
        ? 'Give the last four digits of your SSN or EIN, no more.'
        : 'Give at most the last four signs of your tax number.',
    )
  if ([...signedName].length < 2) wrong('signed', 'Sign with your full name.')
  if (typed.certify !== 'yes') wrong('certify', 'Tick that what you state is true, as the form requires.')
  return { form, last4, signedName, signedAt: now.toISOString() }
}

/** Text that can be kept on one line, without what nobody sees. */
const clean = (value: string | undefined): string =>
  (value ?? '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()

/** Where nobody may be paid: the program's own list, or ours. */
export const blockedBy = (own: readonly string[] | undefined): readonly string[] => own ?? closedCountries

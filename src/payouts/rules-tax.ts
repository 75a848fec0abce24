/**
 * Which tax form is needed before the first payout, whom nobody may pay, and how a VAT id is written: data, for the law of others
 * changes more often than ours. Of a tax number only the last four digits are ever kept.
 */
export const taxForms = { none: 'no tax form', w9: 'W-9', w8ben: 'W-8BEN' } as const
export type TaxForm = keyof typeof taxForms

/** The first row that fits decides; * is any country. */
const rules: { payer: string; payee: string; form: TaxForm }[] = [
  { payer: '*', payee: 'US', form: 'w9' },
  { payer: 'US', payee: '*', form: 'w8ben' },
  { payer: '*', payee: '*', form: 'none' },
]

export const taxFormFor = (payer: string, payee: string): TaxForm =>
  rules.find((rule) => fits(rule.payer, payer) && fits(rule.payee, payee))!.form

const fits = (pattern: string, country: string): boolean => pattern === '*' || pattern === country

/** A W-8BEN lasts until the end of the third year after it was signed; a W-9 lasts. */
export function taxFormLasts(needed: TaxForm, has: { taxForm: string; taxSignedAt: Date | null }, at: Date): boolean {
  if (needed === 'none') return true
  if (has.taxForm !== needed || has.taxSignedAt === null) return false
  return needed === 'w9' || at.getUTCFullYear() <= has.taxSignedAt.getUTCFullYear() + 3
}

/** Under embargo or so wide sanctions that banks refuse (US, EU, UK); a program may keep a list of its own. */
export const closedCountries = ['BY', 'CU', 'IR', 'KP', 'RU', 'SY']

/** How a VAT id is written in each country: the letters before it and what follows. */
const vatShapes: Record<string, RegExp> = {
  AT: /^ATU\d{8}$/,
  BE: /^BE[01]\d{9}$/,
  BG: /^BG\d{9,10}$/,
  CH: /^CHE\d{9}(?:MWST|TVA|IVA)?$/,
  CY: /^CY\d{8}[A-Z]$/,
  CZ: /^CZ\d{8,10}$/,
  DE: /^DE\d{9}$/,
  DK: /^DK\d{8}$/,
  EE: /^EE\d{9}$/,
  ES: /^ES[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^FI\d{8}$/,
  FR: /^FR[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GB: /^GB(?:\d{9}|\d{12}|(?:GD|HA)\d{3})$/,
  GR: /^EL\d{9}$/,
  HR: /^HR\d{11}$/,
  HU: /^HU\d{8}$/,
  IE: /^IE\d[A-Z0-9+*]\d{5}[A-Z]{1,2}$/,
  IT: /^IT\d{11}$/,
  LT: /^LT(?:\d{9}|\d{12})$/,
  LU: /^LU\d{8}$/,
  LV: /^LV\d{11}$/,
  MT: /^MT\d{8}$/,
  NL: /^NL[A-Z0-9+*]{12}$/,
  NO: /^NO\d{9}(?:MVA)?$/,
  PL: /^PL\d{10}$/,
  PT: /^PT\d{9}$/,
  RO: /^RO\d{2,10}$/,
  SE: /^SE\d{12}$/,
  SI: /^SI\d{8}$/,
  SK: /^SK\d{10}$/,
}

/** A VAT id without spaces and signs, with its letters; undefined when it is not written as this country does. */
export function readVatId(typed: string, country: string): string | undefined {
  const bare = typed.toUpperCase().replace(/[\s.\-/]/g, '')
  const letters = country === 'GR' ? 'EL' : country === 'CH' ? 'CHE' : country
  const whole = bare.startsWith(letters) ? bare : `${letters}${bare}`
  const shape = vatShapes[country]
  if (!shape) return /^[A-Z0-9]{4,20}$/.test(bare) ? bare : undefined
  return shape.test(whole) ? whole : undefined
}

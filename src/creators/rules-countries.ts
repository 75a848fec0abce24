// Countries are ISO 3166 codes with two letters. Their names come from the runtime, so people may type them in English or in
// their own language.
import { Refusal } from '../kernel/refusal.ts'
import { UNKNOWN_COUNTRY } from './rules.ts'

export type Country = { code: string; name: string }

/** Codes the runtime names although nobody lives there or they are not countries. */
const notCountries = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '))
const nicknames = new Map([
  ['usa', 'US'],
  ['america', 'US'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['wales', 'GB'],
  ['greatbritain', 'GB'],
  ['holland', 'NL'],
  ['uae', 'AE'],
  ['czechrepublic', 'CZ'],
  ['turkey', 'TR'],
  ['northernireland', 'GB'],
  ['republicofireland', 'IE'],
  ['ivorycoast', 'CI'],
  ['burma', 'MM'],
  ['macau', 'MO'],
  ['macedonia', 'MK'],
  ['swaziland', 'SZ'],
  ['easttimor', 'TL'],
  // What lists of other tools have from ISO, where the runtime says a shorter name.
  ['unitedstatesofamerica', 'US'],
  ['unitedkingdomofgreatbritainnorthernireland', 'GB'],
  ['russianfederation', 'RU'],
  ['korearepublicof', 'KR'],
  ['republicofkorea', 'KR'],
  ['taiwanprovinceofchina', 'TW'],
  ['moldovarepublicof', 'MD'],
  ['tanzaniaunitedrepublicof', 'TZ'],
  ['iranislamicrepublicof', 'IR'],
  ['venezuelabolivarianrepublicof', 'VE'],
  ['boliviaplurinationalstateof', 'BO'],
  ['bruneidarussalam', 'BN'],
  ['syrianarabrepublic', 'SY'],
  ['laopeoplesdemocraticrepublic', 'LA'],
  ['palestinestateof', 'PS'],
])
/** Hong Kong is “Hong Kong SAR China” in full. */
const short = new Intl.DisplayNames(['en'], { type: 'region', style: 'short' })
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const kept = new Map<string, Country[]>()

/** Every country with its name in this language, by name. */
export function countries(locale: string): Country[] {
  const known = kept.get(locale)
  if (known) return known
  const names = new Intl.DisplayNames([locale, 'en'], { type: 'region', fallback: 'none' })
  const list = letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => !notCountries.has(code) && current(code) === code)
    .flatMap((code) => {
      const name = names.of(code)
      return name === undefined ? [] : [{ code, name }]
    })
    .sort((a, b) => a.name.localeCompare(b.name, locale))
  kept.set(locale, list)
  return list
}

/** The ISO code from a code or a name in English or the reader's language. Throws Refusal('invalid'). */
export function parseCountry(raw: string, locale: string): string {
  const typed = raw.trim()
  const code = /^[A-Za-z]{2}$/.test(typed) ? current(typed) : undefined
  const wanted = fold(typed)
  const means = (c: Country) => c.code === code || fold(c.name) === wanted
  const found =
    [countries('en'), countries(locale)].flatMap((list) => list.filter(means))[0]?.code ??
    nicknames.get(wanted) ??
    countries('en').find((c) => fold(short.of(c.code) ?? '') === wanted)?.code
  if (!found)
    throw new Refusal(
      'invalid',
      'We do not know that country.',
      'Write its name, such as Germany, or its two letters, such as DE.',
      'country',
    )
  return found
}

/** Countries whose name or code begins with, or holds, what was typed; at most 25. */
export function suggestCountries(typed: string, locale: string): Country[] {
  const wanted = fold(typed)
  const starts = (c: Country) => fold(c.name).startsWith(wanted) || c.code.toLowerCase() === wanted
  const list = countries(locale)
  const holds = list.filter((c) => !starts(c) && fold(c.name).includes(wanted))
  return [...list.filter(starts), ...holds].slice(0, 25)
}

export const countryName = (code: string, locale: string): string =>
  code === UNKNOWN_COUNTRY ? 'not known' : (countries(locale).find((c) => c.code === code)?.name ?? code)

/** The code in force today: UK is GB. */
const current = (code: string): string | undefined => new Intl.Locale(`und-${code}`).region

/** Its letters alone: “Bosnia & Herzegovina” and “Bosnia and Herzegovina” are one, and so are “St. Lucia” and “Saint Lucia”. */
const fold = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\b(?:and|the)\b/g, '')
    .replace(/\bsaint\b/g, 'st')
    .replace(/[^\p{L}]/gu, '')

// Where an audience lives decides which disclosure rules count. A program says it; until it does, its clock and its language do.
import { Refusal } from '../kernel/refusal.ts'
import { policyOf } from './rules.ts'

/** More at once would not fit into the few words that are seen of a caption. */
const MOST = 8

const byZone: Record<string, string> = {
  'Europe/London': 'GB',
  'Europe/Belfast': 'GB',
  'Europe/Dublin': 'IE',
  'Europe/Paris': 'FR',
  'Europe/Berlin': 'DE',
  'Europe/Busingen': 'DE',
  'Europe/Vienna': 'AT',
  'Europe/Madrid': 'ES',
  'Atlantic/Canary': 'ES',
  'Europe/Rome': 'IT',
  'Europe/Amsterdam': 'NL',
  'Europe/Warsaw': 'PL',
  'Europe/Lisbon': 'PT',
  'Pacific/Honolulu': 'US',
  'America/Toronto': 'CA',
  'America/Vancouver': 'CA',
  'America/Montreal': 'CA',
  'America/Halifax': 'CA',
  'America/Winnipeg': 'CA',
  'America/Edmonton': 'CA',
}

const ofStates =
  /^(?:America\/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit|Boise|Juneau|Indiana\/|Kentucky\/|North_Dakota\/)|US\/)/

/** What a post in each place begins with when it says nothing else; content/disclosure-rules*.ts say what else is enough there. */
export const firstWords = {
  US: '#ad',
  GB: '#ad',
  IE: '#ad',
  CA: '#ad',
  AU: '#ad',
  DE: '#Werbung',
  AT: '#Werbung',
  FR: 'Collaboration commerciale',
  ES: '#publicidad',
  IT: '#pubblicità',
  NL: '#advertentie',
  PL: '#reklama',
  PT: '#publicidade',
  EU: '#ad',
} as const

/**
 * The words a program tells a creator to begin with: its own, else those of each place where its audience lives, or a mission's; and
 * those of the country of the creator, for whose readers a post is judged too. A bar between them, so that none is lost in a row of
 * hashtags.
 */
export function disclosureOf(
  program: { policy: unknown; zone: string; locale: string },
  creator: { country: string },
  mission?: { territories: readonly string[] },
): string {
  const { disclosure, disclosureWords, territories } = policyOf(program)
  if (disclosure !== null && disclosureWords.some((word) => same(word, disclosure))) return disclosure
  const usual = wordsOf(audienceOf(territories, program))
  const named = mission?.territories ?? []
  const words = named.length > 0 ? wordsOf(named) : usual
  const wanted = [...words, ...wordsOf([creator.country]).filter((word) => !words.includes(word))]
  // What a program says of its own stands for its own places.
  const all =
    disclosure === null ? wanted : [disclosure, ...wanted.filter((word) => !usual.includes(word) && !same(word, disclosure))]
  return all.length === 0 ? firstWords.EU : all.join(' | ')
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The first words of places, each once. The union in general takes those of any of its places, so it adds none. */
const wordsOf = (places: readonly string[]): string[] => [
  ...new Set(places.flatMap((place) => (place === 'EU' ? [] : ((firstWords as Record<string, string>)[place] ?? [])))),
]

/** Where the audience lives: as the program says, else by its language where that names a country, else by its clock. */
export function audienceOf(said: readonly string[], { zone, locale }: { zone: string; locale: string }): string[] {
  if (said.length > 0) return [...said]
  const region = /^[a-z]{2,3}-([A-Z]{2})$/.exec(locale)?.[1]
  if (region !== undefined) return [region]
  const known = byZone[zone] ?? (ofStates.test(zone) ? 'US' : zone.startsWith('Australia/') ? 'AU' : undefined)
  return [known ?? 'EU']
}

/** "US, uk, de" → ['US', 'GB', 'DE']; `known` are the codes that have rules. Refusal invalid with the field. */
export function parseTerritories(typed: string, known: (code: string) => boolean): string[] {
  const nicknames: Record<string, string> = { UK: 'GB', USA: 'US', EN: 'GB' }
  const codes = [
    ...new Set(
      typed
        .toUpperCase()
        .split(/[\s,;]+/)
        .filter((code) => code !== '')
        .map((code) => nicknames[code] ?? code),
    ),
  ]
  const strange = codes.find((code) => !known(code))
  if (strange !== undefined)
    throw new Refusal(
      'invalid',
      `“${strange.slice(0, 20)}” is no place whose rules are known here.`,
      'Write codes such as US, GB, FR, DE or EU.',
      'where',
    )
  if (codes.length === 0)
    throw new Refusal('invalid', 'No place was named.', 'Write codes such as US, GB, FR, DE or EU.', 'where')
  if (codes.length > MOST)
    throw new Refusal(
      'over_limit',
      `${codes.length} places need more words than are seen of a caption.`,
      `Name at most ${MOST}, or EU for the whole union.`,
      'where',
    )
  return codes
}

/** "#glowpartner, paid by Glow" → the words a program takes for enough; "none" → none. Refusal invalid for what is too short to mean anything. */
export function parseWords(typed: string): string[] {
  if (typed.trim().toLowerCase() === 'none') return []
  const words = [
    ...new Set(
      typed
        .split(/[,;\n]/)
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
  ]
  const short = words.find((word) => word.replace(/[^\p{L}\p{N}]/gu, '').length < 2 || word.length > 60)
  if (words.length === 0 || short !== undefined)
    throw new Refusal(
      'invalid',
      `“${(short ?? '').slice(0, 60)}” is no wording.`,
      'Give words of 2 to 60 characters, with commas between them.',
      'words',
    )
  if (words.length > 10) throw new Refusal('over_limit', 'More than ten wordings.', 'Give at most ten.', 'words')
  return words
}

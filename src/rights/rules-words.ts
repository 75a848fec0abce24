/** A licence in words: what stands on the card, what is hashed, what people type. */
import { parseCountry } from '../creators/rules-countries.ts'
import { format } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Channel, channels, type Edits, type Exclusivity, edits, exclusivities, paid, type Scope } from './rules.ts'

export type Line = { label: string; says: string }

const yes = (allowed: boolean): string => (allowed ? 'Yes' : 'No')

/** The longest term; what is to last longer is asked for again. */
const MOST_DAYS = 1_825

/** When the term of a brief's licence begins. */
export const FROM_APPROVAL = 'from the approval'

/** Every clause of a scope, none left out. */
export const scopeLines = (scope: Scope, currency: string, locale: string, begins = 'from the signature'): Line[] => [
  { label: 'Channels', says: scope.channels.map((channel) => channels[channel]).join('; ') },
  { label: 'Territory', says: scope.territories.length === 0 ? 'The whole world' : scope.territories.join(', ') },
  { label: 'Term', says: termWords(scope, begins) },
  { label: 'Paid ads', says: yes(paid(scope)) },
  { label: 'Edits', says: edits[scope.edits] },
  { label: 'Exclusivity', says: exclusivities[scope.exclusivity] },
  { label: 'Name and likeness', says: yes(scope.likeness) },
  { label: 'AI training or synthetic versions', says: yes(scope.ai) },
  {
    label: 'Fee',
    says: scope.feeMinor === 0n ? 'None beyond the content fee' : format({ minor: scope.feeMinor, currency }, locale),
  },
]

const termWords = ({ days, until }: Scope, begins: string): string =>
  days === null ? `Until ${until}, that day included, ${begins}` : `${days} days ${begins}`

export type Offer = { program: string; creator: string; content: string; lines: Line[]; version: number; terms: string }

/** The whole text that is agreed to; its SHA-256 is kept with the signature. */
export const offerText = ({ program, creator, content, lines, version, terms }: Offer): string =>
  [
    `Licence between ${creator} (creator) and ${program} (brand)`,
    `Content: ${content}`,
    '',
    ...lines.map(({ label, says }) => `${label}: ${says}`),
    '',
    `Conditions, version ${version}`,
    terms,
  ].join('\n')

/** The conditions a program begins with. */
export const firstTerms = (program: string, takedownDays: number): string =>
  [
    `1. The content stays the creator's. ${program} may use it only as the licence says: in its channels, territory and term. What it does not name is not allowed.`,
    `2. ${program} may let agencies, retailers and platforms act for it within the same licence, and answers for them.`,
    '3. Edits keep the meaning of the content. Nothing is put into the creator’s mouth. The creator is named where the place has room for it.',
    '4. The creator made the content, people to be seen in it agreed to this use (for children, those who care for them), and its music may be used in the channels named.',
    `5. When the term ends, ${program} takes the content down and promotes it no more.`,
    `6. A licence without a fee may be taken back by the creator at any time. One that was paid for may be disputed for a reason. ${program} may give a licence back at any time. What is placed is taken down within ${takedownDays} days; fees that were paid stay paid unless both agree otherwise.`,
    '7. AI training and synthetic versions of the content, the face or the voice are allowed only where the licence says yes.',
    '8. Advertising is marked as such wherever the content is used.',
  ].join('\n')

const listOf = (typed: string): string[] =>
  typed
    .split(/[,;\n]+/)
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '')

/** "social, website" → those; at least one. */
export function parseChannels(typed: string): Channel[] {
  const named = listOf(typed).map((word) => word.replace(/[\s-]+/g, '_'))
  const unknown = named.find((name) => !Object.hasOwn(channels, name))
  if (named.length === 0 || unknown !== undefined)
    throw new Refusal(
      'invalid',
      `“${(unknown ?? typed).slice(0, 30)}” is no channel.`,
      `Give some of ${Object.keys(channels).join(', ')}, with commas between them.`,
      'channels',
    )
  return Object.keys(channels).filter((name) => named.includes(name)) as Channel[]
}

/** "world" → everywhere; "Germany, US" → those countries. */
export function parseTerritories(typed: string, locale: string): string[] {
  const named = listOf(typed)
  if (named.length === 0 || named.some((word) => ['world', 'worldwide', 'everywhere', 'all'].includes(word))) return []
  try {
    return [...new Set(named.map((word) => parseCountry(word, locale)))].sort()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(error.code, error.sentence, 'Write world, or countries such as DE, AT, CH.', 'territory')
  }
}

/** "90", "90 days" → so many days; "2026-12-31" → until that day. `today` is the local day. */
export function parseTerm(typed: string, today: string): Pick<Scope, 'days' | 'until'> {
  const words = typed.trim().toLowerCase()
  const [, count] = /^(\d{1,4})(?:\s*days?)?$/.exec(words) ?? []
  const days = Number(count)
  if (count !== undefined && days >= 1 && days <= MOST_DAYS) return { days, until: null }
  if (isDay(words) && words > today) return { days: null, until: words }
  throw new Refusal(
    'invalid',
    `“${typed.slice(0, 30)}” is no term: rights have an end, at most ${MOST_DAYS} days from now.`,
    'Write it like 90 days, or a day to come like 2027-06-30.',
    'term',
  )
}

function isDay(words: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(words)) return false
  const at = new Date(`${words}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === words && Number(words.slice(0, 4)) < 2100
}

type Row = Omit<Scope, 'channels' | 'exclusivity' | 'edits'> & { channels: string[]; exclusivity: string; edits: string }

/** The scope that a row holds. */
export const scopeOf = (row: Row): Scope => ({
  channels: row.channels as Channel[],
  territories: row.territories,
  days: row.days,
  until: row.until,
  exclusivity: row.exclusivity as Exclusivity,
  edits: row.edits as Edits,
  ai: row.ai,
  likeness: row.likeness,
  feeMinor: row.feeMinor,
})

const sides: Record<string, string> = {
  accepted: 'accepted the rights of the brief',
  requested: 'asked for rights',
  countered: 'made a counter-offer',
  signed: 'signed',
  declined: 'said no',
  undone: 'undid the approval',
  expired: 'the term ended',
  renewed: 'a new licence follows this one',
  revoked: 'took the right back',
  disputed: 'disputed it',
  settled: 'settled the dispute',
  placed: 'placed it',
  unplaced: 'took it down',
  reminded: 'was reminded of the end',
}

/** "signed", for a row of the history. */
export const eventWords = (kind: string): string => sides[kind] ?? kind

export const stateWords: Record<string, string> = {
  none: 'Undone',
  requested: 'Asked for',
  countered: 'Counter-offer on the table',
  granted: 'Granted',
  expiring: 'Ends soon',
  expired: 'Ended',
  renewed: 'Renewed',
  revoked: 'Taken back',
  disputed: 'In dispute',
  declined: 'Declined',
}

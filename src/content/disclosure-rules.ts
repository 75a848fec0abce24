// What counts as a disclosure, where. A territory is data: the words that are enough, those that are doubtful, and those that look like a
// disclosure and are none, each with the reason as people read it. A change of any word needs a new version, which every verdict keeps.
// A free product, a commission or a code is enough to make a post advertising; nobody is asked whether money was paid.
import { english } from './disclosure-rules-english.ts'
import { europe } from './disclosure-rules-europe.ts'

export const RULE_SET = '2026-11-21.2'

/** Words that are not enough, with the reason; `#` before a word means the hashtag only. */
export type Doubt = { words: string[]; why: string }

export type Rule = {
  /** ISO country, or EU for the union in general. */
  code: string
  /** As in "in Germany". */
  where: string
  /** Who says so: the regulator, and the document by its name. */
  source: string
  /** What a corrected caption begins with: among others, and alone. */
  label: string
  alone: string
  /** Hashtags that are enough; each with its #. */
  tags: string[]
  /** Words that are enough where they stand as a label: at the start of a line or between marks. */
  labels: string[]
  /** Words that are enough inside a sentence; {brand} is the brand's name. */
  phrases: string[]
  /** Taken with a warning. */
  weak: Doubt[]
  /** Not taken. */
  wrong: Doubt[]
  /** Where a film has to say it beside the caption. */
  film: 'spoken and shown' | 'shown'
  /** In a live stream it is said at least every so many minutes, for viewers come and go; it also stays on the picture. */
  liveMinutes: number
  /** Whether the brand has to be named. */
  brand?: boolean
}

/** What a post says against itself; by whoever is read to say no, it is no disclosure either. */
export const denials = [
  'not an ad',
  'not sponsored',
  'no ad',
  'unsponsored',
  'unpaid',
  '#notanad',
  '#notsponsored',
  '#noad',
  '#nonsponsored',
  '#unpaid',
  'keine werbung',
  'keine anzeige',
  'unbezahlte werbung',
  'werbung unbezahlt',
  'werbung, unbezahlt',
  '#unbezahltewerbung',
  '#werbungunbezahlt',
  '#keinewerbung',
  'pas une publicité',
  'pas une pub',
  'pas de collaboration commerciale',
  'non sponsorisé',
  'no es publicidad',
  'sin publicidad',
  'non è pubblicità',
  'geen reclame',
  'geen advertentie',
  'to nie reklama',
  'nie jest reklama',
]

/** Amazon's own sentence, and the addresses that ask for it. Source: Associates Program operating agreement. */
export const amazon = {
  statement: 'As an Amazon Associate I earn from qualifying purchases.',
  hosts:
    /(?:^|[^a-z0-9.-])(?:https?:\/\/)?(?:www\.|smile\.)?(?:amzn\.(?:to|eu|asia)|a\.co|amazon\.(?:[a-z]{2,3}(?:\.[a-z]{2})?))\//,
}

const rules = new Map([...english, ...europe].map((rule) => [rule.code, rule]))

const union = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE NO IS LI'.split(' ')

/** Whether a country has rules of its own here, or shares those of the union. */
export const hasRule = (territory: string): boolean => rules.has(territory) || union.includes(territory)

/** The rule of a territory; a country of the union without its own has the union's, and the rest of the world is held to the same. */
export const ruleOf = (territory: string): Rule => rules.get(territory) ?? rules.get('EU')!

/** Every word that is enough somewhere, to say that it is the wrong language rather than nothing at all. */
export const everyTag: readonly string[] = [...new Set([...rules.values()].flatMap((rule) => rule.tags))].filter(
  (tag) => !tag.includes('{'),
)

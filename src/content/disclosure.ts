/**
 * The caption linter: whether a post says that it is advertising, as the law of each territory of its audience asks, in words of its
 * own and where they are seen. Pure; every regex is linear. It judges words and places, and a person may overrule it with a reason.
 */
import { createHash } from 'node:crypto'
import { amazon, type Doubt, denials, everyTag, RULE_SET, type Rule, ruleOf } from './disclosure-rules.ts'
import {
  FOLD,
  find,
  findLabel,
  LINES,
  lookOf,
  named,
  namesBrand,
  type Seen,
  see,
  tagsBefore,
  without,
} from './disclosure-words.ts'

export type Asked = {
  caption: string
  /** ISO countries of the audience, or EU. */
  territories: readonly string[]
  brand: string
  /** Further words that the program takes for enough, everywhere. */
  accepted?: readonly string[]
  kind: string
  /** Ticked by a person: said aloud in the film, and shown on its picture. */
  spoken?: boolean | null
  shown?: boolean | null
  /** A live stream: whether its creator has the times at which to say it, and how far apart its mission wants them at most. */
  live?: { planned: boolean; everyMinutes?: number | null } | undefined
}

export type Finding = {
  level: 'warn' | 'fail'
  territory: string
  rule:
    | 'missing'
    | 'wrong'
    | 'late'
    | 'language'
    | 'denial'
    | 'turned'
    | 'pile'
    | 'letters'
    | 'weak'
    | 'brand'
    | 'film'
    | 'live'
    | 'amazon'
  /** What was found, as it is written in the rules. */
  found?: string
  sentence: string
  fix: string
}

export type Judgement = {
  verdict: 'pass' | 'warn' | 'fail'
  findings: Finding[]
  /** The caption to paste: the right words put first, the rest unchanged. */
  corrected: string
  ruleSet: string
  /** SHA-256 of the caption, in hex. */
  textHash: string
}

/** Judges a caption for all territories of its audience. */
export function judge(asked: Asked): Judgement {
  const rules = rulesOf(asked.territories)
  const findings = [...words(asked, rules), ...filmed(asked, rules), ...streamed(asked, rules)]
  const verdict = findings.some((f) => f.level === 'fail') ? 'fail' : findings.length > 0 ? 'warn' : 'pass'
  const textHash = createHash('sha256').update(asked.caption).digest('hex')
  return { verdict, findings, corrected: correct(asked, rules), ruleSet: RULE_SET, textHash }
}

/** Each rule once: countries without their own share the union's. */
const rulesOf = (territories: readonly string[]): Rule[] => [
  ...new Set((territories.length === 0 ? ['EU'] : territories).map((one) => ruleOf(one))),
]

function words(asked: Asked, rules: readonly Rule[]): Finding[] {
  const seen = see(asked.caption)
  const { text: head } = without(seen.head, denials)
  const { text: all, found: denied } = without(seen.all, denials)
  const sight: Sight = { ...seen, head, all, denied }
  return [...rules.flatMap((rule) => ofTerritory(asked, rule, sight)), ...ofAmazon(asked)]
}

type Sight = Seen & { denied: string | undefined }

function ofTerritory(asked: Asked, rule: Rule, sight: Sight): Finding[] {
  const finding = token(asked, rule, sight)
  const found: Finding[] = finding ? [finding] : []
  const [level, territory] = ['warn' as const, rule.code]
  if (finding?.level !== 'fail' && sight.denied)
    found.push({
      ...{ level, territory, rule: 'denial', found: sight.denied },
      sentence: `The caption also says “${sight.denied}”. A free product or a commission is enough to make it advertising.`,
      fix: `Take “${sight.denied}” out.`,
    })
  if (rule.brand && !namesBrand(sight.all, asked.brand))
    found.push({
      ...{ level, territory, rule: 'brand' },
      sentence: `In ${rule.where} it has to be clear for whom the post advertises, and the caption names nobody.`,
      fix: `Name ${asked.brand}.`,
    })
  return found
}

/** What is wrong with the disclosure itself; undefined when it is fine. */
function token(asked: Asked, rule: Rule, sight: Sight): Finding | undefined {
  const { head, after } = sight
  const where = placeOf(asked, rule, head, after)
  const base = { territory: rule.code, fix: `Begin the caption with “${rule.alone}”.` }
  if (where && !where.piled) return undefined
  if (where)
    return {
      ...{ ...base, level: 'warn', rule: 'pile', found: where.word },
      sentence: `“${where.word}” stands in a row of hashtags, where readers in ${rule.where} pass over it.`,
    }
  const wording = wordingOf(asked, rule)
  const looks = sight.looks()
  const alike = wording.tags[wording.looks.findIndex((look) => find(looks, after, look) >= 0)]
  if (alike !== undefined && !sight.denied)
    return {
      ...{ ...base, level: 'warn', rule: 'letters', found: alike },
      sentence: `Something looks like “${alike}” and is written with other letters, which a search or a screen reader does not read so.`,
    }
  const weak = doubt(wording.weak, head, after)
  if (weak)
    return {
      ...{ ...base, level: 'warn', rule: 'weak', found: weak.word },
      sentence: `“${weak.word}” is doubtful in ${rule.where}: ${weak.why}.`,
    }
  return { ...base, level: 'fail', ...failure(asked, rule, sight) }
}

/** Why there is no disclosure: the nearest thing that was found, and what is the matter with it. */
function failure(asked: Asked, rule: Rule, sight: Sight): Pick<Finding, 'rule' | 'found' | 'sentence'> {
  const { where } = rule
  if (sight.turned)
    return {
      rule: 'turned',
      sentence: 'An invisible character turns the letters round, so that what is read is not what is written.',
    }
  const late = placeOf(asked, rule, sight.all, '')
  if (late)
    return {
      ...{ rule: 'late', found: late.word },
      sentence: `“${late.word}” comes too late for ${where}: not in the first ${LINES} lines and ${FOLD} characters, which are all that is seen without a tap.`,
    }
  if (sight.denied)
    return {
      ...{ rule: 'denial', found: sight.denied },
      sentence: `“${sight.denied}” says the opposite. A free product or a commission is enough to make it advertising in ${where}.`,
    }
  const wrong = doubt(wordingOf(asked, rule).wrong, sight.all, '')
  if (wrong) return { rule: 'wrong', found: wrong.word, sentence: `“${wrong.word}” is not enough in ${where}: ${wrong.why}.` }
  const other = everyTag.find((tag) => find(sight.all, '', tag) >= 0)
  if (other) return { rule: 'language', found: other, sentence: `“${other}” is not a word that counts in ${where}.` }
  return {
    rule: 'missing',
    sentence: `Nothing says that this is advertising, as ${where === 'the European Union' ? 'the law of the European Union asks' : `the rules of ${where} ask`}.`,
  }
}

type Wording = { tags: string[]; labels: string[]; phrases: string[]; weak: Doubt[]; wrong: Doubt[]; looks: string[] }

/** The words of a rule for one brand are the same for each of its captions. */
const wordings = new Map<string, Wording>()
const MOST_WORDINGS = 500

function wordingOf({ accepted = [], brand }: Asked, rule: Rule): Wording {
  const key = JSON.stringify([rule.code, brand, accepted])
  const known = wordings.get(key)
  if (known) return known
  const own = accepted.flatMap((word) => named(word, brand))
  const all = (list: readonly string[]) => list.flatMap((word) => named(word, brand))
  const doubts = (list: readonly Doubt[]) => list.map(({ words, why }) => ({ words: all(words), why }))
  const tags = [...all(rule.tags), ...own.filter((word) => word.startsWith('#'))]
  const made = {
    tags,
    labels: all(rule.labels),
    phrases: [...all(rule.phrases), ...own.filter((word) => !word.startsWith('#'))],
    weak: doubts(rule.weak),
    wrong: doubts(rule.wrong),
    looks: tags.map(lookOf),
  }
  if (wordings.size >= MOST_WORDINGS) wordings.clear()
  wordings.set(key, made)
  return made
}

/** The best place of a word that is enough: outside a row of hashtags if there is one. */
function placeOf(asked: Asked, rule: Rule, text: string, after: string): { word: string; piled: boolean } | undefined {
  const { tags, labels, phrases } = wordingOf(asked, rule)
  const phrase = phrases.find((word) => find(text, after, word) >= 0) ?? labels.find((word) => findLabel(text, after, word) >= 0)
  if (phrase !== undefined) return { word: phrase, piled: false }
  const places = tags.flatMap((word) => {
    const at = find(text, after, word)
    return at < 0 ? [] : [{ word, piled: tagsBefore(text, at) >= 2 }]
  })
  return places.find((place) => !place.piled) ?? places[0]
}

function doubt(doubts: readonly Doubt[], text: string, after: string): { word: string; why: string } | undefined {
  for (const { words, why } of doubts) {
    const word = words.find((one) => stands(text, after, one))
    if (word !== undefined) return { word, why }
  }
  return undefined
}

/** A single word of a few letters is looked for as a label only, for "ad" is inside many a sentence. */
const stands = (text: string, after: string, word: string): boolean =>
  (/^\p{L}+$/u.test(word) ? findLabel(text, after, word) : find(text, after, word)) >= 0

function ofAmazon({ caption }: Asked): Finding[] {
  const text = caption.toLowerCase()
  if (!amazon.hosts.test(text)) return []
  if (text.replace(/\s+/g, ' ').includes(amazon.statement.toLowerCase().slice(0, -1))) return []
  return [
    {
      ...{ level: 'fail', territory: 'AMAZON', rule: 'amazon' },
      sentence: 'The caption leads to Amazon, and Amazon’s agreement asks for its own sentence beside such a link.',
      fix: `Add “${amazon.statement}” word for word.`,
    },
  ]
}

function filmed(asked: Asked, rules: readonly Rule[]): Finding[] {
  if (asked.kind !== 'short_video') return []
  const strict = rules.find((rule) => rule.film === 'spoken and shown')
  const rule = strict ?? rules[0]!
  const missing = [...(strict && !asked.spoken ? ['spoken'] : []), ...(asked.shown ? [] : ['shown on the picture'])]
  if (missing.length === 0) return []
  return [
    {
      ...{ level: 'fail', territory: rule.code, rule: 'film' },
      sentence: `In a film the words under it are not enough for ${rule.where}: it has to be ${strict ? 'spoken and shown' : 'shown'} in the film too, and nobody has ticked that it is ${missing.join(' and ')}.`,
      fix: `${missing.includes('spoken') ? 'Say it in the first seconds' : 'Put it on the picture from the start'}${missing.length > 1 ? ', put it on the picture' : ''}, and tick it when you hand in.`,
    },
  ]
}

/** The minutes from one disclosure to the next that are short enough for all, and for the mission. */
export const minutesFor = (rules: readonly Rule[], mission?: number | null): number =>
  Math.min(...rules.map((rule) => rule.liveMinutes), mission ?? Number.POSITIVE_INFINITY)

const streamed = ({ live }: Asked, rules: readonly Rule[]): Finding[] =>
  live && !live.planned
    ? [
        {
          ...{ level: 'warn', territory: rules[0]!.code, rule: 'live' },
          sentence: 'In a live stream people come and go, so saying it once is not enough.',
          fix: `Say with /stream when it starts and get the times: at the start and every ${minutesFor(rules, live.everyMinutes)} minutes. Keep it on the picture all the time.`,
        },
      ]
    : []

/** The right words put first. As little as possible is added, and nothing is taken away. */
function correct(asked: Asked, rules: readonly Rule[]): string {
  const sentence = ofAmazon(asked).length > 0 ? `\n\n${amazon.statement}` : ''
  const caption = `${asked.caption}${sentence}`
  const open = (text: string) => words({ ...asked, caption: text }, rules).filter((f) => f.rule !== 'denial')
  const wanting = open(caption)
  if (wanting.length === 0) return caption
  const brand = wanting.some((f) => f.rule === 'brand') ? asked.brand : undefined
  const some = prefixed(
    caption,
    rules.filter((rule) => wanting.some((f) => f.territory === rule.code && f.rule !== 'brand')),
    brand,
  )
  return open(some).length === 0 ? some : prefixed(caption, rules, brand)
}

function prefixed(caption: string, rules: readonly Rule[], brand: string | undefined): string {
  const labels = [...new Set(rules.map((rule) => rule.label))]
  const rest = caption.trimStart()
  if (brand === undefined && labels.length === 1)
    return `${rules[0]!.alone}${rules[0]!.alone.startsWith('#') ? ' ' : '\n'}${rest}`
  return `${[...labels, ...(brand === undefined ? [] : [brand])].join(' | ')}\n${rest}`
}

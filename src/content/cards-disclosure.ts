import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  facts,
  link,
  paragraph,
  person,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { cut } from '../kernel/cut.ts'
import { shortAddress, subject, type View } from './cards.ts'
import type { Finding } from './disclosure.ts'
import { ruleOf } from './disclosure-rules.ts'
import type { Verdict } from './verdicts.ts'

const words = { pass: 'Fine', warn: 'Fine with a doubt', fail: 'Not enough' } as const

const CORRECTED_SHOWN = 1_500

const places = (verdict: Verdict): string =>
  [...new Set(verdict.territories.map((one) => ruleOf(one).where.replace(/^the /, '')))].join(', ')

/** One line that says how the disclosure stands. */
const verdictLine = (verdict: Verdict): Text => [
  `${verdict.overridden ? 'Overruled' : words[verdict.verdict]} (${places(verdict)})`,
]

/** The caption to paste below says the rest, unless pasting it does not help. */
const finding = ({ level, rule, sentence, fix }: Finding): Block => {
  const head = strong(level === 'fail' ? 'Disclosure' : 'Doubt')
  return paragraph(beyondWords.has(rule) ? text`${head}: ${sentence} ${fix}` : text`${head}: ${sentence}`)
}

/** What no other caption mends. */
const beyondWords = new Set<Finding['rule']>(['film', 'live', 'denial'])

/** What was found, and a caption to paste, for the review card and for the creator's own. Nothing where all is fine. */
export function verdictBlocks(verdict: Verdict): Block[] {
  const { overridden, findings } = verdict
  if (findings.length === 0) return []
  const over = overridden
    ? [small(text`${person(overridden.personId, overridden.name)} overruled this: ${overridden.reason}`)]
    : []
  return [...findings.map(finding), ...over, ...(overridden ? [] : pasted(verdict))]
}

/** What was found and how to mend it, in few words: for a list of several, where a press brings the caption. */
export const findingBlocks = ({ findings }: Pick<Verdict, 'findings'>): Block[] =>
  findings.map(({ level, sentence, fix }) =>
    paragraph(text`${strong(level === 'fail' ? 'Disclosure' : 'Doubt')}: ${sentence} ${fix}`),
  )

/** Whether another caption helps. */
export const canBeMended = ({ findings, overridden }: Pick<Verdict, 'findings' | 'overridden'>): boolean =>
  overridden === null && findings.some((one) => !beyondWords.has(one.rule))

/** The corrected caption, where correcting it helps. */
const pasted = ({ findings, corrected, overridden }: Verdict): Block[] =>
  canBeMended({ findings, overridden })
    ? [paragraph([strong('A caption to paste')]), paragraph(code(cut(corrected, CORRECTED_SHOWN)))]
    : []

const stages = { draft: 'before it is posted', live: 'as it was posted', week: 'a week later' } as const

/** The answer to whoever overruled a verdict. */
export const overriddenCard = (view: View, verdict: Verdict): Card =>
  toned(
    'good',
    card(
      `Overruled: ${view.creator.name}, ${subject(view)}`,
      facts({ Disclosure: verdictLine(verdict), Read: [stages[verdict.stage]] }),
      ...verdictBlocks(verdict),
      small(['The verdict, your name and your reason stay on record.']),
      view.submission.state === 'submitted' &&
        buttons({ label: 'Look', run: 'review queue', given: { submission: view.submission.id }, look: 'main' }),
    ),
  )

const address = (url: string): Text => [link(shortAddress(url), url)]

/** To the creator: what is wrong with what was posted, and the caption to paste. */
export function liveFailedCard(view: View, verdict: Verdict, url: string): Card {
  const when = verdict.stage === 'week' ? 'A week after you posted it' : 'As you posted it'
  return toned(
    'bad',
    card(
      `Please change your caption: ${subject(view)}`,
      paragraph(
        text`${when}, ${address(url)} does not say clearly enough that it is advertising. That is on you and on us, so please edit it today.`,
      ),
      ...verdictBlocks(verdict),
      'Once it is edited, press Look again. Where the site shows nothing to strangers, paste the new caption.',
      buttons(
        { label: 'Look again', run: 'recheck', given: { submission: view.submission.id }, look: 'main' },
        { label: 'Paste caption', run: 'caption', given: { submission: view.submission.id } },
      ),
    ),
  )
}

/** To the managers: the same, for it is on them too. */
export function liveFailedNotice(view: View, verdict: Verdict, url: string): Card {
  const given = { submission: view.submission.id }
  const { personId, name } = view.creator
  return toned(
    'warn',
    card(
      `Disclosure missing: ${name}, ${subject(view)}`,
      paragraph(
        text`${person(personId, name)} was asked to change the caption of ${address(url)}, read ${stages[verdict.stage]}.`,
      ),
      ...verdict.findings.map(finding),
      buttons(
        { label: 'Paste caption', run: 'caption', given, look: 'main' },
        { label: 'Overrule', run: 'review override', given },
      ),
    ),
  )
}

/** Both cards once it is mended or overruled. */
export const liveMendedCard = (view: View): Card =>
  toned('good', card(`Caption in order: ${subject(view)}`, 'It says that it is advertising. Nothing is left to do.'))

/** To the managers where what was read did not say so, and its creator pasted what does. */
export const saidMendedCard = (view: View, url: string): Card =>
  toned(
    'good',
    card(
      `Caption in order: ${subject(view)}`,
      paragraph(
        text`As its creator pasted it, the caption of ${address(url)} says that it is advertising. The page itself was not read anew.`,
      ),
      buttons({ label: 'Look again', run: 'recheck', given: { submission: view.submission.id } }),
    ),
  )

/** Asks for the caption that could not be read; `why` is a sentence. */
export const unreadCard = (view: View, url: string, why: string): Card =>
  toned(
    'warn',
    card(
      `We could not read your post: ${subject(view)}`,
      paragraph(text`${address(url)}: ${why}`),
      'Paste the caption as it stands there now, so that we can check that it says it is advertising.',
      buttons({ label: 'Paste caption', run: 'caption', given: { submission: view.submission.id }, look: 'main' }),
    ),
  )

/** To the managers when the creator has not answered. */
export const unansweredCard = (view: View, url: string, why: string): Card =>
  toned(
    'warn',
    card(
      `Not checked yet: ${view.creator.name}, ${subject(view)}`,
      paragraph(
        text`${address(url)}: ${why} ${person(view.creator.personId, view.creator.name)} was asked for the caption three days ago.`,
      ),
      'Open the post, and paste its caption here.',
      buttons({ label: 'Paste caption', run: 'caption', given: { submission: view.submission.id }, look: 'main' }),
    ),
  )

/** The post is not there any more. */
export const goneCard = (view: View, url: string): Card =>
  toned(
    'warn',
    card(
      `Your post is not there: ${subject(view)}`,
      paragraph(text`Nobody finds anything at ${address(url)}. It was deleted, made private, or the address has a slip.`),
      'If it is there, paste its caption, and we go by that.',
      buttons({ label: 'Paste caption', run: 'caption', given: { submission: view.submission.id }, look: 'main' }),
    ),
  )

/** The answer to whoever wants it read once more. */
export const lookingCard = (view: View): Card =>
  card(`Looking again: ${subject(view)}`, 'The post is read in a moment. What comes of it stands on the card that asked.')

/** The answer to a pasted caption. */
export const captionCard = (view: View, verdict: Verdict): Card =>
  toned(
    verdict.verdict === 'fail' && !verdict.overridden ? 'bad' : 'good',
    card(
      verdict.verdict === 'fail' && !verdict.overridden ? `Not yet: ${subject(view)}` : `Thank you: ${subject(view)}`,
      facts({ Disclosure: verdictLine(verdict) }),
      ...verdictBlocks(verdict),
      verdict.verdict === 'fail' &&
        !verdict.overridden &&
        buttons({ label: 'Paste caption', run: 'caption', given: { submission: view.submission.id }, look: 'main' }),
    ),
  )

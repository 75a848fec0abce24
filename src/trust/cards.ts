import type { Case } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  code,
  divider,
  facts,
  moment,
  money,
  paragraph,
  person,
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { CaseRow } from './lists.ts'
import type { LineSeen, View } from './queries.ts'
import { isAgainst, isOpen, kindNames, toldWhy } from './rules.ts'

const MANY = 12

const sumLeft = ({ lines, currency }: View, which: (line: LineSeen) => boolean): Text =>
  text`${money({ minor: lines.filter(which).reduce((sum, { left }) => sum + (left > 0n ? left : 0n), 0n), currency })}`

export const stateWords = ({ kind, state, appeal }: Pick<Case, 'kind' | 'state' | 'appeal'>): string => {
  const words: Record<string, string> =
    kind === 'dispute'
      ? { open: 'waits for a decision', held: 'waits for a decision', upheld: 'granted', released: 'refused' }
      : { open: 'open, nothing is held', held: 'held until somebody decides', upheld: 'upheld: taken back', released: 'released' }
  const said = words[state] ?? state
  return appeal === 'open' ? `${said}, and appealed` : said
}

/** The post in #managers: one for each case, edited as it moves on. */
export const alertCard = (view: View): Card => asAlert(view, true)

/** `look` puts the button there that leads to the whole case. */
function asAlert(view: View, look: boolean): Card {
  const { found, creator, lines, signals } = view
  const title = `${kindNames[found.kind]}: ${creator.name}, ${found.kind === 'dispute' ? `order ${view.number}` : plural(lines.length, 'order')}`
  const told = card(
    title,
    facts({
      Creator: text`${person(creator.personId, creator.name)} (${creator.handle})`,
      State: stateWords(found),
      ...(found.kind === 'fraud' ? { Score: `${found.score} of 100` } : {}),
      ...(lines.some(({ held }) => held)
        ? { Withheld: text`${sumLeft(view, ({ held }) => held)} of ${plural(lines.filter(({ held }) => held).length, 'order')}` }
        : {}),
      ...(found.dueAt && isOpen(found) ? { 'Decide by': moment(found.dueAt, 'day') } : {}),
    }),
    ...(found.words === null ? [] : [paragraph(text`${creator.name} says: ${found.words}`)]),
    ...holderBlocks(view),
    ...signalBlocks(signals.map(({ says }) => says)),
    ...decisionBlocks(found),
    buttons(...alertButtons(view, look)),
  )
  return isOpen(found) ? toned('warn', told) : told
}

const holderBlocks = ({ found, holder }: View): Block[] => {
  if (found.kind !== 'dispute' || !isOpen(found)) return []
  if (found.orderId === null) return [small(['No order of this number has come in from a shop.'])]
  return [
    small([holder === null ? 'The order is credited to nobody, or to this creator.' : `The order is credited to ${holder}.`]),
  ]
}

function signalBlocks(says: string[]): Block[] {
  const more = says.length > MANY ? [`… and ${says.length - MANY} more; see the whole case.`] : []
  return says.length === 0 ? [] : [paragraph([[...says.slice(0, MANY).map((one) => `• ${one}`), ...more].join('\n')])]
}

function decisionBlocks({ reason, appealWords, appeal, appealReason }: Case): Block[] {
  return [
    ...(reason === null ? [] : [paragraph(text`Decided because: ${reason}`)]),
    ...(appealWords === null ? [] : [paragraph(text`Appealed: ${appealWords}`)]),
    ...(appeal === 'decided' ? [paragraph(text`Appeal decided because: ${appealReason ?? ''}`)] : []),
  ]
}

function alertButtons({ found }: View, whole: boolean): Button[] {
  const given = { case: found.id }
  const look: Button[] = whole ? [{ label: 'See everything', run: 'case show', given }] : []
  if (!isOpen(found) || found.kind === 'chargeback') return look
  const reply: Button = { label: 'Write', run: 'case say', given }
  if (found.kind === 'dispute') return [{ label: 'Decide', run: 'case decide', given, look: 'main' }, reply, ...look]
  return [
    ...(found.state === 'open' && found.appeal === null ? [{ label: 'Hold', run: 'case hold', given }] : []),
    { label: 'Release', run: 'case decide', given: { ...given, verdict: 'release' }, look: 'main' },
    { label: 'Uphold', run: 'case decide', given: { ...given, verdict: 'uphold' }, look: 'danger' },
    ...(found.code === null ? [] : [{ label: 'Rotate code', run: 'rotate', given: { code: found.code, why: 'leaked' } }]),
    reply,
    ...look,
  ]
}

const lineRow = ({ number, left, availableAt, outcome, held }: LineSeen, currency: string): Text[] => [
  text`${number}`,
  text`${money({ minor: left, currency })}`,
  text`${outcome ?? (held ? 'held' : availableAt ? 'not held' : 'payable already')}`,
]

function lineBlocks({ lines, currency }: View): Block[] {
  if (lines.length === 0) return []
  const caption = lines.length > MANY ? `The first ${MANY} of ${lines.length} orders` : 'Orders of this case'
  const rows = lines.slice(0, MANY).map((line) => lineRow(line, currency))
  return [table(['Order', 'What is left', 'State'], rows, { caption, align: ['left', 'right', 'left'] })]
}

/** What happened, in the words of what came before it: opened, held, upheld. */
const happened: Record<string, string> = {
  late: 'overdue',
  release: 'released',
  uphold: 'upheld',
  credit: 'granted: credited',
  move: 'granted: moved',
  bonus: 'granted: bonus',
  refuse: 'refused',
}
const eventWords = (kind: string): string => {
  const plain = kind.replace(/^appeal_/, '')
  return `${plain === kind ? '' : 'appeal '}${happened[plain] ?? plain.replaceAll('_', ' ')}`
}

/** The whole case for managers. */
export function caseCard(view: View): Card {
  const { events } = view
  const history = events
    .slice(-MANY)
    .map(({ at, name, kind, words }) => [text`${moment(at, 'full')}`, text`${name}`, text`${eventWords(kind)}`, text`${words}`])
  const whole = asAlert(view, false)
  const last = whole.blocks.filter((one) => one.block === 'buttons' && one.buttons.length > 0)
  return {
    ...whole,
    blocks: [
      ...whole.blocks.filter(({ block }) => block !== 'buttons'),
      ...lineBlocks(view),
      table(['When', 'Who', 'What', 'Words'], history, { caption: 'What happened' }),
      small(text`Case ${code(view.found.id)}`),
      ...last,
    ],
  }
}

/** The same case for the creator: what is withheld and why in plain words, what was decided, and what they can do. */
export function ownCaseCard(view: View): Card {
  const { found, number, signals } = view
  const title = found.kind === 'dispute' ? `Your dispute about order ${number}` : 'A check of your orders'
  return card(
    title,
    facts({
      Opened: moment(found.createdAt, 'day'),
      State: stateWords(found),
      ...(found.dueAt && isOpen(found) ? { 'Answer by': moment(found.dueAt, 'day') } : {}),
    }),
    ...(found.kind === 'dispute' ? [] : [paragraph(whyWords(found.kind, signals))]),
    ...lineBlocks(view),
    ...decisionBlocks(found),
    buttons(
      isOpen(found) && found.kind !== 'chargeback' && { label: 'Say my side', run: 'case say', given: { case: found.id } },
      mayAppeal(found) && { label: 'Appeal', run: 'appeal', given: { case: found.id } },
    ),
  )
}

const mayAppeal = (found: Case): boolean => found.kind !== 'chargeback' && found.appeal === null && isAgainst(found)

function whyWords(kind: string, signals: readonly { rule: string }[]): Text {
  if (kind === 'chargeback')
    return text`The shopper’s bank asks the shop for the money back. That is nothing you did; the commission waits for the outcome.`
  const why = toldWhy(signals.map(({ rule }) => rule))
  return why.length === 0 ? text`A manager looks at these orders by hand.` : text`We look at them because ${why.join('; ')}.`
}

/** Told privately when something is held; `because` is what a manager wrote, if one held it. */
export function heldCard(view: View, because: string | null): Card {
  const { found, signals } = view
  const lines = view.lines.filter(({ held }) => held)
  const numbers = lines.slice(0, MANY).map(({ number }) => number)
  const more = lines.length > MANY ? ` and ${lines.length - MANY} more` : ''
  return toned(
    'warn',
    card(
      'Some of your commission is on hold',
      paragraph(
        text`${sumLeft(view, ({ held }) => held)} of order ${numbers.join(', ')}${more} waits until somebody has looked.`,
      ),
      paragraph(whyWords(found.kind, signals)),
      because !== null && paragraph(text`A manager says: ${because}`),
      'Nothing is decided. Everything else you earned is paid as usual. When it is decided you are told here, with the reason.',
      buttons(found.kind !== 'chargeback' && { label: 'Say my side', run: 'case say', given: { case: found.id }, look: 'main' }, {
        label: 'See the case',
        run: 'case show',
        given: { case: found.id },
      }),
    ),
  )
}

/** Told privately when it is decided, also after an appeal. */
export function decidedCard(view: View): Card {
  const { found } = view
  const given = { case: found.id }
  const told = card(
    decidedTitle(view),
    ...(found.appeal === 'decided'
      ? [paragraph(text`Because: ${found.appealReason ?? ''}`)]
      : [paragraph(text`Because: ${found.reason ?? ''}`)]),
    ...takenBlocks(view),
    ...lineBlocks(view),
    ...againBlocks(view),
    buttons(
      mayAppeal(found) && { label: 'Appeal', run: 'appeal', given },
      found.orderId !== null && { label: 'Explain', run: 'why', given: { order: found.orderId } },
      { label: 'See the case', run: 'case show', given },
    ),
  )
  return toned(isAgainst(found) ? 'bad' : 'good', told)
}

/** How much was taken; the table beside it says what is left. */
function takenBlocks({ lines, currency }: View): Block[] {
  const taken = lines.filter((line) => line.outcome === 'forfeited' && line.taken > 0n)
  if (taken.length === 0) return []
  const minor = taken.reduce((sum, line) => sum + line.taken, 0n)
  const of = taken.length === 1 ? `order ${taken[0]!.number}` : plural(taken.length, 'order')
  return [paragraph(text`${money({ minor, currency })} of ${of} was taken back. Everything else you earned stays yours.`)]
}

/** What is given again, with its arithmetic. */
function againBlocks({ lines, currency }: View): Block[] {
  const amount = (minor: bigint) => money({ minor, currency })
  return lines
    .filter(({ outcome }) => outcome === 'restored')
    .slice(0, MANY)
    .map(({ number, taken, given, elsewhere, availableAt }) => {
      if (elsewhere && given === 0n)
        return paragraph(text`Order ${number}: the commission stays taken back, as another case about it was decided so.`)
      const back = taken - given
      const left =
        back > 0n
          ? text`, less ${amount(back)} for what the shopper got back since, so ${amount(given)} is yours again`
          : text` and is yours again`
      const when = given === 0n || availableAt === null ? text`` : text`, payable from ${moment(availableAt, 'day')}`
      // It may be another case that took it first, and this one gives it again.
      return paragraph(text`Order ${number}: ${amount(given + (back > 0n ? back : 0n))} was taken${left}${when}.`)
    })
}

function decidedTitle({ found, number, lines }: View): string {
  const against = isAgainst(found)
  if (found.appeal === 'decided') return against ? 'Your appeal was heard; the decision stays' : 'Your appeal is granted'
  if (found.kind === 'dispute')
    return against ? `Your dispute about order ${number} is refused` : `Your dispute about order ${number} is granted`
  if (found.kind === 'chargeback' && lines.some(({ outcome }) => outcome === 'restored'))
    return 'The bank gave the money back to the shop after all'
  if (found.kind === 'chargeback')
    return against ? 'The bank gave the shopper the money back' : 'The bank left the money with the shop'
  return against ? 'Commission was taken back' : 'Your commission is released'
}

/** The cases one may see. */
export function listCard(rows: CaseRow[], manager: boolean): Card {
  const open = rows.filter((row) => row.open)
  const [first] = open.length > 0 ? open : rows
  return card(
    manager ? 'Cases' : 'Your cases',
    rows.length === 0
      ? manager
        ? 'No case has been opened. Signals and disputes appear here and in #managers.'
        : 'There is no case about your orders. When an order seems wrong, use /dispute.'
      : table(
          [...(manager ? ['Who'] : []), 'Kind', 'About', 'State', 'Opened'],
          rows.map((row) => [
            ...(manager ? [text`${row.name}`] : []),
            text`${(kindNames[row.kind] ?? row.kind).toLowerCase()}`,
            text`${row.about}`,
            text`${stateWords(row)}`,
            text`${moment(row.createdAt, 'day')}`,
          ]),
        ),
    divider,
    buttons(
      first && { label: rows.length === 1 ? 'See the case' : 'See the first', run: 'case show', given: { case: first.id } },
      rows.length > 1 && { label: 'Pick another', run: 'case show' },
    ),
  )
}

import {
  type Block,
  buttons,
  type Card,
  type Part as CardPart,
  card,
  code,
  facts,
  moment,
  money,
  paragraph,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { fromJson, type Money, type MoneyJson, percent, subtract } from '../kernel/money.ts'
import { sayCalendarDay } from '../kernel/time.ts'
import { type Working, working } from '../ledger/cards-working.ts'
import { limitWords } from '../ledger/rules.ts'
import { type TouchKind, uncreditedWords, unpaid } from './rules.ts'
import { paidByNetwork } from './rules-network.ts'

type Covering = { reference: string; payday: string; state: string; at: Date | null }

/** What one order earned its creator, and what was taken back. `availableAt` is null once it is payable. */
export type LineStory = Working & {
  components: Record<string, MoneyJson>
  availableAt: Date | null
  refunds: {
    at: Date
    base: Money
    whole: Money | null
    cumulative: boolean
    applied: boolean
    failed: boolean
    settled: Money | null
    taken: Money | null
  }[]
  /** The order's own base, rate and day, where it came in another currency. */
  converted: { from: Money; rate: string; day: string } | null
  /** The network that pays it. */
  paidBy: string | null
  topUps: { tier: string; money: Money; at: Date }[]
  tier: string | null
  customer: string | null
  heldByCase: boolean
  /** The payment it went out with, once there is one. */
  payment: Covering | null
}

export type TouchStory = {
  kind: TouchKind | 'network' | 'dispute'
  /** The creator's name as the reader may know it; null = somebody else, unnamed. */
  who: string | null
  own: boolean
  /** The code; ids of clicks and orders say nothing to people. */
  what: string | null
  at: Date
  won: boolean
  /** Null where the reason is another creator's business. */
  reason: string | null
}

/** The story behind an order, as far as the reader may know it. */
export type Story = {
  orderId: string
  number: string
  at: Date
  rule: string
  lead: boolean
  cancelledAt: Date | null
  lostAt: Date | null
  /** Why a lead was rejected. */
  note: string | null
  ownPurchase: boolean
  /** The offer that it came under. */
  offer: { name: string; until: Date } | null
  /** Whether the reader is credited for it. */
  own: boolean
  manager: boolean
  touches: TouchStory[]
  /** Only for the credited creator and for managers. */
  line: LineStory | null
}

const rules: Record<string, string> = {
  code: 'The code decides: it was used on the order.',
  click: 'The last click decides: it led to the order.',
  customer: 'The known customer decides: they came through this creator before.',
  network: 'The network decides: it names the creator and pays them itself.',
  dispute: 'A manager decides: a dispute was granted.',
}
const kinds: Record<TouchStory['kind'], string> = {
  code: 'Code',
  click: 'Click',
  customer: 'Known customer',
  network: 'Network',
  dispute: 'Dispute',
}

/** Why an order was or was not credited, with every number that was used. */
export function whyCard(story: Story): Card {
  const { number, at, rule, touches, line, cancelledAt, lostAt, note, lead } = story
  const told = card(
    `Why: ${lead ? 'lead' : 'order'} ${number}`,
    paragraph(verdict(story)),
    facts({
      Placed: moment(at, 'day'),
      ...(cancelledAt
        ? {
            [lead ? 'Rejected' : 'Cancelled']:
              note === null ? moment(cancelledAt, 'day') : text`${moment(cancelledAt, 'day')}: ${note}`,
          }
        : {}),
      ...(lostAt ? { 'Taken back by the bank': moment(lostAt, 'day') } : {}),
      ...(story.ownPurchase && line
        ? {
            'Own purchase': line.heldByCase
              ? 'it looks like one, so a person looks at it before it is paid'
              : 'it looked like one; what a person says of it stands below',
          }
        : {}),
      ...(story.offer ? { Offer: text`“${story.offer.name}”, until ${moment(story.offer.until, 'full')}` } : {}),
      Rule: rules[rule] ?? (isOpen(rule) ? 'None has decided yet.' : 'Nobody is credited.'),
    }),
    touches.length > 0 &&
      table(['What led to it', 'Whose', 'When', 'Result', 'Because'], touches.map(touchRow), {
        caption: 'Everything that may deserve the credit',
      }),
    ...(line ? lineBlocks(line, lead) : []),
    buttons(story.own && { label: 'See earnings', run: 'earnings' }),
  )
  return story.own ? toned('good', told) : told
}

/** Rules that stand for waiting. */
const isOpen = (rule: string): boolean => rule === unpaid || rule === 'currency' || rule === 'unknown partner'

function verdict({ own, manager, rule, touches, line, lead }: Story): Text {
  const winner = touches.find((touch) => touch.won)
  if (rule === paidByNetwork) return text`We don’t pay for this ${lead ? 'lead' : 'order'}. ${uncreditedWords[rule] ?? ''}`
  if (own && line)
    return text`This ${lead ? 'lead' : 'order'} is credited to you: ${money(subtract(line.booked, line.reversed))}${line.paidBy === null ? '' : `, paid by ${line.paidBy}`}.`
  if (winner)
    return manager && winner.who !== null ? text`Credited to ${winner.who}.` : text`This order is credited to another creator.`
  if (isOpen(rule)) return text`Not decided yet. ${uncreditedWords[rule] ?? ''}`
  const mine = touches.find((touch) => touch.own && touch.reason !== null)
  // The rule may be about another creator, whose troubles are their own.
  if (!manager && mine) return text`Credited to nobody. Yours lost: ${mine.reason ?? ''}.`
  const why = uncreditedWords[rule] ?? 'Nothing that led to it may earn.'
  return text`Credited to nobody. ${why}`
}

function touchRow({ kind, who, own, what, at, won, reason }: TouchStory): Text[] {
  return [
    what === null ? text`${kinds[kind]}` : text`${kinds[kind]} ${code(what)}`,
    own ? text`yours` : text`${who ?? 'another creator'}`,
    text`${moment(at, 'day')}`,
    text`${won ? 'won' : 'lost'}`,
    text`${reason ?? ''}`,
  ]
}

const parts: [string, string][] = [
  ['total', 'Total paid'],
  ['discounts', 'Discounts'],
  ['tax', 'Tax'],
  ['shipping', 'Shipping'],
  ['giftCards', 'Gift cards'],
  ['added', 'Added later'],
]

function lineBlocks(line: LineStory, lead: boolean): Block[] {
  const { base, components, converted, topUps, refunds } = line
  const known = parts.flatMap(([key, label]) => (components[key] ? [[label, money(fromJson(components[key]))] as const] : []))
  return [
    facts({
      ...Object.fromEntries(known),
      ...(converted ? { 'Base as ordered': text`${money(converted.from)}, net of discounts, tax, shipping and gift cards` } : {}),
      ...(converted
        ? {
            Exchange: text`1 ${converted.from.currency} = ${converted.rate} ${base.currency}, the rate of ${sayCalendarDay(converted.day)}`,
          }
        : {}),
      ...(lead ? {} : { Base: text`${money(base)}${converted ? '' : ', net of discounts, tax, shipping and gift cards'}` }),
      ...rateFacts(line),
      Commission: working(line),
      ...(topUps.length > 0 ? { 'Topped up': topUpText(topUps) } : {}),
      'Hold ends': holdText(line),
      ...(line.payment ? { Paid: paidText(line.payment) } : {}),
    }),
    ...(line.parts.length > 1 ? [partsTable(line)] : []),
    ...(refunds.length > 0 ? [refundsTable(refunds)] : []),
  ]
}

/** Which rate, and why that one. */
function rateFacts({ parts, tier, customer, cappedBy }: LineStory): Record<string, Text | string> {
  const [only] = parts
  const rate = only?.fixedMinor === null ? `${percent(only.rateBps ?? 0)}, ${only.why}` : (only?.why ?? '')
  return {
    Rate: parts.length > 1 ? 'each part has its own, see below' : rate,
    ...(tier === null ? {} : { Tier: `${tier} at the time of the sale` }),
    ...(customer === 'returning' ? { Customer: 'had bought before' } : {}),
    ...(cappedBy === null ? {} : { Limit: `cut by ${limitWords(cappedBy)}` }),
  }
}

function partsTable({ parts, base }: LineStory): Block {
  const inBase = (minor: bigint) => money({ minor, currency: base.currency })
  return table(
    ['Part', 'Base', 'Rate', 'Because', 'Earns'],
    parts.map((part) => [
      part.of ?? 'the rest',
      inBase(part.base),
      part.fixedMinor === null ? percent(part.rateBps ?? 0) : text`${inBase(part.fixedMinor)} fixed`,
      part.why,
      inBase(part.minor),
    ]),
    { caption: 'The parts, as they were when the order was credited', align: ['left', 'right', 'right', 'left', 'right'] },
  )
}

const topUpText = (topUps: LineStory['topUps']): Text =>
  topUps.flatMap(
    ({ tier, money: added, at }, i) => text`${i === 0 ? '' : '; '}${money(added)} on ${moment(at, 'day')} for reaching ${tier}`,
  )

const onTheWay = new Set(['sending', 'unknown', 'sent'])

function paidText({ reference, payday, state, at }: Covering): Text {
  if (state === 'settled' && at) return text`on ${moment(at, 'day')}, reference ${code(reference)}`
  const where = onTheWay.has(state) ? 'on its way' : 'being prepared'
  return text`${where} with the payout of ${sayCalendarDay(payday)}, reference ${code(reference)}`
}

function holdText({ availableAt, paidBy, heldByCase, booked, reversed, payment }: LineStory): Text | CardPart {
  if (paidBy !== null) return `there is none: ${paidBy} pays it`
  if (heldByCase) return 'when the case that withholds it is decided'
  if (availableAt) return moment(availableAt, 'day')
  if (payment) return booked.minor === reversed.minor ? 'over; what was paid for it is carried to your next sales' : 'over'
  return booked.minor === reversed.minor ? 'over: nothing is left' : 'over: it is payable'
}

/** Each refund as the shop told it, and what it took off the base. */
function refundsTable(refunds: LineStory['refunds']): Block {
  const told = ({ base, whole, cumulative, settled }: LineStory['refunds'][number]): Text => [
    ...text`${money(base)}`,
    ...(whole ? text` of ${money(whole)} paid` : []),
    ...(cumulative ? text` so far` : []),
    ...(settled ? text`, settled as ${money(settled)}` : []),
  ]
  return table(
    ['Refunded', 'As told', 'Off the base', 'State'],
    refunds.map((refund) => [
      moment(refund.at, 'day'),
      told(refund),
      refund.taken ? money(refund.taken) : '',
      refund.failed ? 'failed in the shop' : refund.applied ? 'taken into account' : 'waits',
    ]),
    { align: ['left', 'right', 'right', 'left'] },
  )
}

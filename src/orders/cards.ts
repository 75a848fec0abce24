import {
  type Block,
  buttons,
  type Card,
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
import { fromJson, type Money, type MoneyJson, subtract } from '../kernel/money.ts'
import { arithmetic } from '../ledger/cards.ts'
import { percent } from '../programs/rules.ts'
import { type TouchKind, uncreditedWords, unpaid } from './rules.ts'

/** What one order earned its creator, and what was taken back. `availableAt` is null once it is payable. */
export type LineStory = {
  base: Money
  components: Record<string, MoneyJson>
  rateBps: number
  /** Why that rate: "the rate of the program". */
  rate: string
  booked: Money
  reversed: Money
  availableAt: Date | null
  refunds: { at: Date; base: Money; applied: boolean }[]
}

export type TouchStory = {
  kind: TouchKind
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
  cancelledAt: Date | null
  /** Whether the reader is credited for it. */
  own: boolean
  manager: boolean
  touches: TouchStory[]
  /** Only for the credited creator and for managers. */
  line: LineStory | null
}

export type Sale = Pick<LineStory, 'base' | 'rateBps' | 'booked' | 'reversed' | 'availableAt'> & {
  orderId: string
  number: string
  first: boolean
}

/** The post in a creator's private place after a sale; shown again when money is given back. */
export function saleCard({ orderId, number, first, base, rateBps, booked, reversed, availableAt }: Sale): Card {
  const left = subtract(booked, reversed)
  const gone = left.minor === 0n && booked.minor > 0n
  const sold = card(
    gone ? 'A sale was given back' : first ? 'You sold: your first sale!' : 'You sold',
    paragraph(
      gone
        ? text`The shopper of order ${number} got the money back, so nothing is left of its commission.`
        : text`Order ${number} earns you ${money(left)}.`,
    ),
    facts({
      Arithmetic: arithmetic(base, rateBps, booked, reversed),
      ...(gone ? {} : { Payable: availableAt ? text`${moment(availableAt, 'day')}, when its hold ends` : text`now` }),
    }),
    buttons({ label: 'Explain', run: 'why', given: { order: orderId } }, { label: 'See earnings', run: 'earnings' }),
  )
  return gone ? sold : toned('good', sold)
}

const rules: Record<string, string> = {
  code: 'The code decides: it was used on the order.',
  click: 'The last click decides: it led to the order.',
  customer: 'The known customer decides: they came through this creator before.',
}
const kinds: Record<TouchKind, string> = { code: 'Code', click: 'Click', customer: 'Known customer' }

/** Why an order was or was not credited, with every number that was used. */
export function whyCard(story: Story): Card {
  const { number, at, rule, touches, line, cancelledAt } = story
  const told = card(
    `Why: order ${number}`,
    paragraph(verdict(story)),
    facts({
      Placed: moment(at, 'day'),
      ...(cancelledAt ? { Cancelled: moment(cancelledAt, 'day') } : {}),
      Rule: rules[rule] ?? 'Nobody is credited.',
    }),
    touches.length > 0 &&
      table(['What led to it', 'Whose', 'When', 'Result', 'Because'], touches.map(touchRow), {
        caption: 'Everything that may deserve the credit',
      }),
    ...(line ? lineBlocks(line) : []),
    buttons(story.own && { label: 'See earnings', run: 'earnings' }),
  )
  return story.own ? toned('good', told) : told
}

function verdict({ own, manager, rule, touches, line }: Story): Text {
  const winner = touches.find((touch) => touch.won)
  if (own && line) return text`This order is credited to you: ${money(subtract(line.booked, line.reversed))}.`
  if (winner)
    return manager && winner.who !== null ? text`Credited to ${winner.who}.` : text`This order is credited to another creator.`
  const mine = touches.find((touch) => touch.own && touch.reason !== null)
  // The rule may be about another creator, whose troubles are their own.
  if (!manager && mine) return text`Credited to nobody. Yours lost: ${mine.reason ?? ''}.`
  const why = uncreditedWords[rule] ?? 'Nothing that led to it may earn.'
  return rule === unpaid ? text`Not decided yet. ${why}` : text`Credited to nobody. ${why}`
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
]

function lineBlocks({ base, components, rateBps, rate, booked, reversed, availableAt, refunds }: LineStory): Block[] {
  const known = parts.flatMap(([key, label]) => (components[key] ? [[label, money(fromJson(components[key]))] as const] : []))
  const rows = refunds.map((refund) => [
    moment(refund.at, 'day'),
    money(refund.base),
    refund.applied ? 'taken into account' : 'waits',
  ])
  return [
    facts({
      ...Object.fromEntries(known),
      Base: text`${money(base)}, net of discounts, tax, shipping and gift cards`,
      Rate: text`${percent(rateBps)}, ${rate}`,
      Commission: arithmetic(base, rateBps, booked, reversed),
      'Hold ends': availableAt ? moment(availableAt, 'day') : 'over: it is payable',
    }),
    ...(rows.length > 0 ? [table(['Refunded', 'Of the base', 'State'], rows, { align: ['left', 'right', 'left'] })] : []),
  ]
}

type Seen = { id: string; number: string; base: bigint; currency: string }

/** For managers: an order nobody can be credited for, because nothing is converted yet. */
export const uncreditedCard = (order: Seen, booked: string): Card =>
  toned(
    'warn',
    card(
      `Order ${order.number} is not credited`,
      paragraph(
        text`Its base is ${money({ minor: order.base, currency: order.currency })}, and this program books in ${booked}. Nothing was converted and nothing is lost.`,
      ),
      buttons({ label: 'Explain', run: 'why', given: { order: order.id } }),
    ),
  )

/** For managers: a refund in another currency than its order changes nothing until someone looks. */
export const foreignRefundCard = (order: Seen, refund: { base: bigint; currency: string; externalId: string }): Card =>
  toned(
    'warn',
    card(
      `A refund of order ${order.number} waits`,
      paragraph(
        text`Refund ${code(refund.externalId)} is ${money({ minor: refund.base, currency: refund.currency })}, but the order is in ${order.currency}. It was kept and took nothing back.`,
      ),
      buttons({ label: 'Explain', run: 'why', given: { order: order.id } }),
    ),
  )

import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  facts,
  moment,
  money,
  paragraph,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { type Money, subtract } from '../kernel/money.ts'
import { type Working, working } from './cards-working.ts'

/** One thing that was earned, with its arithmetic. `availableAt` is null once it is payable. */
export type Earned =
  | (Working & {
      kind: 'commission'
      orderId: string
      number: string
      at: Date
      availableAt: Date | null
      /** A case holds it, whatever its date says. */
      inCase: boolean
    })
  | { kind: 'other'; what: string; why: string; at: Date; money: Money; payable: boolean }

/** What a network pays its creators itself. */
export type Mirrored = { number: string; source: string; at: Date; money: Money }

export type Earnings = {
  pending: Money
  payable: Money
  paid: Money
  payday: Date
  /** `oneDay` as its reader's calendar counts. */
  ripens: { first: Date; last: Date; oneDay: boolean } | null
  recent: Earned[]
  mirrors: Mirrored[]
}

/** What comes on the next payday and what is missing for it, as the payouts room finds it. */
export type Coming = {
  payday: Date
  /** That day is over, and its payments are still to be made. */
  late: boolean
  amount: Money
  paying: Money
  missing: { what: string; run: string; blocks: boolean }[]
  payments: { minor: bigint; currency: string; reference: string; state: string; createdAt: Date; shown: string }[]
}

/** What a creator has earned and when they get it; a negative payable balance says why nobody asks for it back. */
export function earningsCard(earnings: Earnings, coming?: Coming): Card {
  const { payable, paid, recent, mirrors } = earnings
  // Payments are made of balances and not of sales, so what is free may be in one of them.
  const free = paid.minor > 0n || (coming?.paying.minor ?? 0n) > 0n ? 'payable or paid' : 'payable'
  const shown = card(
    'Your earnings',
    facts({
      Pending: pendingText(earnings),
      Payable: money(payable),
      ...(coming && coming.paying.minor > 0n ? { 'In payment': payingText(coming) } : {}),
      Paid: money(paid),
      ...paydayFacts(coming ?? earnings),
      ...(coming ? { 'Expected then': expectedText(coming) } : {}),
    }),
    ...(coming ? coming.missing.map(({ what }) => paragraph(text`• ${what}`)) : []),
    coming && buttons(...ways(coming)),
    payable.minor < 0n &&
      'Payable is below zero because more was taken back than you had, such as an order that was refunded after it ripened. It is carried to later sales and never collected from you.',
    recent.length > 0
      ? table(
          ['What', 'When', 'Arithmetic', 'You get', 'State'],
          recent.map((earned) => row(earned, free)),
          {
            caption: recent.length < 10 ? 'The latest' : 'The last ten',
            align: ['left', 'left', 'left', 'right', 'left'],
          },
        )
      : paragraph(
          text`Nothing earned yet. Share ${strong('your link or code')}: each order through it appears here with its arithmetic.`,
        ),
    mirrors.length > 0 && mirrorsTable(mirrors),
    coming && coming.payments.length > 0 && paymentsTable(coming),
    buttons(
      recent.some((earned) => earned.kind === 'commission') && { label: 'Ask why', run: 'why', given: lastOrder(recent) },
      recent.length === 0 && { label: 'Get my link', run: 'link' },
    ),
  )
  const waits = coming !== undefined && coming.amount.minor > 0n && coming.missing.some((one) => one.blocks)
  return payable.minor < 0n || waits ? toned('warn', shown) : shown
}

/** The day that is paid next, or the one that waits for its payments. */
export const paydayFacts = ({ payday, late = false }: { payday: Date; late?: boolean }): Record<string, Text> =>
  late
    ? { Payday: text`${moment(payday, 'day')} is over, and its payments are still to be made` }
    : { 'Next payday': text`${moment(payday, 'day')}, for what is payable the day before` }

/** States of a payment that still waits for people. */
const waiting = new Set(['prepared', 'confirmed'])

function payingText({ paying, payments }: Coming): Text {
  const waits = payments.reduce((sum, { state, minor }) => (waiting.has(state) ? sum + minor : sum), 0n)
  return waits < paying.minor ? text`${money(paying)} on its way to you` : text`${money(paying)} being prepared`
}

function pendingText({ pending, ripens }: Earnings): Text {
  if (!ripens || pending.minor === 0n) return text`${money(pending)} until each sale's hold ends`
  const { first, last, oneDay } = ripens
  if (oneDay) return text`${money(pending)}, payable from ${moment(first, 'day')}`
  return text`${money(pending)}, the first payable from ${moment(first, 'day')}, the last from ${moment(last, 'day')}`
}

/** What is paid then, and whether something is missing for it. */
export const expectedText = ({ amount, missing }: Coming): Text =>
  missing.some((one) => one.blocks) && amount.minor > 0n
    ? text`${money(amount)}, once nothing is missing:`
    : text`${money(amount)}${amount.minor === 0n ? '' : ', if nothing is refunded before'}`

const labels: Record<string, string> = { details: 'Enter details', link: 'Get my link' }

/** A button for each thing that is missing, each once. */
export function ways({ missing }: Coming): Button[] {
  const runs = [...new Set(missing.map((one) => one.run))].filter((run) => run in labels)
  return runs.map((run, i) => ({ label: labels[run] ?? run, run, look: i === 0 ? ('main' as const) : ('plain' as const) }))
}

function lastOrder(recent: Earned[]): Record<string, string> {
  const last = recent.find((earned) => earned.kind === 'commission')
  return last ? { order: last.orderId } : {}
}

function row(earned: Earned, free: string): Text[] {
  if (earned.kind === 'other') {
    const state = [earned.payable ? free : 'pending']
    return [
      [earned.what],
      text`${moment(earned.at, 'day')}`,
      [earned.why || earned.what.toLowerCase()],
      text`${money(earned.money)}`,
      state,
    ]
  }
  const left = subtract(earned.booked, earned.reversed)
  const added = earned.toppedUp.minor === 0n ? [] : text`, ${money(earned.toppedUp)} of it by your tier`
  return [
    text`Order ${earned.number}`,
    text`${moment(earned.at, 'day')}`,
    [...working(earned), ...added],
    text`${money(left)}`,
    state(left, earned, free),
  ]
}

function state(left: Money, { availableAt, inCase }: { availableAt: Date | null; inCase: boolean }, free: string): Text {
  if (left.minor === 0n) return text`nothing left`
  if (inCase) return text`held by a case`
  return availableAt ? text`payable ${moment(availableAt, 'day')}` : [free]
}

/** Sales that a network pays: shown, and in none of the balances. */
const mirrorsTable = (mirrors: Mirrored[]): Block =>
  table(
    ['Order', 'When', 'They pay you', 'By'],
    mirrors.map((one) => [
      [one.number],
      text`${moment(one.at, 'day')}`,
      text`${money(one.money)}`,
      [`paid by ${networkName(one.source)}`],
    ]),
    { caption: 'Paid by networks, not by us', align: ['left', 'left', 'right', 'left'] },
  )

const networkName = (source: string): string => networkNames[source] ?? source.slice(0, 1).toUpperCase() + source.slice(1)
const networkNames: Record<string, string> = { partnerstack: 'PartnerStack', tiktok: 'TikTok Shop', tiktokshop: 'TikTok Shop' }

const paymentWords: Record<string, string> = {
  prepared: 'being prepared',
  confirmed: 'about to be sent',
  sending: 'being sent',
  unknown: 'being checked',
  sent: 'sent',
  settled: 'arrived',
  failed: 'came back',
}

const paymentsTable = ({ payments }: Coming): Block =>
  table(
    ['Payment', 'Of', 'Amount', 'To', 'State'],
    payments.map((one) => [
      text`${one.reference}`,
      text`${moment(one.createdAt, 'day')}`,
      text`${money(one)}`,
      [one.shown],
      [paymentWords[one.state] ?? one.state],
    ]),
    { caption: 'Your last payments', align: ['left', 'left', 'right', 'left', 'left'] },
  )

/** Something a person did in the program. */
export type Done = { at: Date; name: string; run: string; outcome: string }

/** Whether the books balance, and the last things people did. */
/** `acts` are what mends a law that is broken, where something does. */
export function auditCard(broken: string[], done: Done[], acts: readonly Button[]): Card {
  const audited = card(
    broken.length === 0 ? 'The books balance' : 'The books do not balance',
    broken.length === 0
      ? 'Every commission, refund and ripened hold was added up, and every sum agrees.'
      : `${broken.map((law) => `• ${law}`).join('\n')}\nNothing was changed. Please keep a copy of the database and look at these rows.`,
    done.length > 0 &&
      table(
        ['When', 'Who', 'Did', 'Outcome'],
        done.map(({ at, name, run, outcome }) => [text`${moment(at, 'full')}`, text`${name}`, text`/${run}`, text`${outcome}`]),
        { caption: 'Who did what, newest first' },
      ),
    done.length === 0 && 'Nobody has changed anything yet.',
    acts.length > 0 && buttons(...acts),
  )
  return toned(broken.length === 0 ? 'good' : 'bad', audited)
}

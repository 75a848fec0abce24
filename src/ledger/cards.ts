import {
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
import { percent } from '../programs/rules.ts'

/** One thing that was earned, with its arithmetic. `availableAt` is null once it is payable. */
export type Earned =
  | {
      kind: 'commission'
      orderId: string
      number: string
      at: Date
      base: Money
      rateBps: number
      booked: Money
      reversed: Money
      availableAt: Date | null
    }
  | { kind: 'fee'; at: Date; fee: Money }

export type Earnings = { pending: Money; payable: Money; paid: Money; payday: Date; recent: Earned[] }

/** What a creator has earned and when they get it; a negative payable balance says why nobody asks for it back. */
export function earningsCard({ pending, payable, paid, payday, recent }: Earnings): Card {
  const balancesCard = card(
    'Your earnings',
    facts({
      Pending: text`${money(pending)} until each sale's hold ends`,
      Payable: money(payable),
      Paid: money(paid),
      'Next payday': text`${moment(payday, 'day')}, for what is payable the day before`,
    }),
    payable.minor < 0n &&
      'Payable is below zero because an order was refunded after it ripened. It is carried to later sales and never collected from you.',
    recent.length > 0
      ? table(['What', 'When', 'Arithmetic', 'You get', 'State'], recent.map(row), {
          caption: 'The last ten',
          align: ['left', 'left', 'left', 'right', 'left'],
        })
      : paragraph(
          text`Nothing earned yet. Share ${strong('your link or code')}: each order through it appears here with its arithmetic.`,
        ),
    buttons(
      recent.some((earned) => earned.kind === 'commission') && { label: 'Ask why', run: 'why', given: lastOrder(recent) },
      recent.length === 0 && { label: 'Get my link', run: 'link' },
    ),
  )
  return payable.minor < 0n ? toned('warn', balancesCard) : balancesCard
}

function lastOrder(recent: Earned[]): Record<string, string> {
  const last = recent.find((earned) => earned.kind === 'commission')
  return last ? { order: last.orderId } : {}
}

function row(earned: Earned): Text[] {
  if (earned.kind === 'fee') {
    return [text`Content fee`, text`${moment(earned.at, 'day')}`, text`fee`, text`${money(earned.fee)}`, text`payable`]
  }
  const left = subtract(earned.booked, earned.reversed)
  return [
    text`Order ${earned.number}`,
    text`${moment(earned.at, 'day')}`,
    arithmetic(earned.base, earned.rateBps, earned.booked, earned.reversed),
    text`${money(left)}`,
    state(left, earned.availableAt),
  ]
}

/** "80.00 € × 10 % = 8.00 €, less 4.00 € refunded". */
export function arithmetic(base: Money, rateBps: number, booked: Money, reversed: Money): Text {
  const made = text`${money(base)} × ${percent(rateBps)} = ${money(booked)}`
  return reversed.minor === 0n ? made : [...made, ...text`, less ${money(reversed)} refunded`]
}

function state(left: Money, availableAt: Date | null): Text {
  if (left.minor === 0n) return text`nothing left`
  return availableAt ? text`payable ${moment(availableAt, 'day')}` : text`payable`
}

/** Something a person did in the program. */
export type Done = { at: Date; name: string; run: string; outcome: string }

/** Whether the books balance, and the last things people did. */
export function auditCard(broken: string[], done: Done[]): Card {
  const audited = card(
    broken.length === 0 ? 'The books balance' : 'The books do not balance',
    broken.length === 0
      ? 'Every commission, refund and ripened hold was added up, and every sum agrees.'
      : `${broken.map((law) => `• ${law}`).join('\n')}\nNothing was changed. Please keep a copy of the database and look at these rows.`,
    done.length > 0 &&
      table(
        ['When', 'Who', 'Did', 'Outcome'],
        done.map(({ at, name, run, outcome }) => [text`${moment(at, 'time')}`, text`${name}`, text`/${run}`, text`${outcome}`]),
        { caption: 'Who did what, newest first' },
      ),
    done.length === 0 && 'Nobody has changed anything yet.',
  )
  return toned(broken.length === 0 ? 'good' : 'bad', audited)
}

/** What finance reads: who is paid and who is not, what differs, and where each payment stands. */
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
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { type Money, sum } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { sayCalendarDay } from '../kernel/time.ts'
import { type Difference, differenceWords, type Method, type Missing, methods } from './rules.ts'

type Paid = {
  minor: bigint
  currency: string
  method: string
  state: string
  reference: string
  shown: string
  reason: string | null
  bouncedAt?: Date | null
}
type Row = { payment: Paid; name: string; differs: Difference[] }
export type BatchView = {
  batch: { id: string; payday: string; state: string; confirmedAt: Date | null; createdAt: Date }
  preparedBy: { name: string }
  confirmedBy: string | null
  looked: Row[]
  digest: string
}
type PlanView = {
  day: string
  at: Date
  ready: { amount: Money }[]
  others: { name: string; amount: Money; missing: Missing[] }[]
}

const SHOWN = 15

const stateWords: Record<string, string> = {
  prepared: 'to be confirmed',
  confirmed: 'released, to be sent',
  sending: 'being sent',
  unknown: 'asking the provider',
  sent: 'sent',
  settled: 'arrived',
  failed: 'came back',
  cancelled: 'taken out',
}
const batchWords: Record<string, string> = { ...stateWords, settled: 'done' }

const moneyOf = (payment: { minor: bigint; currency: string }) => money({ minor: payment.minor, currency: payment.currency })
const live = (rows: Row[]): Row[] => rows.filter(({ payment }) => payment.state !== 'cancelled' && payment.state !== 'failed')

/** Totals by method and currency. */
function totals(rows: Row[]): Block {
  const groups = new Map<string, { method: string; minor: bigint; currency: string; count: number }>()
  for (const { payment } of live(rows)) {
    const key = `${payment.method} ${payment.currency}`
    const group = groups.get(key) ?? { method: payment.method, minor: 0n, currency: payment.currency, count: 0 }
    groups.set(key, { ...group, minor: group.minor + payment.minor, count: group.count + 1 })
  }
  const cells = [...groups.values()].map((group): Text[] => [
    [methods[group.method as Method]],
    [String(group.count)],
    text`${moneyOf(group)}`,
  ])
  return table(['By', 'Payments', 'Total'], cells, { caption: 'Totals', align: ['left', 'right', 'right'] })
}

const lacking: Partial<Record<Missing['kind'], string>> = {
  details: 'no payment details yet: /earnings asks for them',
  country: 'the country in their details is one where nobody is paid',
}

/** The same for those who pay; what names a form, a day or an amount is said as creators read it. */
function whyNot(missing: Missing[]): string {
  const first = missing.find((one) => one.blocks)
  return first ? (lacking[first.kind] ?? first.what) : ''
}

/** Why some are not paid, by what is missing most. */
function othersTable(others: PlanView['others']): Block | false {
  if (others.length === 0) return false
  const rows = others
    .slice(0, SHOWN)
    .map(({ name, amount, missing }): Text[] => [[name], text`${money(amount)}`, [whyNot(missing)]])
  const caption = others.length > SHOWN ? `Not paid: ${SHOWN} of ${others.length}` : 'Not paid'
  return table(['Creator', 'Payable', 'Because'], rows, { caption, align: ['left', 'right', 'left'] })
}

const totalOf = ({ ready }: PlanView, currency: string): Money =>
  sum(
    ready.map(({ amount }) => amount),
    currency,
  )

/** The answer to preparing: the batch, or why there is none. */
export function preparedCard(plan: PlanView & { left: number }, seen: BatchView | null, currency: string): Card {
  const { others, left } = plan
  if (!seen)
    return card(
      'Nobody can be paid now',
      others.length === 0
        ? 'Nothing was payable the day before payday, or all of it is in a batch already.'
        : paragraph(
            text`${plural(others.length, 'creator has', 'creators have')} money payable, and something is missing for each.`,
          ),
      othersTable(others),
      buttons({ label: 'Show batches', run: 'payout show' }),
    )
  return toned(
    'good',
    card(
      'Prepared: now a second person',
      paragraph(
        text`${plural(plan.ready.length, 'creator')} ${plan.ready.length === 1 ? 'gets' : 'get'} ${money(totalOf(plan, currency))} for payday ${moment(plan.at)}. The money is set aside; nothing is sent before somebody else confirms.`,
      ),
      left > 0 && `This batch is full. ${plural(left, 'more creator')} can be paid: prepare the next batch for them.`,
      totals(seen.looked),
      paymentsTable(seen.looked),
      othersTable(others),
      buttons(
        left > 0 && { label: 'Prepare the next', run: 'payout prepare' },
        { label: 'Show batch', run: 'payout show', given: { batch: seen.batch.id } },
        { label: 'Cancel batch', run: 'payout cancel', given: { batch: seen.batch.id, '?': 'form' }, look: 'danger' },
      ),
    ),
  )
}

function paymentsTable(rows: Row[]): Block {
  const cells = rows
    .slice(0, SHOWN)
    .map(({ payment, name, differs }): Text[] => [
      [name],
      text`${moneyOf(payment)}`,
      [payment.shown],
      [payment.reference],
      [
        [
          stateWords[payment.state] ?? payment.state,
          ...(payment.bouncedAt ? ['bounced since, payable again'] : []),
          ...(payment.reason ? [payment.reason.replace(/\.$/, '')] : []),
          ...differs.map((d) => differenceWords[d]),
        ].join('; '),
      ],
    ])
  const caption = rows.length > SHOWN ? `${SHOWN} of ${rows.length} payments` : plural(rows.length, 'payment')
  return table(['Creator', 'Amount', 'To', 'Reference', 'State'], cells, {
    caption,
    align: ['left', 'right', 'left', 'left', 'left'],
  })
}

/** What whoever confirms sees first: what differs from before, then the totals; and the button that releases exactly this. */
export function confirmCard(seen: BatchView): Card {
  const waiting = seen.looked.filter(({ payment }) => payment.state === 'prepared')
  const differing = waiting.filter(({ differs }) => differs.length > 0)
  const rows = differing
    .slice(0, SHOWN)
    .map(({ payment, name, differs }): Text[] => [
      [name],
      text`${moneyOf(payment)}`,
      [payment.shown],
      [differs.map((d) => differenceWords[d]).join('; ')],
    ])
  return toned(
    differing.length > 0 ? 'warn' : 'plain',
    card(
      'Confirm these payments?',
      differing.length > 0
        ? table(['Creator', 'Amount', 'To', 'Look twice'], rows, {
            caption: `What differs: ${differing.length} of ${plural(waiting.length, 'payment')}`,
            align: ['left', 'right', 'left', 'left'],
          })
        : `${plural(waiting.length, 'payment goes', 'payments go')} where money went before, in usual amounts.`,
      totals(waiting),
      small(
        text`Prepared by ${seen.preparedBy.name}, ${moment(seen.batch.createdAt, 'full')}, for payday ${sayCalendarDay(seen.batch.payday)}.`,
      ),
      buttons(
        { label: 'Confirm and release', run: 'payout confirm', given: { batch: seen.batch.id, seen: seen.digest }, look: 'main' },
        { label: 'Show batch', run: 'payout show', given: { batch: seen.batch.id } },
        { label: 'Cancel batch', run: 'payout cancel', given: { batch: seen.batch.id, '?': 'form' }, look: 'danger' },
      ),
    ),
  )
}

/** One batch with its payments and what can be done with it now. */
export function batchCard(seen: BatchView, title = `Payouts for ${sayCalendarDay(seen.batch.payday)}`): Card {
  const { batch } = seen
  const given = { batch: batch.id }
  const next: Record<string, Button[]> = {
    prepared: [{ label: 'Review batch', run: 'payout confirm', given, look: 'main' }],
    confirmed: [
      { label: 'Get files', run: 'payout files', given, look: 'main' },
      { label: 'Mark as sent', run: 'payout sent', given },
    ],
    sent: [
      { label: 'Take in results', run: 'payout files', given, look: 'main' },
      { label: 'One arrived', run: 'payout settle' },
      { label: 'One came back', run: 'payout fail' },
    ],
  }
  const open = batch.state === 'prepared' || batch.state === 'confirmed'
  return card(
    title,
    facts({
      State: [batchWords[batch.state] ?? batch.state],
      Prepared: text`by ${seen.preparedBy.name}, ${moment(batch.createdAt, 'full')}`,
      ...(seen.confirmedBy === null || batch.confirmedAt === null
        ? {}
        : { Confirmed: text`by ${seen.confirmedBy}, ${moment(batch.confirmedAt, 'full')}` }),
    }),
    totals(seen.looked),
    paymentsTable(seen.looked),
    buttons(
      ...(next[batch.state] ?? []),
      open && { label: 'Cancel batch', run: 'payout cancel', given: { ...given, '?': 'form' }, look: 'danger' },
    ),
  )
}

type BatchRow = { id: string; payday: string; state: string; count: number; total: Money }

/** All batches, newest first, and the way to the next. */
export const batchesCard = (rows: BatchRow[], next: { at: Date; ready: number; others: number }): Card =>
  card(
    'Payouts',
    facts({
      Payday: text`${moment(next.at)}`,
      'Can be paid now': [plural(next.ready, 'creator')],
      ...(next.others > 0 ? { 'Something is missing': [plural(next.others, 'creator')] } : {}),
    }),
    rows.length > 0 &&
      table(
        ['Payday', 'Payments', 'Total', 'State'],
        rows.map((row): Text[] => [
          [sayCalendarDay(row.payday)],
          [String(row.count)],
          text`${money(row.total)}`,
          [batchWords[row.state] ?? row.state],
        ]),
        { caption: 'The last batches', align: ['left', 'right', 'right', 'left'] },
      ),
    buttons(
      { label: 'Prepare payouts', run: 'payout prepare', look: next.ready > 0 ? 'main' : 'plain' },
      rows[0] && { label: 'Show newest', run: 'payout show', given: { batch: rows[0].id } },
    ),
  )

/** Payday: who can be paid, and why it is said after it. */
export const paydayCard = (plan: PlanView, { title, late }: { title: string; late: string | null }, currency: string): Card =>
  card(
    title,
    late !== null && paragraph(text`It was ${moment(plan.at, 'day')}, and ${late}.`),
    paragraph(
      text`${plural(plan.ready.length, 'creator')} can be paid, ${money(totalOf(plan, currency))} in all.${plan.others.length > 0 ? ` For ${plural(plan.others.length, 'other')} something is missing.` : ''}`,
    ),
    'One of you prepares, another confirms.',
    buttons({ label: 'Prepare payouts', run: 'payout prepare', look: 'main' }),
  )

/** Where a batch stands, for everybody in finance. */
export function batchNewsCard(seen: BatchView, mine: boolean, currency: string): Card {
  const { batch } = seen
  const rows = live(seen.looked)
  const total = sum(
    rows.map(({ payment }) => payment),
    currency,
  )
  const given = { batch: batch.id }
  const waits = batch.state === 'prepared'
  return card(
    waits
      ? 'A batch waits for a second person'
      : `Payouts for ${sayCalendarDay(batch.payday)}: ${batchWords[batch.state] ?? batch.state}`,
    paragraph(
      text`${plural(rows.length, 'payment')}, ${money(total)}, prepared by ${seen.preparedBy.name} for payday ${sayCalendarDay(batch.payday)}.`,
    ),
    seen.confirmedBy !== null && `Confirmed by ${seen.confirmedBy}.`,
    buttons(
      waits && !mine
        ? { label: 'Review batch', run: 'payout confirm', given, look: 'main' }
        : { label: 'Show batch', run: 'payout show', given },
    ),
  )
}

import {
  type Block,
  buttons,
  type Card,
  card,
  facts,
  type Given,
  moment,
  paragraph,
  small,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { format, percent } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import type { Policy } from './rules.ts'
import { type Milestone, repeatWords, tierWords } from './rules-commission.ts'

const amount = (units: string | null, currency: string): string =>
  units === null ? 'no limit' : format({ minor: BigInt(units), currency })

/** A milestone in words: "the first sale: €10.00". */
export function milestoneWords({ kind, at, bonusMinor }: Milestone, currency: string): string {
  const what = { first: 'the first sale', orders: plural(Number(at), 'order'), revenue: `${amount(at, currency)} of net sales` }[
    kind
  ]
  return `${what}: ${amount(bonusMinor, currency)}`
}

/** Everything commission depends on, a line each. */
function lines(policy: Policy, currency: string): Record<string, string> {
  const { tiers, caps, referral, milestones } = policy
  return {
    Rate: percent(policy.rateBps),
    Hold: plural(policy.holdDays, 'day'),
    'Attribution window': plural(policy.attributionDays, 'day'),
    'Credit order': policy.creditOrder.join(', then '),
    Customers: repeatWords(policy.repeat),
    Lead: policy.leadMinor === '0' ? 'earns nothing' : amount(policy.leadMinor, currency),
    Tiers: tiers ? tierWords(tiers, currency) : 'none',
    'Limit of an order': amount(caps.orderMinor, currency),
    'Limit of a creator and month': amount(caps.creatorMonthMinor, currency),
    'Limit of the program and month': amount(caps.programMonthMinor, currency),
    Milestones: milestones.length === 0 ? 'none' : milestones.map((one) => milestoneWords(one, currency)).join('; '),
    Referral: referral ? `${percent(referral.bps)} of the commission, for ${referral.months} months` : 'none',
    'Bonus by one manager': `up to ${amount(policy.bonusAloneMinor, currency)}`,
    Notice: plural(policy.noticeDays, 'day'),
  }
}

/** What creators are told of payouts, beside what commission is. */
const allLines = (policy: Policy, currency: string): Record<string, string> => ({
  ...lines(policy, currency),
  Payday: `day ${policy.payday} of the month`,
  'Least that is paid out': amount(policy.minPayoutMinor, currency),
  'Ways of payment': policy.payoutMethods.join(', '),
})

const labels: Record<string, string[]> = {
  rateBps: ['Rate'],
  holdDays: ['Hold'],
  payday: ['Payday'],
  minPayoutMinor: ['Least that is paid out'],
  payoutMethods: ['Ways of payment'],
  attributionDays: ['Attribution window'],
  creditOrder: ['Credit order'],
  repeat: ['Customers'],
  leadMinor: ['Lead'],
  tiers: ['Tiers'],
  caps: ['Limit of an order', 'Limit of a creator and month', 'Limit of the program and month'],
  milestones: ['Milestones'],
  referral: ['Referral'],
  noticeDays: ['Notice'],
}

export type ChangeView = {
  before: Policy
  after: Policy
  waits: readonly string[]
  withdrawn: readonly string[]
  from: Date
  currency: string
  given: Given
  run: string
  /** The command that shows how it is set. */
  home: string
}

/** What keys are called, in the order in which they are always listed. */
const labelsOf = (keys: readonly string[]): string =>
  Object.entries(labels)
    .flatMap(([key, called]) => (keys.includes(key) ? called : []))
    .join(', ')

/** What was announced and does not hold yet, a line for each day. */
export const plannedLines = ({ planned }: Policy): Block[] =>
  planned
    .filter(({ change }) => Object.keys(change).length > 0)
    .map(({ from, change }) => small(text`From ${moment(new Date(from), 'day')}: ${labelsOf(Object.keys(change))} change.`))

/** How commission is set, with the way to change it. */
export const commissionCard = (policy: Policy, currency: string): Card =>
  card(
    'How commission is set',
    facts(lines(policy, currency)),
    ...plannedLines(policy),
    buttons(
      { label: 'Change commission', run: 'setup commission', given: { '?': 'form' }, look: 'main' },
      { label: 'Set tiers', run: 'tier set', given: { '?': 'form' } },
      { label: 'List rates', run: 'rate list' },
    ),
  )

/** What a change would do, line by line, with the press that does it; or what it did. */
export function changeCard(view: ChangeView, done: boolean): Card {
  const { before, after, waits, withdrawn, from, currency, given, run, home } = view
  const [was, will] = [allLines(before, currency), allLines(after, currency)]
  const late = new Set(waits.flatMap((key) => labels[key] ?? []))
  const rows = Object.keys(will)
    .filter((label) => was[label] !== will[label])
    .map((label) => [label, was[label]!, will[label]!, late.has(label) ? moment(from, 'day') : 'at once'])
  if (rows.length === 0 && withdrawn.length === 0)
    return card('Nothing would change', 'It is set like that already.', buttons({ label: 'Show settings', run: home }))
  const shown = card(
    done ? 'The change is made' : 'Please confirm the change',
    rows.length > 0 && table(['What', 'Was', 'Will be', 'Holds'], rows),
    late.size > 0 &&
      paragraph(
        text`What is worse for creators is told to all of them ${done ? 'now' : 'when you confirm'} and holds from ${moment(from, 'day')}. Sales before keep what held then.`,
      ),
    withdrawn.length > 0 && `What was announced of ${labelsOf(withdrawn)} does not come; everyone who was told is told so.`,
    'Orders that were decided stay as they are.',
    !done &&
      buttons(
        { label: 'Confirm', run, given: { ...given, confirm: 'yes' }, look: 'main' },
        { label: 'Keep as it is', run: home },
      ),
    done && buttons({ label: 'Show settings', run: home }),
  )
  return toned(done ? 'good' : 'warn', shown)
}

/** For creators: what will be worse for them, and from when; or what is, where the program has no notice. */
export const noticeCard = (program: string, before: Policy, after: Policy, from: Date, currency: string, now: Date): Card => {
  const over = from <= now
  const [was, will] = [allLines(before, currency), allLines(after, currency)]
  const rows = Object.keys(will).flatMap((label) => (was[label] === will[label] ? [] : [[label, was[label]!, will[label]!]]))
  return toned(
    'warn',
    card(
      over ? `${program} changed its terms` : `${program} changes its terms`,
      paragraph(
        over
          ? text`Since ${moment(from, 'full')} this holds. For every sale before, the old terms hold.`
          : text`From ${moment(from, 'day')} this holds. Until then, and for every sale before, the old terms hold.`,
      ),
      table(over ? ['What', 'Before', 'Now'] : ['What', 'Now', 'Then'], rows),
      buttons({ label: 'Read the terms', run: 'terms read' }),
    ),
  )
}

/** For creators who were told of a change that will not come. */
export const withdrawnCard = (program: string, keys: readonly string[], from: Date): Card =>
  card(
    `${program} keeps its terms`,
    paragraph(
      text`What was announced for ${moment(from, 'day')} does not come: ${labelsOf(keys)}. The terms that hold now go on.`,
    ),
    buttons({ label: 'Read the terms', run: 'terms read' }),
  )

import { buttons, type Card, card, facts, type Given, moment, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { format } from '../kernel/money.ts'
import { type Policy, percent } from './rules.ts'
import { type Milestone, repeatWords, tierWords } from './rules-commission.ts'

const amount = (units: string | null, currency: string): string =>
  units === null ? 'no limit' : format({ minor: BigInt(units), currency })

/** A milestone in words: "the first sale: €10.00". */
export function milestoneWords({ kind, at, bonusMinor }: Milestone, currency: string): string {
  const what = { first: 'the first sale', orders: `${at} orders`, revenue: `${amount(at, currency)} of net sales` }[kind]
  return `${what}: ${amount(bonusMinor, currency)}`
}

/** Everything commission depends on, a line each. */
function lines(policy: Policy, currency: string): Record<string, string> {
  const { tiers, caps, referral, milestones } = policy
  return {
    'Attribution window': `${policy.attributionDays} days`,
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
    Notice: `${policy.noticeDays} days`,
  }
}

const labels: Record<string, string[]> = {
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
  from: Date
  currency: string
  given: Given
  run: string
}

/** How commission is set, with the way to change it. */
export const commissionCard = (policy: Policy, currency: string): Card =>
  card(
    'How commission is set',
    facts(lines(policy, currency)),
    ...policy.planned.map(({ from, change }) =>
      small(
        text`From ${moment(new Date(from), 'day')}: ${Object.keys(change)
          .flatMap((key) => labels[key] ?? [])
          .join(', ')} change.`,
      ),
    ),
    buttons(
      { label: 'Change commission', run: 'setup commission', given: { '?': 'form' }, look: 'main' },
      { label: 'Set tiers', run: 'tier set', given: { '?': 'form' } },
      { label: 'List rates', run: 'rate list' },
    ),
  )

/** What a change would do, line by line, with the press that does it; or what it did. */
export function changeCard(view: ChangeView, done: boolean): Card {
  const { before, after, waits, from, currency, given, run } = view
  const [was, will] = [lines(before, currency), lines(after, currency)]
  const late = new Set(waits.flatMap((key) => labels[key] ?? []))
  const rows = Object.keys(will)
    .filter((label) => was[label] !== will[label])
    .map((label) => [label, was[label]!, will[label]!, late.has(label) ? moment(from, 'day') : 'at once'])
  if (rows.length === 0)
    return card(
      'Nothing would change',
      'It is set like that already.',
      buttons({ label: 'Show settings', run: 'setup commission' }),
    )
  const shown = card(
    done ? 'Commission was changed' : 'Please confirm the change',
    table(['What', 'Was', 'Will be', 'Holds'], rows),
    late.size > 0 &&
      paragraph(
        text`What is worse for creators is told to all of them ${done ? 'now' : 'when you confirm'} and holds from ${moment(from, 'day')}. Sales before keep what held then.`,
      ),
    'Orders that were decided stay as they are.',
    !done &&
      buttons(
        { label: 'Confirm', run, given: { ...given, confirm: 'yes' }, look: 'main' },
        { label: 'Keep as it is', run: 'setup commission' },
      ),
    done && buttons({ label: 'Show settings', run: 'setup commission' }),
  )
  return toned(done ? 'good' : 'warn', shown)
}

/** For creators: what will be worse for them, and from when. */
export const noticeCard = (program: string, before: Policy, after: Policy, from: Date, currency: string): Card => {
  const [was, will] = [lines(before, currency), lines(after, currency)]
  const rows = Object.keys(will).flatMap((label) => (was[label] === will[label] ? [] : [[label, was[label]!, will[label]!]]))
  return toned(
    'warn',
    card(
      `${program} changes its terms`,
      paragraph(text`From ${moment(from, 'day')} this holds. Until then, and for every sale before, the old terms hold.`),
      table(['What', 'Now', 'Then'], rows),
      buttons({ label: 'Read the terms', run: 'terms read' }),
    ),
  )
}

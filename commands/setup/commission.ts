import { command } from '../../src/command.ts'
import type { Given } from '../../src/kernel/card.ts'
import { option, optional } from '../../src/option.ts'
import { changeCard, commissionCard } from '../../src/programs/cards-commission.ts'
import { changePolicy, type PolicyChange, planChange } from '../../src/programs/change.ts'
import { type Policy, policyOf } from '../../src/programs/rules.ts'
import {
  parseAmount,
  parseCreditOrder,
  parseLimit,
  parseMilestones,
  parseReferral,
} from '../../src/programs/rules-commission-form.ts'

export default command({
  description: 'Who is credited, for how long, and what limits commission',
  form: 'Change commission',
  role: 'admin',
  visibility: 'private',
  options: {
    window: optional(option.integer('Attribution window in days', { min: 1, max: 365 })),
    credit_order: optional(option.text('What counts first', { max: 60, placeholder: 'code, click, customer' })),
    customers: optional(
      option.choice('Which orders of a customer earn', {
        always: 'Every order that a code or link leads to',
        first: 'Only their first order',
        months: 'Their orders for some months',
        lifetime: 'Their orders for ever',
      }),
    ),
    months: optional(option.integer('For how many months', { min: 1, max: 120 })),
    lead: optional(option.text('What a lead earns, 0 for nothing', { max: 20, placeholder: '5.00' })),
    order_limit: optional(option.text('Most commission of one order, or none', { max: 20, placeholder: '50.00' })),
    creator_limit: optional(option.text('Most for one creator in a month, or none', { max: 20, placeholder: '1000.00' })),
    program_limit: optional(option.text('Most for all in a month, or none', { max: 20, placeholder: '20000.00' })),
    milestones: optional(
      option.text('Bonuses at milestones, or none', { max: 400, placeholder: 'first = 10; 10 orders = 50; revenue 1000 = 100' }),
    ),
    referral: optional(option.text('For bringing another creator, or none', { max: 40, placeholder: '5 % for 12 months' })),
    bonus_alone: optional(option.text('Bonus that one manager may give alone', { max: 20, placeholder: '100.00' })),
    notice_days: optional(option.integer('Notice in days before anything gets worse', { min: 0, max: 90 })),
    confirm: optional(option.choice('Do it', ['yes'])),
  },
  async run(ctx, { confirm, ...wanted }) {
    const { currency } = ctx.program
    const before = policyOf(ctx.program)
    const change = changeOf(wanted, before, currency)
    if (Object.keys(change).length === 0) return commissionCard(before, currency)
    const given = Object.fromEntries(
      Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
    ) as Given
    const plan = confirm === 'yes' ? await changePolicy(ctx, change) : await planChange(ctx, change)
    return changeCard({ ...plan, currency, given, run: 'setup commission', home: 'setup commission' }, confirm === 'yes')
  },
})

type Wanted = {
  window?: number | undefined
  credit_order?: string | undefined
  customers?: Policy['repeat']['rule'] | undefined
  months?: number | undefined
  lead?: string | undefined
  order_limit?: string | undefined
  creator_limit?: string | undefined
  program_limit?: string | undefined
  milestones?: string | undefined
  referral?: string | undefined
  bonus_alone?: string | undefined
  notice_days?: number | undefined
}

/** What is to change, checked; only what was given. */
function changeOf(wanted: Wanted, before: Policy, currency: string): PolicyChange {
  const { window, credit_order, customers, months, lead, milestones, referral, bonus_alone, notice_days } = wanted
  const repeat = { rule: customers ?? before.repeat.rule, months: months ?? before.repeat.months }
  const caps = capsOf(wanted, before, currency)
  return {
    ...(window === undefined ? {} : { attributionDays: window }),
    ...(credit_order === undefined ? {} : { creditOrder: parseCreditOrder(credit_order) }),
    ...(customers === undefined && months === undefined ? {} : { repeat }),
    ...(lead === undefined ? {} : { leadMinor: parseAmount(lead, currency, 'lead') }),
    ...(caps ? { caps } : {}),
    ...(milestones === undefined ? {} : { milestones: parseMilestones(milestones, currency) }),
    ...(referral === undefined ? {} : { referral: parseReferral(referral) }),
    ...(bonus_alone === undefined ? {} : { bonusAloneMinor: parseAmount(bonus_alone, currency, 'bonus_alone') }),
    ...(notice_days === undefined ? {} : { noticeDays: notice_days }),
  }
}

function capsOf(
  { order_limit, creator_limit, program_limit }: Wanted,
  before: Policy,
  currency: string,
): Policy['caps'] | undefined {
  if (order_limit === undefined && creator_limit === undefined && program_limit === undefined) return undefined
  const one = (typed: string | undefined, old: string | null, field: string) =>
    typed === undefined ? old : parseLimit(typed, currency, field)
  return {
    orderMinor: one(order_limit, before.caps.orderMinor, 'order_limit'),
    creatorMonthMinor: one(creator_limit, before.caps.creatorMonthMinor, 'creator_limit'),
    programMonthMinor: one(program_limit, before.caps.programMonthMinor, 'program_limit'),
  }
}

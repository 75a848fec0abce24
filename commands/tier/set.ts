import { command } from '../../src/command.ts'
import type { Given } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { changeCard } from '../../src/programs/cards-commission.ts'
import { changePolicy, planChange } from '../../src/programs/change.ts'
import { type Policy, policyOf } from '../../src/programs/rules.ts'
import { parseSteps } from '../../src/programs/rules-commission-form.ts'

export default command({
  description: 'Set the tiers that creators reach by their sales',
  form: 'The tiers',
  role: 'admin',
  visibility: 'private',
  options: {
    steps: option.text('Name, where it begins, and rate of each; or none', {
      max: 400,
      placeholder: 'Silver 500 12 %; Gold 2000 15 %',
    }),
    measure: optional(option.choice('What counts', { revenue: 'Net revenue', orders: 'Orders' })),
    window: optional(option.choice('Counted in', { month: 'A calendar month', rolling: 'The last days', lifetime: 'All time' })),
    days: optional(option.integer('How many last days', { min: 1, max: 730 })),
    mode: optional(
      option.choice('Which sales get the rate', { marginal: 'Later ones', retroactive: 'All of that time, topped up' }),
    ),
    confirm: optional(option.choice('Do it', ['yes'])),
  },
  async run(ctx, { confirm, ...wanted }) {
    const change = { tiers: tiersOf(wanted, policyOf(ctx.program).tiers, ctx.program.currency) }
    const given = Object.fromEntries(
      Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
    ) as Given
    const plan = confirm === 'yes' ? await changePolicy(ctx, change) : await planChange(ctx, change)
    return changeCard(
      { ...plan, currency: ctx.program.currency, given, run: 'tier set', home: 'setup commission' },
      confirm === 'yes',
    )
  },
})

type Tiers = NonNullable<Policy['tiers']>
type Wanted = { steps: string } & { [K in 'measure' | 'window' | 'days' | 'mode']?: Tiers[K] | undefined }

function tiersOf({ steps, measure, window, days, mode }: Wanted, before: Tiers | null, currency: string): Tiers | null {
  if (steps.trim().toLowerCase() === 'none') return null
  const by = measure ?? before?.measure ?? 'revenue'
  const over = window ?? before?.window ?? 'month'
  if (over === 'rolling' && days === undefined && before?.window !== 'rolling')
    throw new Refusal('invalid', 'A rolling window needs its length.', 'Say how many last days count, such as 30.', 'days')
  return {
    measure: by,
    window: over,
    days: days ?? before?.days ?? 30,
    mode: mode ?? before?.mode ?? 'marginal',
    steps: parseSteps(steps, by, currency),
  }
}

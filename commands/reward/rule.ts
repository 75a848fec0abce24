import { command } from '../../src/command.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { option, optional } from '../../src/option.ts'
import { ruleCard } from '../../src/rewards/cards.ts'
import { draftRule, previewOf } from '../../src/rewards/incentives.ts'

export default command({
  description: 'Pay a reward by rule, within a budget; shows first what it would cost',
  form: 'Set a rule',
  role: 'admin',
  visibility: 'private',
  options: {
    kind: option.choice('For what', { top: 'The first of a season', row: 'Approvals in a row' }),
    number: option.integer('How many (places, or approvals in a row)', { min: 1, max: 100 }),
    each: option.text('Amount for each', { max: 20, placeholder: '25.00' }),
    budget: option.text('Budget in all', { max: 20, placeholder: '300.00' }),
    season: optional(
      option.choice('Which seasons', { week: 'Weeks', month: 'Months', quarter: 'Quarters', custom: 'Those of their own days' }),
    ),
  },
  async run(ctx, { each, budget, ...plan }) {
    const { currency } = ctx.program
    const rule = await draftRule(ctx, { ...plan, each: typedMoney(each, currency), budget: typedMoney(budget, currency) })
    return ruleCard(rule, await previewOf(ctx, rule), currency)
  },
})

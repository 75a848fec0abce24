import { command } from '../../src/command.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { option, optional } from '../../src/option.ts'
import { addedCard } from '../../src/rewards/cards.ts'
import { rewardKinds } from '../../src/rewards/rules.ts'
import { addReward } from '../../src/rewards/service.ts'

export default command({
  description: 'Put something into the catalog that points can be given for',
  form: 'Add a reward',
  role: 'manager',
  visibility: 'private',
  options: {
    kind: option.choice('What', rewardKinds),
    title: option.text('Title', { max: 80, placeholder: 'Serum, 30 ml' }),
    cost: option.integer('Points', { min: 1, max: 1_000_000 }),
    stock: optional(option.integer('How many (no end when empty)', { min: 1, max: 100_000 })),
    worth: optional(option.text('Worth', { max: 20, placeholder: '25.00' })),
    words: optional(option.long('More about it', { max: 500 })),
    approval: optional(option.boolean('A manager decides about each wish')),
    days: optional(option.integer('Days until it leaves the catalog', { min: 1, max: 730 })),
    access_days: optional(option.integer('Early access: for how many days', { min: 1, max: 365 })),
  },
  async run(ctx, { worth, access_days: accessDays, ...plan }) {
    const money = worth === undefined ? undefined : typedMoney(worth, ctx.program.currency)
    return addedCard(await addReward(ctx, { ...plan, accessDays, worth: money }), ctx.program.currency)
  },
})

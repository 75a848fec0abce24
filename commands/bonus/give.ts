import { command } from '../../src/command.ts'
import { suggestCreators } from '../../src/creators/queries.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { giveBonus } from '../../src/ledger/bonuses.ts'
import { bonusAnswerCard } from '../../src/ledger/cards-bonuses.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Give a creator a bonus, with a reason',
  role: 'manager',
  visibility: 'private',
  options: {
    creator: option.id('creator', 'Which creator', (ctx, typed) => suggestCreators(ctx, typed, 'approved', 'paused', 'left')),
    amount: option.text('How much', { max: 20, placeholder: '25.00' }),
    reason: option.text('What for, as the creator will read it', { min: 3, max: 200 }),
  },
  async run(ctx, { creator, amount, reason }) {
    const { bonus, name } = await giveBonus(ctx, { creatorId: creator, money: typedMoney(amount, ctx.program.currency), reason })
    return bonusAnswerCard(bonus, name)
  },
})

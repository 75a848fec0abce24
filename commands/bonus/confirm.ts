import { command } from '../../src/command.ts'
import { decideBonus } from '../../src/ledger/bonuses.ts'
import { bonusAnswerCard } from '../../src/ledger/cards-bonuses.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Confirm a bonus that another manager gives',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { bonus: option.id('bonus', 'Which bonus') },
  async run(ctx, { bonus: id }) {
    const { bonus, name } = await decideBonus(ctx, id, true)
    return bonusAnswerCard(bonus, name)
  },
})

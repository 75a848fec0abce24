import { command } from '../../src/command.ts'
import { decideBonus } from '../../src/ledger/bonuses.ts'
import { bonusAnswerCard } from '../../src/ledger/cards-bonuses.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Refuse a bonus that waits',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { bonus: option.id('bonus', 'Which bonus') },
  async run(ctx, { bonus: id }) {
    const { bonus, name } = await decideBonus(ctx, id, false)
    return bonusAnswerCard(bonus, name)
  },
})

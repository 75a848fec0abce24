import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { closedCard } from '../../src/rewards/cards.ts'
import { closeReward, suggestRewards } from '../../src/rewards/catalog.ts'

export default command({
  description: 'Take something out of the catalog',
  form: 'Take out of the catalog',
  role: 'manager',
  visibility: 'private',
  options: { reward: option.id('reward', 'Which reward', suggestRewards) },
  run: async (ctx, { reward }) => closedCard(await closeReward(ctx, reward)),
})

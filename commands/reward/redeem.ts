import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { toldCard } from '../../src/rewards/cards.ts'
import { suggestRewards } from '../../src/rewards/catalog.ts'
import { redeem } from '../../src/rewards/service.ts'

export default command({
  description: 'Give points for a reward',
  form: 'Redeem points',
  role: 'creator',
  visibility: 'private',
  options: { reward: option.id('reward', 'Which reward', suggestRewards) },
  async run(ctx, { reward }) {
    return toldCard(await redeem(ctx, reward))
  },
})

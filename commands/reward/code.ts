import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { creditCodeCard } from '../../src/rewards/cards.ts'
import { creditOf, suggestCredits } from '../../src/rewards/credit.ts'

export default command({
  description: 'Show the code of store credit that you took for points',
  form: 'Which reward',
  role: 'creator',
  // What they took is still theirs.
  former: true,
  visibility: 'private',
  options: { redemption: option.id('redemption', 'Which reward', suggestCredits) },
  run: async (ctx, { redemption }) => creditCodeCard(await creditOf(ctx, redemption)),
})

import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { wishCard } from '../../src/rewards/cards.ts'
import { suggestWishes } from '../../src/rewards/catalog.ts'
import { decideWish } from '../../src/rewards/service.ts'

export default command({
  description: 'Decide about a wish for a reward',
  form: 'Decide about a wish',
  role: 'manager',
  visibility: 'private',
  options: {
    redemption: option.id('redemption', 'Which wish', suggestWishes),
    answer: option.choice('Answer', { approve: 'Approve', decline: 'Decline; the points come back' }),
    note: optional(option.long('Why, as its creator reads it', { max: 500 })),
  },
  async run(ctx, { redemption, answer, note }) {
    return wishCard(await decideWish(ctx, redemption, answer === 'approve', note))
  },
})

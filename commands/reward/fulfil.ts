import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { wishCard } from '../../src/rewards/cards.ts'
import { suggestWishes } from '../../src/rewards/catalog.ts'
import { fulfil } from '../../src/rewards/service.ts'

export default command({
  description: 'Say that a reward was handed over',
  form: 'Mark as done',
  role: 'manager',
  visibility: 'private',
  options: {
    redemption: option.id('redemption', 'Which wish', suggestWishes),
    note: optional(option.long('A word for its creator', { max: 500 })),
    code: optional(option.text('Gift code, for store credit', { max: 60, secret: true })),
  },
  async run(ctx, { redemption, note, code }) {
    return wishCard(await fulfil(ctx, redemption, note, code))
  },
})

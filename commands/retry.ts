import { command } from '../src/command.ts'
import { retriedCard } from '../src/insight/cards-parked.ts'
import { retry } from '../src/insight/parked.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'Try a parked post again',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { post: option.id('outbox', 'Which post') },
  async run(ctx, { post }) {
    await retry(ctx, post)
    return retriedCard()
  },
})

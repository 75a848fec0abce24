import { command } from '../src/command.ts'
import { retriedCard } from '../src/insight/cards-parked.ts'
import { retry, retryDelivery } from '../src/insight/parked.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'Try a parked delivery or post again',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    delivery: optional(option.id('inbox', 'Which delivery')),
    post: optional(option.id('outbox', 'Which post')),
  },
  async run(ctx, { delivery, post }) {
    if (delivery !== undefined) await retryDelivery(ctx, delivery)
    else if (post !== undefined) await retry(ctx, post)
    else throw new Refusal('invalid', 'Nothing was picked.', 'Press a button in /parked.')
    return retriedCard()
  },
})

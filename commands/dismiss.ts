import { command } from '../src/command.ts'
import { putAwayCard } from '../src/insight/cards-parked.ts'
import { dismiss, dismissDelivery } from '../src/insight/parked.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'Put a parked delivery or post away that will never be taken further',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    delivery: optional(option.id('inbox', 'Which delivery')),
    post: optional(option.id('outbox', 'Which post')),
  },
  async run(ctx, { delivery, post }) {
    if (delivery !== undefined) await dismissDelivery(ctx, delivery)
    else if (post !== undefined) await dismiss(ctx, post)
    else throw new Refusal('invalid', 'Nothing was picked.', 'Press a button in /parked.')
    return putAwayCard()
  },
})

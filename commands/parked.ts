import { command } from '../src/command.ts'
import { parkedCard } from '../src/insight/cards-parked.ts'
import { parkedOf } from '../src/insight/queries.ts'
import { longWaiting } from '../src/orders/waiting.ts'

export default command({
  description: 'Deliveries and posts that could not be taken further, and why',
  role: 'manager',
  visibility: 'private',
  options: {},
  run: async (ctx) => parkedCard(await parkedOf(ctx), await longWaiting(ctx)),
})

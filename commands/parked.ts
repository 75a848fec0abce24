import { command } from '../src/command.ts'
import { parkedCard } from '../src/insight/cards-parked.ts'
import { parkedOf } from '../src/insight/queries.ts'
import { carried, option } from '../src/option.ts'
import { longWaiting } from '../src/orders/waiting.ts'

export default command({
  description: 'Deliveries and posts that could not be taken further, and why',
  role: 'manager',
  visibility: 'private',
  options: { page: carried(option.integer('Which page', { min: 1 })) },
  run: async (ctx, { page = 1 }) => parkedCard(await parkedOf(ctx, page), page === 1 ? await longWaiting(ctx) : []),
})

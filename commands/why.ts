import { command } from '../src/command.ts'
import { option } from '../src/option.ts'
import { whyCard } from '../src/orders/cards.ts'
import { suggestOrders, whyOrder } from '../src/orders/queries.ts'

export default command({
  description: 'Why an order was or was not credited to you',
  // Managers ask about any order and former creators about their old ones; whyOrder decides who may know what.
  role: 'anyone',
  visibility: 'private',
  options: { order: option.text('Order number', { max: 100, placeholder: '#1042', suggest: suggestOrders }) },
  async run(ctx, { order }) {
    return whyCard(await whyOrder(ctx, order))
  },
})

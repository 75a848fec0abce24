import { command } from '../src/command.ts'
import { option } from '../src/option.ts'
import { suggestOrders } from '../src/orders/queries.ts'
import { ownCaseCard } from '../src/trust/cards.ts'
import { viewOf } from '../src/trust/queries.ts'
import { dispute } from '../src/trust/talk.ts'

export default command({
  description: 'Object to how an order was credited; a manager answers with a reason',
  form: 'Dispute an order',
  // Former creators may still ask about their old orders.
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    order: option.text('Order number', { max: 100, placeholder: '#1042', suggest: suggestOrders }),
    reason: option.long('What you think is wrong', { min: 3, max: 1_000 }),
  },
  run: async (ctx, { order, reason }) => ownCaseCard(await viewOf(ctx, (await dispute(ctx, order, reason)).id)),
})

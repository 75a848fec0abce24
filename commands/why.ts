import { command } from '../src/command.ts'
import { option } from '../src/option.ts'
import { whyCard } from '../src/orders/cards-why.ts'
import { suggestOrders, whyOrder } from '../src/orders/queries.ts'
import { caseBlocks } from '../src/trust/cards-told.ts'
import { casesOf } from '../src/trust/queries.ts'

export default command({
  description: 'Why an order was or was not credited to you',
  // Managers ask about any order and former creators about their old ones; whyOrder decides who may know what.
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: { order: option.text('Order number', { max: 100, placeholder: '#1042', suggest: suggestOrders }) },
  async run(ctx, { order }) {
    const story = await whyOrder(ctx, order)
    const cases = await casesOf(ctx, story.orderId)
    const disputed = cases.some(({ found }) => found.kind === 'dispute')
    const why = whyCard(story)
    return { ...why, blocks: [...why.blocks, ...caseBlocks(cases, story.orderId, !story.manager && !disputed)] }
  },
})

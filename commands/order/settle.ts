import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { settleForeign, suggestForeign } from '../../src/orders/foreign.ts'

export default command({
  description: 'Say what a refund in another currency than its order comes to; it counts then like any other',
  form: 'Settle a refund',
  role: 'manager',
  visibility: 'private',
  options: {
    refund: option.id('refund', 'Which refund', suggestForeign),
    amount: option.text('What it takes off the order, in the order’s currency', { max: 20, placeholder: '36.00' }),
  },
  run: (ctx, { refund, amount }) => settleForeign(ctx, refund, amount),
})

import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { sampleCard } from '../../src/trust/cards-sample.ts'
import { check } from '../../src/trust/sample.ts'

export default command({
  description: 'Say what you found about an order of the sample',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    sample: option.id('sample', 'Which sample'),
    order: option.id('order', 'Which order'),
    finding: option.choice('What you found', { ok: 'fine', fraud: 'fraud', unsure: 'unsure' }),
    note: optional(option.long('What you saw', { max: 500 })),
  },
  run: async (ctx, { sample, order, finding, note }) =>
    sampleCard(await check(ctx, { sampleId: sample, orderId: order, finding, note })),
})

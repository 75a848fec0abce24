import { command } from '../../src/command.ts'
import { toned } from '../../src/kernel/card.ts'
import { plural } from '../../src/kernel/plural.ts'
import { option, optional } from '../../src/option.ts'
import { batchOf, markSent, review, suggestBatches } from '../../src/payouts/batches.ts'
import { batchCard } from '../../src/payouts/cards.ts'
import { tellFinance } from '../../src/payouts/remind.ts'
import { methods } from '../../src/payouts/rules.ts'

export default command({
  description: 'Say that the payments of a batch are on their way; each creator is told',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {
    batch: option.id('batch', 'Batch', (ctx) => suggestBatches(ctx, ['confirmed'])),
    method: optional(option.choice('Only those by', methods)),
  },
  async run(ctx, { batch, method }) {
    const done = await markSent(ctx, batch, method)
    await tellFinance(ctx, batch)
    const title = `${plural(done.length, 'payment')} on the way`
    return toned('good', batchCard(await review(ctx, await batchOf(ctx, batch)), title))
  },
})

import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { batchesWithTotals, batchOf, review, suggestBatches } from '../../src/payouts/batches.ts'
import { batchCard, batchesCard } from '../../src/payouts/cards.ts'
import { planFor } from '../../src/payouts/prepare.ts'

export default command({
  description: 'Batches of payments, or one of them with every payment in it',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: { batch: optional(option.id('batch', 'Batch', (ctx) => suggestBatches(ctx))) },
  async run(ctx, { batch }) {
    const one = batch === undefined ? null : await batchOf(ctx, batch)
    if (one) return batchCard(await review(ctx, one))
    const plan = await planFor(ctx)
    return batchesCard(await batchesWithTotals(ctx), { at: plan.at, ready: plan.ready.length, others: plan.others.length })
  },
})

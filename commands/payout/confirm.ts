import { command } from '../../src/command.ts'
import { toned } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { carried, option } from '../../src/option.ts'
import { batchOf, checkConfirm, confirm, review, suggestBatches } from '../../src/payouts/batches.ts'
import { batchCard, confirmCard } from '../../src/payouts/cards.ts'
import { tellFinance } from '../../src/payouts/remind.ts'

export default command({
  description: 'Look at a batch that somebody else prepared, and release it',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {
    batch: option.id('batch', 'Batch', (ctx) => suggestBatches(ctx, ['prepared'])),
    // What the card before showed; without it that card comes first.
    seen: carried(option.text('As seen', { min: 16, max: 16 })),
  },
  async run(ctx, { batch, seen }) {
    const one = await batchOf(ctx, batch)
    if (seen === undefined) {
      if (one.state !== 'prepared')
        throw new Refusal('conflict', `This batch is ${one.state} by now.`, 'Look at it with /payout show.')
      await checkConfirm(ctx, one)
      return confirmCard(await review(ctx, one))
    }
    await confirm(ctx, batch, seen)
    await tellFinance(ctx, batch)
    return toned('good', batchCard(await review(ctx, await batchOf(ctx, batch)), 'Confirmed: ready to be sent'))
  },
})

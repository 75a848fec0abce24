import { command } from '../../src/command.ts'
import { buttons, card, paragraph, text, toned } from '../../src/kernel/card.ts'
import { plural } from '../../src/kernel/plural.ts'
import { option, optional } from '../../src/option.ts'
import { cancel, suggestBatches } from '../../src/payouts/batches.ts'
import { tellFinance } from '../../src/payouts/remind.ts'

export default command({
  description: 'Take back a batch: what was not sent yet is payable again',
  form: 'Cancel batch',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {
    batch: option.id('batch', 'Batch', (ctx) => suggestBatches(ctx, ['prepared', 'confirmed'])),
    reason: optional(option.text('Why', { max: 200 })),
  },
  async run(ctx, { batch, reason }) {
    const { back, late, exported } = await cancel(ctx, batch, reason ?? 'The batch was cancelled.')
    await tellFinance(ctx, batch)
    const told = card(
      'The batch was taken back',
      paragraph(text`${plural(back.length, 'payment is', 'payments are')} payable again and can be prepared anew.`),
      exported > 0 && 'A file with these payments was made before. Make sure that it is not paid.',
      late > 0 && `${plural(late, 'payment is', 'payments are')} on the way or there already: it was too late for that.`,
      buttons({ label: 'Prepare payouts', run: 'payout prepare' }, { label: 'Show batches', run: 'payout show' }),
    )
    return exported > 0 ? toned('warn', told) : told
  },
})

import { command } from '../../src/command.ts'
import { toned } from '../../src/kernel/card.ts'
import { option } from '../../src/option.ts'
import { batchOf, paymentOf, review, suggestPayments } from '../../src/payouts/batches.ts'
import { batchCard } from '../../src/payouts/cards.ts'
import { tellFinance } from '../../src/payouts/remind.ts'
import { byHand } from '../../src/payouts/transfers.ts'

export default command({
  description: 'Say that one payment came back: the money is payable again and the creator is told why',
  form: 'A payment came back',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {
    payment: { ...option.text('Payment', { min: 4, max: 40, placeholder: 'P-7K3Q9ABCDE' }), suggest: suggestPayments },
    reason: option.text('Why, in words for the creator', {
      min: 5,
      max: 200,
      placeholder: 'The bank does not know this account.',
    }),
  },
  async run(ctx, { payment, reason }) {
    const one = await paymentOf(ctx, payment)
    await byHand(ctx, 'fail', one.id, { reason })
    await tellFinance(ctx, one.batchId)
    return toned('warn', batchCard(await review(ctx, await batchOf(ctx, one.batchId)), `${one.reference} came back`))
  },
})

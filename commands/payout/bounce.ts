import { command } from '../../src/command.ts'
import { toned } from '../../src/kernel/card.ts'
import { option } from '../../src/option.ts'
import { batchOf, paymentOf, review } from '../../src/payouts/batches.ts'
import { bounce, suggestSettled } from '../../src/payouts/bounces.ts'
import { batchCard } from '../../src/payouts/cards.ts'
import { tellFinance } from '../../src/payouts/remind.ts'

export default command({
  description: 'Say that a payment came back after it had arrived: the money is payable again and the creator is told why',
  form: 'A payment bounced',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {
    payment: { ...option.text('Payment', { min: 4, max: 40, placeholder: 'P-7K3Q9ABCDE' }), suggest: suggestSettled },
    reason: option.text('Why, in words for the creator', { min: 5, max: 200, placeholder: 'Your bank closed this account.' }),
  },
  async run(ctx, { payment, reason }) {
    const one = await paymentOf(ctx, payment)
    await bounce(ctx, one.id, reason)
    await tellFinance(ctx, one.batchId)
    return toned('warn', batchCard(await review(ctx, await batchOf(ctx, one.batchId)), `${one.reference} bounced`))
  },
})

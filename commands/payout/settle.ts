import { command } from '../../src/command.ts'
import { toned } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { batchOf, paymentOf, review, suggestPayments } from '../../src/payouts/batches.ts'
import { batchCard } from '../../src/payouts/cards.ts'
import { tellFinance } from '../../src/payouts/remind.ts'
import { byHand } from '../../src/payouts/transfers.ts'

export default command({
  description: 'Say that one payment has arrived; a gift code goes to the creator with it',
  role: 'anyone',
  finance: true,
  visibility: 'private',
  options: {
    payment: { ...option.text('Payment', { min: 4, max: 40, placeholder: 'P-7K3Q9ABCDE' }), suggest: suggestPayments },
    reference: optional(option.text('Reference of the bank or provider', { max: 100 })),
    code: optional(option.text('Gift code, for store credit', { max: 60, secret: true })),
  },
  async run(ctx, { payment, reference, code }) {
    const one = await paymentOf(ctx, payment)
    if (one.method === 'credit' && code === undefined)
      throw new Refusal(
        'invalid',
        'Store credit arrives with a gift code.',
        'Make one in the shop for this amount and give it here.',
        'code',
      )
    if (one.method !== 'credit' && code !== undefined)
      throw new Refusal('invalid', 'This payment is no store credit.', 'Leave the gift code away.', 'code')
    await byHand(ctx, 'settle', one.id, { providerRef: reference, secret: code })
    await tellFinance(ctx, one.batchId)
    return toned('good', batchCard(await review(ctx, await batchOf(ctx, one.batchId)), `${one.reference} has arrived`))
  },
})

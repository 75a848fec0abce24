import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { giftCodeCard } from '../../src/payouts/cards-told.ts'
import { giftOf, suggestGifts } from '../../src/payouts/gifts.ts'

export default command({
  description: 'Show a gift code that you were paid with',
  form: 'Which gift code',
  role: 'creator',
  // What they earned is still theirs.
  former: true,
  visibility: 'private',
  options: { payment: option.id('payment', 'Which payment', suggestGifts) },
  async run(ctx, { payment }) {
    return giftCodeCard(await giftOf(ctx, payment))
  },
})

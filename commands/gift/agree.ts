import { command } from '../../src/command.ts'
import { toSendCard } from '../../src/gifts/cards.ts'
import { agree, suggestGifts } from '../../src/gifts/service.ts'
import { parseMoney } from '../../src/kernel/money.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Agree to send what a creator asked for',
  form: 'Agree to send it',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    gift: option.id('gift', 'Which gift', suggestGifts),
    // What was given counts as pay: for the tax papers, for the cost of a sale, and for whether it has to be disclosed.
    worth: option.text('What it is worth', { max: 20, placeholder: '25.00' }),
  },
  run: async (ctx, { gift, worth }) =>
    toSendCard(await agree(ctx, gift, { valueMinor: parseMoney(worth, ctx.program.currency).minor })),
})

import { command } from '../../src/command.ts'
import { toSendCard } from '../../src/gifts/cards.ts'
import { readWorth } from '../../src/gifts/rules.ts'
import { agree, suggestGifts } from '../../src/gifts/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Agree to send what a creator asked for',
  form: 'Agree to send it',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    gift: option.id('gift', 'Which gift', suggestGifts),
    worth: option.text('What it is worth', { max: 20, placeholder: '25.00' }),
  },
  run: async (ctx, { gift, worth }) => toSendCard(await agree(ctx, gift, { valueMinor: readWorth(worth, ctx.program.currency) })),
})

import { command } from '../../src/command.ts'
import { toSendCard } from '../../src/gifts/cards.ts'
import { send, suggestGifts } from '../../src/gifts/service.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Say that a gift is on its way',
  form: 'The gift is on its way',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: {
    gift: option.id('gift', 'Which gift', suggestGifts),
    tracking: optional(option.text('Tracking number or address', { max: 200 })),
  },
  run: async (ctx, { gift, tracking }) => toSendCard(await send(ctx, gift, tracking)),
})

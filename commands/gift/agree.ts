import { command } from '../../src/command.ts'
import { toSendCard } from '../../src/gifts/cards.ts'
import { agree, suggestGifts } from '../../src/gifts/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Agree to send what a creator asked for',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { gift: option.id('gift', 'Which gift', suggestGifts) },
  run: async (ctx, { gift }) => toSendCard(await agree(ctx, gift)),
})

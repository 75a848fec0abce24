import { command } from '../../src/command.ts'
import { toldCard } from '../../src/gifts/cards.ts'
import { receive, suggestGifts } from '../../src/gifts/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Say that a gift arrived',
  role: 'creator',
  visibility: 'private',
  listed: false,
  options: { gift: option.id('gift', 'Which gift', suggestGifts) },
  run: async (ctx, { gift }) => toldCard(await receive(ctx, gift)),
})

import { command } from '../../src/command.ts'
import { addressCard } from '../../src/gifts/cards.ts'
import { addressOf, suggestGifts } from '../../src/gifts/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Where a gift goes; looking at it is noted',
  role: 'manager',
  visibility: 'private',
  listed: false,
  options: { gift: option.id('gift', 'Which gift', suggestGifts) },
  async run(ctx, { gift }) {
    const { view, address } = await addressOf(ctx, gift)
    return addressCard(view, address)
  },
})

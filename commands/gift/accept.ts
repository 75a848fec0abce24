import { command } from '../../src/command.ts'
import { toldCard } from '../../src/gifts/cards.ts'
import { agree, suggestGifts } from '../../src/gifts/service.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Take a gift that was offered to you',
  form: 'Where may it go?',
  role: 'creator',
  visibility: 'private',
  listed: false,
  options: {
    gift: option.id('gift', 'Which gift', suggestGifts),
    name: option.text('Name on the parcel', { max: 100, secret: 'sealed' }),
    address: option.long('Street, then postcode and town', {
      max: 300,
      secret: 'sealed',
      placeholder: 'Rose Lane 4\n10115 Berlin',
    }),
    country: option.text('Country', { max: 60, secret: 'sealed', placeholder: 'Germany' }),
  },
  run: async (ctx, { gift, name, address, country }) =>
    toldCard(await agree(ctx, gift, { address: { name, lines: address, country } })),
})
